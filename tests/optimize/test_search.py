"""Every algorithm, held to the same law: valid alloys only, one seed one result, the budget kept."""

from __future__ import annotations

import numpy as np
import pytest

from moalloy.domain.problem import Limit
from moalloy.domain.values import FloatArray
from moalloy.optimize.algorithms import Budget
from moalloy.optimize.record import GenerationReport, SearchRecord
from moalloy.optimize.search import hypervolume_scale, search
from tests.optimize.toy import ALL_ALGORITHMS, TINY_POINTS, find, problem, space, tiny_space

# Missed by about half of all alloys, so that tournaments between equal violations happen all the time.
LIMIT = (Limit("o3", minimum=5.18),)


def assert_obeys_by_hand(X: FloatArray) -> None:
    """Check alloys of `space` with whole numbers and nothing of ours."""
    halves = np.rint(X[:, :4] * 200).astype(int)
    assert np.abs(X[:, :4] * 200 - halves).max() < 1e-9
    assert (halves.sum(axis=1) == 200).all()
    fe, b, si, nb = halves.T
    assert ((fe >= 140) & (fe <= 172) & (b >= 12) & (b <= 32)).all()
    assert ((si == 0) | ((si >= 2) & (si <= 24))).all()
    assert ((nb == 0) | ((nb >= 1) & (nb <= 8))).all()
    assert np.isin(X[:, 4], np.arange(700, 801, 10)).all()
    assert np.isin(X[:, 5], [0, 1]).all()
    assert (X[:, 6] == 600).all()
    assert ((X[:, 7] >= 0) & (X[:, 7] <= 1)).all()


def bytes_of(record: SearchRecord) -> tuple[object, ...]:
    return (record.X.tobytes(), record.F.tobytes(), record.G.tobytes(), record.reports)


@pytest.mark.parametrize("limits", [(), LIMIT], ids=["free", "limited"])
@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_every_evaluated_alloy_obeys_the_space(algorithm: str, limits: tuple[Limit, ...]) -> None:
    record = find(algorithm, problem(3, space(), limits=limits), generations=8)
    assert space().contains(record.X).all()
    assert_obeys_by_hand(record.X)


@pytest.mark.parametrize("limits", [(), LIMIT], ids=["free", "limited"])
@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_one_seed_gives_one_record_to_the_last_bit(algorithm: str, limits: tuple[Limit, ...]) -> None:
    first, *others = (find(algorithm, problem(3, space(), limits=limits)) for _ in range(3))
    if limits:
        assert 0 < first.is_feasible.sum() < len(first.X)
    assert all(bytes_of(other) == bytes_of(first) for other in others)


@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_another_seed_gives_another_search(algorithm: str) -> None:
    one, other = (find(algorithm, problem(3, space()), seed=seed) for seed in (1, 2))
    assert one.X.tobytes() != other.X.tobytes()


@pytest.mark.parametrize("population", [4, 5, 7, 20])
@pytest.mark.parametrize("algorithm", ["nsga2", "sms_emoa", "rnsga2", "gde3", "nsde", "de", "random"])
def test_the_budget_is_population_times_generations(algorithm: str, population: int) -> None:
    record = find(algorithm, problem(2, space()), population=population, generations=4)
    assert [r.n_evaluations for r in record.reports] == [population * n for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("algorithm", ["nsga3", "unsga3"])
def test_as_many_alloys_are_spent_as_there_are_directions(algorithm: str) -> None:
    record = find(algorithm, problem(3, space()), population=20, generations=4)
    assert [r.n_evaluations for r in record.reports] == [15, 30, 45, 60]


@pytest.mark.parametrize(
    ("algorithm", "fewest"), [("nsga2", 600), ("nsga3", 600), ("gde3", 560), ("de", 560)]
)
def test_hardly_an_evaluation_is_spent_on_an_alloy_twice(algorithm: str, fewest: int) -> None:
    # Differential evolution has to evaluate a child for each parent, new or not.
    record = find(algorithm, problem(2, space(process=False)), population=20, generations=30)
    assert record.reports[-1].n_evaluations == 600
    assert fewest <= len(record.X) == len(np.unique(np.rint(record.X * 200), axis=0))


@pytest.mark.parametrize("n_objectives", [1, 2, 3, 4])
@pytest.mark.parametrize("algorithm", ["nsga2", "gde3", "nsde", "de", "random"])
def test_any_number_of_objectives_will_do(algorithm: str, n_objectives: int) -> None:
    record = find(algorithm, problem(n_objectives, space()), population=8, generations=3)
    assert record.F.shape == (len(record.X), n_objectives)
    assert np.isfinite(record.F).all()


@pytest.mark.parametrize("n_objectives", [2, 3, 4])
@pytest.mark.parametrize("algorithm", ["nsga3", "unsga3", "sms_emoa", "rnsga2"])
def test_others_take_two_objectives_and_more(algorithm: str, n_objectives: int) -> None:
    record = find(algorithm, problem(n_objectives, space()), population=8, generations=3)
    assert record.F.shape == (len(record.X), n_objectives)


@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_a_space_smaller_than_the_population_is_searched_without_fuss(algorithm: str) -> None:
    record = find(algorithm, problem(2, tiny_space()), population=20, generations=3)
    assert tiny_space().n_points() == TINY_POINTS
    assert len(record.X) == TINY_POINTS
    assert tiny_space().contains(record.X).all()


@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_one_generation_is_the_first_population(algorithm: str) -> None:
    record = find(algorithm, problem(2, space()), population=8, generations=1)
    assert len(record.reports) == 1
    assert (record.generation == 1).all()


def test_generations_number_the_rows_of_a_record() -> None:
    record = find("nsga2", problem(2, space()), population=8, generations=3)
    assert record.generation.tolist() == [1] * 8 + [2] * 8 + [3] * 8


def test_hypervolume_never_falls_and_the_front_is_counted() -> None:
    record = find("nsga2", problem(2, space()), generations=10)
    volumes = [report.hypervolume for report in record.reports]
    assert volumes == sorted(volumes)
    assert 0 < volumes[-1] <= 1
    assert record.reports[-1].front_size >= 1


def test_alloys_that_miss_the_limits_add_nothing_to_the_hypervolume() -> None:
    record = find("random", problem(2, space(), limits=(Limit("o3", minimum=99.0),)))
    assert not record.is_feasible.any()
    assert {(r.hypervolume, r.front_size) for r in record.reports} == {(0.0, 0)}


def test_a_search_beats_random_drawing() -> None:
    design = problem(2, space())
    guided, drawn = (
        np.mean([find(name, design, generations=20, seed=s).reports[-1].hypervolume for s in (1, 2, 3)])
        for name in ("nsga2", "random")
    )
    assert guided > drawn


def test_progress_hears_of_every_generation() -> None:
    heard: list[GenerationReport] = []
    design, none = problem(2, space()), np.zeros((0, 8))
    record = search(
        design,
        algorithm="nsga2",
        budget=Budget(8, 3),
        seed=1,
        scale=hypervolume_scale(design, none),
        known=none,
        progress=heard.append,
    )
    assert tuple(heard) == record.reports


@pytest.mark.parametrize("algorithm", ALL_ALGORITHMS)
def test_a_search_prints_nothing_and_leaves_the_global_generator_alone(
    algorithm: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = np.random.get_state()  # noqa: NPY002
    find(algorithm, problem(2, tiny_space()), population=20, generations=2)
    find(algorithm, problem(3, space(), limits=LIMIT), population=7, generations=2)
    after = np.random.get_state()  # noqa: NPY002
    assert capfd.readouterr() == ("", "")
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
