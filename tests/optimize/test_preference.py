"""Searches that aim at a point come nearer to it than searches for the whole front."""

from __future__ import annotations

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.errors import InputError
from moalloy.optimize.algorithms import Budget
from moalloy.optimize.record import SearchRecord
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.pareto import non_dominated
from tests.optimize.toy import problem, space

NONE = np.zeros((0, 8))


def aim(algorithm: str, points: FloatArray | None) -> SearchRecord:
    design = problem(2, space())
    return search(
        design,
        algorithm=algorithm,
        budget=Budget(20, 15),
        seed=1,
        scale=hypervolume_scale(design, NONE),
        known=NONE,
        reference_points=points,
    )


def front(record: SearchRecord) -> FloatArray:
    return np.unique(record.F[non_dominated(record.F)], axis=0)


def last_distances(record: SearchRecord, point: FloatArray) -> FloatArray:
    """Return how far the alloys of the last generations are from a point, in spans of the objectives."""
    design = problem(2, space())
    scale = hypervolume_scale(design, NONE)
    late = record.F[record.generation > 8]
    scaled = (late - point) / np.subtract(scale.reference, scale.ideal)
    return np.asarray(np.linalg.norm(scaled, axis=1), dtype=np.float64)


@pytest.mark.parametrize("end", [0, 1], ids=["best first objective", "best second objective"])
def test_alloys_gather_where_they_are_wanted(end: int) -> None:
    whole = aim("nsga2", None)
    corner = front(whole)[0 if end == 0 else -1]
    aimed = aim("rnsga2", corner[None, :])
    assert np.median(last_distances(aimed, corner)) < 0.7 * np.median(last_distances(whole, corner))


def test_two_points_draw_alloys_to_both() -> None:
    ends = front(aim("nsga2", None))[[0, -1]]
    aimed = aim("rnsga2", ends)
    for end in ends:
        assert last_distances(aimed, end).min() < 0.15


def test_rnsga2_without_a_point_is_refused() -> None:
    with pytest.raises(InputError, match="rnsga2 needs reference points to aim at; take nsga2"):
        aim("rnsga2", None)
