"""Scores against closed forms, and what is said where they have no meaning."""

from __future__ import annotations

import json

import numpy as np
import pytest

from moalloy.surrogates.scores import score, spread

MEASURED = np.array([1.0, 2.0, 3.0, 4.0])


def test_scores_follow_their_definitions() -> None:
    # Squared residuals 1 + 1 of a total of 5; ranks 1, 2, 4, 3: 1 - 6 * 2 / (4 * 15) = 0.8 (Spearman 1904).
    scores = score(MEASURED, np.array([1.0, 2.0, 4.0, 3.0]))
    assert scores.r2 == pytest.approx(0.6)
    assert scores.mae == pytest.approx(0.5)
    assert scores.spearman == pytest.approx(0.8)


def test_predicting_the_mean_scores_zero_and_has_no_order() -> None:
    scores = score(MEASURED, np.full(4, 2.5))
    assert scores.r2 == pytest.approx(0.0)
    assert scores.to_dict()["spearman"] is None


def test_equal_measurements_have_no_r2() -> None:
    assert score(np.ones(4), MEASURED).to_dict() == {"r2": None, "mae": 1.5, "spearman": None}


def test_ties_share_their_rank() -> None:
    assert score(np.array([1.0, 1.0, 2.0, 3.0]), np.array([5.0, 5.0, 6.0, 7.0])).spearman == pytest.approx(
        1.0
    )


def test_a_spread_is_over_the_repeats_that_have_the_score() -> None:
    assert spread([0.4, float("nan"), 0.6]).to_dict() == {"median": 0.5, "min": 0.4, "max": 0.6, "repeats": 2}


def test_a_score_that_no_repeat_has_is_null_in_json() -> None:
    text = json.dumps(spread([float("nan")] * 3).to_dict(), allow_nan=False)
    assert json.loads(text) == {"median": None, "min": None, "max": None, "repeats": 0}
