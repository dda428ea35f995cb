"""From a problem file and its tables to training rows: what is read, and every way in which it can't be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.build.problem import Problem
from moalloy.build.training import (
    process_inputs,
    read_tables,
    surrogate_inputs,
)
from moalloy.errors import TableError
from moalloy.surrogates.training import TrainingRows
from tests.build.problems import property_training_rows, small_problem
from tests.measured_alloys import edit_cells, write_measured


def _rows(problem: Problem, name: str = "Bs") -> TrainingRows:
    return property_training_rows(problem, name)


def _problem(tmp_path: Path, *overrides: str) -> Problem:
    write_measured(tmp_path / "alloys.csv")
    return small_problem(tmp_path, *overrides)


def test_rows_hold_values_groups_and_treatments(tmp_path: Path) -> None:
    rows = _rows(_problem(tmp_path), "Hc")
    assert len(rows) == 60
    assert rows.grouped_by == "paper"
    assert rows.n_groups == 12
    assert set(rows.process[np.isfinite(rows.process[:, 0]), 0]) == {650.0, 700.0, 750.0}
    assert np.isnan(rows.process[::7, 0]).all()


def test_a_row_without_the_value_is_left_out(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    edit_cells(tmp_path / "alloys.csv", "Bs_T", {0: "", 3: "n/a", 4: "NaN"})
    rows = _rows(problem)
    assert len(rows) == 57
    assert np.isfinite(rows.values).all()


def test_named_choices_are_their_index_and_a_blank_is_missing(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Bs.inputs=[route]")
    edit_cells(tmp_path / "alloys.csv", "route", {0: "plate", 3: "arc", 4: "plate"})
    route = _rows(problem).process[:, 0]
    # What the problem doesn't offer is none of its choices; two such routes aren't alike.
    assert route[[0, 1, 3, 4]].tolist() == [-2.0, 1.0, -1.0, -2.0]
    assert np.isnan(route[2])
    assert surrogate_inputs(
        problem.spec, "Bs", _rows(problem), process_inputs(["route"], problem.space.process)
    ).names[-2:] == ("route = ribbon", "route = rod")


def test_features_may_differ_by_property(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "model.features={Bs: [fractions], Hc: [physics]}")
    names = {name: surrogate_inputs(problem.spec, name, _rows(problem, name)).names for name in ("Bs", "Hc")}
    assert names["Bs"] == ("x_B", "x_Si", "x_Fe")
    assert not set(names["Bs"]) & set(names["Hc"])


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
    edit_cells(tmp_path / "alloys.csv", column, {4: cell})
    with pytest.raises(TableError, match=rf"line 6 \(.*\): {column} is '{cell}'; {advice}"):
        read_tables(problem.spec)


def test_a_choice_that_a_table_would_take_for_a_blank_is_refused(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Bs.inputs=[route]", "space.process.route={choices: [None, rod]}")
    with pytest.raises(TableError, match="the choice 'None' of route stands for a blank cell"):
        _rows(problem)
