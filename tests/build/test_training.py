"""From a problem file and its tables to training rows: what is read, and every way in which it can't be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.build.problem import Problem
from moalloy.build.training import (
    classifier_rows,
    group_warnings,
    process_inputs,
    property_rows,
    read_tables,
    surrogate_inputs,
)
from moalloy.errors import TableError
from moalloy.surrogates.training import TrainingRows
from tests.build.problems import GLASS, small_problem
from tests.measured_alloys import write_measured


def _rows(problem: Problem, name: str = "Bs") -> TrainingRows:
    process = process_inputs(problem.spec.properties[name].inputs, problem.space.process)
    return property_rows(problem.spec, name, read_tables(problem.spec), process)


def _problem(tmp_path: Path, *overrides: str) -> Problem:
    write_measured(tmp_path / "alloys.csv")
    return small_problem(tmp_path, *overrides)


def _edit(path: Path, column: str, cells: dict[int, str]) -> None:
    """Replace cells of a column, by row counted from 0."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    position = header.split(",").index(column)
    table = [line.split(",") for line in lines]
    for row, cell in cells.items():
        table[row][position] = cell
    path.write_text("\n".join([header, *(",".join(line) for line in table)]) + "\n", encoding="utf-8")


def test_rows_hold_values_groups_and_treatments(tmp_path: Path) -> None:
    rows = _rows(_problem(tmp_path), "Hc")
    assert len(rows) == 60
    assert rows.grouped_by == "paper"
    assert rows.n_groups == 12
    assert set(rows.process[np.isfinite(rows.process[:, 0]), 0]) == {650.0, 700.0, 750.0}
    assert np.isnan(rows.process[::7, 0]).all()


def test_a_row_without_the_value_is_left_out(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path / "alloys.csv", "Bs_T", {0: "", 3: "n/a", 4: "NaN"})
    rows = _rows(problem)
    assert len(rows) == 57
    assert np.isfinite(rows.values).all()


def test_named_choices_are_their_index_and_a_blank_is_missing(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Bs.inputs=[route]")
    _edit(tmp_path / "alloys.csv", "route", {0: "plate"})
    route = _rows(problem).process[:, 0]
    assert route[:3].tolist()[:2] == [-1.0, 1.0]
    assert np.isnan(route[2])
    assert surrogate_inputs(
        problem.spec, "Bs", _rows(problem), process_inputs(["route"], problem.space.process)
    ).names[-2:] == ("route = ribbon", "route = rod")


def test_features_may_differ_by_property(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "model.features={Bs: [fractions], Hc: [physics]}")
    names = {name: surrogate_inputs(problem.spec, name, _rows(problem, name)).names for name in ("Bs", "Hc")}
    assert names["Bs"] == ("x_B", "x_Si", "x_Fe")
    assert not set(names["Bs"]) & set(names["Hc"])


def test_without_group_by_the_chemical_system_groups_and_says_so(tmp_path: Path) -> None:
    lines = ["formula,Bs_T"]
    lines += [f"Fe{80 - i}B{20 + i},{1.5 - i / 50}" for i in range(8)]
    lines += [f"Fe{80 - i}B{15 + i}Si5,{1.4 - i / 50}" for i in range(8)]
    (tmp_path / "alloys.csv").write_text("\n".join(lines), encoding="utf-8")
    problem = small_problem(tmp_path, "data.mine={table: alloys.csv}", only_bs=True)
    rows = _rows(problem)
    assert (rows.grouped_by, rows.n_groups) == ("chemical system", 2)
    (warning,) = group_warnings(problem.spec, "Bs", rows)
    assert warning == "Bs: only 2 groups by chemical system, hence 2 folds; scores and intervals are rough"


def test_a_single_group_gives_way_to_the_formulas_and_says_so(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path / "alloys.csv", "paper", dict.fromkeys(range(60), "only one"))
    rows = _rows(problem)
    assert rows.grouped_by == "formula"
    assert rows.n_groups == len(set(rows.formulas)) > 5
    assert group_warnings(problem.spec, "Bs", rows) == [
        "Bs: all 60 rows are one group by paper, so they are grouped by formula; scores and intervals flatter"
    ]


def test_one_alloy_treated_in_many_ways_is_grouped_row_by_row(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path / "alloys.csv", "paper", dict.fromkeys(range(60), "only one"))
    _edit(tmp_path / "alloys.csv", "formula", dict.fromkeys(range(60), "Fe80B12Si8"))
    rows = _rows(problem)
    assert (rows.grouped_by, rows.n_groups) == ("row", 60)


def test_many_groups_need_no_warning(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    assert group_warnings(problem.spec, "Bs", _rows(problem)) == []


def test_a_misspelt_column_is_answered_with_the_nearest(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Bs.column=Bs_t")
    with pytest.raises(TableError, match=r"no column 'Bs_t'\. ?Did you mean '?Bs_T'?.*Its columns: formula"):
        _rows(problem)


def test_a_process_column_that_the_table_lacks_is_named(tmp_path: Path) -> None:
    problem = _problem(
        tmp_path, "space.process.anneal_time_s={range: [60, 600]}", "properties.Bs.inputs=[anneal_time_s]"
    )
    with pytest.raises(TableError, match=r"no column 'anneal_time_s'\..*Its columns: .*anneal_K"):
        _rows(problem)


def test_a_table_of_three_rows_is_too_small(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=3, n_per_paper=1)
    with pytest.raises(
        TableError, match=r"column 'Bs_T' \(property Bs\): 3 rows have a value, but at least 10 are needed"
    ):
        _rows(small_problem(tmp_path))


def test_equal_values_leave_nothing_to_learn(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path / "alloys.csv", "Bs_T", dict.fromkeys(range(60), "1.5"))
    with pytest.raises(TableError, match=r"every one of its 60 values is 1\.5, so there is nothing to learn"):
        _rows(problem)


@pytest.mark.parametrize(
    ("column", "cell", "advice"),
    [
        ("Bs_T", "inf", "write a finite number"),
        ("Bs_T", "<1", "a bound isn't a value"),
        ("anneal_K", "~700", "write the number alone"),
    ],
)
def test_a_cell_that_is_no_number_is_named_with_its_line(
    tmp_path: Path, column: str, cell: str, advice: str
) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path / "alloys.csv", column, {4: cell})
    with pytest.raises(TableError, match=rf"line 6 \(.*\): {column} is '{cell}'; {advice}"):
        read_tables(problem.spec)


def test_zeros_on_a_log_scale_are_named_with_their_lines(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path / "alloys.csv", "Hc_A_per_m", {1: "0", 5: "-2"})
    with pytest.raises(TableError, match=r"scale is log, but 2 of 60 values are 0 or below \(line 3, 7\)"):
        _rows(problem, "Hc")


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
    _edit(tmp_path / "alloys.csv", "is_glass", dict.fromkeys(range(5, 60), ""))
    with pytest.raises(TableError, match="5 rows say yes or no, but at least 10 are needed"):
        classifier_rows(problem.spec, "Bs", read_tables(problem.spec))


def test_rows_without_a_group_are_warned_about(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path / "alloys.csv", "paper", dict.fromkeys(range(30), ""))
    (warning,) = group_warnings(problem.spec, "Bs", _rows(problem))
    assert warning.startswith("Bs: 30 of 60 rows have no paper, so each formula is a group of its own")
