"""Searches as they are judged: cut at equal evaluations, on one scale, against one front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.optimize.record import GenerationReport, SearchRecord
from moalloy.pareto import HypervolumeScale
from moalloy.study.comparison import Trial, judge, trial_of
from tests.optimize.toy import find, problem, space, tiny_space

UNIT = HypervolumeScale((0.0, 0.0), (1.0, 1.0))


def trial(contender: str, seed: int, *points: tuple[float, float]) -> Trial:
    F = np.array(points)
    return Trial(contender, seed, len(F), len(F), 1.0, F, np.arange(1, len(F) + 1))


@pytest.mark.parametrize("algorithm", ["nsga2", "nsga3", "gde3", "random"])
@pytest.mark.parametrize("evaluations", [20, 47, 60])
def test_every_algorithm_is_charged_the_same(algorithm: str, evaluations: int) -> None:
    record = find(algorithm, problem(3, space()), population=20, generations=5)
    cut = trial_of(record, space(), contender=algorithm, evaluations=evaluations)
    assert cut.n_evaluations == evaluations
    assert cut.n_alloys <= evaluations
    assert cut.valid_share == 1.0
    assert (cut.spent <= evaluations).all()


def test_what_is_cut_is_what_came_first() -> None:
    record = find("random", problem(2, space()), population=20, generations=3)
    cut = trial_of(record, space(), contender="random", evaluations=25)
    np.testing.assert_array_equal(cut.F, record.F[:25])
    assert cut.spent.tolist() == [20] * 20 + [25] * 5


def test_repeats_in_the_last_generation_are_charged_first() -> None:
    record = find("random", problem(2, space()), population=20, generations=2)
    first, last = record.reports
    # As if the second generation had asked ten more times for alloys that it knew.
    told = (first, GenerationReport(2, last.n_evaluations + 10, last.hypervolume, last.front_size))
    cut = trial_of(replace(record, reports=told), space(), contender="random", evaluations=35)
    assert (cut.n_evaluations, cut.n_alloys) == (35, 25)


def test_a_search_that_ran_dry_says_what_it_spent() -> None:
    record = find("random", problem(2, tiny_space()), population=10, generations=2)
    assert trial_of(record, tiny_space(), contender="random", evaluations=500).n_evaluations == 20


def test_alloys_outside_the_space_are_counted_as_invalid() -> None:
    record = find("random", problem(2, space()), population=20, generations=1)
    X = record.X.copy()
    X[:5, 0] += 0.001
    assert trial_of(replace(record, X=X), space(), contender="random").valid_share == pytest.approx(0.75)


def test_the_joint_front_has_no_distance_to_itself() -> None:
    ends, middle = trial("ends", 1, (0.0, 1.0), (1.0, 0.0)), trial("middle", 1, (0.4, 0.4))
    union = trial("union", 1, (0.0, 1.0), (1.0, 0.0), (0.4, 0.4), (0.9, 0.9))
    found = judge([ends, middle, union], scale=UNIT)
    scores = {score.contender: score for score in found.scores}
    assert found.front_kind == "joint"
    assert scores["union"].igd_plus == 0.0
    # (0.4, 0.4) is 0.6 short of (0.4, 0.4) at its nearest; (0, 1) and (1, 0) are each 0.4 away.
    assert scores["ends"].igd_plus == pytest.approx(0.6 / 3)
    assert scores["middle"].igd_plus == pytest.approx(0.8 / 3)
    assert scores["union"].front_size == 3
    assert found.front_hypervolume == pytest.approx(0.36)


def test_an_exact_front_is_what_distances_are_taken_to() -> None:
    found = judge(
        [trial("a", 1, (0.5, 0.5))], scale=UNIT, front=np.array([[0.3, 0.5], [0.6, 0.6]]), front_kind="exact"
    )
    assert found.scores[0].igd_plus == pytest.approx(0.2)


def test_curves_grow_to_the_final_hypervolume() -> None:
    growing = [trial("a", seed, (0.9, 0.9), (0.5, 0.5), (0.2, 0.2)) for seed in (1, 2)]
    found = judge(growing, scale=UNIT)
    curve = found.curves["a"]
    assert curve.hypervolume.shape == (2, len(curve.evaluations))
    assert curve.hypervolume[0].tolist() == pytest.approx([0.01, 0.25, 0.64])


def test_the_summary_has_median_and_quartiles() -> None:
    points = [0.1, 0.2, 0.3, 0.4, 0.5]
    found = judge([trial("a", i, (x, 0.0)) for i, x in enumerate(points)], scale=UNIT).summary
    row = found[found["indicator"] == "hypervolume"].iloc[0]
    assert [row["quartile_1"], row["median"], row["quartile_3"]] == pytest.approx([0.6, 0.7, 0.8])


def test_a_front_of_everything_is_known_when_everything_is() -> None:
    record = find("random", problem(2, space()), population=20, generations=3)
    whole: SearchRecord = replace(record, algorithm="exhaustive")
    assert set(trial_of(whole, space(), contender="all").spent.tolist()) == {60}
