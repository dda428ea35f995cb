"""The front as printed: what a reader of pareto.csv can check with a pencil."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moalloy.build.problem import Problem, design_problem
from moalloy.domain.values import FloatArray
from moalloy.errors import NoFeasibleAlloyError
from moalloy.study.front import round_significant
from moalloy.study.study import StudyResult, run
from tests.small_problem import small

SIGNS = {"Bs": -1, "Hc": 1, "Dmax": -1}


def solve(*changes: str) -> StudyResult:
    return run(small().variant(*changes), small().models)


def printed(result: StudyResult) -> pd.DataFrame:
    """Return pareto.csv as a reader gets it: every cell a text."""
    return pd.read_csv(io.StringIO(result.front.to_csv(index=False)), dtype=str, keep_default_na=False)


def minimized(table: pd.DataFrame, *, ending: str = "") -> FloatArray:
    return np.column_stack([sign * table[name + ending].astype(float) for name, sign in SIGNS.items()])


def dominated_rows(F: FloatArray) -> list[int]:
    """Return the rows that another one dominates, by the definition."""
    return [i for i, row in enumerate(F) if any((other <= row).all() and (other < row).any() for other in F)]


@pytest.fixture(scope="module")
def result() -> StudyResult:
    return solve()


@pytest.fixture(scope="module")
def table(result: StudyResult) -> pd.DataFrame:
    return printed(result)


def test_no_alloy_dominates_another_as_printed(table: pd.DataFrame) -> None:
    assert len(table) > 5
    assert dominated_rows(minimized(table)) == []


def test_compositions_lie_on_the_grid_and_sum_to_100_in_decimals(table: pd.DataFrame) -> None:
    for row in table[["Fe", "B", "Si", "Nb"]].to_numpy():
        amounts = [Decimal(cell) for cell in row]
        assert sum(amounts) == 100
        assert all(amount % Decimal("0.5") == 0 for amount in amounts)


def test_printed_alloys_are_alloys_of_the_space(result: StudyResult) -> None:
    assert small().problem.space.contains(result.X).all()


def test_intervals_hold_their_predictions(table: pd.DataFrame) -> None:
    for name in SIGNS:
        low, mean, high = (table[name + ending].astype(float) for ending in ("_low", "", "_high"))
        assert ((low <= mean) & (mean <= high)).all()


def test_no_alloy_appears_twice(table: pd.DataFrame) -> None:
    assert not table.duplicated(["Fe", "B", "Si", "Nb", "anneal_K", "route"]).any()


def test_the_best_of_the_first_objective_comes_first(table: pd.DataFrame) -> None:
    assert table["Bs"].astype(float).is_monotonic_decreasing


def test_columns_are_those_of_the_contract(table: pd.DataFrame) -> None:
    objectives = [name + ending for name in SIGNS for ending in ("", "_low", "_high")]
    ground = ["p_all", "in_domain", "nearest_formula", "nearest_distance_at_pct", "nearest_reference"]
    assert list(table.columns) == [
        *("formula", "Fe", "B", "Si", "Nb", "anneal_K", "route"),
        *objectives,
        *ground,
        *("algorithm", "seed", "n_equal"),
        *(f"{name}_unseen" for name in SIGNS),
    ]


def test_the_chance_of_meeting_all_thresholds_is_a_probability(table: pd.DataFrame) -> None:
    assert table["p_all"].astype(float).between(0, 1).all()


@pytest.mark.slow
def test_without_thresholds_the_chance_is_blank() -> None:
    objectives = "objectives={Bs: {goal: max}, Hc: {goal: min}}"
    assert (printed(solve(objectives))["p_all"] == "").all()


def test_the_nearest_measured_alloy_is_named_with_its_reference(table: pd.DataFrame) -> None:
    rows = small().models["Bs"].model.rows
    measured = set(rows.formulas) | set(small().models["Hc"].model.rows.formulas)
    assert set(table["nearest_formula"]) <= measured
    assert table["nearest_reference"].str.startswith("10.1000/").all()
    assert (table["nearest_distance_at_pct"].astype(float) >= 0).all()


def test_treatments_are_printed_as_the_file_writes_them(table: pd.DataFrame) -> None:
    assert set(table["route"]) <= {"ribbon", "rod"}
    assert table["anneal_K"].astype(float).isin(range(700, 801, 10)).all()


def test_predictions_are_those_of_the_models(result: StudyResult) -> None:
    prediction = small().models["Hc"].predict(result.X)
    assert np.array_equal(result.front["Hc"], round_significant(prediction.mean))
    assert np.array_equal(result.front["Hc_high"], round_significant(prediction.high))


def test_the_result_tells_the_minimized_objectives_as_printed(result: StudyResult) -> None:
    assert np.array_equal(result.F[:, 0], -result.front["Bs"])
    assert np.array_equal(result.F[:, 1], np.log10(result.front["Hc"]))


def test_limits_are_met_by_what_is_printed() -> None:
    table = printed(solve("limits={Hc: {max: 12}, mixing_enthalpy_kJ_per_mol: {max: -10}}"))
    assert len(table) > 0
    assert (table["Hc"].astype(float) <= 12).all()
    assert (table["mixing_enthalpy_kJ_per_mol"].astype(float) <= -10).all()
    assert dominated_rows(minimized(table)) == []


@pytest.mark.slow
def test_a_cautious_search_prints_its_scores_and_is_non_dominated_in_those() -> None:
    table = printed(solve("optimize.risk=lower", "limits={Hc: {max: 60}}"))
    assert dominated_rows(minimized(table, ending="_score")) == []
    assert (table["Bs_score"] == table["Bs_low"]).all()
    assert (table["Hc_score"] == table["Hc_high"]).all()
    assert (table["Hc_high"].astype(float) <= 60).all()


# Thresholds so far up that their chances differ, in every property.
HARD = "objectives={Bs: {goal: max, threshold: 1.7}, Hc: {goal: min, threshold: 6}, Dmax: {goal: max}}"


@pytest.mark.slow
def test_a_search_for_chances_prints_them_and_is_non_dominated_in_them() -> None:
    result = solve("optimize.risk=p_all", HARD)
    table = printed(result)
    assert len(table) > 3
    scores = table[["Bs_score", "Hc_score", "Dmax_score"]].astype(float)
    assert scores[["Bs_score", "Hc_score"]].to_numpy().max() <= 1
    assert dominated_rows(-scores.to_numpy()) == []
    assert (table["Dmax_score"] == table["Dmax"]).all()
    assert np.array_equal(result.F, -scores.to_numpy())
    chance = small().models["Hc"].probability(result.X, at_most=6.0)
    assert np.array_equal(result.front["Hc_score"], round_significant(chance))


@pytest.mark.slow
def test_the_likeliest_of_all_evaluated_alloys_is_on_the_front_of_chances() -> None:
    result = solve(
        "optimize.risk=p_all", HARD.replace("Dmax: {goal: max}", "Dmax: {goal: max, threshold: 2}")
    )
    scores = np.concatenate([record.scores for record in result.records])
    assert result.front["p_all"].max() == pytest.approx(scores.prod(axis=1).max(), rel=5e-3)
    assert result.front["p_all"].to_numpy() == pytest.approx(
        result.front[["Bs_score", "Hc_score", "Dmax_score"]].prod(axis=1).to_numpy(), rel=5e-3
    )


@pytest.mark.slow
def test_the_hypervolume_of_chances_is_at_least_the_largest_chance_of_all() -> None:
    result = solve(
        "optimize.risk=p_all", HARD.replace("Dmax: {goal: max}", "Dmax: {goal: max, threshold: 2}")
    )
    assert result.scale.ideal == (-1.0, -1.0, -1.0)
    assert result.scale.reference == (0.0, 0.0, 0.0)
    assert result.hypervolume >= result.front["p_all"].max() - 1e-3


@pytest.mark.slow
def test_equal_weights_on_chances_find_an_alloy_that_is_likely_to_meet_all() -> None:
    weighed = ("optimize.risk=p_all", "optimize.algorithm=de", "optimize.scalarize={Bs: 1, Hc: 1, Dmax: 1}")
    result = solve(*weighed, HARD.replace("Dmax: {goal: max}", "Dmax: {goal: max, threshold: 2}"))
    scores = np.concatenate([record.scores for record in result.records])
    assert result.front["p_all"].iloc[0] == pytest.approx(scores.prod(axis=1).max(), rel=5e-3)


@pytest.mark.slow
def test_limits_of_a_search_for_chances_are_met_by_the_predictions() -> None:
    table = printed(solve("optimize.risk=p_all", HARD, "limits={Hc: {max: 12}}"))
    assert (table["Hc"].astype(float) <= 12).all()


def test_a_weighted_sum_gives_its_best_alloy() -> None:
    result = solve("optimize.algorithm=de", "optimize.scalarize={Bs: 4, Hc: 1, Dmax: 1}")
    assert len(result.front) == 1
    best = result.front.iloc[0]
    scores = np.concatenate([record.scores for record in result.records])
    sums = -4 * scores[:, 0] + np.log(scores[:, 1]) - scores[:, 2]
    assert -4 * best["Bs"] + np.log(best["Hc"]) - best["Dmax"] == pytest.approx(sums.min(), abs=1e-3)


def test_a_descriptor_can_be_an_objective() -> None:
    table = printed(solve("objectives={Bs: {goal: max}, cost_USD_per_kg: {goal: min}}"))
    cost = table["cost_USD_per_kg"]
    assert (cost == table["cost_USD_per_kg_low"]).all()
    assert (cost == table["cost_USD_per_kg_high"]).all()


def test_a_single_objective_has_a_front_of_one_value() -> None:
    result = solve("objectives={Dmax: {goal: max}}", "optimize.algorithm=de")
    assert result.front["Dmax"].nunique() == 1
    assert result.front["n_equal"].iloc[0] >= 1


@pytest.mark.slow
def test_a_space_in_weight_percent_has_exact_columns_in_weight_percent() -> None:
    result = solve(
        "space.basis=wt%", "space.elements.Fe=[80, 94]", "space.constraints=[]", "space.elements.B=[1, 6]"
    )
    table = printed(result)
    for row in table[["Fe_wt", "B_wt", "Si_wt", "Nb_wt"]].to_numpy():
        amounts = [Decimal(cell) for cell in row]
        assert sum(amounts) == 100
        assert all(amount % Decimal("0.5") == 0 for amount in amounts)
    assert table[["Fe", "B", "Si", "Nb"]].astype(float).sum(axis=1).to_numpy() == pytest.approx(100, abs=1e-3)


def test_limits_that_nothing_meets_are_told_with_the_nearest_miss() -> None:
    with pytest.raises(
        NoFeasibleAlloyError, match=r"none of \d+ evaluated alloys .*; nearest is Fe.* \(limit >= 3\)"
    ):
        solve("limits={Bs: {min: 3}}")


@pytest.mark.slow
def test_a_limit_that_only_rounding_breaks_is_not_printed() -> None:
    drawn = solve("optimize.algorithm=random").records  # the same alloys, whatever the limit
    scores = np.concatenate([record.scores for record in drawn])[:, 1]
    below = [value for value in np.sort(scores) if round_significant(np.array([value]))[0] > value]
    limit = float(np.nextafter(below[20], np.inf))  # met by the number, and missed by its print-out
    table = printed(solve("optimize.algorithm=random", f"limits={{Hc: {{max: {limit!r}}}}}"))
    assert (table["Hc"].astype(float) <= limit).all()
    assert dominated_rows(minimized(table)) == []


@pytest.mark.parametrize(
    ("value", "text"), [(1.234567, 1.2346), (0.000123456, 0.00012346), (99999.6, 1e5), (0.0, 0.0)]
)
def test_numbers_are_rounded_to_five_significant_digits(value: float, text: float) -> None:
    assert round_significant(np.array([value]))[0] == text


@pytest.mark.slow
def test_the_same_problem_gives_the_same_bytes_at_any_number_of_jobs(result: StudyResult) -> None:
    again: Problem = small().variant()
    assert run(again, small().models, jobs=2).front.to_csv() == result.front.to_csv()


def test_the_design_problem_has_a_surrogate_for_every_limit() -> None:
    problem = small().variant("limits={cost_USD_per_kg: {max: 5}}")
    assert "cost_USD_per_kg" in design_problem(problem, small().models).surrogates


@pytest.mark.slow
def test_pareto_csv_is_the_front_that_python_gets(result: StudyResult, tmp_path: Path) -> None:
    run(small().problem, small().models, out=tmp_path / "run")
    assert (tmp_path / "run" / "pareto.csv").read_text(encoding="utf-8") == result.front.to_csv(index=False)
