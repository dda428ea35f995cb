"""Compositions and process variables together: the columns ``X`` that everything else works on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from moalloy.domain.composition_space import CompositionSpace, PointCount
from moalloy.domain.conflict import describe_clash
from moalloy.domain.elements import atomic_number
from moalloy.domain.grid_check import GridRules
from moalloy.domain.process import ProcessVariable
from moalloy.domain.regimes import Regime, TreatmentCondition, count_compositions, regimes, total_count
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.errors import EmptySpaceError, SpaceError

__all__ = ["DesignSpace"]

# A float fraction names a grid point if it is this near, in grid steps; float64 conversion errs by 1e-12.
_ON_GRID = 1e-6
# Targets of a repair beyond this many times 100 % count as this far: squares stay exact enough.
_FAR = 1e6


@dataclass(frozen=True, eq=False)
class DesignSpace:
    """Every alloy that a problem allows, made of what and treated how.

    ``X`` has shape ``(n_alloys, n_columns)``: atomic fractions in ``elements`` order, rows summing to 1,
    then one column per process variable (values and numeric choices as written, a named choice as its
    index).

    Attributes:
        elements: Symbols in the order of the problem file, which is the order of the columns.
        composition: The compositions, with their elements in rising atomic number.
        process: The process variables, fixed ones included.
        conditions: Which treatments go with which compositions.
    """

    elements: tuple[str, ...]
    composition: CompositionSpace
    process: tuple[ProcessVariable, ...] = ()
    conditions: tuple[TreatmentCondition, ...] = ()

    def __post_init__(self) -> None:
        if self.composition.elements != tuple(sorted(self.elements, key=atomic_number)):
            raise SpaceError("the composition space must hold the same elements, in rising atomic number")
        if self.conditions:
            _ = self.regimes  # conditions that leave no treatment are told at once

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        """Treatments with the compositions that they allow; one for all where there are no conditions.

        Raises:
            SpaceError: The conditions forbid every treatment.
        """
        return regimes(self.process, self.composition, self.conditions)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of ``X``."""
        return self.elements + tuple(variable.name for variable in self.process)

    @property
    def n_elements(self) -> int:
        return len(self.elements)

    def sample(self, n: int, seed: int | np.random.Generator = 0) -> FloatArray:
        """Return ``n`` alloys, uniform over the valid grid points, shape ``(n, n_columns)``.

        Args:
            n: How many, drawn with replacement.
            seed: A number, or a generator to draw from.

        Raises:
            EmptySpaceError: No alloy satisfies all constraints.
        """
        rng = np.random.default_rng(seed)
        if len(self.regimes) == 1:
            return self._draw(self.regimes[0], n, rng)
        self._require_alloys()
        weights = np.array([regime.weight(self.process) for regime in self._inhabited])
        # A single point of a continuous range has no weight, unless there is nothing else.
        weights = weights if weights.any() else np.ones(len(weights))
        chosen = rng.choice(len(weights), size=n, p=weights / weights.sum())
        X = np.empty((n, len(self.columns)))
        for i, regime in enumerate(self._inhabited):
            X[chosen == i] = self._draw(regime, int((chosen == i).sum()), rng)
        return X

    def repair(self, X: FloatArray) -> FloatArray:
        """Return a valid alloy near each row, shape ``(n_alloys, n_columns)``; valid rows come back equal.

        Each row is treated by itself: the result doesn't depend on the rows beside it, nor on the order
        of the elements. The treatment is settled first: the nearest one that any composition goes with.

        Raises:
            SpaceError: ``X`` has the wrong shape or holds NaN or inf.
            EmptySpaceError: No alloy satisfies all constraints.
        """
        X = self._checked(X)
        repaired = np.empty_like(X)
        for regime, rows, targets, process in self._settled(X):
            repaired[rows] = self._join(regime.composition.repair(targets), list(process.T))
        return repaired

    def _settled(self, X: FloatArray) -> Iterator[tuple[Regime, BoolArray, FloatArray, FloatArray]]:
        """Yield the rows of each regime, with their amounts to come near to and their treatments."""
        self._require_alloys()
        targets = self._real_amounts(np.clip(X, -_FAR, _FAR))
        plain = self._snapped(X[:, self.n_elements :])
        if not self.conditions:
            yield self.regimes[0], np.ones(len(X), dtype=np.bool_), targets, plain
            return
        home = self._home(plain)
        for i, regime in enumerate(self._inhabited):
            rows = home == i
            if rows.any():
                yield regime, rows, targets[rows], regime.snap(plain[rows])

    def contains(self, X: FloatArray) -> BoolArray:
        """Return which rows are alloys of this space, shape ``(n_alloys,)``.

        Fractions must lie on the grid (to float64's precision); everything else is decided exactly.

        Raises:
            SpaceError: ``X`` has the wrong shape.
        """
        X = self._shaped(X)
        finite = np.asarray(np.isfinite(X).all(axis=1), dtype=np.bool_)
        valid = finite.copy()
        valid[finite] = (X[finite, : self.n_elements] >= 0).all(axis=1)
        # A sum far from 1 must not be normalized away by the conversion to weight.
        sums = X[valid, : self.n_elements].sum(axis=1)
        valid[valid] = np.abs(sums - 1.0) < _ON_GRID / self.composition.n_steps
        amounts = self._real_amounts(X[valid])
        rounded = np.rint(amounts).astype(np.int64)
        is_on_grid = (np.abs(amounts - rounded) < _ON_GRID).all(axis=1)
        valid[valid] = is_on_grid
        valid[valid] = self._allow(rounded[is_on_grid], X[valid, self.n_elements :])
        return valid

    def allows(self, amounts: IntArray, treatments: FloatArray) -> BoolArray:
        """Return which amounts, with their treatments, are alloys of this space, shape ``(n_alloys,)``.

        Args:
            amounts: In grid steps and ``elements`` order, shape ``(n_alloys, n_elements)``.
            treatments: The process columns, shape ``(n_alloys, n_process)``.
        """
        return self._allow(amounts[:, self._to_canonical], treatments)

    @cached_property
    def rules(self) -> GridRules:
        """What whole numbers alone decide of amounts, in ``elements`` order, whatever the treatment."""
        return self.composition.rules.in_order(self._from_canonical)

    def allows_by_rules(self, amounts: IntArray, treatments: FloatArray) -> BoolArray:
        """Return `allows` for amounts that keep the `rules` and treatments of alloys, at less cost."""
        if self.conditions:
            return self.allows(amounts, treatments)
        return self.composition.contains_by_rules(amounts[:, self._to_canonical])

    def _allow(self, amounts: IntArray, treatments: FloatArray) -> BoolArray:
        allowed = np.zeros(len(amounts), dtype=np.bool_)
        for regime in self.regimes:
            rows = regime.holds(treatments)
            allowed[rows] = regime.composition.contains(amounts[rows])
        return allowed

    def n_points(self) -> PointCount:
        """Return the number of alloys, composition times process; ``.is_exact`` tells an estimate.

        Raises:
            SpaceError: A process variable is continuous.
        """
        return total_count([(regime.composition.count(), regime.n_treatments) for regime in self.regimes])

    def n_compositions(self) -> PointCount:
        """Return the number of compositions that go with at least one treatment."""
        return count_compositions(self.composition, self.conditions, self.regimes)

    def amounts_in_use(self) -> tuple[IntArray, ...]:
        """Return, per element of ``composition``, the amounts that occur in some alloy."""
        used = [regime.composition.amounts_in_use() for regime in self.regimes]
        return tuple(np.unique(np.concatenate(columns)) for columns in zip(*used, strict=True))

    @property
    def n_ranks(self) -> int:
        """Number of ranks that `enumerate` runs over; more than `n_points` where filters drop some."""
        return sum(regime.composition.n_ranks * regime.n_treatments for regime in self.regimes)

    def enumerate(self, chunk: int = 10_000, start: int = 0, stop: int | None = None) -> Iterator[FloatArray]:
        """Yield all alloys of the ranks ``start..stop - 1``, each time those of at most ``chunk`` ranks.

        Ranks depend on the problem only, so workers can share the space out by ranges of ranks.

        Raises:
            SpaceError: A process variable is continuous.
        """
        before = 0
        for regime in self.regimes:
            n_treatments = regime.n_treatments
            after = before + regime.composition.n_ranks * n_treatments
            last = after if stop is None else min(stop, after)
            for first in range(max(start, before), last, chunk):
                ranks = _numbers(first - before, min(first + chunk, last) - before)
                amounts, is_valid = regime.composition.unrank(ranks // n_treatments)
                treatment = (ranks[is_valid] % n_treatments).astype(np.int64)
                yield self._join(amounts[is_valid], regime.treatments(treatment))
            before = after

    def amounts(self, X: FloatArray) -> IntArray:
        """Return the grid amounts of valid alloys, shape ``(n_alloys, n_elements)`` in ``elements`` order."""
        amounts = np.rint(self._real_amounts(X)).astype(np.int64)
        # Row by row, whatever the number of rows: compiled code knows one layout.
        return np.ascontiguousarray(amounts[:, self._from_canonical])

    def fractions(self, amounts: IntArray) -> FloatArray:
        """Return atomic fractions of grid amounts, both in ``elements`` order, same shape."""
        return self.composition.fractions(amounts[:, self._to_canonical])[:, self._from_canonical]

    def percent(self, X: FloatArray) -> FloatArray:
        """Return the amounts of valid alloys in percent of the space's basis, multiples of the step."""
        return self.composition.percent(self.amounts(X))

    def alloys(self, amounts: IntArray, treatments: FloatArray) -> FloatArray:
        """Return the rows of ``X`` with these grid amounts, in ``elements`` order, and process columns."""
        return np.column_stack([self.fractions(amounts), treatments])

    def signatures(self, X: FloatArray) -> IntArray:
        """Return whole numbers that tell alloys apart, same shape: grid amounts, the bits of treatments."""
        process = np.ascontiguousarray(X[:, self.n_elements :]) + 0.0  # -0.0 is 0.0
        return np.ascontiguousarray(np.column_stack([self.amounts(X), process.view(np.int64)]))

    def keys(self, X: FloatArray) -> list[bytes]:
        """Return one hashable key per row; equal alloys have equal keys."""
        numbers = self.signatures(X)
        keys: list[bytes] = numbers.view(f"V{8 * numbers.shape[1]}").ravel().tolist()
        return keys

    def first_of_each(self, X: FloatArray) -> IntArray:
        """Return the rows that hold each alloy for the first time, rising, shape ``(n_different,)``."""
        first = {key: row for row, key in reversed(list(enumerate(self.keys(X))))}
        return np.array(sorted(first.values()), dtype=np.int64)

    @cached_property
    def _to_canonical(self) -> list[int]:
        return [self.elements.index(symbol) for symbol in self.composition.elements]

    @cached_property
    def _from_canonical(self) -> list[int]:
        return [self.composition.elements.index(symbol) for symbol in self.elements]

    @cached_property
    def _inhabited(self) -> tuple[Regime, ...]:
        """The regimes with at least one grid point, filters aside; all where there is no choice."""
        if len(self.regimes) == 1:
            return self.regimes
        return tuple(regime for regime in self.regimes if regime.composition.has_points())

    def _require_alloys(self) -> None:
        if not self._inhabited:
            mildest = min(self.regimes, key=lambda regime: len(regime.active))
            raise EmptySpaceError(describe_clash(mildest.composition))

    def _snapped(self, treatments: FloatArray) -> FloatArray:
        """Return the nearest treatments if there were no conditions, same shape."""
        columns = [variable.snap(treatments[:, i]) for i, variable in enumerate(self.process)]
        return np.column_stack(columns) if columns else treatments

    def _home(self, treatments: FloatArray) -> IntArray:
        """Return the inhabited regime with the nearest treatment, each variable by its range."""
        if len(self._inhabited) == 1:
            return np.zeros(len(treatments), dtype=np.int64)
        spans = np.array([max(v.upper - v.lower, np.finfo(float).tiny) for v in self.process])
        offsets = [np.abs(regime.snap(treatments) - treatments) / spans for regime in self._inhabited]
        return np.asarray(np.argmin([offset.sum(axis=1) for offset in offsets], axis=0), dtype=np.int64)

    def _draw(self, regime: Regime, n: int, rng: np.random.Generator) -> FloatArray:
        amounts = regime.composition.sample(n, rng)
        return self._join(amounts, [variable.sample(n, rng) for variable in regime.process])

    def _real_amounts(self, X: FloatArray) -> FloatArray:
        """Return amounts in grid steps, columns in rising atomic number."""
        # Contiguous rows, so that sums over a row don't depend on how many rows there are.
        fractions = np.ascontiguousarray(X[:, : self.n_elements][:, self._to_canonical])
        return self.composition.real_amounts(fractions)

    def _join(self, amounts: IntArray, process: list[FloatArray]) -> FloatArray:
        fractions = self.composition.fractions(amounts)[:, self._from_canonical]
        return np.column_stack([fractions, *process])

    def _shaped(self, X: FloatArray) -> FloatArray:
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.columns):
            raise SpaceError(
                f"X has shape {X.shape}; expected (n_alloys, {len(self.columns)})"
                f" with columns {', '.join(self.columns)}"
            )
        return X

    def _checked(self, X: FloatArray) -> FloatArray:
        X = self._shaped(X)
        if not np.isfinite(X).all():
            raise SpaceError("X holds NaN or inf; a repair needs finite numbers")
        return X


def _numbers(first: int, last: int) -> IntArray:
    """Return ``first..last - 1``: Python's integers beyond int64."""
    if last < 2**62:
        return np.arange(first, last, dtype=np.int64)
    return np.array(range(first, last), dtype=object)
