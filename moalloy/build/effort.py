"""How long fits and searches take, from their sizes: decides repeats of validation and what `check` says.

Sizes and not a clock, so that the same problem is scored with the same repeats on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from moalloy.build.engine import is_much_reading
from moalloy.surrogates.trees import DEFAULT_SETTINGS
from moalloy.surrogates.tuning import n_tuning_fits
from moalloy.surrogates.unseen import MOST_SETS, N_REFITS

__all__ = [
    "N_TREES",
    "Learning",
    "affordable_repeats",
    "drawing_seconds",
    "exhaustive_seconds",
    "rescoring_seconds",
    "scoring_seconds",
    "search_seconds",
    "training_seconds",
    "window_seconds",
]


N_TREES = DEFAULT_SETTINGS.n_trees


@dataclass(frozen=True, slots=True)
class Learning:
    """What each fit takes: kinds that are averaged, settings that are tried, trees of XGBoost's models."""

    kinds: tuple[str, ...] = ("xgboost",)
    n_tune: int = 0
    n_trees: int = N_TREES


@dataclass(frozen=True, slots=True)
class _Cost:
    """Seconds to fit a model, by its rows and features, and to predict an alloy with it.

    ``is_tuned`` says whether `model.tune` makes more fits of it, ``is_boosted`` whether `model.settings`
    tells how many trees it has.
    """

    per_fit: float
    per_cell: float
    per_prediction: float
    per_cubed_row: float = 0.0
    most_rows: float = np.inf
    is_tuned: bool = True
    is_boosted: bool = False

    def fit_seconds(self, n_rows: int, n_features: int, n_trees: int) -> float:
        used = min(n_rows, self.most_rows)
        seconds = self.per_fit + self.per_cell * used * n_features + self.per_cubed_row * used**3
        return seconds * (n_trees / N_TREES if self.is_boosted else 1.0)


# Fitted to the built-in tables on one core of a shared x86-64 server; models of other tables grow larger
# or smaller, so the sums are good to a factor of three.
_COSTS: Mapping[str, _Cost] = {
    "xgboost": _Cost(0.2, 2.2e-6, 1e-5, is_boosted=True),
    "random_forest": _Cost(0.12, 6e-6, 8e-5),
    "extra_trees": _Cost(0.1, 7e-6, 8e-5),
    "gaussian_process": _Cost(0.05, 0.0, 6e-5, per_cubed_row=9e-9, most_rows=1000, is_tuned=False),
    "hist_gradient_boosting": _Cost(0.15, 1e-5, 2.5e-5),
    "ridge": _Cost(0.01, 0.0, 1e-5),
}
# What nothing is known of, as slow as a forest.
_UNKNOWN = _Cost(0.12, 6e-6, 8e-5, is_tuned=False)
# To predict an alloy with boosted trees where so many are read that they are packed for it.
_PER_PACKED_PREDICTION = 1e-6
# What an evaluation costs beside its trees; without a search engine features, the alloy itself and its place
# beside the front.
_SECONDS_PER_EVALUATION = 3e-5
_SECONDS_PER_LISTED = 3e-5
# Intervals and chances ask of every alloy how large errors are around it, for each property.
_SECONDS_PER_INTERVAL = 2e-5

# Predictions to find the composition window of one alloy of the front.
_LOOKS_PER_WINDOW = 100
# All figures of a run: most of it goes into the panels of learned properties.
_DRAWING_SECONDS, _DRAWING_SECONDS_PER_PROPERTY = 4.0, 6.0

# Of one core, shared by the properties of a problem; three is the usual number.
_SCORING_SECONDS = 60.0
_FEWEST_SHARES = 3
_MOST_REPEATS = 10
# Five folds by group and five at random.
_FITS_PER_REPEAT = 10
_DEFAULT = Learning()


def training_seconds(n_rows: int, n_features: int, *, n_members: int, by: Learning = _DEFAULT) -> float:
    """Return the time to train ``n_members`` averages of kinds, each tuned.

    >>> round(training_seconds(500, 140, n_members=10), 2)
    3.54
    >>> round(training_seconds(500, 140, n_members=10, by=Learning(n_tune=1)), 2)
    24.78
    """
    costs = [_cost(kind) for kind in by.kinds]
    return n_members * sum(
        (1 + n_tuning_fits(by.n_tune) * cost.is_tuned) * cost.fit_seconds(n_rows, n_features, by.n_trees)
        for cost in costs
    )


def affordable_repeats(n_rows: int, n_features: int, *, n_properties: int, by: Learning = _DEFAULT) -> int:
    """Return how many repeats of both splits fit into the time for scoring, one at least.

    >>> affordable_repeats(50, 10, n_properties=3)
    9
    >>> affordable_repeats(100_000, 140, n_properties=3)
    1
    """
    share = _SCORING_SECONDS / max(_FEWEST_SHARES, n_properties)
    seconds = scoring_seconds(n_rows, n_features, n_repeats=1, by=by)
    return int(np.clip(share / seconds, 1, _MOST_REPEATS))


def scoring_seconds(n_rows: int, n_features: int, *, n_repeats: int, by: Learning = _DEFAULT) -> float:
    """Return the time to score a surrogate by ``n_repeats`` repeats of both splits."""
    return n_repeats * training_seconds(n_rows, n_features, n_members=_FITS_PER_REPEAT, by=by)


def search_seconds(n_evaluations: int, n_models: Mapping[str, int], *, n_bounded: int = 0) -> float:
    """Return the time of a search whose surrogates have so many models of each kind between them.

    Those of XGBoost count by `N_TREES` trees. The errors to expect of an alloy are found for ``n_bounded``
    properties.
    """
    predicting = _predicting(n_models, n_evaluations) + n_bounded * _SECONDS_PER_INTERVAL
    return n_evaluations * (_SECONDS_PER_EVALUATION + predicting)


def exhaustive_seconds(n_alloys: int, n_models: Mapping[str, int], *, n_bounded: int = 0) -> float:
    """Return the time to evaluate every one of ``n_alloys`` alloys.

    >>> round(exhaustive_seconds(1_000_000, {"xgboost": 30}))
    60
    """
    predicting = _predicting(n_models, n_alloys) + n_bounded * _SECONDS_PER_INTERVAL
    return n_alloys * (_SECONDS_PER_LISTED + predicting)


def window_seconds(n_front: int, n_models: Mapping[str, int], *, n_bounded: int = 0) -> float:
    """Return the time to find the composition windows of a front."""
    return search_seconds(n_front * _LOOKS_PER_WINDOW, n_models, n_bounded=n_bounded)


def rescoring_seconds(n_rows: int, n_features: int, *, by: Learning = _DEFAULT) -> float:
    """Return the time to refit a property without what is near a front, for a second opinion on that."""
    return training_seconds(n_rows, n_features, n_members=MOST_SETS * N_REFITS, by=replace(by, n_tune=0))


def drawing_seconds(n_properties: int) -> float:
    """Return the time to draw all figures of a run."""
    return _DRAWING_SECONDS + _DRAWING_SECONDS_PER_PROPERTY * n_properties


def _predicting(n_models: Mapping[str, int], n_alloys: int) -> float:
    """Return the time to predict one of ``n_alloys`` alloys."""
    n_trees = n_models.get("xgboost", 0) * N_TREES
    is_packed = is_much_reading(n_trees, n_alloys=n_alloys)
    return sum(
        number * (_PER_PACKED_PREDICTION if is_packed and kind == "xgboost" else _cost(kind).per_prediction)
        for kind, number in n_models.items()
    )


def _cost(kind: str) -> _Cost:
    return _COSTS.get(kind, _UNKNOWN)
