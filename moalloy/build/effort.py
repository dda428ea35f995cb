"""How long fits and searches take, from their sizes: decides repeats of validation and what `check` says.

Sizes and not a clock, so that the same problem is scored with the same repeats on every machine.
"""

from __future__ import annotations

import numpy as np

__all__ = ["affordable_repeats", "scoring_seconds", "search_seconds", "training_seconds"]

# Fitted to the home problem on one core of a shared x86-64 server; trees of other tables grow larger or
# smaller, so the sums are good to a factor of three.
_SECONDS_PER_FIT = 0.15
_SECONDS_PER_CELL = 1.2e-6
_SECONDS_PER_EVALUATION = 1e-4
_SECONDS_PER_MEMBER_AND_ALLOY = 1e-5

# Of one core, shared by the properties of a problem; three is the usual number.
_SCORING_SECONDS = 60.0
_FEWEST_SHARES = 3
_MOST_REPEATS = 10
# Five folds by group and five at random.
_FITS_PER_REPEAT = 10
# Tuning scores each candidate on three folds, and the defaults are one more candidate.
_FOLDS_OF_TUNING = 3


def training_seconds(n_rows: int, n_features: int, *, n_members: int, n_tune: int) -> float:
    """Return the time to train ``n_members`` models, each tuned over ``n_tune`` settings.

    >>> round(training_seconds(500, 140, n_members=10, n_tune=0), 2)
    2.34
    >>> round(training_seconds(500, 140, n_members=10, n_tune=1), 2)
    16.38
    """
    n_fits = 1 + (_FOLDS_OF_TUNING * (1 + n_tune) if n_tune else 0)
    return n_members * n_fits * (_SECONDS_PER_FIT + _SECONDS_PER_CELL * n_rows * n_features)


def affordable_repeats(n_rows: int, n_features: int, *, n_tune: int, n_properties: int) -> int:
    """Return how many repeats of both splits fit into the time for scoring, one at least.

    >>> affordable_repeats(50, 10, n_tune=0, n_properties=3)
    10
    >>> affordable_repeats(100_000, 140, n_tune=0, n_properties=3)
    1
    """
    seconds = training_seconds(n_rows, n_features, n_members=_FITS_PER_REPEAT, n_tune=n_tune)
    share = _SCORING_SECONDS / max(_FEWEST_SHARES, n_properties)
    return int(np.clip(share / seconds, 1, _MOST_REPEATS))


def scoring_seconds(n_rows: int, n_features: int, *, n_repeats: int, n_tune: int) -> float:
    """Return the time to score a surrogate by ``n_repeats`` repeats of both splits."""
    return n_repeats * training_seconds(n_rows, n_features, n_members=_FITS_PER_REPEAT, n_tune=n_tune)


def search_seconds(n_evaluations: int, n_members: int) -> float:
    """Return the time of a search whose surrogates have ``n_members`` members between them."""
    return n_evaluations * (_SECONDS_PER_EVALUATION + n_members * _SECONDS_PER_MEMBER_AND_ALLOY)
