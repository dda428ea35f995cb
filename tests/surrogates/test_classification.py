"""How well a classifier does, and what counting elements would have done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.surrogates.classification import classifier_scores
from moalloy.surrogates.fitting import fit_hurdle
from moalloy.surrogates.out_of_fold import OutOfFold
from moalloy.surrogates.training import TrainingRows
from tests.measured_alloys import measured_rows
from tests.surrogates.small import INPUTS, small_plan


def _scored(n_elements: list[int], labels: list[float], log_odds: list[float]) -> dict[str, float | None]:
    amounts = np.array([[1.0] * n + [0.0] * (5 - n) for n in n_elements])
    n_rows = len(labels)
    rows = TrainingRows(
        elements=("Fe", "B", "Si", "Nb", "Cu"),
        fractions=amounts / amounts.sum(axis=1, keepdims=True),
        process=np.empty((n_rows, 0)),
        values=np.array(labels),
        groups=tuple(map(str, range(n_rows))),
        formulas=("",) * n_rows,
        references=("",) * n_rows,
        grouped_by="paper",
    )
    return classifier_scores(rows, _said(np.array(log_odds))).to_dict()


def _said(log_odds: FloatArray) -> OutOfFold:
    return OutOfFold(
        log_odds[None], members=(), seeds=(), is_left_out=np.zeros((0, len(log_odds)), dtype=np.bool_)
    )


@pytest.mark.slow
def test_a_classifier_that_knows_its_class_has_an_area_near_one() -> None:
    rows = measured_rows(n_papers=40)
    labels = (rows.fractions[:, 1] > 0.115).astype(np.float64)
    sharp = replace(rows, values=labels)
    assert classifier_scores(sharp, fit_hurdle(sharp, INPUTS, plan=small_plan())[1]).auc > 0.95
    blind = replace(rows, values=np.random.default_rng(0).integers(0, 2, len(rows)).astype(np.float64))
    assert 0.3 < classifier_scores(blind, fit_hurdle(blind, INPUTS, plan=small_plan())[1]).auc < 0.7


def test_one_that_only_counts_elements_is_found_out() -> None:
    counts, labels = [2, 2, 3, 3, 4, 4], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    found = _scored(counts, labels, [float(count) for count in counts])
    assert found["auc_by_group"] == found["auc_of_element_count"] == pytest.approx(17 / 18)
    assert found["auc_at_equal_element_count"] == 0.5


def test_alloys_of_as_many_elements_are_compared_pair_by_pair() -> None:
    # Of three elements one pair, ordered rightly; of four two pairs, one of them rightly: 2 of 3.
    found = _scored([3, 3, 4, 4, 4], [0.0, 1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 5.0, 4.0, 3.0])
    assert found["auc_at_equal_element_count"] == pytest.approx(2 / 3)


def test_fewer_elements_may_be_what_tells() -> None:
    assert _scored([4, 3, 2], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0])["auc_of_element_count"] == 1.0


def test_without_two_of_a_kind_there_is_nothing_to_compare() -> None:
    assert _scored([4, 3, 2], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0])["auc_at_equal_element_count"] is None
