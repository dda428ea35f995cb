"""Treatments counted from the temperature at which the alloy itself changes.

What an anneal does depends on where it lies between an alloy's crystallizations: above the second one,
borides spoil a nanocrystalline magnet (Herzer, Acta Mater. 61 (2013) 718). A new alloy has no measured
transition, so a ridge estimate from its composition stands in (Hoerl & Kennard, Technometrics 12 (1970)
55), and each member makes its own from the groups that it may see.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.surrogates.learner import Features, Learner, Scorer, fit_average
from moalloy.surrogates.trees import Trees

__all__ = [
    "Relative",
    "Transition",
    "TransitionRows",
    "extended",
    "fit_relative",
    "member_scores",
]

# In (at.%)^2: an element that few rows hold, at a few at.%, moves the estimate little.
_RIDGE = 20.0
# Rows that are left to estimate from; with fewer, the mean of them stands in.
_FEWEST_ROWS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """A linear estimate of a transition, and the process variable that is counted from it.

    Attributes:
        process: Name of the process variable.
        elements: Elements that the estimate depends on.
        slopes: Change per unit of atomic fraction, shape ``(n_elements,)``.
        intercept: The estimate without any of the elements.
    """

    process: str
    elements: tuple[str, ...]
    slopes: FloatArray
    intercept: float

    def difference(self, features: Features, names: Sequence[str]) -> FloatArray:
        """Return treatment minus estimated transition, shape ``(n_alloys,)``; NaN for an unknown treatment.

        Args:
            features: Shape ``(n_alloys, n_features)``.
            names: Names of the features; fractions are ``x_<element>``.
        """
        difference: FloatArray = _differences((self,), features, tuple(names))[0]
        return difference


@dataclass(frozen=True, slots=True, eq=False)
class TransitionRows:
    """Measured transitions, from all rows of a table that have one.

    Attributes:
        process: Name of the process variable that is counted from the transition.
        column: The table's column.
        elements: Columns of ``fractions``.
        fractions: Atomic fractions, shape ``(n_rows, n_elements)``.
        values: The transition in the unit of ``process``, shape ``(n_rows,)``.
        groups: The group of each row, as in `TrainingRows`.
    """

    process: str
    column: str
    elements: tuple[str, ...]
    fractions: FloatArray
    values: FloatArray
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def name(self) -> str:
        """The name of the feature that comes of it."""
        return f"{self.process} − estimated {self.column}"

    def estimate(self, left_out: Collection[str], known: Sequence[str]) -> Transition:
        """Return the estimate from the rows of other groups.

        Args:
            left_out: Groups that must have no say.
            known: Elements that the features hold; rows with others are left aside.
        """
        foreign = [i for i, symbol in enumerate(self.elements) if symbol not in known]
        is_in = np.array([group not in left_out for group in self.groups], dtype=np.bool_)
        is_in &= ~(self.fractions[:, foreign] > 0).any(axis=1)
        if not is_in.any():
            return Transition(self.process, (), np.zeros(0), 0.0)  # counted from nothing: the treatment alone
        varies = np.ptp(self.fractions[is_in], axis=0) > 0
        # In the order of the features, for sums over elements to be made in one order everywhere.
        present = [self.elements.index(symbol) for symbol in known if symbol in self.elements]
        columns = [i for i in present if varies[i]]
        at_pct, means = _means_by_alloy(100.0 * self.fractions[is_in][:, columns], self.values[is_in])
        if len(means) < _FEWEST_ROWS:
            return Transition(self.process, (), np.zeros(0), float(means.mean()))
        center = at_pct.mean(axis=0)
        deviation = at_pct - center
        normal = deviation.T @ deviation + _RIDGE * np.eye(len(columns))
        slopes = np.linalg.solve(normal, deviation.T @ (means - means.mean()))
        intercept = float(means.mean() - center @ slopes)
        return Transition(self.process, tuple(self.elements[i] for i in columns), 100.0 * slopes, intercept)


@dataclass(frozen=True, slots=True, eq=False)
class Relative:
    """A scorer that also sees treatments counted from its transitions."""

    scorer: Scorer
    transitions: tuple[Transition, ...]
    names: tuple[str, ...]

    @property
    def learners(self) -> tuple[Learner, ...]:
        return self.scorer.learners

    def predict(self, features: Features) -> FloatArray:
        """Return the scores, shape ``(n_alloys,)``."""
        return self.scorer.predict(self.extended(features))

    def contributions(self, features: Features) -> FloatArray:
        """Return what each feature and each transition adds to the scores, the base behind them.

        Raises:
            TypeError: The scorer isn't boosted trees, whose contributions alone are exact.
        """
        if not isinstance(self.scorer, Trees):
            raise TypeError(f"a {type(self.scorer).__name__} has no contributions; expected trees")
        return self.scorer.contributions(self.extended(features))

    def extended(self, features: Features) -> Features:
        """Return the features with a column per transition behind them."""
        return extended(features, self.transitions, self.names)


def extended(features: Features, transitions: Sequence[Transition], names: Sequence[str]) -> Features:
    """Return the features with a column per transition behind them, float32 and C-contiguous."""
    if not transitions:
        return features
    n_alloys, n_features = features.shape
    wider = np.empty((n_alloys, n_features + len(transitions)), dtype=np.float32)
    wider[:, :n_features] = features
    wider[:, n_features:] = _differences(tuple(transitions), features, tuple(names)).T
    return wider


def member_scores(members: Sequence[Scorer], features: Features) -> Iterator[FloatArray]:
    """Yield the scores of each member, shape ``(n_alloys,)``: what its ``predict`` returns.

    Members that count from transitions share one array of features, and what it takes to count.
    """
    relative = [member for member in members if isinstance(member, Relative)]
    if len(relative) < len(members) or not relative:
        yield from (member.predict(features) for member in members)
        return
    names, n_features = relative[0].names, features.shape[1]
    wider = np.empty((len(features), n_features + len(relative[0].transitions)), dtype=np.float32)
    wider[:, :n_features] = features
    for member in relative:
        wider[:, n_features:] = _differences(member.transitions, features, names).T
        yield member.scorer.predict(wider)


def _differences(
    transitions: tuple[Transition, ...], features: Features, names: tuple[str, ...]
) -> FloatArray:
    """Return `Transition.difference` of each of them, shape ``(n_transitions, n_alloys)``."""
    sums = _sums(transitions, names)
    differences: FloatArray = features.T[sums.treatments].astype(np.float64)
    differences -= sums.intercepts[:, None]
    term = np.empty_like(differences)
    for column, slopes in zip(sums.columns, sums.slopes, strict=True):
        amounts = features[:, column]
        # One element after the other, for the same bits in any batch; what no alloy holds changes none.
        if amounts.any():
            np.multiply(slopes[:, None], amounts.astype(np.float64), out=term)
            differences -= term
    return differences


class _Sums(NamedTuple):
    """Transitions as arrays; ``treatments`` and ``columns`` are columns of the features.

    ``slopes`` has shape ``(n_columns, n_transitions)``, 0 where a sum leaves an element out.
    """

    treatments: list[int]
    intercepts: FloatArray
    columns: list[int]
    slopes: FloatArray


@functools.lru_cache(maxsize=256)
def _sums(transitions: tuple[Transition, ...], names: tuple[str, ...]) -> _Sums:
    """Return the sums, kept: a search asks for those of its members again and again."""
    known = [dict(zip(item.elements, item.slopes, strict=True)) for item in transitions]
    used = {symbol for slopes in known for symbol in slopes}
    columns = [i for i, name in enumerate(names) if name.startswith("x_") and name[2:] in used]
    return _Sums(
        [names.index(item.process) for item in transitions],
        np.array([item.intercept for item in transitions]),
        columns,
        np.array([[slopes.get(names[i][2:], 0.0) for slopes in known] for i in columns]).reshape(
            len(columns), len(transitions)
        ),
    )


def fit_relative(
    learners: tuple[Learner, ...],
    features: Features,
    target: FloatArray,
    *,
    seed: int,
    transitions: tuple[Transition, ...] = (),
    names: tuple[str, ...] = (),
) -> Scorer:
    """Fit every learner to the same rows and their transitions; see `fit_average`."""
    scorer = fit_average(learners, extended(features, transitions, names), target, seed=seed)
    return Relative(scorer, transitions, names) if transitions else scorer


def _means_by_alloy(at_pct: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each composition once with the mean of its values: a paper may list one alloy many times."""
    alloys, row = np.unique(at_pct.round(6), axis=0, return_inverse=True)
    row = row.reshape(-1)
    return alloys, np.bincount(row, weights=values) / np.bincount(row)
