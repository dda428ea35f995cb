"""On random problems, nothing invalid comes out: judged by the independent checker."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from moalloy.build.space import build_space
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import FloatArray
from moalloy.optimize.moves import cross, mutate
from moalloy.spec import parse_spec

from .checker import Limit, Linear, Words, all_compositions, complaints, to_yaml
from .random_words import random_words

SEEDS = st.integers(0, 10**9)
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SOME = settings(MANY, max_examples=40)
FEW = settings(MANY, max_examples=20)


def built(words: Words) -> DesignSpace:
    return build_space(parse_spec(to_yaml(words)).space)


def assert_valid(words: Words, X: FloatArray) -> None:
    for row in X:
        assert complaints(words, row) == [], to_yaml(words)


def wild(space: DesignSpace, X: FloatArray, seed: int) -> FloatArray:
    """Return rows near, far and very far from ``X``."""
    rng = np.random.default_rng(seed)
    return np.concatenate([X + rng.normal(0, scale, X.shape) for scale in (0.01, 1.0, 1e7)])


@FEW
@given(seed=SEEDS)
def test_nothing_invalid_is_sampled_repaired_crossed_or_mutated(seed: int) -> None:
    assert_nothing_invalid_comes_out(seed)


@pytest.mark.slow
@MANY
@given(seed=SEEDS)
def test_nothing_invalid_comes_out_of_hundreds_of_problems(seed: int) -> None:
    assert_nothing_invalid_comes_out(seed)


def assert_nothing_invalid_comes_out(seed: int) -> None:
    words = random_words(seed)
    space = built(words)
    rng = np.random.default_rng(seed)
    X = space.sample(5, seed)
    for rows in (X, space.repair(wild(space, X, seed)), cross(space, X, X[::-1], rng), mutate(space, X, rng)):
        assert_valid(words, rows)
        assert space.contains(rows).all()
    assert space.repair(X).tobytes() == X.tobytes()


@SOME
@given(seed=SEEDS)
def test_enumeration_is_brute_force(seed: int) -> None:
    words = random_words(seed, max_elements=3, max_width=8)
    space = built(words.without_process())
    expected = {
        tuple(float(amount) for amount in point) for point in all_compositions(words.without_process())
    }
    found = space.percent(np.concatenate(list(space.enumerate())))
    assert {tuple(row) for row in found.tolist()} == expected
    assert space.n_points() == len(found) == len(expected)


@SOME
@given(seed=SEEDS)
def test_repair_is_the_nearest_point_where_no_limit_is_nonlinear(seed: int) -> None:
    words = random_words(seed, max_elements=4, max_width=8)
    space = built(replace(words.without_process(), limits=()))
    assume(space.n_ranks < 50_000)
    points = np.concatenate(list(space.enumerate()))
    rng = np.random.default_rng(seed)
    targets = points[rng.integers(len(points), size=10)] + rng.normal(0, 0.2, (10, space.n_elements))
    targets = np.abs(targets)
    near, grid = space.repair(targets), space.percent(points)
    percent = 100 * targets * (1 if words.basis == "at%" else _weights(words, targets))
    best = ((percent[:, None, :] - grid[None]) ** 2).sum(axis=2).min(axis=1)
    assert ((percent - space.percent(near)) ** 2).sum(axis=1) == pytest.approx(best, rel=1e-9, abs=1e-9)


def _weights(words: Words, targets: FloatArray) -> FloatArray:
    """Return the factors from atomic to weight fractions, shape as ``targets``."""
    from moalloy.domain.elements import masses_u

    masses = masses_u(words.elements)
    return np.asarray(masses / (targets @ masses)[:, None], dtype=np.float64)


@pytest.mark.slow
@SOME
@given(seed=SEEDS)
def test_the_order_of_elements_in_the_file_changes_nothing(seed: int) -> None:
    words = random_words(seed, max_elements=6)
    turned = replace(words, ranges=dict(reversed(list(words.ranges.items()))))
    X = wild(built(words), built(words).sample(3, seed), seed)
    columns = [*range(len(words.elements))[::-1], *range(len(words.elements), X.shape[1])]
    assert (built(turned).repair(X[:, columns])[:, columns] == built(words).repair(X)).all()


RICH = Linear({"B": 1}, Fraction(1, 4), over="Fe")
HEAVY = Linear({"B": 1}, Fraction(5), basis="wt%")


def test_the_checker_finds_each_kind_of_fault() -> None:
    words = Words(
        ranges={"Fe": (Fraction(60), Fraction(90), False), "B": (Fraction(5), Fraction(20), True)},
        step=Fraction(1, 2),
        count=(2, 2),
        linear=(
            Linear({"B": 1}, upper=Fraction(1, 4), over="Fe"),
            Linear({"B": 1}, Fraction(2), basis="wt%"),
        ),
    )
    assert complaints(words, [0.9, 0.1]) == []
    assert complaints(words, [0.9, 0.11]) != []
    assert complaints(words, [0.8999, 0.1001]) == ["Fe is off the grid", "B is off the grid"]
    assert complaints(words, [0.96, 0.04]) == ["Fe = 96", "B = 4"]
    assert complaints(words, [0.805, 0.195]) == []
    for line in (RICH, HEAVY):
        assert complaints(replace(words, linear=(line,)), [0.805, 0.195]) == [str(line)]
    dense = Limit("density_g_per_cm3", minimum=Fraction(9))
    assert complaints(replace(words, limits=(dense,)), [0.9, 0.1]) == [str(dense)]
    assert complaints(words, [np.nan, 0.1]) == ["wrong number of columns, or not finite"]
