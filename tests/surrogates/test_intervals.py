"""The domain and the intervals: where they end, and whether they keep their word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.domain.values import BoolArray, FloatArray
from moalloy.surrogates.coverage import coverage_on_unseen, domain_on_unseen, interval_scores
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.intervals import domain_limit, domain_scores
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.validation import validate
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.surrogates.small import INPUTS, small_plan


def reached(errors: FloatArray) -> BoolArray:
    return np.ones(len(errors), dtype=np.bool_)


def test_rows_that_others_do_not_reach_are_outside_whatever_is_expected_of_them() -> None:
    # The 25 rows of error 1, of which little is expected, are outside as they are: the others may come in.
    errors = np.repeat([0.1, 0.5, 1.0], [50, 25, 25])
    expected = np.where(errors == 1.0, 0.05, errors)
    is_reached = errors < 1.0
    assert domain_limit(errors, expected, is_reached) == 0.5
    assert domain_limit(errors, expected, reached(errors)) < 0.5


def test_the_domain_ends_where_errors_begin() -> None:
    errors = np.repeat([0.1, 1.0], [80, 20])
    limit = domain_limit(errors, errors, reached(errors))
    np.testing.assert_array_equal(errors <= limit, errors == 0.1)


def test_the_domain_is_as_large_as_its_promise_allows() -> None:
    # Small errors on 70 % of the rows, the largest ones on the next 5 %: up to there any promise is kept,
    # by a half as well, and beyond it none.
    errors = np.repeat([0.1, 100.0, 1.0], [700, 50, 250])
    expected = np.linspace(0.1, 2.0, 1000)
    assert (expected <= domain_limit(errors, expected, reached(errors))).mean() == pytest.approx(
        0.70, abs=0.001
    )


@pytest.mark.parametrize(("small", "share"), [(0.5, 0.30), (0.9, 0.50), (0.99, 0.95)])
def test_where_no_domain_keeps_the_promise_the_best_one_is_taken(small: float, share: float) -> None:
    # Inside a share s the mean error is 1 - 0.2 (1 - small) / s, outside it is 1: best for three in ten, the
    # least there is. The largest domain that is as good, or by 0.03 worse, is taken.
    errors = np.repeat([small, 1.0], [200, 800])
    expected = np.linspace(0.1, 2.0, 1000)
    assert (expected <= domain_limit(errors, expected, reached(errors))).mean() == pytest.approx(
        share, abs=0.001
    )


def test_errors_expected_alike_set_no_limit() -> None:
    assert domain_limit(np.arange(30.0), np.ones(30), reached(np.ones(30))) == np.inf


def test_errors_inside_and_outside_are_means() -> None:
    scores = domain_scores(np.array([-1.0, 3.0, -8.0]), np.array([True, True, False]))
    assert (scores.n_inside, scores.n_outside) == (2, 1)
    assert (scores.mae_inside, scores.mae_outside, scores.ratio) == (2.0, 8.0, 0.25)


@pytest.mark.parametrize("inside", [True, False])
def test_a_side_without_rows_is_null_in_the_json(inside: bool) -> None:
    found = domain_scores(np.ones(4), np.full(4, inside)).to_dict()
    assert found["ratio"] is None
    assert found["mae_outside" if inside else "mae_inside"] is None


def test_a_group_has_no_say_in_its_own_interval_nor_in_its_own_domain() -> None:
    # Each of two groups is judged by the other: intervals of 1000 hold errors of 1, but not the other way.
    groups = np.repeat([0, 1], 20)
    errors = np.repeat([1.0, 1000.0], 20)
    (found,) = coverage_on_unseen(errors, np.ones(40), groups, levels=(0.9,), seed=0)
    assert (found.coverage, found.mean_width, found.mean_plain_width) == (0.5, 1001.0, 1001.0)
    # Group 0 sets its limit at 1, above all that is expected of it, and below all of group 1.
    expected = errors * np.tile([0.5, 1.0], 20)
    apart = domain_on_unseen(errors, expected, groups, is_reached=reached(errors), seed=0)
    assert apart.n_outside == 20
    unreached = domain_on_unseen(errors, expected, groups, is_reached=~reached(errors), seed=0)
    assert unreached.n_outside == 40


def test_coverage_on_unseen_groups_is_near_the_nominal_one_with_group_effects() -> None:
    # 400 groups whose errors share a size: were a group hit or missed as a whole, the coverage of 80 %
    # would spread by sqrt(2 * 0.8 * 0.2 / 400) = 0.028. Three of that are allowed.
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(400), 3)
    difficulty = rng.choice([0.1, 1.0], 400)[groups]
    errors = difficulty * (rng.normal(size=400)[groups] + 0.1 * rng.normal(size=1200))
    levels = coverage_on_unseen(errors, difficulty, groups, levels=(0.5, 0.8, 0.9), seed=0)
    for found in levels:
        assert found.coverage == pytest.approx(found.level, abs=0.084)
        assert found.mean_score < found.mean_plain_score
    assert levels[-1].mean_width < 0.8 * levels[-1].mean_plain_width


def test_an_interval_score_is_least_where_intervals_are_right_alloy_by_alloy() -> None:
    # Half of the errors are ten times as large. Of the intervals that hold half of them, those of the large
    # ones would have to be narrow to have the least mean width; the score asks for the right ones.
    rng = np.random.default_rng(0)
    size = np.repeat([0.1, 1.0], 5000)
    errors = size * rng.normal(size=10_000)

    def width_and_score(power: float) -> tuple[float, float]:
        half = size**power
        half *= np.quantile(np.abs(errors) / half, 0.5)
        return float(half.mean()), float(interval_scores(errors, half, level=0.5).mean())

    (flat, flat_score), (right, right_score), (steep, steep_score) = map(width_and_score, (0.0, 1.0, 2.0))
    assert flat < right < steep
    assert right_score < min(flat_score, steep_score)


@pytest.mark.slow
def test_intervals_are_narrower_than_plain_ones_where_errors_differ_by_place() -> None:
    rows = measured_rows(n_papers=80, n_per_paper=3, paper_spread=0.01, slope=0.5)
    offset = np.random.default_rng(0).normal(0.0, 0.5, rows.n_groups)[rows.group_codes]
    disputed = replace(rows, values=rows.values + offset * (rows.fractions[:, 1] > 0.135))
    _, out_of_fold = fit_property("Bs", "T", disputed, INPUTS, plan=small_plan())
    found = validate(disputed, INPUTS, out_of_fold, plan=small_plan(), n_repeats=1).interval
    assert found.mean_width < 0.8 * found.mean_plain_width
    assert found.coverage == pytest.approx(0.9, abs=0.1)


def test_alloys_with_a_large_expected_error_are_outside_the_domain() -> None:
    rows = measured_rows()
    model, _ = fit_property("Bs", "T", rows, INPUTS, plan=small_plan())
    alloys = Alloys(rows.fractions, ELEMENTS, rows.process)
    assert model.is_in_domain(alloys).any()
    strict = replace(model, difficulty=replace(model.difficulty, limit=0.0))
    assert not strict.is_in_domain(alloys).any()
    lenient = replace(model, difficulty=replace(model.difficulty, limit=np.inf))
    np.testing.assert_array_equal(
        lenient.is_in_domain(alloys), (model.domain.beyond(rows.fractions, ELEMENTS) <= 0)
    )
