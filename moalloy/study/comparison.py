"""Searches held against each other: the same indicators, one scale, one reference front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.optimize.record import EXHAUSTIVE, SearchRecord
from moalloy.pareto import HypervolumeScale, generalized_spread, igd_plus, non_dominated
from moalloy.study.ranking import Better, Ranking, rank

__all__ = ["INDICATORS", "Comparison", "Curve", "FrontKind", "Score", "Trial", "joined", "judge", "trial_of"]

# What is tested, first the one that decides; and which values are better.
INDICATORS: Mapping[str, Better] = {"hypervolume": "larger", "igd_plus": "smaller", "spread": "smaller"}
_N_CURVE = 40

FrontKind = Literal["exact", "joint"]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One search as it is judged.

    Attributes:
        contender: What is compared: an algorithm, or a run.
        seed: Of the search.
        n_evaluations: What it is charged for, alloys that it asked for twice included.
        n_alloys: Different alloys that it evaluated.
        valid_share: Of the recorded ones, those that lie in the space when it is asked anew.
        F: Minimized objectives of the alloys that meet the limits, shape ``(n_feasible, n_objectives)``.
        spent: Evaluations when each of them was known, shape ``(n_feasible,)``.
    """

    contender: str
    seed: int
    n_evaluations: int
    n_alloys: int
    valid_share: float
    F: FloatArray
    spent: IntArray


@dataclass(frozen=True, slots=True)
class Score:
    """The indicators of one search; a row of comparison.csv."""

    contender: str
    seed: int
    evaluations: int
    alloys: int
    front_size: int
    hypervolume: float
    igd_plus: float
    spread: float
    valid_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Hypervolume against evaluations: shapes ``(n_points,)`` and ``(n_seeds, n_points)``."""

    evaluations: FloatArray
    hypervolume: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What came of it.

    Attributes:
        scores: One per search.
        scale: Of the hypervolume, and of the objectives in the other indicators.
        front: The reference front of IGD+ and spread, normalized.
        front_kind: ``exact`` where every alloy was evaluated, ``joint`` over all that was compared.
        rankings: By indicator; empty where there are too few seeds.
        curves: By contender.
    """

    scores: tuple[Score, ...]
    scale: HypervolumeScale
    front: FloatArray
    front_kind: FrontKind
    rankings: Mapping[str, Ranking]
    curves: Mapping[str, Curve]

    @property
    def contenders(self) -> tuple[str, ...]:
        """Names in the order they were given."""
        return tuple(dict.fromkeys(score.contender for score in self.scores))

    @property
    def table(self) -> pd.DataFrame:
        """One row per search."""
        return pd.DataFrame([asdict(score) for score in self.scores])

    @property
    def front_hypervolume(self) -> float:
        """Hypervolume of the reference front: the most that a search could reach, if that is exact."""
        unit = (0.0,) * self.front.shape[1], (1.0,) * self.front.shape[1]
        return HypervolumeScale(*unit).hypervolume(self.front)

    def values(self, contender: str, indicator: str) -> FloatArray:
        """Return an indicator of one contender, shape ``(n_seeds,)``."""
        found = [getattr(score, indicator) for score in self.scores if score.contender == contender]
        return np.array(found, dtype=np.float64)

    @property
    def summary(self) -> pd.DataFrame:
        """Median and quartiles: one row per contender and indicator."""
        rows = []
        for contender in self.contenders:
            for indicator in (*INDICATORS, "front_size", "valid_share"):
                low, middle, high = quartiles(self.values(contender, indicator))
                row = {"contender": contender, "indicator": indicator, "median": middle}
                rows.append(row | {"quartile_1": low, "quartile_3": high})
        return pd.DataFrame(rows)


def trial_of(
    record: SearchRecord, space: DesignSpace, *, contender: str, evaluations: int | None = None
) -> Trial:
    """Return a search as it is judged, cut after so many evaluations.

    A record holds each alloy once. Of the generation in which the evaluations run out, repeats are taken to
    have come first, so that no search gets an alloy more than it is charged for.

    Args:
        record: The search.
        space: To check each alloy against.
        contender: What it stands for.
        evaluations: Where to cut; nowhere if omitted.
    """
    totals = np.array([report.n_evaluations for report in record.reports], dtype=np.int64)
    most = int(totals[-1]) if evaluations is None else min(evaluations, int(totals[-1]))
    kept = _within(record, totals, most)
    counted = kept & record.is_feasible
    return Trial(
        contender=contender,
        seed=record.seed,
        n_evaluations=most,
        n_alloys=record.n_alloys if kept.all() else int(kept.sum()),
        valid_share=float(space.contains(record.X[kept]).mean()),
        F=record.F[counted],
        spent=_spent(record, totals, most)[counted],
    )


