"""Compiled loops say what slow and plain code says, and so do the same loops where Numba is missing."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain import box_kernel
from moalloy.domain.constraints import CountConstraint, LinearConstraint
from moalloy.domain.grid_check import GridCheck
from moalloy.domain.process import TreatmentLevels, choices, continuous, stepped
from moalloy.domain.projection import nearest_in_box
from moalloy.optimize import crowding_kernel, evaluated_kernel, moves_kernel
from moalloy.optimize.moves import cross, mutate
from moalloy.optimize.moves_kernel import Attempts
from moalloy.study import free_box_kernel
from moalloy.surrogates import neighbors_kernel
from moalloy.surrogates.neighbors import nearest
from tests.optimize.toy import find, problem, space

TOTAL = 40
BOUND = st.one_of(st.none(), st.integers(-60, 60))
CONSTRAINTS = st.lists(
    st.one_of(
        st.builds(LinearConstraint, st.just("sum"), st.tuples(*[st.integers(-5, 5)] * 4), BOUND, BOUND),
        st.builds(CountConstraint, st.just("count"), st.tuples(*[st.integers(-1, 1)] * 4), BOUND, BOUND),
    ),
    max_size=4,
)


def check(constraints: list[LinearConstraint | CountConstraint]) -> GridCheck:
    return GridCheck.of([4, 0, 1, 2], [30, 40, 9, 12], [False, False, True, True], constraints, total=TOTAL)


def attempts(n: int, n_draws: int, *, n_tries: int = 3, seed: int = 0) -> Attempts:
    draws = np.random.default_rng(seed).random((n, n_tries, n_draws))
    return Attempts(draws, np.zeros(n, dtype=np.int64), np.zeros((n, 4), dtype=np.int64))


def points(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).multinomial(TOTAL, [0.6, 0.2, 0.1, 0.1], n).astype(np.int64)


def without_numba(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module as it is on a machine without Numba."""
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "numba", None)
        spec = importlib.util.find_spec(module.__name__)
        assert spec is not None and spec.loader is not None
        plain = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(plain)
    return plain


@given(CONSTRAINTS, st.integers(0, 1000))
def test_moves_say_of_each_row_whether_it_keeps_the_rules(
    constraints: list[LinearConstraint | CountConstraint], seed: int
) -> None:
    of_many = check(constraints)
    tries = attempts(60, 4, n_tries=1, seed=seed)
    least = np.maximum(of_many.rules.lower, 1)
    found = moves_kernel.move_rows(points(60, seed), np.arange(60), tries, least, of_many.rules)
    assert found.tolist() == of_many(tries.made).tolist()
    assert (tries.made.sum(axis=1) == TOTAL).all()


def test_tries_go_on_until_one_keeps_the_rules_or_none_is_left() -> None:
    of_many = check([CountConstraint("count", (1, 1, 1, 1), 3, 3)])
    tries = attempts(300, 4)
    least, rows = np.maximum(of_many.rules.lower, 1), np.arange(0, 300, 2)
    found = moves_kernel.move_rows(points(300, 1), rows, tries, least, of_many.rules)
    assert 0 < found.sum() < len(rows)
    assert of_many(tries.made)[rows].tolist() == found.tolist()
    assert set(tries.tried[rows[~found]]) == {3} and set(tries.tried[rows[found]]) == {1, 2, 3}
    assert not tries.tried[1::2].any() and not tries.made[1::2].any()
    # What is asked again goes on from there.
    assert moves_kernel.move_rows(points(300, 1), rows, tries, least, of_many.rules).sum() < found.sum()


@given(st.integers(0, 1000))
def test_a_child_is_the_nearest_point_to_its_blend(seed: int) -> None:
    rules = check([]).rules
    rng = np.random.default_rng(seed)
    targets = points(20, seed) + rng.normal(0.0, 4.0, (20, 4))
    lower = np.where(rules.may_be_absent, 0, rules.lower)
    nearest = nearest_in_box(targets, lower, rules.upper, total=TOTAL)
    for target, expected in zip(targets, nearest, strict=True):
        point = np.zeros(4, dtype=np.int64)
        moves_kernel._round(target, rules, point)
        assert point.sum() == TOTAL and (point >= lower).all() and (point <= rules.upper).all()
        assert ((point - target) ** 2).sum() == pytest.approx(((expected - target) ** 2).sum())


def test_without_numba_the_same_moves_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = without_numba(moves_kernel, monkeypatch)
    of_many = check([LinearConstraint("sum", (1, 0, -2, 0), 0, 25), CountConstraint("c", (1,) * 4, 2, 3)])
    one, other, rows = points(80, 1), points(80, 2), np.arange(80)
    least = np.maximum(of_many.rules.lower, 1)
    process = (stepped("T", 600, 700, 10), continuous("p", 0, 1), choices("t", [60, 600]))
    treatments = np.column_stack([variable.sample(80, np.random.default_rng(3)) for variable in process])
    chance, normal = np.random.default_rng(4).random((80, 3)), np.random.default_rng(5).standard_normal(80)
    results = []
    for module in (moves_kernel, plain):
        moving, crossing, treated = attempts(80, 4), attempts(80, 6), treatments.copy()
        results.append(
            [
                module.move_rows(one, rows, moving, least, of_many.rules),
                module.cross_rows(one, other, rows, crossing, of_many.rules),
                *moving,
                *crossing,
                treated,
            ]
        )
        module.move_treatments(treated, chance, normal, TreatmentLevels.of(process))
    for compiled, slow in zip(*results, strict=True):
        np.testing.assert_array_equal(compiled, slow)
    assert type(plain.move_rows).__name__ == "function"


