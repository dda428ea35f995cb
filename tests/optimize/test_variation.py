"""Where the children of a search on arrays come from, and the front that it draws parents from."""

from __future__ import annotations

import numpy as np

from moalloy.domain.problem import Limit
from moalloy.domain.values import FloatArray
from moalloy.optimize.evaluated import Evaluated
from moalloy.optimize.recorder import Recorder
from moalloy.optimize.search import hypervolume_scale
from moalloy.optimize.stopping import Budget
from moalloy.optimize.variation import FROM_FRONT, AlloyVariation
from moalloy.pareto import non_dominated
from tests.optimize.toy import problem, space

PARENTS = np.repeat(space().sample(1, seed=0), 200, axis=0)


def children(front: FloatArray | None) -> FloatArray:
    variation = AlloyVariation(
        space(), PARENTS, Evaluated(space()), front=None if front is None else lambda: front
    )
    return variation.children(PARENTS[:100], PARENTS[100:], np.random.default_rng(3))


def moved(X: FloatArray, origin: FloatArray) -> FloatArray:
    return np.asarray(np.abs(X[:, :4] - origin[:, :4]).sum(axis=1), dtype=np.float64)


def test_a_front_that_the_population_holds_changes_nothing() -> None:
    few = space().sample(50, seed=1)
    assert np.array_equal(children(few), children(None))


def test_parents_come_from_all_of_a_front_that_outgrows_the_population() -> None:
    # One alloy far from the parents stands for the front.
    far = space().sample(400, seed=2)
    far = np.repeat(far[moved(far, PARENTS[:1]).argmax()][None, :], 300, axis=0)
    made = children(far)
    assert space().contains(made).all()
    of_front = moved(made, far[:1]) < moved(made, PARENTS[:1])
    assert abs(of_front.mean() - FROM_FRONT) < 0.15
    assert (moved(children(None), far[:1]) > moved(children(None), PARENTS[:1])).mean() > 0.9


def test_the_recorder_knows_the_alloys_of_its_front() -> None:
    design = problem(3, space(), limits=(Limit("o3", minimum=5.2),))
    known = space().sample(40, seed=0)
    recorder = Recorder(design, budget=Budget(50, 3), scale=hypervolume_scale(design, known))
    parts = [space().sample(50, seed=seed) for seed in range(3)]
    for X in parts:
        recorder.evaluate(X)
    everything = np.concatenate(parts)
    evaluation = design.evaluate(everything)
    is_met = (evaluation.G <= 0).all(axis=1)
    F = evaluation.F[is_met]
    expected = F[non_dominated(F, is_each_once=True)]
    found = design.evaluate(recorder.front)
    assert (found.G <= 0).all()
    assert np.array_equal(found.F[np.lexsort(found.F.T)], expected[np.lexsort(expected.T)])
    assert 1 < len(expected) < is_met.sum() < len(everything)
