"""Rank tests against published and hand-computed values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import FloatArray
from moalloy.study.ranking import FEWEST_SEEDS, holm, rank, smallest_p, superiority

LOW, HIGH = np.arange(5.0), np.arange(5.0) + 10.0


def test_two_samples_that_never_overlap_have_the_exact_p_of_mann_and_whitney() -> None:
    # One order of C(10, 5) = 252 lies so far out on each side.
    ranking = rank("hypervolume", {"a": LOW, "b": HIGH}, better="larger")
    assert ranking is not None
    (pair,) = ranking.pairs
    assert (pair.first, pair.second, pair.superiority) == ("b", "a", 1.0)
    assert pair.p == pytest.approx(2 / 252)
    assert pair.p == pytest.approx(smallest_p(5, 2))


def test_kruskal_and_wallis_count_ranks_as_their_formula_does() -> None:
    # Ranks 1-5, 6-10, 11-15: H = 12 / (15 * 16) * (15^2 + 40^2 + 65^2) / 5 - 3 * 16 = 12.5, 2 degrees.
    ranking = rank("igd_plus", {"a": LOW, "b": LOW + 5.0, "c": LOW + 10.0}, better="smaller")
    assert ranking is not None
    assert ranking.p == pytest.approx(np.exp(-12.5 / 2.0))
    assert {(pair.first, pair.second) for pair in ranking.pairs} == {("a", "b"), ("a", "c"), ("b", "c")}


def test_holm_multiplies_as_in_his_procedure() -> None:
    # Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, and never falling.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_correction_never_makes_a_p_value_smaller_nor_larger_than_one(p: list[float]) -> None:
    corrected = holm(p)
    assert all(before <= after <= 1.0 for before, after in zip(p, corrected, strict=True))


def test_superiority_is_the_share_of_pairings_won_with_ties_halved() -> None:
    assert superiority(np.array([1.0, 2.0]), np.array([1.0, 0.0])) == pytest.approx((0.5 + 1 + 1 + 1) / 4)


def test_what_is_compared_with_itself_shows_no_difference() -> None:
    ranking = rank("spread", {"a": LOW, "b": LOW.copy()}, better="smaller")
    assert ranking is not None
    assert ranking.p == pytest.approx(1.0)
    assert ranking.pair("b", "a").superiority == 0.5
    assert not ranking.pair("a", "b").is_significant


def test_values_that_are_all_equal_are_no_difference() -> None:
    ranking = rank("hypervolume", {"a": np.ones(6), "b": np.ones(6)}, better="larger")
    assert ranking is not None
    assert (ranking.p, ranking.pairs[0].p) == (1.0, 1.0)


@pytest.mark.parametrize("values", [{"a": LOW}, {"a": LOW, "b": HIGH[: FEWEST_SEEDS - 1]}])
def test_too_few_contenders_or_seeds_are_not_tested(values: dict[str, FloatArray]) -> None:
    assert rank("hypervolume", values, better="larger") is None
