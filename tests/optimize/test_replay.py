"""Going on with an interrupted search: made again from its seed, what it evaluated before looked up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.domain.problem import DesignProblem, Evaluation
from moalloy.domain.values import FloatArray
from moalloy.optimize.record import Generation, SearchRecord
from moalloy.optimize.recorder import ReplayError
from moalloy.optimize.search import hypervolume_scale
from moalloy.optimize.stopping import Budget
from tests.optimize.toy import ALL_ALGORITHMS, find, problem, space

N_GENERATIONS = 6


class Watched(DesignProblem):
    """A problem that counts how many alloys it had to predict."""

    n_predicted = 0

    def evaluate(self, X: FloatArray) -> Evaluation:
        type(self).n_predicted += len(X)
        return super().evaluate(X)


def bytes_of(record: SearchRecord) -> tuple[object, ...]:
    return (
        record.X.tobytes(),
        record.scores.tobytes(),
        record.F.tobytes(),
        record.G.tobytes(),
        record.reports,
    )


@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_a_search_goes_on_from_any_generation_as_if_nothing_had_happened(algorithm: str) -> None:
    design = problem(3, space())
    kept: list[Generation] = []
    whole = find(algorithm, design, generations=N_GENERATIONS, keep=kept.append)
    assert len(kept) == N_GENERATIONS
    for n_earlier in range(N_GENERATIONS + 1):
        later: list[Generation] = []
        resumed = find(
            algorithm, design, generations=N_GENERATIONS, earlier=kept[:n_earlier], keep=later.append
        )
        assert bytes_of(resumed) == bytes_of(whole)
        assert [g.X.tobytes() for g in later] == [g.X.tobytes() for g in kept[n_earlier:]]


def test_what_was_evaluated_before_is_not_predicted_again() -> None:
    plain = problem(2, space())
    kept: list[Generation] = []
    find("nsga2", plain, population=10, generations=5, keep=kept.append)
    watched = Watched(plain.space, plain.objectives, plain.surrogates)
    scale = hypervolume_scale(watched, np.zeros((0, 8)))
    before = Watched.n_predicted
    find("nsga2", watched, population=10, generations=5, earlier=kept[:3], scale=scale)
    assert Watched.n_predicted - before == 20


def test_a_search_that_asks_for_other_alloys_says_so() -> None:
    design = problem(2, space())
    kept: list[Generation] = []
    find("nsga2", design, seed=1, keep=kept.append)
    with pytest.raises(ReplayError):
        find("nsga2", design, seed=2, earlier=kept[:2])


def test_time_that_passed_before_the_interruption_counts() -> None:
    design = problem(2, space())
    kept: list[Generation] = []
    find("nsga2", design, generations=5, keep=kept.append)
    late = [replace(generation, seconds=100.0 * (i + 1)) for i, generation in enumerate(kept[:3])]
    timed = Budget(20, 5, max_seconds=250.0)
    resumed = find("nsga2", design, budget=timed, earlier=late)
    assert (resumed.stopped, len(resumed.reports)) == ("time", 3)
