"""What a surrogate is trained on: measured alloys, how they were treated, and who reported them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.features.featurizer import Featurizer
from moalloy.features.present import PresentElements, present_elements
from moalloy.surrogates.learner import Features
from moalloy.surrogates.proxies import ProxyRows
from moalloy.surrogates.transitions import TransitionRows

__all__ = ["Inputs", "ProcessInput", "TrainingRows", "needs_no_time", "treated_as_measured"]

_FEWEST_SCORED = 10
# What was never heated above this was never annealed, and has no time to state.
_TEMPERATURE, _TIME, _AMBIENT_K = "annealing_temperature_K", "annealing_time_s", 320.0


@dataclass(frozen=True, slots=True)
class ProcessInput:
    """A process variable that a property depends on.

    ``names`` are the choices of a named variable, whose column holds their index, or a number below zero for
    what isn't among them; None for a number.
    """

    name: str
    names: tuple[str, ...] | None = None

    def feature_names(self) -> tuple[str, ...]:
        return (self.name,) if self.names is None else tuple(f"{self.name} = {name}" for name in self.names)

    def features(self, column: FloatArray) -> FloatArray:
        """Return the model's inputs, shape ``(n_alloys, n_features)``; NaN stays a missing value."""
        if self.names is None:
            return column[:, None]
        one_hot = (column[:, None] == np.arange(len(self.names))).astype(np.float64)
        return np.where(np.isnan(column)[:, None], np.nan, one_hot)


