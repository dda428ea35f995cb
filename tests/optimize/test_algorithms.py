"""Algorithms by name, and the populations that they really use."""

from __future__ import annotations

import warnings

import pytest

from moalloy.errors import InputError
from moalloy.optimize.algorithms import ALGORITHMS, population_of
from moalloy.spec.settings import ALGORITHMS as NAMES_IN_FILES
from tests.optimize.toy import find, problem, tiny_space


def test_every_algorithm_of_the_problem_file_can_be_run() -> None:
    # These two are no engine of their own: one lists every alloy, the other chooses.
    assert set(NAMES_IN_FILES) - {"exhaustive", "auto"} == set(ALGORITHMS)


def test_an_unknown_algorithm_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="no algorithm 'cmaes'; there are nsga2, nsga3"):
        find("cmaes", problem(2, tiny_space()))


@pytest.mark.parametrize(
    ("n_objectives", "asked", "used"),
    # Das and Dennis (1998): C(M + p - 1, p) directions for M objectives and p partitions.
    [(2, 200, 200), (3, 91, 91), (3, 100, 91), (3, 200, 190), (4, 100, 84), (5, 4, 5)],
)
def test_the_population_of_nsga3_and_unsga3_follows_from_their_directions(
    n_objectives: int, asked: int, used: int
) -> None:
    for name in ("nsga3", "unsga3"):
        assert population_of(name, n_objectives=n_objectives, population=asked) == used
    assert population_of("nsga2", n_objectives=n_objectives, population=asked) == asked


@pytest.mark.parametrize("name", ["nsga3", "unsga3", "sms_emoa", "rnsga2"])
def test_what_needs_a_front_refuses_a_single_objective(name: str) -> None:
    with pytest.raises(InputError, match=f"{name} needs at least two objectives; take de"):
        find(name, problem(1, tiny_space()))


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_a_search_leaves_the_callers_warnings_as_they_were(name: str) -> None:
    find(name, problem(1 if name == "de" else 2, tiny_space()), population=9, generations=2)
    assert ("ignore", None, Warning, None, 0) not in warnings.filters


def test_de_minimizes_the_weighted_sum() -> None:
    design = problem(2, tiny_space())
    record = find("de", design, population=9, generations=3)
    everything = next(design.space.enumerate())
    total = design.evaluate(everything).F.sum(axis=1)
    assert record.F.sum(axis=1).min() == total.min()
