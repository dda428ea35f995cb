"""Whether some searches are better than others by more than chance: rank tests over seeds.

Seeds are independent draws. Two algorithms at one seed share no more than their first alloys, so the tests
are unpaired: they hold whether or not the seeds are the same, and five seeds can already decide, where the
signed-rank test of five pairs never falls below ``p = 0.06``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy import stats

from moalloy.domain.values import FloatArray

__all__ = [
    "FEWEST_SEEDS",
    "SIGNIFICANT",
    "Better",
    "Pair",
    "Ranking",
    "holm",
    "rank",
    "smallest_p",
    "superiority",
]

# Corrected, three algorithms that never overlap reach p = 0.09 with four seeds each, 0.02 with five.
FEWEST_SEEDS = 5
SIGNIFICANT = 0.05

Better = Literal["larger", "smaller"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contenders.

    Attributes:
        first: The one that is said to be better.
        second: The other.
        p: Of the two-sided Mann-Whitney test, Holm-corrected over all pairs.
        superiority: The chance that a search of ``first`` beats one of ``second``; 0.5 for neither.
    """

    first: str
    second: str
    p: float
    superiority: float

    @property
    def is_significant(self) -> bool:
        return self.p < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the tests say of one indicator.

    Attributes:
        indicator: Its name.
        p: Of the Kruskal-Wallis test: the chance of ranks this far apart if all contenders were alike.
        pairs: Every pair, each with the better one first.
    """

    indicator: str
    p: float
    pairs: tuple[Pair, ...]

    def pair(self, one: str, other: str) -> Pair:
        """Return what the tests say of two contenders, named in either order."""
        return next(pair for pair in self.pairs if {pair.first, pair.second} == {one, other})


def rank(indicator: str, values: Mapping[str, FloatArray], *, better: Better) -> Ranking | None:
    """Compare contenders by an indicator, one value per seed.

    Args:
        indicator: Its name.
        values: By contender, shape ``(n_seeds,)`` each; numbers of seeds may differ.
        better: Which values are better.

    Returns:
        The tests; None with fewer than two contenders, or where one has fewer than `FEWEST_SEEDS` seeds.

    Source: Kruskal, Wallis, J. Am. Stat. Assoc. 47 (1952) 583; Mann, Whitney, Ann. Math. Stat. 18 (1947) 50;
    Holm, Scand. J. Stat. 6 (1979) 65.
    """
    if len(values) < 2 or min(map(len, values.values())) < FEWEST_SEEDS:
        return None
    turn = 1.0 if better == "larger" else -1.0
    turned = {name: turn * item for name, item in values.items()}
    pairs = list(combinations(turned, 2))
    corrected = holm([_mann_whitney(turned[one], turned[other]) for one, other in pairs])
    found = [
        _better_first(one, other, p, superiority(turned[one], turned[other]))
        for (one, other), p in zip(pairs, corrected, strict=True)
    ]
    return Ranking(indicator, _kruskal(list(turned.values())), tuple(found))


def smallest_p(n_seeds: int, n_contenders: int) -> float:
    """Return the p-value of a pair that never overlaps, where no other pair does either.

    >>> round(smallest_p(5, 3), 3), round(smallest_p(5, 6), 3)
    (0.024, 0.119)
    """
    return min(1.0, math.comb(n_contenders, 2) * 2.0 / math.comb(2 * n_seeds, n_seeds))


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected, highest = [0.0] * len(p), 0.0
    for place, i in enumerate(np.argsort(p, kind="stable")):
        highest = max(highest, min(1.0, (len(p) - place) * p[i]))
        corrected[i] = highest
    return corrected


def superiority(one: FloatArray, other: FloatArray) -> float:
    """Return the chance that a value of ``one`` exceeds one of ``other``, ties counted half: A12.

    Source: Vargha, Delaney, J. Educ. Behav. Stat. 25 (2000) 101.

    >>> superiority(np.array([3.0, 4.0]), np.array([1.0, 3.0]))
    0.875
    """
    sign = np.sign(one[:, None] - other[None, :])
    return float(0.5 + 0.5 * sign.mean())


def _better_first(one: str, other: str, p: float, chance: float) -> Pair:
    return Pair(one, other, p, chance) if chance >= 0.5 else Pair(other, one, p, 1.0 - chance)


def _mann_whitney(one: FloatArray, other: FloatArray) -> float:
    # Where all values are equal there is nothing to rank, and scipy divides by their variance.
    if np.ptp(np.concatenate([one, other])) == 0.0:
        return 1.0
    return float(stats.mannwhitneyu(one, other, alternative="two-sided").pvalue)


def _kruskal(groups: Sequence[FloatArray]) -> float:
    if np.ptp(np.concatenate(groups)) == 0.0:
        return 1.0
    return float(stats.kruskal(*groups).pvalue)