def joined(trials: Sequence[Trial]) -> Trial:
    """Return searches that shared one task, such as a chemical system each, as a single search.

    They count as made one after the other.

    Args:
        trials: Of one contender and seed, at least one.
    """
    before = np.cumsum([0] + [trial.n_evaluations for trial in trials])
    sizes = [trial.n_alloys for trial in trials]
    return Trial(
        contender=trials[0].contender,
        seed=trials[0].seed,
        n_evaluations=int(before[-1]),
        n_alloys=sum(sizes),
        valid_share=float(np.average([trial.valid_share for trial in trials], weights=sizes)),
        F=np.concatenate([trial.F for trial in trials]),
        spent=np.concatenate([trial.spent + n for trial, n in zip(trials, before[:-1], strict=True)]),
    )


def judge(
    trials: Sequence[Trial],
    *,
    scale: HypervolumeScale,
    front: FloatArray | None = None,
    front_kind: FrontKind = "joint",
) -> Comparison:
    """Score searches against each other.

    Args:
        trials: In the order of the contenders.
        scale: The same for all.
        front: Minimized objectives of the reference front; that of all trials together where omitted.
        front_kind: What ``front`` is.
    """
    fronts = [_front(trial.F) for trial in trials]
    whole = np.concatenate(fronts) if front is None else front
    reference = scale.scaled(_front(whole))
    scores = tuple(_score(t, F, scale, reference) for t, F in zip(trials, fronts, strict=True))
    names = tuple(dict.fromkeys(trial.contender for trial in trials))
    tested = {name: _rank(scores, names, name, better) for name, better in INDICATORS.items()}
    return Comparison(
        scores=scores,
        scale=scale,
        front=reference,
        front_kind=front_kind,
        rankings={name: ranking for name, ranking in tested.items() if ranking is not None},
        curves={name: _curve([t for t in trials if t.contender == name], scale) for name in names},
    )


def quartiles(values: FloatArray) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile; NaN if a value is missing."""
    if not np.isfinite(values).all():
        return (float("nan"),) * 3
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(low), float(middle), float(high)


def _within(record: SearchRecord, totals: IntArray, most: int) -> BoolArray:
    """Return which rows are known after ``most`` evaluations."""
    kept = np.asarray(totals[record.generation - 1] <= most, dtype=np.bool_)
    last = int(np.searchsorted(totals, most, side="right"))
    if last < len(totals):
        rows = np.flatnonzero(record.generation == last + 1)
        before = int(totals[last - 1]) if last else 0
        repeats = int(totals[last]) - before - len(rows)
        kept[rows[: max(0, most - before - repeats)]] = True
    return kept


def _spent(record: SearchRecord, totals: IntArray, most: int) -> IntArray:
    # A front of everything is known when everything is.
    if record.algorithm == EXHAUSTIVE:
        return np.full(len(record.X), most, dtype=np.int64)
    return np.minimum(totals[record.generation - 1], most)


def _front(F: FloatArray) -> FloatArray:
    return np.unique(F[non_dominated(F)], axis=0)


def _score(trial: Trial, F: FloatArray, scale: HypervolumeScale, reference: FloatArray) -> Score:
    scaled = scale.scaled(F)
    return Score(
        contender=trial.contender,
        seed=trial.seed,
        evaluations=trial.n_evaluations,
        alloys=trial.n_alloys,
        front_size=len(F),
        hypervolume=scale.hypervolume(F),
        igd_plus=igd_plus(scaled, reference),
        spread=generalized_spread(scaled, reference),
        valid_share=trial.valid_share,
    )


def _rank(scores: Sequence[Score], names: Sequence[str], indicator: str, better: Better) -> Ranking | None:
    values = {
        name: np.array([getattr(score, indicator) for score in scores if score.contender == name])
        for name in names
    }
    if not all(np.isfinite(item).all() for item in values.values()):
        return None
    return rank(indicator, values, better=better)


def _curve(trials: Sequence[Trial], scale: HypervolumeScale) -> Curve:
    """Return how the hypervolume of each search grew, from where all of them have some alloy."""
    first = max(float(trial.spent.min(initial=trial.n_evaluations)) for trial in trials)
    last = min(float(trial.n_evaluations) for trial in trials)
    at = np.unique(np.linspace(min(first, last), last, _N_CURVE).round())
    return Curve(at, np.array([[_reached(trial, scale, n) for n in at] for trial in trials]))


def _reached(trial: Trial, scale: HypervolumeScale, n_evaluations: float) -> float:
    return scale.hypervolume(_front(trial.F[trial.spent <= n_evaluations]))