def test_treatments_stay_among_their_values_and_change_one_at_a_time() -> None:
    process = (stepped("T", 600, 700, 10), continuous("p", 0, 1), choices("t", [60, 600]))
    rng = np.random.default_rng(0)
    before = np.column_stack([variable.sample(3000, rng) for variable in process])
    after = before.copy()
    moves_kernel.move_treatments(
        after, rng.random((3000, 3)), rng.standard_normal(3000), TreatmentLevels.of(process)
    )
    for i, variable in enumerate(process):
        assert variable.contains(after[:, i]).all()
    assert ((before != after).sum(axis=1) <= 1).all()
    steps = np.abs(after[:, 0] - before[:, 0])
    # Near levels are drawn more often than far ones, and these all the same.
    assert (steps[steps > 0] <= 30).mean() > 0.7 and steps.max() > 50


def test_without_numba_crowds_and_new_hashes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    F = rng.integers(0, 6, (60, 3)) / 6.0
    rank = rng.integers(0, 3, 60)
    hashes = rng.integers(0, 40, 60).astype(np.uint64)
    known, late = np.array([1, 5, 9], dtype=np.uint64), np.array([3], dtype=np.uint64)
    results = []
    for crowding, evaluated in (
        (crowding_kernel, evaluated_kernel),
        (without_numba(crowding_kernel, monkeypatch), without_numba(evaluated_kernel, monkeypatch)),
    ):
        distance = np.empty(60)
        crowding.write_distances(F, rank, np.argsort(rank, kind="stable"), distance)
        results.append((distance, evaluated.are_new(hashes, known, late)))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    assert results[0][1].tolist() == results[1][1].tolist()
    first = {int(value): i for i, value in reversed(list(enumerate(hashes)))}
    expected = [first[int(value)] == i and value not in (1, 3, 5, 9) for i, value in enumerate(hashes)]
    assert results[0][1].tolist() == expected


def test_boxes_are_the_same_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    widths = np.array([4, 7, 3, 5])
    plain_box, plain_sides = (without_numba(module, monkeypatch) for module in (box_kernel, free_box_kernel))
    table = box_kernel.ways_below(widths)
    assert table.tolist() == plain_box.ways_below(widths).tolist()
    n_points = int(table[0, 9] - table[0, 8])
    ranks = rng.permutation(n_points)
    points = box_kernel.points_of(ranks, table, widths, 8)
    assert points.tolist() == plain_box.points_of(ranks, table, widths, 8).tolist()
    for _ in range(20):
        good, bad = rng.integers(-4, 5, (30, 6)), rng.integers(-4, 5, (25, 6))
        bad[:, 0] = np.where((bad <= 0).all(axis=1), 1, bad[:, 0])
        reach, most = np.full(6, 4), np.full(6, 4)
        again = reach.copy()
        free_box_kernel.cut_sides(good, bad, reach)
        plain_sides.cut_sides(good, bad, again)
        assert reach.tolist() == again.tolist()
        moved = free_box_kernel.grow_sides(bad, reach, most), plain_sides.grow_sides(bad, again, most)
        assert moved[0] == moved[1] and reach.tolist() == again.tolist()


def test_what_no_box_is_free_of_ends_the_cutting() -> None:
    reach = np.full(4, 3)
    free_box_kernel.cut_sides(np.zeros((1, 4), np.int64), np.zeros((1, 4), np.int64), reach)
    assert (reach >= 0).all()


def test_loops_are_compiled_for_rows_after_each_other_alone() -> None:
    """Two processes that compile one loop for two layouts at once could mix them up on disk."""
    here = space()
    rng = np.random.default_rng(0)
    for n in (0, 1, 2, 30):
        X = here.sample(n, seed=n)
        assert here.contains(mutate(here, X, rng)).all()
        assert here.contains(cross(here, X, X[::-1], rng)).all()
        nearest(X[:, :4], here.elements, here.sample(5)[:, 3::-1], here.elements[::-1])
    find("nsga2", problem(3, here))
    for loop in (
        moves_kernel.move_rows,
        moves_kernel.cross_rows,
        moves_kernel.move_treatments,
        crowding_kernel.write_distances,
        evaluated_kernel.are_new,
        neighbors_kernel.nearest_rows,
    ):
        compiled: Any = loop
        layouts = set(re.findall(r"\d, '(\w)'", " ".join(map(str, compiled.signatures))))
        assert layouts == {"C"}
