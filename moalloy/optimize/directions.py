"""Reference directions: where the NSGA-III family looks for the front.

Source: Das, Dennis, SIAM J. Optim. 8 (1998) 631, doi:10.1137/S1052623496307510.
"""

from __future__ import annotations

import math

import numpy as np

from moalloy.domain.values import FloatArray

__all__ = ["n_directions", "reference_directions"]


def reference_directions(n_objectives: int, population: int) -> FloatArray:
    """Return evenly spread directions, as many as fit into the population; rows sum to 1."""
    from pymoo.util.ref_dirs import get_reference_directions

    partitions = _partitions(n_objectives, population)
    directions = get_reference_directions("das-dennis", n_objectives, n_partitions=partitions)
    return np.asarray(directions, dtype=np.float64)


def n_directions(n_objectives: int, population: int) -> int:
    """Return how many directions that makes; two or more objectives.

    >>> n_directions(3, 200), n_directions(2, 200)
    (190, 200)
    """
    return _count(n_objectives, _partitions(n_objectives, population))


def _partitions(n_objectives: int, population: int) -> int:
    partitions = 1
    while _count(n_objectives, partitions + 1) <= population:
        partitions += 1
    return partitions


def _count(n_objectives: int, partitions: int) -> int:
    return math.comb(n_objectives + partitions - 1, partitions)
