"""Nearest matches, worded as a question."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean", "listing", "nearest"]


def nearest(name: str, options: Iterable[str]) -> str | None:
    """Return the option that ``name`` was most likely meant to be, or None.

    Case is forgiven first, so that ``bs`` finds ``Bs`` and never ``Hs``; a name cut short comes next.

    >>> nearest("popluation", ["population", "generations"])
    'population'
    >>> nearest("cost", ["most", "cost_USD_per_kg"])
    'cost_USD_per_kg'
    """
    candidates = list(options)
    for option in candidates:
        if option.casefold() == name.casefold():
            return option
    longer = [option for option in candidates if len(name) > 2 and option.startswith(name)]
    matches = longer or get_close_matches(name, candidates, n=1, cutoff=0.55)
    return matches[0] if matches else None


def did_you_mean(name: str, options: Iterable[str]) -> str:
    """Return ``Did you mean 'Bs'?``, or an empty string where nothing comes close."""
    match = nearest(name, options)
    return f"Did you mean {match!r}?" if match is not None else ""


def listing(options: Iterable[str]) -> str:
    """Return the options in words, ``none`` where there are none.

    >>> listing(["Fe", "B"])
    'Fe, B'
    """
    return ", ".join(options) or "none"
