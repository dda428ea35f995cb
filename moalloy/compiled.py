"""Loops over numbers, compiled by Numba where it can be, and plain Python with the same results where not.

A module of such loops is imported by the function that needs it, when it needs it: importing Numba takes half
a second. What one compiled function calls must stand in its own module, because what is kept on disk is
thrown away by the date of one file; where a named tuple that it takes gets other fields, that file has to be
touched. Arrays are handed over in one layout, rows after each other: each layout is compiled by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["compiled"]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def compiled(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return the function compiled at its first call and kept on disk, or as it is where Numba is missing.

    Where there is no folder that anything may be kept in, every process compiles anew: some seconds.
    """
    made: Callable[_Arguments, _Result]
    try:
        from numba import njit
    except ImportError:
        return function
    try:
        made = njit(nogil=True, cache=True)(function)
    except RuntimeError:
        made = njit(nogil=True)(function)
    return made
