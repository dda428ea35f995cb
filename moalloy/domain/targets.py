"""What properties are to be, an alloy's chance to be so, and by how much less it could promise.

The other way round from a front: not what can be had, but which alloys have what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.problem import SMALLEST_CHANCE, Exact
from moalloy.domain.values import SMALLEST, FloatArray, Surrogate, frozen

__all__ = ["ChanceOfTargets", "RelaxationOfTargets", "ShortOfTarget", "Target", "TargetedProperties"]

# Relaxing is tried in these steps: a tenth of the spread of what was measured, up to four times it, and then
# by half as much again each time, for what is far beyond all that was measured.
_STEPS = np.concatenate([np.linspace(0.0, 4.0, 41), 4.0 * 1.5 ** np.arange(1, 21)])
_N_HALVINGS = 40
_MOST_DECADES = 300.0
# A bound that is this share of the spread is 0 but for the halving of steps.
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    """What one property is to be: at least, at most, or both, in its unit.

    Attributes:
        name: The property.
        at_least: None leaves this side open.
        at_most: None leaves this side open; one side is given.
        unit: Of both.
        is_log: The property is learned as a logarithm, and a target is relaxed by factors.
        spread: How far measured values lie apart, as a standard deviation on that scale.
    """

    name: str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""
    is_log: bool = False
    spread: float = 1.0

    @property
    def wanted(self) -> dict[str, float | None]:
        """Both sides, as ``probability`` takes them."""
        return {"at_least": self.at_least, "at_most": self.at_most}

    def relaxed(self, steps: float, *, digits: int | None = None) -> Target:
        """Return the target made easier by so many spreads; ``digits`` rounds it, to the easy side.

        >>> str(Target("Hc", at_most=10.0, unit="A/m", is_log=True).relaxed(0.5, digits=3))
        'Hc <= 31.7 A/m'
        """
        low, high = (None if v is None else self._on_scale(v) for v in (self.at_least, self.at_most))
        bounds = (
            None if low is None else self._value(low - steps * self.spread),
            None if high is None else self._value(high + steps * self.spread),
        )
        if digits is not None:
            least = 0.0 if self.is_log else _NOTHING * self.spread
            bounds = (
                _rounded(bounds[0], digits, least=least, down=True),
                _rounded(bounds[1], digits, least=least, down=False),
            )
        return replace(self, at_least=bounds[0], at_most=bounds[1])

    def short_by(self, values: FloatArray) -> FloatArray:
        """Return how far values are from the target in spreads, below 0 where they meet it; same shape.

        >>> Target("Bs", at_least=1.6, spread=0.2).short_by(np.array([1.5, 1.8])).round(9)
        array([ 0.5, -1. ])
        """
        on_scale = np.log10(np.maximum(values, SMALLEST)) if self.is_log else values
        sides = []
        if self.at_least is not None:
            sides.append(self._on_scale(self.at_least) - on_scale)
        if self.at_most is not None:
            sides.append(on_scale - self._on_scale(self.at_most))
        return np.asarray(np.max(sides, axis=0) / self.spread, dtype=np.float64)

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.at_least is None:
            return f"{self.name} <= {self.at_most:.10g}{unit}"
        if self.at_most is None:
            return f"{self.name} >= {self.at_least:.10g}{unit}"
        return f"{self.at_least:.10g} <= {self.name} <= {self.at_most:.10g}{unit}"

    def _on_scale(self, value: float) -> float:
        return float(np.log10(max(value, SMALLEST))) if self.is_log else value

    def _value(self, on_scale: float) -> float:
        return float(10.0 ** min(on_scale, _MOST_DECADES)) if self.is_log else on_scale


@dataclass(frozen=True, slots=True, eq=False)
class TargetedProperties:
    """Some targets and the surrogates of their properties."""

    targets: tuple[Target, ...]
    surrogates: Mapping[str, Surrogate]

    def chances(self, X: FloatArray) -> FloatArray:
        """Return the chance to meet each target, shape ``(n_alloys, n_targets)``."""
        X = frozen(X)
        return np.column_stack([self._chance(target, X) for target in self.targets])

    def chance(self, X: FloatArray) -> FloatArray:
        """Return the chance to meet all, errors taken as independent, shape ``(n_alloys,)``."""
        return np.asarray(self.chances(X).prod(axis=1), dtype=np.float64)

    def steps_needed(
        self, X: FloatArray, level: float, *, relaxed: Sequence[str] | None = None
    ) -> FloatArray:
        """Return by how many spreads targets have to be relaxed to be met with a chance of ``level``.

        Shape ``(n_alloys,)``, about so between two tries; 0 where nothing has to be, inf where none will do.

        Args:
            X: The alloys.
            level: The chance to meet all targets.
            relaxed: Names of those that give way; all of them where omitted.
        """
        X = frozen(X)  # predicted once, whatever is asked of them
        give_way = [relaxed is None or target.name in relaxed for target in self.targets]
        kept = self._product([t for t, gives in zip(self.targets, give_way, strict=True) if not gives], X)
        giving = [t for t, gives in zip(self.targets, give_way, strict=True) if gives]
        needed = np.full(len(X), np.inf)
        before, last = np.zeros(len(X)), 0.0
        for steps in _STEPS.tolist():
            chance = kept * self._product([target.relaxed(steps) for target in giving], X)
            is_new = np.isinf(needed) & (chance >= level)
            # Between two steps the chance is taken to grow evenly: a search sees slopes, not stairs.
            share = (level - before) / np.where(is_new, chance - before, 1.0)
            needed[is_new] = (last + share * (steps - last))[is_new]
            before, last = chance, steps
        return needed

    def least_steps(self, alloy: FloatArray, level: float, *, relaxed: Sequence[str]) -> float:
        """Return by how many spreads one alloy needs targets relaxed, a hair more than that, or inf.

        Arguments as of `steps_needed`; the alloy's shape is ``(1, n_columns)``.
        """
        alloy = frozen(alloy)

        def is_met(steps: float) -> bool:
            eased = tuple(t.relaxed(steps) if t.name in relaxed else t for t in self.targets)
            return bool(replace(self, targets=eased).chance(alloy)[0] >= level)

        enough = next((steps for steps in _STEPS.tolist() if is_met(steps)), np.inf)
        if enough == 0.0 or np.isinf(enough):
            return enough
        short = float(_STEPS[np.searchsorted(_STEPS, enough) - 1])
        for _ in range(_N_HALVINGS):
            middle = 0.5 * (short + enough)
            short, enough = (short, middle) if is_met(middle) else (middle, enough)
        return enough

    def _product(self, targets: Sequence[Target], X: FloatArray) -> FloatArray:
        total = np.ones(len(X))
        for target in targets:
            total *= self._chance(target, X)
        return total

    def _chance(self, target: Target, X: FloatArray) -> FloatArray:
        return self.surrogates[target.name].probability(X, **target.wanted)


@dataclass(frozen=True, slots=True, eq=False)
class ShortOfTarget(Exact):
    """How far a prediction is from its target in spreads, below 0 where it meets it."""

    target: Target
    surrogate: Surrogate

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return self.target.short_by(self.surrogate.predict_mean(X))


@dataclass(frozen=True, slots=True, eq=False)
class ChanceOfTargets(Exact):
    """Minus the logarithm of the chance to meet all targets."""

    asked: TargetedProperties

    def predict_mean(self, X: FloatArray) -> FloatArray:
        return -np.asarray(
            np.log10(np.maximum(self.asked.chances(X), SMALLEST_CHANCE)).sum(axis=1), dtype=np.float64
        )


@dataclass(frozen=True, slots=True, eq=False)
class RelaxationOfTargets(Exact):
    """By how many spreads all targets must be relaxed; more for a smaller chance where no try is enough."""

    asked: TargetedProperties
    level: float

    def predict_mean(self, X: FloatArray) -> FloatArray:
        X = frozen(X)
        needed = self.asked.steps_needed(X, self.level)
        is_beyond = np.isinf(needed)
        if is_beyond.any():
            easiest = replace(
                self.asked, targets=tuple(t.relaxed(float(_STEPS[-1])) for t in self.asked.targets)
            )
            needed[is_beyond] = _STEPS[-1] + 1.0 - easiest.chance(X)[is_beyond]
        return needed


def _rounded(value: float | None, digits: int, *, least: float, down: bool) -> float | None:
    """Return a bound with so many significant digits, never harder to meet; up to ``least`` it is 0."""
    if value is None:
        return None
    if abs(value) <= least:
        return 0.0
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - digits + 1)
    whole = np.floor(value / unit + 1e-9) if down else np.ceil(value / unit - 1e-9)
    return float(f"{whole * unit:.{digits}g}")
