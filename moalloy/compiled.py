"""Loops over numbers, compiled by Numba where it can be, and plain Python with the same results where not.

A module of such loops is imported by the function that needs it, when it needs it: importing Numba takes a
second. What one compiled function calls must stand in its own module, because what is kept on disk is
thrown away by the date of one file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["compiled"]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def compiled(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return the function compiled at its first call and kept on disk, or as it is.

    As it is where Numba is missing or has no folder that it may keep anything in: compiling takes longer than
    a small search.
    """
    try:
        from numba import njit

        made: Callable[_Arguments, _Result] = njit(nogil=True, cache=True)(function)
    except (ImportError, RuntimeError):
        return function
    return made
