"""Which ceiling a property has: the one of Bs by itself, one that is named, or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moalloy.build.ceiling import CeilingChoice, choose_ceiling
from moalloy.build.models import fit
from moalloy.build.problem import Problem
from moalloy.build.training import property_rows, read_tables
from moalloy.surrogates.ceiling import Ceiling
from moalloy.surrogates.training import TrainingRows
from tests.build.problems import small_problem
from tests.measured_alloys import write_measured

DILUTION = Ceiling("dilution_ceiling_T")


def _problem(folder: Path, *overrides: str) -> Problem:
    write_measured(folder / "alloys.csv")
    return small_problem(folder, *overrides)


def _choice(problem: Problem, name: str = "Bs", rows: TrainingRows | None = None) -> CeilingChoice:
    if rows is None:
        rows = property_rows(problem.spec, name, read_tables(problem.spec), ())
    return choose_ceiling(problem.spec, name, rows)


def _iron_nickel(rows: TrainingRows, n_rows: int) -> TrainingRows:
    """Return the rows with the first ones at 1.6 T in Fe50Ni50, whose ceiling is 1.45 T."""
    fractions = np.column_stack([rows.fractions, np.zeros(len(rows))])
    fractions[:n_rows] = 0.0
    fractions[:n_rows, [rows.elements.index("Fe"), -1]] = 0.5
    values = np.where(np.arange(len(rows)) < n_rows, 1.6, rows.values)
    return replace(rows, elements=(*rows.elements, "Ni"), fractions=fractions, values=values)


def test_bs_in_tesla_stays_below_its_dilution_ceiling(tmp_path: Path) -> None:
    assert _choice(_problem(tmp_path)) == CeilingChoice(
        DILUTION, {"ceiling": {"descriptor": "dilution_ceiling_T", "rows_above": 0}}
    )


@pytest.mark.parametrize(
    "override",
    [
        pytest.param("properties.Bs.unit=mT", id="in another unit"),
        pytest.param("properties.Bs.scale=log", id="on a logarithmic scale"),
        pytest.param("properties.Bs.ceiling=none", id="told not to"),
    ],
)
def test_no_ceiling_where_it_does_not_apply(tmp_path: Path, override: str) -> None:
    assert _choice(_problem(tmp_path, override)) == CeilingChoice(None, {})


def test_other_properties_have_no_ceiling(tmp_path: Path) -> None:
    assert _choice(_problem(tmp_path), "Hc") == CeilingChoice(None, {})


def test_a_property_of_another_name_is_known_by_its_column(tmp_path: Path) -> None:
    flux = "properties.flux={data: mine, column: Bs_T, unit: T}"
    other = "properties.other={data: mine, column: Hc_A_per_m, unit: T}"
    polarization = "properties.Js={data: mine, column: anneal_K, unit: T}"
    problem = _problem(tmp_path, flux, other, polarization)
    assert "pass dilution_ceiling_T" in _choice(problem, "Js").warnings[0]  # kelvins are no teslas
    assert _choice(problem, "flux").ceiling == DILUTION
    assert _choice(problem, "other").ceiling is None


def test_alloys_that_pass_it_by_right_take_the_ceiling_away_with_a_warning(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    rows = _iron_nickel(property_rows(problem.spec, "Bs", read_tables(problem.spec), ()), 2)
    (warning,) = (choice := _choice(problem, rows=rows)).warnings
    assert choice.ceiling is None
    assert warning == (
        "2 of 60 measured values of Bs pass dilution_ceiling_T by more than 3 %;"
        " it is not used as their ceiling"
    )


def test_one_value_in_sixty_that_passes_it_is_said(tmp_path: Path) -> None:
    problem = _problem(tmp_path)
    rows = _iron_nickel(property_rows(problem.spec, "Bs", read_tables(problem.spec), ()), 1)
    choice = _choice(problem, rows=rows)
    assert choice.ceiling == DILUTION
    assert choice.warnings == ("1 of 60 measured values of Bs pass dilution_ceiling_T by more than 3 %",)
    assert choice.metrics == {"ceiling": {"descriptor": "dilution_ceiling_T", "rows_above": 1}}


def test_a_ceiling_that_the_file_names_is_kept_and_what_passes_it_is_said(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "properties.Bs.ceiling=dilution_ceiling_T")
    rows = _iron_nickel(property_rows(problem.spec, "Bs", read_tables(problem.spec), ()), 20)
    choice = _choice(problem, rows=rows)
    assert choice.ceiling == DILUTION
    assert choice.warnings == ("20 of 60 measured values of Bs pass dilution_ceiling_T by more than 3 %",)


def test_another_descriptor_can_be_a_ceiling(tmp_path: Path) -> None:
    choice = _choice(_problem(tmp_path, "properties.Hc.ceiling=cost_USD_per_kg"), "Hc")
    assert choice.ceiling == Ceiling("cost_USD_per_kg")


def test_a_fit_guards_its_predictions_and_says_so(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=4, n_per_paper=3)
    surrogate = fit(small_problem(tmp_path, "model.kind=ridge", only_bs=True))["Bs"]
    assert surrogate.model.ceiling == DILUTION
    assert surrogate.metrics["ceiling"] == {"descriptor": "dilution_ceiling_T", "rows_above": 0}
