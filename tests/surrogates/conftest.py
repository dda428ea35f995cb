"""Surrogates that several tests of this folder look at, fitted once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.surrogates.fitting import fit_hurdle, fit_property
from moalloy.surrogates.model import Alloys, BulkClassifier, PropertyModel
from tests.measured_alloys import ELEMENTS, compositions, measured_rows
from tests.surrogates.small import INPUTS, small_plan


@pytest.fixture(scope="session")
def linear_model() -> PropertyModel:
    """Saturation flux density."""
    return fit_property("Bs", "T", measured_rows(), INPUTS, plan=small_plan())[0]


@pytest.fixture(scope="session")
def log_model() -> PropertyModel:
    """Coercivity, on the logarithmic scale."""
    return fit_property("Hc", "A/m", measured_rows(seed=1), INPUTS, plan=small_plan(scale="log"))[0]


@pytest.fixture(scope="session")
def hurdle() -> BulkClassifier:
    """Whether a glass forms: more likely with more boron, never certain."""
    rows = measured_rows(seed=2)
    noise = np.random.default_rng(2).normal(0.0, 0.02, len(rows))
    labels = (rows.fractions[:, 1] + noise > 0.115).astype(np.float64)
    return fit_hurdle(replace(rows, values=labels), INPUTS, plan=small_plan())[0]


@pytest.fixture(scope="session")
def hurdle_model(hurdle: BulkClassifier) -> PropertyModel:
    """Castable diameter of the alloys that form a glass."""
    rows = measured_rows(seed=3)
    return fit_property("Dmax", "mm", rows, INPUTS, plan=small_plan(scale="log"), hurdle=hurdle)[0]


@pytest.fixture(scope="session")
def alloys() -> Alloys:
    """Forty alloys of other papers than those that were trained on."""
    fractions = compositions(8, 5, np.random.default_rng(99))
    return Alloys(fractions, ELEMENTS, np.empty((len(fractions), 0)))
