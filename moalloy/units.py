"""At.% to atomic fractions and back; atomic fractions to weight fractions and back.

These are the only conversions in moalloy. Nothing guesses a unit from a magnitude.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "at_pct_to_fractions",
    "atomic_to_weight_fractions",
    "fractions_to_at_pct",
    "weight_to_atomic_fractions",
]

FloatArray = NDArray[np.float64]


def at_pct_to_fractions(at_pct: FloatArray) -> FloatArray:
    """Return atomic fractions for amounts in at.%, any shape.

    >>> at_pct_to_fractions(np.array([80.0, 20.0]))
    array([0.8, 0.2])
    """
    return at_pct / 100.0


def fractions_to_at_pct(fractions: FloatArray) -> FloatArray:
    """Return amounts in at.% for atomic fractions, any shape.

    >>> fractions_to_at_pct(np.array([0.8, 0.2]))
    array([80., 20.])
    """
    return fractions * 100.0


def atomic_to_weight_fractions(fractions: FloatArray, masses_u: FloatArray) -> FloatArray:
    """Return weight fractions, shape ``(n_alloys, n_elements)``, rows summing to 1.

    Args:
        fractions: Atomic fractions, shape ``(n_alloys, n_elements)``.
        masses_u: Atomic masses in u, shape ``(n_elements,)``.

    >>> atomic_to_weight_fractions(np.array([[0.5, 0.5]]), np.array([10.0, 30.0]))
    array([[0.25, 0.75]])
    """
    weights = fractions * masses_u
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True), dtype=np.float64)


def weight_to_atomic_fractions(weight_fractions: FloatArray, masses_u: FloatArray) -> FloatArray:
    """Return atomic fractions, shape ``(n_alloys, n_elements)``, rows summing to 1.

    Args:
        weight_fractions: Weight fractions, shape ``(n_alloys, n_elements)``.
        masses_u: Atomic masses in u, shape ``(n_elements,)``.

    >>> weight_to_atomic_fractions(np.array([[0.25, 0.75]]), np.array([10.0, 30.0]))
    array([[0.5, 0.5]])
    """
    moles = weight_fractions / masses_u
    return np.asarray(moles / moles.sum(axis=-1, keepdims=True), dtype=np.float64)
