"""What a hurdle learns from: rows that say yes or no, and alloys that are taken for a no."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.build.hurdle import classifier_rows, hurdle_tables, n_assumed
from moalloy.build.models import fit, fit_key
from moalloy.build.problem import Problem
from moalloy.build.training import read_tables
from moalloy.errors import ProblemFileError, TableError
from moalloy.spec import load_spec
from moalloy.surrogates.training import TrainingRows
from tests.build.problems import GLASS, small_problem
from tests.measured_alloys import edit_cells, write_measured

HOME_CASE = Path(__file__).parents[2] / "problems" / "fe_soft_magnetic_glass.yaml"
RIBBONS = """\
formula,paper
Fe60Co20B15Nb5,1
Fe60Co20B15Nb5,2
Fe50Co30B15Nb5,1
"""
WITH_RIBBONS = GLASS.replace("}", ", negatives: [ribbons]}")


def _problem(folder: Path, *overrides: str) -> Problem:
    write_measured(folder / "alloys.csv")
    return small_problem(folder, *overrides)


def _with_ribbons(folder: Path, more: str = "", *overrides: str) -> Problem:
    (folder / "ribbons.csv").write_text(RIBBONS + more, encoding="utf-8")
    return _problem(folder, "data.ribbons={table: ribbons.csv}", WITH_RIBBONS, *overrides)


def _rows(problem: Problem) -> TrainingRows:
    rows = classifier_rows(problem.spec, "Bs", read_tables(problem.spec))
    assert rows is not None
    return rows


def test_a_hurdle_reads_one_and_zero_as_written_in_either_file(tmp_path: Path) -> None:
    problem = _problem(tmp_path, GLASS)
    rows = classifier_rows(problem.spec, "Bs", read_tables(problem.spec))
    assert rows is not None
    assert 10 < rows.values.sum() < 50


def test_a_property_without_a_hurdle_has_no_classifier_rows(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    assert classifier_rows(problem.spec, "Bs", read_tables(problem.spec)) is None


def test_a_hurdle_with_one_answer_only_is_refused(tmp_path: Path) -> None:
    problem = _problem(tmp_path, GLASS.replace("positive: 1", "positive: glassy"))
    with pytest.raises(
        TableError,
        match=r"\(hurdle of Bs\): 0 of 60 rows say 'glassy', .* needs both kinds\. The column holds: 0, 1\.",
    ):
        classifier_rows(problem.spec, "Bs", read_tables(problem.spec))


def test_a_hurdle_with_hardly_any_rows_is_refused(tmp_path: Path) -> None:
    problem = _problem(tmp_path, GLASS)
    edit_cells(tmp_path / "alloys.csv", "is_glass", dict.fromkeys(range(5, 60), ""))
    with pytest.raises(TableError, match="rows that say yes or no: 5, but at least 10 are needed"):
        classifier_rows(problem.spec, "Bs", read_tables(problem.spec))


def test_alloys_of_another_table_count_as_a_no_each_once(tmp_path: Path) -> None:
    problem = _with_ribbons(tmp_path)
    rows = _rows(problem)
    assert n_assumed(problem.spec, "Bs", read_tables(problem.spec), rows) == 2
    assert rows.formulas[-2:] == ("Fe60Co20B15Nb5", "Fe50Co30B15Nb5")
    assert rows.values[-2:].tolist() == [0.0, 0.0]
    assert rows.elements[-2:] == ("Co", "Nb")
    assert rows.fractions[-1] @ [symbol == "Co" for symbol in rows.elements] == pytest.approx(0.3)
    assert rows.fractions.sum(axis=1) == pytest.approx(1.0)
    assert n_assumed(problem.spec, "Hc", read_tables(problem.spec), rows) == 0


@pytest.mark.parametrize(
    ("said", "tables"), [("", ("soft",)), (", negatives: []", ()), (", negatives: [glass]", ("glass",))]
)
def test_built_in_ribbons_are_no_bulk_glasses_unless_the_file_says_otherwise(
    said: str, tables: tuple[str, ...]
) -> None:
    hurdle = f"{{data: forming, column: dmax_kind, positive: measured{said}}}"
    spec = load_spec(HOME_CASE, [f"properties.Dmax.hurdle={hurdle}"])
    item = spec.properties["Dmax"].hurdle
    assert item is not None and spec.negatives_of(item) == tables
    assert hurdle_tables(spec, "Dmax") == ("forming", *tables)
    notes = [str(fault) for fault in spec.faults]
    assert any("the ribbons of soft are taken for a no" in note for note in notes) == (said == "")


def test_only_the_built_in_glasses_have_ribbons_for_a_no(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "data.soft={table: 'builtin:fe_soft_magnetic'}", GLASS)
    assert hurdle_tables(problem.spec, "Bs") == ("mine",)


def test_what_lies_near_an_alloy_that_has_it_is_no_no(tmp_path: Path) -> None:
    yes = next(f for f, v in zip(_all(tmp_path).formulas, _all(tmp_path).values, strict=True) if v == 1)
    no = next(f for f, v in zip(_all(tmp_path).formulas, _all(tmp_path).values, strict=True) if v == 0)
    rows = _rows(_with_ribbons(tmp_path, f"{yes},3\n{no},3\n"))
    # The first is known to have it and the second stands in the hurdle's own table: neither comes again.
    assert len(rows) == len(_all(tmp_path)) + 2


def _all(folder: Path) -> TrainingRows:
    return _rows(_problem(folder, GLASS))


def test_a_table_that_says_yes_only_will_do_beside_alloys_without(tmp_path: Path) -> None:
    problem = _with_ribbons(tmp_path)
    edit_cells(tmp_path / "alloys.csv", "is_glass", dict.fromkeys(range(60), "1"))
    assert _rows(problem).values.tolist() == [1.0] * 60 + [0.0, 0.0]


@pytest.mark.parametrize(
    ("grouping", "groups"),
    [
        ("data.ribbons.group_by=paper", ("1", "1")),
        ("data.mine={table: alloys.csv}", ("Fe-B-Co-Nb", "Fe-B-Co-Nb")),
    ],
)
def test_alloys_taken_for_a_no_are_grouped_like_the_rows_of_the_hurdle(
    tmp_path: Path, grouping: str, groups: tuple[str, str]
) -> None:
    problem = _with_ribbons(tmp_path, "", grouping)
    # One system alone can't be split; its formulas stand in then.
    assert _rows(problem).groups[-2:] in {groups, ("Fe60Co20B15Nb5", "Fe50Co30B15Nb5")}
    edit_cells(tmp_path / "alloys.csv", "formula", {0: "Fe80B20"})
    found = _rows(problem).groups[-2:]
    assert tuple(set(group.split("-")) for group in found) == tuple(set(group.split("-")) for group in groups)


def test_the_metrics_tell_how_many_say_no_by_assumption_and_a_fit_depends_on_them(tmp_path: Path) -> None:
    problem = _with_ribbons(tmp_path)
    metrics = fit(problem)["Bs"].metrics["hurdle"]
    assert isinstance(metrics, dict)
    assert (metrics["rows"], metrics["assumed_negative"]) == (62, 2)
    key = fit_key(problem, "Bs", read_tables(problem.spec), seed=0)
    other = _with_ribbons(tmp_path, "Fe40Co40B15Nb5,4\n")
    assert fit_key(other, "Bs", read_tables(other.spec), seed=0) != key


@pytest.mark.parametrize(
    ("negatives", "said"),
    [("ribons", "there is no table 'ribons'"), ("mine", "mine is the hurdle's own table")],
)
def test_tables_of_negatives_are_declared_and_others(tmp_path: Path, negatives: str, said: str) -> None:
    with pytest.raises(ProblemFileError, match=said):
        _with_ribbons(tmp_path, "", GLASS.replace("}", f", negatives: [{negatives}]}}"))