@dataclass(frozen=True, slots=True)
class Inputs:
    """From an alloy and its treatment to the numbers that a model reads."""

    featurizer: Featurizer
    process: tuple[ProcessInput, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.featurizer.names + tuple(name for item in self.process for name in item.feature_names())

    def features(self, fractions: FloatArray, elements: Sequence[str], process: FloatArray) -> Features:
        """Return float32 features, shape ``(n_alloys, n_features)``.

        Args:
            fractions: Atomic fractions, shape ``(n_alloys, n_elements)``.
            elements: The columns of ``fractions``.
            process: One column per item of ``self.process``, shape ``(n_alloys, n_process)``.
        """
        return self.features_of(present_elements(fractions, elements), process)

    def features_of(self, present: PresentElements, process: FloatArray) -> Features:
        """Return ``features`` of alloys that are already in slots."""
        parts = [self.featurizer.of(present)]
        parts += [item.features(process[:, i]).astype(np.float32) for i, item in enumerate(self.process)]
        return np.ascontiguousarray(np.concatenate(parts, axis=1))


def needs_no_time(process: FloatArray, names: Sequence[str]) -> BoolArray:
    """Return which cells may be blank: the annealing time of what was never warmer than the room.

    Args:
        process: Shape ``(n_rows, n_process)``.
        names: Of its columns; with others there are no such cells.
    """
    found = np.zeros(process.shape, dtype=np.bool_)
    if _TEMPERATURE in names and _TIME in names:
        found[:, names.index(_TIME)] = process[:, names.index(_TEMPERATURE)] <= _AMBIENT_K
    return found


def treated_as_measured(
    treatments: FloatArray, measured: FloatArray, process: Sequence[ProcessInput]
) -> BoolArray:
    """Return which treatments lie within what was measured, shape ``(n_alloys,)``; an unknown one does.

    Named choices have to be those of some row, all of them together; numbers have to lie between the least
    and the most of the rows with the same choices: what was annealed says nothing of an anneal as cast. A
    row that doesn't state a choice may have had any.

    Args:
        treatments: Shape ``(n_alloys, n_process)``; NaN where unknown.
        measured: Treatments of the measured rows, shape ``(n_rows, n_process)``.
        process: What the columns are: numbers, or names by their index.
    """
    # What no row states tells nothing of what is asked.
    is_stated: list[bool] = np.asarray(np.isfinite(measured).any(axis=0)).tolist()
    named = [i for i, item in enumerate(process) if item.names is not None and is_stated[i]]
    numbers = [i for i, item in enumerate(process) if item.names is None and is_stated[i]]
    is_within = np.ones(len(treatments), dtype=np.bool_)
    for choice, own in _by_choice(treatments[:, named]):
        stated = measured[:, named]
        is_met = np.isnan(choice) | (stated == choice)
        is_same = (is_met | np.isnan(stated)).all(axis=1)
        is_within[own] = is_met.any(axis=0).all() and is_same.any()
        for column in numbers:
            known = measured[is_same, column]
            known = known[np.isfinite(known)]
            asked = treatments[own, column]
            least, most = known.min(initial=np.inf), known.max(initial=-np.inf)
            is_within[own] &= np.isnan(asked) | ((asked >= least) & (asked <= most))
    return is_within


def _by_choice(choices: FloatArray) -> Iterator[tuple[FloatArray, BoolArray]]:
    """Yield each combination of choices that occurs, NaN where one is unknown, and the rows that have it."""
    is_open = np.ones(len(choices), dtype=np.bool_)
    while is_open.any():
        choice = choices[is_open.argmax()]
        is_alike = np.equal(choices, choice) | (np.isnan(choices) & np.isnan(choice))
        own = np.asarray(is_alike.all(axis=1), dtype=np.bool_)
        is_open &= ~own
        yield choice, own


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """Rows of one table that have a value of one property; all arrays have ``n_rows`` rows.

    Attributes:
        elements: Columns of ``fractions``.
        fractions: Atomic fractions, shape ``(n_rows, n_elements)``.
        process: Process inputs, shape ``(n_rows, n_process)``; NaN where the table is blank.
        values: The property in its unit.
        groups: Rows of one group never stand on both sides of a split.
        formulas: Canonical formulas.
        references: Where each row comes from.
        grouped_by: What the groups are, in words: a column of the table, ``chemical system``, ...
        transitions: Transitions that treatments are counted from; their rows have groups of the same names.
        proxies: Alloys without a value but with something that goes with it; groups of the same names.
        process_names: Of the columns of ``process``.
        tilted: Temperatures among them that members also count from random sums, see `tilts`.
    """

    elements: tuple[str, ...]
    fractions: FloatArray
    process: FloatArray
    values: FloatArray
    groups: tuple[str, ...]
    formulas: tuple[str, ...]
    references: tuple[str, ...]
    grouped_by: str
    transitions: tuple[TransitionRows, ...] = ()
    proxies: tuple[ProxyRows, ...] = ()
    process_names: tuple[str, ...] = ()
    tilted: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def used_elements(self) -> tuple[str, ...]:
        """The elements that at least one row holds."""
        return tuple(symbol for i, symbol in enumerate(self.elements) if self.fractions[:, i].any())

    @property
    def group_codes(self) -> IntArray:
        """Groups as whole numbers, shape ``(n_rows,)``."""
        return np.unique(np.array(self.groups), return_inverse=True)[1].reshape(-1).astype(np.int64)

    @property
    def n_groups(self) -> int:
        return len(set(self.groups))

    @property
    def is_treatment_stated(self) -> BoolArray:
        """Which rows have every process input, shape ``(n_rows,)``; rows as cast need no annealing time."""
        is_stated = np.isfinite(self.process) | needs_no_time(self.process, self.process_names)
        return np.asarray(is_stated.all(axis=1), dtype=np.bool_)

    @property
    def has_known_treatment(self) -> BoolArray:
        """Which rows to score on, shape ``(n_rows,)``: those whose treatment is stated.

        All rows, if there are fewer than ten of them or one group alone has them: it can't be judged
        by others.
        """
        is_known = self.is_treatment_stated
        is_enough = is_known.sum() >= _FEWEST_SCORED and len(np.unique(self.group_codes[is_known])) > 1
        return is_known if is_enough else np.ones(len(self), dtype=np.bool_)
