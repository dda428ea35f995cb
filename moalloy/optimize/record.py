"""What a search leaves behind: plain values that anyone can read without the search engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["EXHAUSTIVE", "Generation", "GenerationReport", "SearchRecord", "StopReason"]

# The search that evaluates every alloy and keeps the front alone.
EXHAUSTIVE = "exhaustive"

StopReason = Literal["generations", "evaluations", "stagnation", "time", "exhausted"]


@dataclass(frozen=True, slots=True)
class GenerationReport:
    """How far a search has come, once a generation; of an exhaustive one, once for each part of the space."""

    generation: int
    n_evaluations: int
    hypervolume: float
    front_size: int


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """What one generation evaluated, in the order in which the search asked for it.

    Attributes:
        X: Shape ``(n_alloys, n_columns)``; an alloy may come twice.
        scores: What each objective was judged by, in its unit, shape ``(n_alloys, n_objectives)``.
        G: Limits, at most 0 where they are met, shape ``(n_alloys, n_limits)``.
        seconds: How long the search had taken when it was done.
    """

    X: FloatArray
    scores: FloatArray
    G: FloatArray
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class SearchRecord:
    """Every alloy that a search evaluated, in order, each once; or those that stand for all.

    Attributes:
        X: Shape ``(n_evaluated, n_columns)``.
        scores: What each objective was judged by, in its unit.
        F: Minimized objectives.
        G: Limits, at most 0 where they are met.
        generation: Of each row, from 1.
        reports: One per generation.
        n_equal: How many alloys each row stands for: itself, unless one was kept for each outcome.
        n_alloys: How many different alloys were evaluated; more than rows where only the front was kept.
        stopped: What ended the search; ``exhausted`` if it found no alloy that was new.
    """

    algorithm: str
    seed: int
    X: FloatArray
    scores: FloatArray
    F: FloatArray
    G: FloatArray
    generation: IntArray
    reports: tuple[GenerationReport, ...]
    n_equal: IntArray
    n_alloys: int
    stopped: StopReason = "generations"

    @property
    def is_feasible(self) -> BoolArray:
        """Which rows meet every limit, shape ``(n_evaluated,)``."""
        return np.asarray((self.G <= 0).all(axis=1), dtype=np.bool_)
