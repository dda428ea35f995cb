"""Loops are compiled where they can be, and run all the same where not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from moalloy.compiled import compiled


def doubled(values: np.ndarray) -> float:
    total = 0.0
    for value in values:
        total += 2.0 * value
    return total


def test_a_loop_is_compiled_and_says_the_same() -> None:
    fast: Any = compiled(doubled)
    assert fast(np.arange(4.0)) == doubled(np.arange(4.0)) == 12.0
    assert len(fast.signatures) == 1


def test_without_numba_the_loop_runs_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert compiled(doubled) is doubled


def test_where_nothing_can_be_kept_it_is_compiled_for_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    njit: Any = numba.njit

    def without_a_folder(*, cache: bool = False, **options: bool) -> Callable[..., Any]:
        if cache:
            raise RuntimeError("cannot cache function 'doubled': no locator available for file")
        made: Callable[..., Any] = njit(**options)
        return made

    monkeypatch.setattr(numba, "njit", without_a_folder)
    fast: Any = compiled(doubled)
    assert fast(np.arange(4.0)) == 12.0 and len(fast.signatures) == 1
