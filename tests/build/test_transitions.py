"""Which transitions a property's treatments are counted from: found, asked for, turned off, or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.build.models import fit
from moalloy.build.problem import Problem
from moalloy.build.training import read_tables
from moalloy.errors import ProblemFileError, TableError
from moalloy.surrogates.training import TrainingRows
from moalloy.surrogates.transitions import Relative
from tests.build.problems import property_training_rows, small_problem
from tests.measured_alloys import measured_rows, write_measured

ANNEALED = (
    "space.process.annealing_temperature_K={range: [650, 750], step: 50}",
    "properties.Bs.inputs=[annealing_temperature_K]",
)


def write_transitions(
    folder: Path, *, n_papers: int = 12, n_known: int | None = None, column: str = "Tx2_K"
) -> Path:
    """Write a table whose first ``n_known`` rows, or all, have the second crystallization."""
    rows = measured_rows(n_papers=n_papers)
    n_known = len(rows) if n_known is None else n_known
    lines = [f"formula,paper,Bs_T,annealing_temperature_K,{column}"]
    for i in range(len(rows)):
        transition = f"{760 + 2000 * rows.fractions[i, 1]:.1f}" if i < n_known else ""
        lines.append(f"{rows.formulas[i]},{rows.groups[i]},{rows.values[i]:.4f},700,{transition}")
    path = folder / "alloys.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _problem(folder: Path, *overrides: str) -> Problem:
    return small_problem(folder, *ANNEALED, *overrides, only_bs=True)


def _rows(problem: Problem) -> TrainingRows:
    return property_training_rows(problem, "Bs")


def test_an_annealing_temperature_is_counted_from_the_second_crystallization(tmp_path: Path) -> None:
    write_transitions(tmp_path)
    (found,) = _rows(_problem(tmp_path)).transitions
    assert (found.process, found.column, len(found)) == ("annealing_temperature_K", "Tx2_K", 60)
    assert found.groups[:5] == ("paper 0",) * 5


def test_it_is_counted_from_both_crystallizations_where_the_table_has_them(tmp_path: Path) -> None:
    path = write_transitions(tmp_path, column="Tx1_peak_K")
    lines = path.read_text(encoding="utf-8").splitlines()
    wider = [f"{line},{'Tx2_K' if i == 0 else 1000 + i}" for i, line in enumerate(lines)]
    path.write_text("\n".join(wider) + "\n", encoding="utf-8")
    columns = [item.column for item in _rows(_problem(tmp_path)).transitions]
    assert columns == ["Tx1_peak_K", "Tx2_K"]
    asked = "properties.Bs.relative_to={annealing_temperature_K: [Tx2_K, Tx1_peak_K]}"
    assert [item.column for item in _rows(_problem(tmp_path, asked)).transitions] == columns[::-1]


def test_a_fit_counts_from_it_and_can_be_told_not_to(tmp_path: Path) -> None:
    write_transitions(tmp_path, n_papers=8)
    members = fit(_problem(tmp_path, "model.kind=ridge"))["Bs"].model.members
    assert all(isinstance(member, Relative) for member in members)
    without = fit(_problem(tmp_path, "model.kind=ridge", "properties.Bs.relative_to={}"))["Bs"].model
    assert without.rows.transitions == ()
    assert not any(isinstance(member, Relative) for member in without.members)


def test_transitions_are_taken_from_rows_without_the_property_too(tmp_path: Path) -> None:
    path = write_transitions(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, "Fe80B20,paper 99,,700,1100"]) + "\n", encoding="utf-8")
    rows = _rows(_problem(tmp_path))
    assert (len(rows), len(rows.transitions[0])) == (60, 61)
    assert rows.transitions[0].groups[-1] == "paper 99"


@pytest.mark.parametrize(("n_papers", "n_known"), [(12, 39), (4, 20), (12, 0)])
def test_a_column_of_few_values_is_let_be_unless_it_is_asked_for(
    tmp_path: Path, n_papers: int, n_known: int
) -> None:
    write_transitions(tmp_path, n_papers=n_papers, n_known=n_known)
    assert _rows(_problem(tmp_path)).transitions == ()


def test_a_property_that_does_not_see_the_anneal_counts_from_nothing(tmp_path: Path) -> None:
    write_transitions(tmp_path)
    assert _rows(_problem(tmp_path, "properties.Bs.inputs=[]")).transitions == ()


def test_another_column_is_counted_from_where_the_file_says_so(tmp_path: Path) -> None:
    write_transitions(tmp_path, column="second_crystallization_K")
    asked = "properties.Bs.relative_to={annealing_temperature_K: second_crystallization_K}"
    assert _rows(_problem(tmp_path)).transitions == ()
    (found,) = _rows(_problem(tmp_path, asked)).transitions
    assert found.name == "annealing_temperature_K − estimated second_crystallization_K"


def test_a_column_that_the_table_lacks_is_answered_with_the_nearest(tmp_path: Path) -> None:
    write_transitions(tmp_path)
    asked = "properties.Bs.relative_to={annealing_temperature_K: Tx2}"
    with pytest.raises(TableError, match=r"no column 'Tx2'\. ?Did you mean '?Tx2_K'?"):
        _rows(_problem(tmp_path, asked))


def test_a_column_that_is_asked_for_but_nearly_empty_is_refused(tmp_path: Path) -> None:
    write_transitions(tmp_path, n_known=39)
    asked = "properties.Bs.relative_to={annealing_temperature_K: Tx2_K}"
    with pytest.raises(
        TableError,
        match=r"column 'Tx2_K': 39 rows have a value, but at least 40 are needed to estimate what"
        r" annealing_temperature_K is counted from; leave it out of relative_to\.",
    ):
        _rows(_problem(tmp_path, asked))


def test_a_constant_column_is_refused_where_it_is_asked_for(tmp_path: Path) -> None:
    path = write_transitions(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *(f"{line.rpartition(',')[0]},820" for line in lines[1:])]) + "\n")
    asked = "properties.Bs.relative_to={annealing_temperature_K: Tx2_K}"
    with pytest.raises(TableError, match=r"column 'Tx2_K': every value is 820, so nothing can be counted"):
        _rows(_problem(tmp_path, asked))


def test_a_cell_of_the_column_that_is_no_number_is_named_with_its_line(tmp_path: Path) -> None:
    path = write_transitions(tmp_path)
    text = path.read_text(encoding="utf-8").splitlines()
    text[3] = text[3].rsplit(",", 1)[0] + ",>900"
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    asked = "properties.Bs.relative_to={annealing_temperature_K: Tx2_K}"
    with pytest.raises(TableError, match=r"line 4 .*Tx2_K is '>900'; a bound isn't a value"):
        read_tables(_problem(tmp_path, asked).spec)


def test_a_variable_that_is_no_input_is_a_fault_with_its_line(tmp_path: Path) -> None:
    write_transitions(tmp_path)
    asked = "properties.Bs.relative_to={annealing_temperature: Tx2_K}"
    with pytest.raises(ProblemFileError, match=r"'annealing_temperature' is no input of Bs.*Did you mean"):
        _problem(tmp_path, asked)


def test_where_formulas_stand_in_for_groups_they_do_for_transitions_too(tmp_path: Path) -> None:
    path = write_transitions(tmp_path)
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    cells = [line.split(",") for line in lines]
    text = [header, *(",".join([row[0], "only one", *row[2:]]) for row in cells)]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    rows = _rows(_problem(tmp_path))
    assert rows.grouped_by == "formula"
    assert rows.transitions[0].groups == rows.groups


def test_groups_by_the_formula_as_written_keep_their_transitions_to_themselves(tmp_path: Path) -> None:
    path = write_transitions(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nFe", "\nFe "), encoding="utf-8")
    rows = _rows(_problem(tmp_path, "data.mine.group_by=formula"))
    assert rows.groups != rows.formulas
    assert rows.transitions[0].groups == rows.groups


def test_builtin_transitions_have_the_papers_of_their_rows(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    builtin = 'data.mine={table: "builtin:fe_soft_magnetic", group_by: paper_group}'
    rows = _rows(_problem(tmp_path, builtin))
    first, second = rows.transitions
    for found in (first, second):
        assert len(found) > 100
        assert set(found.groups) & set(rows.groups)
        assert (found.values > 590.0).all()
        assert np.ptp(found.values) > 100.0
    assert second.values.mean() > first.values.mean() + 50.0


def test_temperatures_are_tilted_where_a_log_scale_is_counted_from_a_transition(tmp_path: Path) -> None:
    write_transitions(tmp_path)
    log = _rows(_problem(tmp_path, "properties.Bs.scale=log"))
    assert log.tilted == ("annealing_temperature_K",)
    assert _rows(_problem(tmp_path)).tilted == ()
    assert _rows(_problem(tmp_path, "properties.Bs.scale=log", "properties.Bs.relative_to={}")).tilted == ()
