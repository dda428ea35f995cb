"""What pymoo gets to see."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from pymoo.core.population import Population

from moalloy.domain.problem import Limit
from moalloy.optimize.adapter import (
    AlloyDuplicates,
    AlloyProblem,
    AlloyRepair,
    AlloySampling,
    FreshRepair,
)
from moalloy.optimize.evaluated import Evaluated
from tests.optimize.toy import problem, space, tiny_space


def wild(n: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return rows as pymoo's own operators make them: in their bounds, and off the simplex."""
    rng = np.random.default_rng(0)
    return np.column_stack(
        [rng.random((n, 4)), rng.uniform(700, 800, n), rng.random(n), np.full(n, 600.0), rng.random(n)]
    )


def test_objectives_belong_to_the_repaired_rows() -> None:
    design = problem(2, space())
    F = AlloyProblem(design).evaluate(wild(30))
    assert np.array_equal(F, design.evaluate(space().repair(wild(30))).F)


def test_limits_are_constraints_of_pymoo() -> None:
    design = problem(2, space(), limits=(Limit("o3", minimum=4.2, maximum=4.6),))
    adapted = AlloyProblem(design)
    assert adapted.n_ieq_constr == 2
    F, G = adapted.evaluate(wild(30), return_values_of=["F", "G"])
    assert F.shape == G.shape == (30, 2)
    assert np.array_equal(G, design.evaluate(space().repair(wild(30))).G)


def test_weights_make_one_objective() -> None:
    design = problem(3, space(), weights={"o0": 2.0, "o2": 1.0})
    F = AlloyProblem(design).evaluate(wild(5))
    parts = design.evaluate(space().repair(wild(5))).F
    assert F.shape == (5, 1)
    assert F[:, 0] == pytest.approx(2.0 * parts[:, 0] + parts[:, 2], rel=1e-12)


def test_a_deep_copy_is_the_problem_itself() -> None:
    adapted = AlloyProblem(problem(2, space()))
    assert copy.deepcopy(adapted) is adapted


def test_repair_brings_rows_into_the_space() -> None:
    adapted = AlloyProblem(problem(2, space()))
    population = AlloyRepair(space()).do(adapted, Population.new(X=wild(20)))
    assert space().contains(population.get("X")).all()


def test_the_first_population_holds_known_alloys_and_no_alloy_twice() -> None:
    known = space().sample(3, seed=5)
    X = AlloySampling(space(), known)._do(None, 10, random_state=np.random.default_rng(1))
    assert Evaluated(space()).is_new(X).all()
    assert np.array_equal(X[:3], known)


def test_known_alloys_fill_at_most_half_of_the_first_population() -> None:
    known = space().sample(100, seed=5)
    X = AlloySampling(space(), known)._do(None, 11, random_state=np.random.default_rng(1))
    keys = set(space().keys(known))
    assert [key in keys for key in space().keys(X)].count(True) == 5


def test_named_alloys_are_all_in_the_first_population_even_if_they_are_more_than_half() -> None:
    named = np.unique(space().sample(30, seed=5), axis=0)
    X = AlloySampling(space(), named, 8)._do(None, 10, random_state=np.random.default_rng(1))
    assert np.array_equal(X[:8], named[:8])
    others = set(space().keys(named[8:]))
    assert not others & set(space().keys(X[8:]))


def test_few_named_alloys_leave_room_for_known_ones_up_to_half() -> None:
    known = space().sample(100, seed=5)
    X = AlloySampling(space(), known, 2)._do(None, 12, random_state=np.random.default_rng(1))
    keys = set(space().keys(known))
    assert np.array_equal(X[:2], known[:2])
    assert [key in keys for key in space().keys(X)].count(True) == 6


def test_of_more_named_alloys_than_fit_an_even_spread_is_taken() -> None:
    named = np.unique(space().sample(30, seed=5), axis=0)[:21]
    X = AlloySampling(space(), named, 21)._do(None, 5, random_state=np.random.default_rng(1))
    assert np.array_equal(X, named[[0, 5, 10, 15, 20]])


def test_a_small_space_fills_the_first_population_with_repeats() -> None:
    none = np.zeros((0, 3))
    X = AlloySampling(tiny_space(), none)._do(None, 20, random_state=np.random.default_rng(1))
    assert X.shape == (20, 3)
    assert tiny_space().contains(X).all()


def test_duplicates_of_earlier_generations_are_dropped() -> None:
    X = space().sample(6, seed=2)
    evaluated = Evaluated(space())
    evaluated.add(X[:2])
    offspring = Population.new(X=np.concatenate([X[:4], X[3:4]]))
    kept = AlloyDuplicates(space(), evaluated).do(offspring, Population.new(X=X[2:3]))
    assert np.array_equal(kept.get("X"), X[3:4])


def test_children_that_repeat_an_alloy_are_moved_on() -> None:
    X = space().sample(10, seed=2)
    evaluated = Evaluated(space())
    evaluated.add(X)
    moved = FreshRepair(space(), evaluated)._do(None, X, random_state=np.random.default_rng(1))
    assert evaluated.is_new(moved).all()
    assert space().contains(moved).all()


def test_children_in_an_exhausted_space_stay_valid() -> None:
    everything = next(tiny_space().enumerate())
    evaluated = Evaluated(tiny_space())
    evaluated.add(everything)
    moved = FreshRepair(tiny_space(), evaluated)._do(None, everything, random_state=np.random.default_rng(1))
    assert tiny_space().contains(moved).all()
