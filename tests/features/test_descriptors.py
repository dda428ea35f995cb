from __future__ import annotations

import pickle
from fractions import Fraction
from math import isfinite, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.values import Descriptor
from moalloy.errors import CompositionError, SpaceError
from moalloy.features.descriptors import DESCRIPTORS, get_descriptor

NAMES = {
    "mixing_enthalpy_kJ_per_mol",
    "mixing_entropy_J_per_mol_K",
    "radius_mismatch_pct",
    "valence_electron_concentration",
    "density_g_per_cm3",
    "cost_USD_per_kg",
    "dilution_ceiling_T",
    "magnetic_valence_muB",
    "critical_wt_pct",
}
RATIOS = {
    "valence_electron_concentration",
    "density_g_per_cm3",
    "cost_USD_per_kg",
    "magnetic_valence_muB",
    "critical_wt_pct",
}
ELEMENTS = ["Fe", "Co", "B", "Si", "P", "Nb", "Cu"]


def test_the_descriptors_of_the_contract_are_there() -> None:
    assert set(DESCRIPTORS) >= NAMES
    assert "price" not in DESCRIPTORS


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_descriptor_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    descriptor = get_descriptor(name)
    assert isinstance(descriptor, Descriptor)
    assert descriptor.name == name
    assert descriptor.title
    assert descriptor.source
    assert descriptor.unit or name == "valence_electron_concentration"


def test_an_unknown_descriptor_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SpaceError, match="no descriptor 'cost_usd_per_kg'; did you mean 'cost_USD_per_kg'"):
        get_descriptor("cost_usd_per_kg")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_value_is_nan_exactly_where_an_element_is_named_as_missing(name: str) -> None:
    descriptor = get_descriptor(name)
    for symbol in ("Fe", "Mn", "O", "U", "Ar", "Po"):
        value = descriptor(np.array([[0.5, 0.5]]), ["Co", symbol])[0]
        assert isnan(value) == (symbol in descriptor.missing(["Co", symbol])), symbol


def test_an_absent_element_without_data_does_no_harm() -> None:
    assert isfinite(get_descriptor("cost_USD_per_kg")(np.array([[1.0, 0.0]]), ["Fe", "O"])[0])


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_fault_in_the_composition_is_refused(name: str) -> None:
    with pytest.raises(CompositionError, match="sum 100"):
        get_descriptor(name)(np.array([[80.0, 20.0]]), ["Fe", "B"])


@pytest.mark.parametrize("name", sorted(RATIOS))
@given(parts=st.lists(st.integers(0, 200), min_size=len(ELEMENTS), max_size=len(ELEMENTS)).filter(any))
def test_a_linear_ratio_is_the_descriptor_exactly(name: str, parts: list[int]) -> None:
    descriptor = get_descriptor(name)
    ratio = descriptor.linear_ratio(ELEMENTS)
    assert ratio is not None
    assert all(q >= 0 for q in ratio.denominator)
    exact = [Fraction(part, sum(parts)) for part in parts]
    numerator = sum(p * c for p, c in zip(ratio.numerator, exact, strict=True))
    denominator = sum(q * c for q, c in zip(ratio.denominator, exact, strict=True))
    value = descriptor(np.array([[float(c) for c in exact]]), ELEMENTS)[0]
    assert value == pytest.approx(float(numerator / denominator), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", sorted(NAMES - RATIOS))
def test_a_nonlinear_descriptor_has_no_linear_ratio(name: str) -> None:
    assert get_descriptor(name).linear_ratio(ELEMENTS) is None


def test_a_linear_ratio_of_an_element_without_data_is_refused() -> None:
    with pytest.raises(SpaceError, match=r"cost_USD_per_kg has no data for O, U .*leave the element out"):
        get_descriptor("cost_USD_per_kg").linear_ratio(["Fe", "O", "U"])


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_descriptor_travels_to_a_worker(name: str) -> None:
    descriptor = get_descriptor(name)
    copy = pickle.loads(pickle.dumps(descriptor))
    fractions = np.array([[0.8, 0.2]])
    assert copy == descriptor
    assert copy(fractions, ["Fe", "B"]) == descriptor(fractions, ["Fe", "B"])
