"""A surrogate for one property: members, calibration, domain, and the alloys it was trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from scipy.special import expit

from moalloy.domain.values import BoolArray, FloatArray, Prediction
from moalloy.features.present import PresentElements, present_elements
from moalloy.surrogates.calibration import Calibration
from moalloy.surrogates.ceiling import Ceiling
from moalloy.surrogates.difficulty import Difficulty, Surroundings
from moalloy.surrogates.learner import Features, Origin, Scorer
from moalloy.surrogates.neighbors import Around, Domain, relative_excess
from moalloy.surrogates.scale import Scale
from moalloy.surrogates.training import Inputs, TrainingRows, treated_as_measured
from moalloy.surrogates.transitions import member_scores

__all__ = ["Alloys", "BulkClassifier", "PropertyModel"]
T = TypeVar("T")

_LN10 = float(np.log(10.0))


@dataclass(frozen=True, eq=False)
class Alloys:
    """Alloys to predict: fractions ``(n_alloys, n_elements)`` and process values ``(n_alloys, n_process)``.

    The process columns are those that the model asks for, in its order; NaN is a missing value. ``slots``
    are the same alloys where another model has read them already. Nothing of it may change: what a model
    found out about the alloys is kept.
    """

    fractions: FloatArray
    elements: tuple[str, ...]
    process: FloatArray
    slots: PresentElements | None = None
    _known: dict[tuple[object, str], Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def present(self) -> PresentElements:
        return self.slots or present_elements(self.fractions, self.elements)

    def __len__(self) -> int:
        return len(self.fractions)

    def remembered(self, model: object, name: str, find: Callable[[], T]) -> T:
        """Return what ``find`` returned when this model first asked for it by this name."""
        if (model, name) not in self._known:
            self._known[model, name] = find()
        found: T = self._known[model, name]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class BulkClassifier:
    """The hurdle: the probability that an alloy has the property at all.

    ``probability = 1 / (1 + exp(-(slope * log-odds + offset)))``, the log-odds being the mean over the
    members and slope and offset fitted to out-of-fold log-odds (Platt, *Advances in Large Margin
    Classifiers*, 1999).
    """

    inputs: Inputs
    members: tuple[Scorer, ...]
    slope: float
    offset: float

    def probability(self, alloys: Alloys) -> FloatArray:
        features = self.inputs.features_of(alloys.present, np.empty((len(alloys), 0)))
        logit = self.slope * _mean_score(self.members, features) + self.offset
        return np.asarray(expit(logit), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class PropertyModel:
    """The fitted surrogate of one property.

    Attributes:
        name: The property.
        unit: Its unit; every number that leaves the model is in it.
        scale: ``log`` if the members predict the decimal logarithm.
        interval: Nominal coverage of ``low..high`` on alloys of unseen groups.
        inputs: From alloys to features.
        members: Models that were each trained without some groups; their mean is the prediction.
        calibration: How errors are distributed, in units of the expected one.
        difficulty: The error to expect of an alloy, from what was measured around it.
        surroundings: The measurements around an alloy.
        domain: Which elements and compositions the training rows reach.
        rows: The training rows, to name the nearest measured alloy.
        origins: What each member was fitted from, in the order of the members.
        is_positive: Every training value is above 0, so neither a prediction nor an interval goes below.
        hurdle: Multiplies the prediction by the probability that the alloy has the property at all.
        ceiling: What no prediction passes.
    """

    name: str
    unit: str
    scale: Scale
    interval: float
    inputs: Inputs
    members: tuple[Scorer, ...]
    calibration: Calibration
    difficulty: Difficulty
    surroundings: Surroundings
    domain: Domain
    rows: TrainingRows
    origins: tuple[Origin, ...]
    is_positive: bool
    hurdle: BulkClassifier | None = None
    ceiling: Ceiling | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of models whose predictions are averaged, the hurdle aside."""
        found = (learner.kind for member in self.members for learner in member.learners)
        return tuple(dict.fromkeys(found))

    def predict_mean(self, alloys: Alloys) -> FloatArray:
        """Return the predicted values, shape ``(n_alloys,)``, in the property's unit."""
        highest = self._highest(alloys)
        score = self._below(highest, self._score(alloys))
        return np.minimum(self._hurdled(self._out(score), alloys), highest)

    def predict(self, alloys: Alloys) -> Prediction:
        """Return mean, calibrated interval and standard deviation in the property's unit."""
        score, width, highest = self._distribution(alloys)
        tail = (1.0 - self.interval) / 2.0
        if self.hurdle is None:
            mean = self._out(score)
            low = self._out(score + width * self.calibration.quantile(tail))
            high = self._out(score + width * self.calibration.quantile(1.0 - tail))
            std = self._std(score, width)
        else:
            share = self._share(self.hurdle, alloys)
            mean = share * self._out(score)
            low = self._quantile_with_hurdle(tail, share, score, width)
            high = self._quantile_with_hurdle(1.0 - tail, share, score, width)
            second_moment = share * (self._out(score) ** 2 + self._std(score, width) ** 2)
            std = np.sqrt(np.maximum(0.0, second_moment - mean**2))
        mean, low, high = (np.minimum(values, highest) for values in (mean, low, high))
        return Prediction(mean, np.minimum(low, mean), np.maximum(high, mean), std)

    def probability(
        self, alloys: Alloys, *, at_least: float | None = None, at_most: float | None = None
    ) -> FloatArray:
        """Return the probability that the true value lies within the limits, shape ``(n_alloys,)``."""
        score, width, highest = self._distribution(alloys)
        share = np.ones(len(alloys)) if self.hurdle is None else self._share(self.hurdle, alloys)
        within = np.ones(len(alloys))
        if at_least is not None:
            is_zero_below = at_least > 0.0
            below = np.where(at_least > highest, 1.0, self._size_below(at_least, score, width))
            within -= share * below + (1.0 - share) * is_zero_below
        if at_most is not None:
            is_zero_above = at_most < 0.0
            above = np.where(at_most >= highest, 0.0, 1.0 - self._size_below(at_most, score, width))
            within -= share * above + (1.0 - share) * is_zero_above
        return np.clip(within, 0.0, 1.0)

    def is_in_domain(self, alloys: Alloys) -> BoolArray:
        """Return which alloys, treated so, lie on known ground with small errors, shape ``(n_alloys,)``."""
        return np.asarray(self.beyond_domain(alloys) <= 0.0, dtype=np.bool_)

    def beyond_domain(self, alloys: Alloys) -> FloatArray:
        """Return how far alloys lie outside the domain, at most 0 inside, shape ``(n_alloys,)``.

        By the distance to what was measured or by the error to expect, whichever is further beyond its limit
        in units of that; 1 at least for an element or a treatment that was never measured.
        """
        error = relative_excess(
            self._expected_error(alloys), self.difficulty.limit, least=1e-3 * self.difficulty.mean
        )
        at_pct = self._around(alloys).at_pct
        far = self.domain.beyond(alloys.fractions, alloys.elements, at_pct=at_pct)
        beyond = np.maximum(error, far)
        is_treated = treated_as_measured(alloys.process, self.rows.process, self.inputs.process)
        return np.where(is_treated, beyond, np.maximum(beyond, 1.0))

    def _size_below(self, value: float, score: FloatArray, width: FloatArray) -> FloatArray:
        """Return the probability that the value, given that the alloy has the property, is below."""
        if value <= 0 and (self.is_positive or self.scale == "log"):
            return np.zeros(len(score))
        on_scale = np.log10(value) if self.scale == "log" else value
        return self.calibration.probability_below((on_scale - score) / width)

    def _quantile_with_hurdle(
        self, level: float, share: FloatArray, score: FloatArray, width: FloatArray
    ) -> FloatArray:
        """Return the quantile of a mixture: 0 with probability ``1 - share``, else the regressor's."""
        inner = np.clip((level - (1.0 - share)) / np.maximum(share, 1e-12), 0.0, 1.0)
        size = self._out(score + width * self.calibration.quantiles(inner))
        return np.where(level <= 1.0 - share, 0.0, size)

    def _distribution(self, alloys: Alloys) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return center and width of the errors on the fitted scale, and what no value passes in the unit.

        A score above the ceiling counts as at it: the error that made it so high is as large below.
        """
        score, highest = self._score(alloys), self._highest(alloys)
        return self._below(highest, score), self._expected_error(alloys), highest

    def _below(self, highest: FloatArray, score: FloatArray) -> FloatArray:
        """Return scores that the ceiling leaves; behind a hurdle, it bounds what that makes of them."""
        if self.ceiling is None or self.hurdle is not None:
            return score
        with np.errstate(divide="ignore"):
            return np.minimum(score, np.log10(highest) if self.scale == "log" else highest)

    def _score(self, alloys: Alloys) -> FloatArray:
        def read() -> FloatArray:
            return _mean_score(self.members, self.inputs.features_of(alloys.present, alloys.process))

        return alloys.remembered(self, "score", read)

    def _expected_error(self, alloys: Alloys) -> FloatArray:
        """Return the expected absolute error on the fitted scale, shape ``(n_alloys,)``."""

        def expected() -> FloatArray:
            around, score = self._around(alloys), self._score(alloys)
            described = self.surroundings.described(around, alloys.present, alloys.process, score)
            return self.difficulty.expected_error(described)

        return alloys.remembered(self, "expected error", expected)

    def _around(self, alloys: Alloys) -> Around:
        def look() -> Around:
            return self.surroundings.look(alloys.fractions, alloys.elements, alloys.process)

        return alloys.remembered(self, "around", look)

    def _highest(self, alloys: Alloys) -> FloatArray:
        ceiling = self.ceiling
        if ceiling is None:
            return np.full(len(alloys), np.inf)
        return alloys.remembered(self, "highest", lambda: ceiling.highest(alloys.fractions, alloys.elements))

    def _hurdled(self, values: FloatArray, alloys: Alloys) -> FloatArray:
        return values if self.hurdle is None else values * self._share(self.hurdle, alloys)

    def _share(self, hurdle: BulkClassifier, alloys: Alloys) -> FloatArray:
        """Return the probability that an alloy has the property at all, shape ``(n_alloys,)``."""
        return alloys.remembered(self, "share", lambda: hurdle.probability(alloys))

    def _out(self, score: FloatArray) -> FloatArray:
        if self.scale == "log":
            return np.asarray(10.0**score, dtype=np.float64)
        return np.maximum(score, 0.0) if self.is_positive else score

    def _std(self, score: FloatArray, width: FloatArray) -> FloatArray:
        sigma = width * self.calibration.std_ratio
        if self.scale == "linear":
            return sigma
        # Log-normal about the back-transformed mean; beyond a factor e**5 the number says nothing more.
        relative = np.sqrt(np.expm1(np.minimum(sigma * _LN10, 5.0) ** 2))
        return np.asarray(self._out(score) * relative, dtype=np.float64)


def _mean_score(members: Sequence[Scorer], features: Features) -> FloatArray:
    """Return the mean over members, summed in their order so that the bits repeat."""
    total = np.zeros(len(features))
    for scores in member_scores(members, features):
        total += scores
    return total / len(members)
