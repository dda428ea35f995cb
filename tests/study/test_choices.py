"""Rules that pick alloys of a front, on fronts whose answer is known by geometry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.build.problem import Problem
from moalloy.domain.values import FloatArray
from moalloy.pareto import HypervolumeScale, non_dominated
from moalloy.study.choices import (
    Choice,
    best_of_each,
    compromise,
    diverse,
    knee,
    likeliest,
    look_at_first,
    near,
)
from moalloy.study.outlook import Outlook, outlook, scale_of
from tests.small_problem import small

TWO = "objectives={Bs: {goal: max}, Hc: {goal: min}}"
# Bs from 1 to 2 T is the whole span, Hc from 1 to 100 A/m on its logarithm.
SCALE = HypervolumeScale((-2.0, 0.0), (-1.0, 2.0))


def front(Bs: list[float], Hc: list[float], **columns: object) -> pd.DataFrame:
    """Return as many columns of pareto.csv as rules read."""
    iron = 70.0 + np.arange(len(Bs))
    elements = {"Fe": iron, "B": 100.0 - iron, "Si": 0.0, "Nb": 0.0}
    return pd.DataFrame({**elements, "Bs": Bs, "Hc": Hc, "p_all": np.nan, **columns})


def seen(table: pd.DataFrame, problem: Problem | None = None) -> Outlook:
    return outlook(problem or small().variant(TWO), table, SCALE)


# At (0, 1), (0.2, 0.3), (0.6, 0.2) and (1, 0) between ideal and reference point.
BENT = front([2.0, 1.8, 1.4, 1.0], [100.0, 10**0.6, 10**0.4, 1.0])


def test_objectives_are_scaled_on_the_scale_that_is_minimized() -> None:
    assert pytest.approx(np.array([[0, 1], [0.2, 0.3], [0.6, 0.2], [1, 0]])) == seen(BENT).Z


def test_the_knee_is_farthest_from_the_line_through_the_extremes() -> None:
    assert knee(seen(BENT)) == Choice(1, "knee")


def test_the_knee_of_a_plane_front_is_an_alloy_of_it() -> None:
    straight = front([2.0, 1.5, 1.0], [100.0, 10.0, 1.0])
    assert knee(seen(straight)).row in range(3)


def test_a_compromise_has_the_least_worst_distance() -> None:
    # The largest scaled distances are 1, 0.3, 0.6 and 1.
    assert compromise(seen(BENT)) == Choice(1, "compromise")


def test_weights_move_a_compromise_towards_what_weighs_more() -> None:
    heavy = compromise(seen(BENT), {"Hc": 4.0})
    assert heavy == Choice(2, "compromise (Hc=4)")
    assert compromise(seen(BENT), {"Bs": 20.0, "Hc": 1.0}).row == 0


def test_near_counts_the_named_objectives_alone() -> None:
    view = seen(BENT)
    assert near(view, {"Bs": 1.05}).row == 3
    assert near(view, {"Hc": 90.0}).row == 0
    assert near(view, {"Bs": 1.5, "Hc": 2.0}) == Choice(2, "near (Bs=1.5, Hc=2)")


def test_factors_count_on_a_log_scale() -> None:
    # 3 A/m is nearer to 1 than to 100 by difference, and by factor to 10.
    table = front([1.5, 1.4, 1.3], [100.0, 10.0, 0.5])
    assert near(seen(table), {"Hc": 3.0}).row == 1


def test_diverse_alloys_start_from_the_compromise_and_go_far() -> None:
    table = BENT.assign(Fe=[70.0, 75.0, 76.0, 90.0], B=[30.0, 25.0, 24.0, 10.0])
    assert [c.row for c in diverse(seen(table), 3)] == [1, 3, 0]
    assert [c.rule for c in diverse(seen(table), 2)] == ["diverse 1", "diverse 2"]


def test_diverse_in_objectives_goes_by_what_is_promised() -> None:
    alike = BENT.assign(Fe=80.0, B=20.0)
    rows = [c.row for c in diverse(seen(alike), 3, within="objectives")]
    assert rows == [1, 3, 0]


def test_more_diverse_alloys_than_there_are_is_all_of_them_once() -> None:
    alike = BENT.assign(Fe=80.0, B=20.0)
    assert sorted(c.row for c in diverse(seen(alike), 9)) == [0, 1, 2, 3]


def test_the_likeliest_come_in_order() -> None:
    table = BENT.assign(p_all=[0.1, 0.0, 0.4, 0.3])
    assert likeliest(seen(table), 2) == (Choice(2, "likeliest 1"), Choice(3, "likeliest 2"))


def test_without_thresholds_nothing_is_likely() -> None:
    assert likeliest(seen(BENT), 2) == ()


def test_the_best_of_each_objective_is_by_its_goal() -> None:
    assert best_of_each(seen(BENT)) == (Choice(0, "best Bs"), Choice(3, "best Hc"))


def test_alloys_to_look_at_first_are_those_of_every_rule_that_applies() -> None:
    rules = [
        choice.rule for choice in look_at_first(seen(BENT.assign(p_all=[0.1, 0.0, 0.4, 0.3])), n_likely=2)
    ]
    assert rules == ["best Bs", "best Hc", "knee", "compromise", "likeliest 1", "likeliest 2"]


def test_one_alloy_is_every_choice() -> None:
    view = seen(front([1.5], [10.0]))
    rows = {
        knee(view).row,
        compromise(view).row,
        near(view, {"Bs": 3}).row,
        *(c.row for c in diverse(view, 3)),
    }
    assert rows == {0}


def test_an_alloy_that_is_best_in_everything_is_the_knee() -> None:
    table = front([1.8, 1.8, 1.8], [10.0, 2.0, 50.0])
    assert knee(seen(table)).row == 1
    assert compromise(seen(table)).row == 1


def test_one_objective_needs_no_trade_off() -> None:
    view = outlook(
        small().variant("objectives={Bs: {goal: max}}"),
        front([1.4, 1.8], [1.0, 1.0]),
        HypervolumeScale((-2.0,), (-1.0,)),
    )
    assert (knee(view).row, compromise(view).row) == (1, 1)
    assert [choice.rule for choice in look_at_first(view)] == ["best Bs"]


def test_chances_are_chosen_by_and_values_named_in_units() -> None:
    problem = small().variant(
        "objectives={Bs: {goal: max, threshold: 1.5}, Hc: {goal: min, threshold: 10}}", "optimize.risk=p_all"
    )
    table = BENT.assign(Bs_score=[0.9, 0.6, 0.5, 0.1], Hc_score=[0.1, 0.6, 0.7, 0.8], p_all=0.2)
    view = outlook(problem, table, HypervolumeScale((-1.0, -1.0), (0.0, 0.0)))
    assert pytest.approx(table[["Bs_score", "Hc_score"]].to_numpy()) == 1.0 - view.Z
    assert compromise(view).row == 1
    assert near(view, {"Bs": 1.42}).row == 2


def test_a_manifest_gives_the_scale_back() -> None:
    result = {"hypervolume_ideal": {"Bs": 2.0, "Hc": 1.0}, "hypervolume_reference": {"Bs": 1.0, "Hc": 100.0}}
    assert scale_of(small().variant(TWO), result) == SCALE


@given(st.integers(2, 4), st.integers(1, 30), st.integers(0, 10_000))
def test_knee_and_compromise_are_never_dominated(n_objectives: int, n_alloys: int, seed: int) -> None:
    Z = np.random.default_rng(seed).random((n_alloys, n_objectives))
    view = replace(seen(front([1.5], [10.0])), names=tuple("abcd"[:n_objectives]), Z=Z)
    for choice in (knee(view), compromise(view)):
        assert _is_best(Z, choice.row)


def _is_best(Z: FloatArray, row: int) -> bool:
    return bool(non_dominated(Z)[row])


def test_alloys_of_a_weighted_sum_are_the_best_of_nothing_else() -> None:
    problem = small().variant(TWO, "optimize.algorithm=de", "optimize.scalarize={Bs: 4, Hc: 1}")
    alone = front([1.8], [4.0], p_all=0.9)
    assert look_at_first(seen(alone, problem)) == (Choice(0, "least weighted sum (Bs=4, Hc=1)"),)
