"""What ends a search, and which reason it gives."""

from __future__ import annotations

import numpy as np
import pytest

from moalloy.domain.problem import Limit
from moalloy.optimize.algorithms import ALGORITHMS
from moalloy.optimize.record import GenerationReport, SearchRecord
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.optimize.stopping import Budget, Stagnation, reason_to_stop
from tests.optimize.toy import find, problem, space, tiny_space

NONE = np.zeros((0, 8))


def reports(*hypervolumes: float) -> list[GenerationReport]:
    return [GenerationReport(i + 1, 10 * (i + 1), value, 1) for i, value in enumerate(hypervolumes)]


def within(budget: Budget, *, algorithm: str = "nsga2", limits: tuple[Limit, ...] = ()) -> SearchRecord:
    design = problem(2, space(), limits=limits)
    return search(
        design,
        algorithm=algorithm,
        budget=budget,
        seed=3,
        scale=hypervolume_scale(design, NONE),
        known=NONE,
        reference_points=np.full((1, 2), 4.6) if algorithm == "rnsga2" else None,
    )


def test_a_search_goes_on_while_nothing_is_reached() -> None:
    budget = Budget(10, 9, max_evaluations=60, max_seconds=5.0, stagnation=Stagnation(2, 0.01))
    assert reason_to_stop(budget, reports(0.1, 0.2, 0.3), seconds=4.9) is None


@pytest.mark.parametrize(("most", "reason"), [(39, "evaluations"), (40, None)])
def test_the_evaluations_are_never_passed(most: int, reason: str | None) -> None:
    assert reason_to_stop(Budget(10, 9, max_evaluations=most), reports(0.1, 0.2, 0.3), seconds=0.0) == reason


@pytest.mark.parametrize(
    ("volumes", "reason"),
    [
        ((0.5, 0.5, 0.5), "stagnation"),
        ((0.992, 0.995, 1.0), "stagnation"),
        ((0.98, 0.99, 1.0), None),
        ((0.5, 0.5), None),
        ((0.0, 0.0, 0.0), None),
    ],
    ids=["flat", "less than 1 %", "more than 1 %", "too early", "no alloy meets the limits yet"],
)
def test_stagnation_is_little_growth_over_the_last_generations(
    volumes: tuple[float, ...], reason: str | None
) -> None:
    budget = Budget(10, 9, stagnation=Stagnation(2, 0.01))
    assert reason_to_stop(budget, reports(*volumes), seconds=0.0) == reason


def test_reasons_that_every_machine_reaches_come_before_the_clock() -> None:
    both = Budget(10, 9, max_seconds=1.0, stagnation=Stagnation(2, 0.01))
    assert reason_to_stop(both, reports(0.5, 0.5, 0.5), seconds=2.0) == "stagnation"
    assert reason_to_stop(both, reports(0.3, 0.4, 0.5), seconds=2.0) == "time"


# de has a single objective; its loop is that of the others.
@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "de"])
def test_every_algorithm_stops_early_with_what_it_would_have_found_by_then(algorithm: str) -> None:
    short = within(Budget(20, 9, max_evaluations=65), algorithm=algorithm)
    assert short.stopped == "evaluations"
    assert 40 < short.reports[-1].n_evaluations <= 65
    whole = within(Budget(20, 5), algorithm=algorithm)
    assert whole.stopped == "generations"
    assert whole.X[: len(short.X)].tobytes() == short.X.tobytes()
    assert whole.reports[: len(short.reports)] == short.reports


def test_one_generation_is_made_however_short_the_time() -> None:
    record = within(Budget(8, 5, max_seconds=0.0))
    assert (record.stopped, len(record.reports)) == ("time", 1)


def test_a_search_that_stagnates_says_so_and_one_without_alloys_does_not() -> None:
    lazy = Budget(8, 12, stagnation=Stagnation(3, 0.9))
    assert within(lazy).stopped == "stagnation"
    assert within(lazy, limits=(Limit("o3", minimum=99.0),)).stopped == "generations"


def test_a_search_that_has_seen_every_alloy_is_exhausted() -> None:
    record = find("nsga2", problem(2, tiny_space()), population=15, generations=50)
    assert record.stopped == "exhausted"
    assert len(record.reports) < 50
