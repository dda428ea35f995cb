"""Random search over settings."""

from __future__ import annotations

import numpy as np
import pytest

from moalloy.surrogates.trees import DEFAULT_SETTINGS, TreeSettings
from moalloy.surrogates.tuning import tune
from tests.measured_alloys import measured_rows
from tests.surrogates.small import INPUTS

ROWS = measured_rows(n_papers=6, n_per_paper=4)
FEATURES = INPUTS.features(ROWS.fractions, ROWS.elements, ROWS.process)


def _tune(groups: list[int], *, n_tries: int, is_classifier: bool = False) -> TreeSettings:
    target = (ROWS.values > np.median(ROWS.values)).astype(np.float64) if is_classifier else ROWS.values
    return tune(FEATURES, target, np.array(groups), n_tries=n_tries, seed=3, is_classifier=is_classifier)


@pytest.mark.parametrize("is_classifier", [False, True])
def test_the_same_seed_chooses_the_same_settings(is_classifier: bool) -> None:
    groups = ROWS.group_codes.tolist()
    first, again = (_tune(groups, n_tries=1, is_classifier=is_classifier) for _ in range(2))
    assert first == again


def test_the_defaults_win_where_nothing_else_is_tried() -> None:
    assert _tune(ROWS.group_codes.tolist(), n_tries=0) == DEFAULT_SETTINGS


def test_a_single_group_leaves_nothing_to_choose_by() -> None:
    assert _tune([0] * len(ROWS), n_tries=5) == DEFAULT_SETTINGS
