"""Conversions of amounts: closed forms, a published composition, and round trips."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import FloatArray
from moalloy.units import (
    at_pct_to_fractions,
    atomic_to_weight_fractions,
    fractions_to_at_pct,
    weight_to_atomic_fractions,
)

# Abridged standard atomic weights of Fe, Si and B: Prohaska et al., Pure Appl. Chem. 94 (2022) 573.
MASSES_U = np.array([55.845, 28.085, 10.81])


@st.composite
def fractions(draw: st.DrawFn) -> FloatArray:
    """Atomic fractions of three elements, some of them absent."""
    row = st.lists(st.integers(0, 1000), min_size=3, max_size=3).filter(any)
    amounts = np.array(draw(st.lists(row, min_size=1, max_size=6)), dtype=np.float64)
    return np.asarray(amounts / amounts.sum(axis=1, keepdims=True), dtype=np.float64)


@given(fractions())
def test_percent_and_fractions_are_inverse(values: FloatArray) -> None:
    np.testing.assert_allclose(at_pct_to_fractions(fractions_to_at_pct(values)), values, rtol=1e-15)


@given(fractions())
def test_weight_and_atomic_fractions_are_inverse(values: FloatArray) -> None:
    weights = atomic_to_weight_fractions(values, MASSES_U)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    np.testing.assert_allclose(weight_to_atomic_fractions(weights, MASSES_U), values, atol=1e-14)


@given(fractions())
def test_an_absent_element_stays_absent(values: FloatArray) -> None:
    np.testing.assert_array_equal(atomic_to_weight_fractions(values, MASSES_U) == 0.0, values == 0.0)


def test_a_pure_element_is_pure_in_either_unit() -> None:
    np.testing.assert_array_equal(atomic_to_weight_fractions(np.eye(3), MASSES_U), np.eye(3))


def test_fe78si9b13_has_the_weight_fractions_of_its_masses() -> None:
    # 0.78 * 55.845 = 43.559, 0.09 * 28.085 = 2.528, 0.13 * 10.81 = 1.405 of 47.492 g/mol.
    weights = atomic_to_weight_fractions(np.array([[0.78, 0.09, 0.13]]), MASSES_U)
    np.testing.assert_allclose(weights, [[0.91718, 0.05322, 0.02959]], atol=1e-5)
