"""Tables that hardly carry a model: what is refused, what is done instead, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.build.checks import check_tables, inspect_problem, support_warnings
from moalloy.build.models import fit
from moalloy.build.problem import Problem
from moalloy.build.weak_data import data_warnings
from moalloy.errors import ProblemFileError, TableError
from moalloy.surrogates.training import TrainingRows
from tests.build.problems import GLASS, property_training_rows, small_problem
from tests.measured_alloys import edit_cells, write_measured

ALL_ROWS = range(60)


def _problem(tmp_path: Path, *overrides: str) -> Problem:
    write_measured(tmp_path / "alloys.csv")
    return small_problem(tmp_path, *overrides)


def _edit(tmp_path: Path, column: str, cells: dict[int, str]) -> None:
    edit_cells(tmp_path / "alloys.csv", column, cells)


def _rows(problem: Problem, name: str) -> TrainingRows:
    return property_training_rows(problem, name)


def _warnings(problem: Problem, name: str = "Bs") -> list[str]:
    return data_warnings(problem.spec, name, _rows(problem, name))


def _two_systems(tmp_path: Path, *, n_with_silicon: int) -> Problem:
    """Return a problem on 40 alloys of Fe-B or Fe-B-Si, in a table without a group column."""
    lines = ["formula,Bs_T"]
    for i in range(40):
        silicon = 5 if i < n_with_silicon else 0
        lines.append(f"Fe{80 - i / 4:g}B{20 + i / 4 - silicon:g}Si{silicon},{1.5 - i / 50:g}")
    (tmp_path / "alloys.csv").write_text("\n".join(lines).replace("Si0,", ","), encoding="utf-8")
    return small_problem(tmp_path, "data.mine={table: alloys.csv}", only_bs=True)


def test_a_good_table_needs_no_warning(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    assert (_warnings(problem, "Bs"), _warnings(problem, "Hc")) == ([], [])


def test_without_group_by_the_chemical_system_groups_and_says_so(tmp_path: Path) -> None:
    problem = _two_systems(tmp_path, n_with_silicon=20)
    rows = _rows(problem, "Bs")
    assert (rows.grouped_by, rows.n_groups) == ("chemical system", 2)
    instead, few = data_warnings(problem.spec, "Bs", rows)
    assert instead.startswith(
        "Bs: no group_by names a column, so rows are grouped by chemical system (2 of them);"
    )
    assert few == "Bs: only 2 groups by chemical system, hence 2 folds; scores and intervals are rough"


def test_a_group_column_that_is_not_there_is_said_to_be_for_grouping(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "data.mine.group_by=journal")
    with pytest.raises(
        ProblemFileError,
        match=r"no column 'journal'; expected one of .*Without group_by, rows are grouped by",
    ):
        check_tables(problem)


def test_a_single_group_gives_way_to_the_formulas_and_says_so(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "paper", dict.fromkeys(ALL_ROWS, "only one"))
    rows = _rows(problem, "Bs")
    assert rows.grouped_by == "formula"
    assert rows.n_groups == len(set(rows.formulas)) > 5
    assert data_warnings(problem.spec, "Bs", rows) == [
        "Bs: all 60 rows are one group by paper, which can't be both learned from and predicted, so each"
        " formula is a group instead; scores and intervals flatter, and say nothing of another paper"
    ]


def test_a_single_chemical_system_gives_way_to_the_formulas(tmp_path: Path) -> None:
    (warning,) = _warnings(_two_systems(tmp_path, n_with_silicon=40))
    assert warning.startswith("Bs: all 40 rows are one group by chemical system, which can't be both")


def test_one_alloy_treated_in_many_ways_is_grouped_row_by_row(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "paper", dict.fromkeys(ALL_ROWS, "only one"))
    _edit(tmp_path, "formula", dict.fromkeys(ALL_ROWS, "Fe80B12Si8"))
    rows = _rows(problem, "Bs")
    assert (rows.grouped_by, rows.n_groups) == ("row", 60)
    assert "so each row is a group instead" in data_warnings(problem.spec, "Bs", rows)[0]


def test_rows_without_a_group_are_warned_about(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "paper", dict.fromkeys(range(30), ""))
    (warning,) = _warnings(problem)
    assert warning.startswith("Bs: 30 of 60 rows have no paper, so each formula is a group of its own")


def test_groups_of_one_row_each_are_said_to_be_a_random_split(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "paper", {row: f"melt {row}" for row in ALL_ROWS})
    (warning,) = _warnings(problem)
    assert warning.startswith("Bs: each of 60 rows is a group of its own by paper, so the score by group is")


def test_a_group_of_most_rows_is_warned_about(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "paper", dict.fromkeys(range(40), "thesis"))
    assert _warnings(problem)[-1] == (
        "Bs: 40 of 60 rows are one group by paper, 'thesis'; the models that predict them learn from the"
        " other 20 only"
    )


def test_fewer_rows_than_folds_can_use_are_refused_for_every_property_at_once(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=3, n_per_paper=1)
    with pytest.raises(TableError) as error:
        check_tables(small_problem(tmp_path))
    of_bs, of_hc = str(error.value).splitlines()
    assert "column 'Bs_T' (property Bs): rows that have a value: 3, but at least 10 are needed" in of_bs
    assert "column 'Hc_A_per_m' (property Hc): rows that have a value: 3" in of_hc


def test_few_rows_are_warned_about(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=6, n_per_paper=2)
    assert _warnings(small_problem(tmp_path)) == [
        "Bs: only 12 rows, about 2 in each of 5 folds; scores and intervals are rough"
    ]


def test_equal_values_leave_nothing_to_learn(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "Bs_T", dict.fromkeys(ALL_ROWS, "1.5"))
    with pytest.raises(TableError, match=r"every one of its 60 values is 1\.5, so there is nothing to learn"):
        _rows(problem, "Bs")


def test_values_that_are_nearly_all_equal_are_warned_about(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "Bs_T", dict.fromkeys(range(58), "1.5"))
    assert _warnings(problem) == [
        "Bs: 58 of 60 values are 1.5; all that can be learned is what sets the other 2 apart"
    ]


def test_zeros_on_a_log_scale_are_named_with_their_lines(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "Hc_A_per_m", {1: "0", 5: "-2"})
    with pytest.raises(
        TableError, match=r"scale is log, but 2 of 60 values are 0 or below \(lines 3, 7\), .* no logarithm"
    ):
        _rows(problem, "Hc")


def test_zeros_on_a_linear_scale_are_values(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Hc.scale=linear")
    _edit(tmp_path, "Hc_A_per_m", {1: "0", 5: "-2"})
    assert len(_rows(problem, "Hc")) == 60


def test_a_treatment_that_half_of_the_rows_lack_is_said_with_what_is_scored(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    _edit(tmp_path, "anneal_K", {i: "" if i % 2 else "700" for i in ALL_ROWS})
    assert _warnings(problem, "Hc") == [
        "Hc: anneal_K is blank in 30 of 60 rows, which are learned from as unknown; scores and intervals are"
        " of the 30 rows with a known treatment"
    ]


def test_alloys_as_cast_are_scored_without_an_annealing_time(tmp_path: Path) -> None:
    path = tmp_path / "alloys.csv"
    write_measured(path)
    text = path.read_text(encoding="utf-8").replace("anneal_K", "annealing_temperature_K")
    lines = text.splitlines()
    # 20 as cast, 20 annealed for a time, 20 for nobody knows how long.
    times = [""] * 20 + ["600"] * 20 + [""] * 20
    path.write_text(
        "\n".join(
            [f"{lines[0]},annealing_time_s", *(f"{a},{b}" for a, b in zip(lines[1:], times, strict=True))]
        ),
        encoding="utf-8",
    )
    _edit(tmp_path, "annealing_temperature_K", {i: "298" if i < 20 else "700" for i in ALL_ROWS})
    process = "{annealing_temperature_K: {range: [298, 750]}, annealing_time_s: {range: [0, 3600]}}"
    inputs = "[annealing_temperature_K, annealing_time_s]"
    hc = f"properties.Hc={{data: mine, column: Hc_A_per_m, scale: log, inputs: {inputs}}}"
    problem = small_problem(tmp_path, f"space.process={process}", hc)
    assert int(_rows(problem, "Hc").has_known_treatment.sum()) == 40
    assert _warnings(problem, "Hc") == [
        "Hc: annealing_time_s is blank in 40 of 60 rows, which are learned from as unknown; scores and"
        " intervals are of the 40 rows with a known treatment"
    ]


def test_treatments_that_are_never_known_together_are_said(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Hc.inputs=[anneal_K, route]")
    _edit(tmp_path, "anneal_K", {i: "" if i % 2 else "700" for i in ALL_ROWS})
    _edit(tmp_path, "route", {i: "rod" if i % 2 else "" for i in ALL_ROWS})
    (warning,) = _warnings(problem, "Hc")
    assert warning.startswith("Hc: anneal_K is blank in 30 and route is blank in 30 of 60 rows")
    assert "no row has all of its inputs, so scores and intervals are of all rows" in warning


def test_what_a_table_lacks_is_said_before_and_after_the_fit_and_kept_with_it(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Hc.inputs=[]")
    _edit(tmp_path, "paper", dict.fromkeys(ALL_ROWS, "only one"))
    inspected = [text for text in inspect_problem(problem).warnings if "one group" in text]
    models = fit(problem)
    assert inspected == [text for text in support_warnings(problem, models) if "one group" in text]
    assert [text for model in models.values() for text in model.metrics["warnings"]] == inspected  # type: ignore[attr-defined]
    assert len(inspected) == 2


def test_members_learn_where_their_rows_are_all_equal(tmp_path: Path) -> None:
    # One paper holds the only values that differ: the member that leaves it out sees a constant.
    problem = _problem(tmp_path, "properties.Hc.inputs=[]")
    _edit(tmp_path, "Bs_T", {i: "1.5" if i >= 5 else f"1.{6 + i % 3}" for i in ALL_ROWS})
    prediction = fit(problem)["Bs"].predict(problem.space.sample(20, seed=0))
    assert (prediction.low <= prediction.mean).all()
    assert (prediction.mean <= prediction.high).all()


def test_a_hurdle_that_heard_no_no_from_alloys_of_many_elements_says_so(tmp_path: Path) -> None:
    # Glasses are all alloys of four elements, none of those of two, and half of those of three.
    lines = ["formula,is_glass"]
    lines += [f"Fe{80 - i / 10:g}B{20 + i / 10:g},0" for i in range(30)]
    lines += [f"Fe{75 - i / 10:g}B{20 + i / 10:g}Si5,{i % 2}" for i in range(30)]
    lines += [f"Fe{72 - i / 10:g}B{20 + i / 10:g}Si5Nb3,1" for i in range(25)]
    (tmp_path / "glasses.csv").write_text("\n".join(lines), encoding="utf-8")
    problem = _problem(tmp_path, "data.glass={table: glasses.csv}", GLASS.replace("mine", "glass"))
    said = (
        "Bs: all 25 alloys of 4 elements and more in the table of its hurdle have it, traces of 0.1 at.%"
        " aside, so nothing tells which alloys of so many elements don't, and their chance may come out high"
    )
    assert said in inspect_problem(problem).warnings
    assert said in fit(problem)["Bs"].metrics["warnings"]  # type: ignore[operator]
    assert not any("hurdle" in text for text in inspect_problem(_problem(tmp_path, GLASS)).warnings)
