from __future__ import annotations

import numpy as np
import pytest

from moalloy.domain.elements import SYMBOLS
from moalloy.errors import CompositionError
from moalloy.features.blocks import BLOCKS
from moalloy.features.present import N_ELEMENTS, present_elements


def test_slots_hold_the_present_elements_by_atomic_number() -> None:
    fractions = np.array([[0.7, 0.0, 0.3, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]])
    present = present_elements(fractions, ["Fe", "Nb", "B", "Cu", "P"])
    symbols = [[SYMBOLS[index] for index in slot] for slot in present.indices]
    assert symbols == [["B", "Nb"], ["Fe", "Nb"]]
    assert present.fractions.tolist() == [[0.3, 1.0], [0.7, 0.0]]


def test_where_most_elements_are_present_each_has_a_slot_and_the_absent_repeat_the_first() -> None:
    present = present_elements(np.array([[0.7, 0.0, 0.3], [0.0, 1.0, 0.0]]), ["Fe", "Nb", "B"])
    symbols = [[SYMBOLS[index] for index in slot] for slot in present.indices]
    assert symbols == [["B", "Nb"], ["Fe", "Nb"], ["B", "Nb"]]
    assert present.fractions.tolist() == [[0.3, 0.0], [0.7, 0.0], [0.0, 1.0]]


def test_features_do_not_depend_on_how_many_columns_are_empty() -> None:
    rng = np.random.default_rng(0)
    amounts = rng.integers(0, 3, (50, 5)) + np.array([5, 0, 0, 0, 0])
    symbols = ["Fe", "B", "Nb", "Cu", "P"]
    narrow = amounts / amounts.sum(axis=1, keepdims=True)
    wide = np.column_stack([narrow, np.zeros((50, 6))])
    few = present_elements(narrow, symbols)
    many = present_elements(wide, [*symbols, "H", "Al", "Si", "Co", "Zr", "Pd"])
    assert len(few.indices) == 5 and len(many.indices) == 5
    lone = [present_elements(row[None, :], symbols) for row in narrow]
    for name in BLOCKS:
        together = BLOCKS[name].values(few, symbols)
        assert np.array_equal(BLOCKS[name].values(many, symbols), together, equal_nan=True)
        one_by_one = np.concatenate([BLOCKS[name].values(item, symbols) for item in lone])
        assert np.array_equal(one_by_one, together, equal_nan=True)


def test_a_weighted_sum_leaves_out_absent_elements_without_data() -> None:
    values = np.full(N_ELEMENTS, np.nan)
    values[SYMBOLS.index("Fe")] = 2.0
    present = present_elements(np.array([[1.0, 0.0], [0.5, 0.5]]), ["Fe", "B"])
    np.testing.assert_array_equal(present.weighted_sum(values), [2.0, np.nan])


def test_columns_come_back_in_the_order_asked_for_with_zeros_for_absent_elements() -> None:
    present = present_elements(np.array([[0.7, 0.1, 0.2]]), ["Fe", "Nb", "B"])
    assert present.columns(["Si", "B", "Fe"]).tolist() == [[0.0, 0.2, 0.7]]
    assert present.columns([]).shape == (1, 0)


def test_no_alloys_are_no_fault() -> None:
    present = present_elements(np.empty((0, 2)), ["Fe", "B"])
    assert present.n_alloys == 0
    assert present.columns(["Fe"]).shape == (0, 1)


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ([80.0, 20.0], r"row 1: Fe 80, B 20, sum 100; .* Divide at.% by 100"),
        ([0.8, 0.1], r"row 1: Fe 0.8, B 0.1, sum 0.9"),
        ([1.1, -0.1], r"row 1: Fe 1.1, B -0.1, sum 1; expected atomic fractions that are not negative"),
        ([np.nan, 1.0], r"row 1: Fe nan, B 1, sum nan"),
    ],
)
def test_a_row_that_is_no_composition_is_refused(row: list[float], match: str) -> None:
    with pytest.raises(CompositionError, match=match):
        present_elements(np.array([[0.5, 0.5], row]), ["Fe", "B"])


def test_columns_that_do_not_match_the_elements_are_refused() -> None:
    with pytest.raises(CompositionError, match=r"shape \(1, 3\); expected .* 2 columns: Fe, B"):
        present_elements(np.array([[0.5, 0.3, 0.2]]), ["Fe", "B"])
    with pytest.raises(CompositionError, match=r"shape \(2,\)"):
        present_elements(np.array([0.5, 0.5]), ["Fe", "B"])


def test_an_element_named_twice_is_refused() -> None:
    with pytest.raises(CompositionError, match="Fe named more than once in Fe, B, Fe"):
        present_elements(np.array([[0.5, 0.3, 0.2]]), ["Fe", "B", "Fe"])


def test_an_unknown_element_is_refused() -> None:
    with pytest.raises(CompositionError, match="'Xx' is not an element"):
        present_elements(np.array([[1.0]]), ["Xx"])
