"""Treatments counted from the temperature at which the alloy itself changes.

What an anneal does depends on where it lies between an alloy's crystallizations: above the second one,
borides spoil a nanocrystalline magnet (Herzer, Acta Mater. 61 (2013) 718). A new alloy has no measured
transition, so a ridge estimate from its composition stands in (Hoerl & Kennard, Technometrics 12 (1970)
55), and each member makes its own from the groups that it may see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

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
        difference: FloatArray = _differences([self], features, names)[0]
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
    for i, transition in enumerate(transitions):
        wider[:, n_features + i] = transition.difference(features, names)
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
    kinds = zip(*(member.transitions for member in relative), strict=True)
    added = [_differences(transitions, features, names) for transitions in kinds]
    wider = np.empty((len(features), n_features + len(added)), dtype=np.float32)
    wider[:, :n_features] = features
    for i, member in enumerate(relative):
        for column, differences in enumerate(added, start=n_features):
            wider[:, column] = differences[i]
        yield member.scorer.predict(wider)


def _differences(transitions: Sequence[Transition], features: Features, names: Sequence[str]) -> FloatArray:
    """Return `Transition.difference` of each of them, shape ``(n_transitions, n_alloys)``."""
    slopes = [dict(zip(item.elements, item.slopes, strict=True)) for item in transitions]
    estimates = np.empty((len(transitions), len(features)))
    estimates[:] = np.array([item.intercept for item in transitions])[:, None]
    for i, name in enumerate(names):
        symbol = name.removeprefix("x_")
        if name != symbol and any(symbol in known for known in slopes):
            # One element after the other, for the same bits in any batch; 0 where an estimate leaves it out.
            own = np.array([known.get(symbol, 0.0) for known in slopes])
            estimates += own[:, None] * features[:, i].astype(np.float64)
    treatment = features[:, names.index(transitions[0].process)].astype(np.float64)
    differences: FloatArray = treatment - estimates
    return differences


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
