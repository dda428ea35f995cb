"""Who wins a tournament of two, ties broken by the algorithm's own generator.

pymoo 0.6.2 breaks some of these ties with an unseeded one (anyoptimization/pymoo#794), so that a seed
would give another search each time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray

__all__ = ["smaller_violation", "unified"]


def smaller_violation(pop: Any, P: Any, random_state: Any = None, **kwargs: Any) -> Any:
    """Return the winners by constraint violation, shape ``(n_tournaments, 1)``, of pairs ``P``."""
    violation = np.asarray(pop.get("CV"), dtype=np.float64)[:, 0]
    is_first, is_second = _smaller(violation, P)
    return _winners(P, is_first, is_second, random_state)


def unified(pop: Any, P: Any, random_state: Any = None, **kwargs: Any) -> Any:
    """Return the winners by the rules of U-NSGA-III, shape ``(n_tournaments, 1)``, of pairs ``P``.

    Where one misses a limit, the smaller violation wins; of one niche, the better rank, then the one
    nearer to the niche's direction; alloys of different niches aren't compared.

    Source: Seada, Deb, IEEE Trans. Evol. Comput. 20 (2016) 358, doi:10.1109/TEVC.2015.2459718.
    """
    violation = np.asarray(pop.get("CV"), dtype=np.float64)[:, 0]
    niche, rank, distance = (_numbers(pop, name) for name in ("niche", "rank", "dist_to_niche"))
    violates = (violation[P] > 0.0).any(axis=1)
    is_first, is_second = _smaller(violation, P)
    by_rank, by_distance = _smaller(rank, P), _smaller(distance, P)
    is_kin = ~violates & (niche[P[:, 0]] == niche[P[:, 1]])
    is_tied = ~by_rank[0] & ~by_rank[1]
    is_first = np.where(violates, is_first, is_kin & (by_rank[0] | (is_tied & by_distance[0])))
    is_second = np.where(violates, is_second, is_kin & (by_rank[1] | (is_tied & by_distance[1])))
    return _winners(P, is_first, is_second, random_state)


def _numbers(pop: Any, name: str) -> FloatArray:
    """Return what survival noted of each alloy; NaN of those that miss a limit, which it passes over."""
    return np.array([np.nan if value is None else value for value in pop.get(name)], dtype=np.float64)


def _smaller(values: FloatArray, P: Any) -> tuple[BoolArray, BoolArray]:
    first, second = values[P[:, 0]], values[P[:, 1]]
    return first < second, second < first


def _winners(P: Any, is_first: BoolArray, is_second: BoolArray, random_state: Any) -> Any:
    coin = random_state.random(len(P)) < 0.5
    return np.where(is_first | (~is_second & coin), P[:, 0], P[:, 1])[:, None]
