"""Temperatures counted from where an alloy might change: slanted features for trees, drawn at random.

An anneal spoils an alloy beyond a temperature that depends on all of its elements, and a tree that asks for
one of them after the other needs many steps along such a slant. Counted from sums of a few elements that
chance weights, the temperature gives it slants to choose from, other ones in every member (Breiman, Machine
Learning 45 (2001) 5, section 5: random linear combinations of the inputs).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moalloy.surrogates.transitions import Transition

__all__ = ["N_TILTS", "tilts"]

# In K per at.%, as much as crystallizations differ by: Nb raises them by some 20.
_SPREAD_K_PER_AT_PCT = 20.0
# A quarter of the elements has a say: five of the twenty that ribbons hold.
_SHARE_OF_ELEMENTS = 0.25
N_TILTS = 16


def tilts(
    temperatures: Sequence[str], elements: Sequence[str], *, seed: int | list[int]
) -> tuple[Transition, ...]:
    """Return `N_TILTS` random tilts of each of some temperatures, one temperature after the other.

    Args:
        temperatures: Process variables, in K.
        elements: Elements that the features hold.
        seed: Of the draw.
    """
    rng = np.random.default_rng(seed)
    return tuple(_tilt(process, elements, rng) for process in temperatures for _ in range(N_TILTS))


def _tilt(process: str, elements: Sequence[str], rng: np.random.Generator) -> Transition:
    """Return a sum of some elements, one at least where there are any, taken for a transition."""
    chosen = rng.random(len(elements)) < _SHARE_OF_ELEMENTS
    slopes = 100.0 * _SPREAD_K_PER_AT_PCT * rng.standard_normal(len(elements))
    if elements and not chosen.any():
        chosen[rng.integers(len(elements))] = True
    symbols = tuple(symbol for symbol, is_in in zip(elements, chosen, strict=True) if is_in)
    return Transition(process, symbols, slopes[chosen], 0.0)
