"""The decision diagram holds exactly the valid points."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.domain.constraints import CountConstraint, GridConstraint, LinearConstraint
from moalloy.domain.diagram import Diagram
from moalloy.domain.diagram_builder import DiagramTooLargeError, build_diagram
from moalloy.domain.values import IntArray

PLENTY = 100_000


def total(n_columns: int, n_steps: int) -> LinearConstraint:
    return LinearConstraint("sum", (1,) * n_columns, n_steps, n_steps)


def upto(*largest: int) -> list[IntArray]:
    return [np.arange(amount + 1) for amount in largest]


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[IntArray], list[GridConstraint]]:
    n_columns = draw(st.integers(1, 4))
    values = [
        np.array(sorted(draw(st.sets(st.integers(0, 7), min_size=1, max_size=5)))) for _ in range(n_columns)
    ]
    constraints: list[GridConstraint] = []
    for _ in range(draw(st.integers(0, 2))):
        factors = draw(st.tuples(*[st.integers(-3, 3)] * n_columns))
        lower = draw(st.none() | st.integers(-10, 10))
        upper = draw(st.none() | st.integers(-10, 10))
        constraints.append(LinearConstraint("any", factors, lower, upper))
    members = draw(st.tuples(*[st.booleans()] * n_columns))
    constraints.append(CountConstraint("count", members, draw(st.integers(0, 2)), draw(st.integers(0, 4))))
    return values, [*constraints, total(n_columns, draw(st.integers(0, 12)))]


def brute_force(values: list[IntArray], constraints: list[GridConstraint]) -> set[tuple[int, ...]]:
    points = np.array(list(itertools.product(*values)))
    for constraint in constraints:
        sums = sum(constraint.contributions(i, points[:, i]) for i in range(points.shape[1]))
        lower = -np.inf if constraint.lower is None else constraint.lower
        upper = np.inf if constraint.upper is None else constraint.upper
        points = points[(sums >= lower) & (sums <= upper)]
    return set(map(tuple, points.tolist()))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_ranks_run_over_every_valid_point_once(problem: tuple[list[IntArray], list[GridConstraint]]) -> None:
    diagram = build_diagram(*problem, max_edges=PLENTY)
    expected = brute_force(*problem)
    points = diagram.unrank(np.arange(diagram.n_points))
    assert diagram.n_points == len(expected)
    assert sorted(map(tuple, points.tolist())) == sorted(expected)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_the_nearest_point_is_that_of_brute_force(
    problem: tuple[list[IntArray], list[GridConstraint]], seed: int
) -> None:
    points = np.array(sorted(brute_force(*problem)))
    if len(points) == 0:
        return
    targets = np.random.default_rng(seed).uniform(-3, 10, (8, points.shape[1]))
    found = build_diagram(*problem, max_edges=PLENTY).nearest(targets)
    distances = ((targets[:, None, :] - points[None]) ** 2).sum(axis=2)
    assert ((targets - found) ** 2).sum(axis=1) == pytest.approx(distances.min(axis=1), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_amounts_in_use_are_those_of_valid_points(
    problem: tuple[list[IntArray], list[GridConstraint]],
) -> None:
    points = brute_force(*problem)
    if points:
        amounts = build_diagram(*problem, max_edges=PLENTY).amounts_in_use()
        assert [set(column.tolist()) for column in amounts] == [set(c) for c in zip(*points, strict=True)]


def test_the_simplex_has_as_many_points_as_stars_and_bars_say() -> None:
    diagram = build_diagram(upto(*[1000] * 5), [total(5, 1000)], max_edges=10_000_000)
    assert diagram.n_points == math.comb(1004, 4)


def huge() -> Diagram:
    return build_diagram(upto(*[100] * 40), [total(40, 100)], max_edges=10_000_000)


def test_numbers_of_points_beyond_int64_are_exact() -> None:
    assert huge().n_points == math.comb(139, 39)


def test_a_diagram_of_more_points_than_int64_holds_can_be_sampled_and_ranked() -> None:
    diagram = huge()
    sample = diagram.sample(200, np.random.default_rng(0))
    assert (sample.sum(axis=1) == 100).all()
    # Every amount has the same mean by symmetry; its deviation is near 2.5, so the mean's is 0.03.
    assert sample.mean(axis=0) == pytest.approx(np.full(40, 2.5), abs=1.0)
    last = diagram.unrank(np.array([0, diagram.n_points - 1], dtype=object))
    assert last.max(axis=1).tolist() == [100, 100]


def test_sums_and_counts_need_few_runs_for_many_edges() -> None:
    count = CountConstraint("count", (True,) * 8, 2, 3)
    diagram = build_diagram(upto(*[500] * 8), [count, total(8, 500)], max_edges=10_000_000)
    n_runs = sum(len(layer.amount) for layer in diagram.layers)
    assert n_runs < diagram.n_edges / 40
    assert diagram.n_points == math.comb(8, 2) * 499 + math.comb(8, 3) * math.comb(499, 2)


def test_nodes_with_equal_futures_are_one() -> None:
    parity = LinearConstraint("a <= b", (1, -1, 0, 0), None, 0)
    diagram = build_diagram(upto(20, 20, 20, 20), [parity, total(4, 20)], max_edges=PLENTY)
    # Before the last element at most the sum is left to tell nodes apart.
    assert all(len(layer.start) - 1 <= 21 * 21 for layer in diagram.layers)
    assert len(diagram.layers[-1].start) - 1 <= 21


def test_constraints_without_a_point_leave_an_empty_diagram() -> None:
    assert build_diagram(upto(3, 3), [total(2, 7)], max_edges=PLENTY).n_points == 0
    odd = LinearConstraint("even amounts, odd sum", (2, 2), 5, 5)
    assert build_diagram(upto(3, 3), [odd, total(2, 5)], max_edges=PLENTY).n_points == 0


def test_a_diagram_above_its_limit_is_given_up() -> None:
    with pytest.raises(DiagramTooLargeError):
        build_diagram(upto(*[100] * 4), [total(4, 100)], max_edges=1000)


def test_sums_wider_than_a_key_are_still_told_apart() -> None:
    wide: list[GridConstraint] = [
        LinearConstraint(f"wide {i}", tuple((7 + i) ** (10 + j) % 2**40 for j in range(3)), 2**20, 2**45)
        for i in range(4)
    ]
    problem = (upto(6, 6, 6), [*wide, total(3, 9)])
    assert build_diagram(*problem, max_edges=PLENTY).n_points == len(brute_force(*problem))
