"""Descriptors of known alloys against published and closed-form values."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from moalloy.features.descriptors import get_descriptor

FINEMET = "Fe73.5Si13.5B9Nb3Cu1"
NANOMET = "Fe83.3Si4B8P4Cu0.7"
VITRELOY_105 = "Zr52.5Ti5Cu17.9Ni14.6Al10"


def value(descriptor: str, formula: str) -> float:
    parts = re.findall(r"([A-Z][a-z]?)([\d.]*)", formula)
    amounts = np.array([[float(amount or 1) for _, amount in parts]])
    return float(get_descriptor(descriptor)(amounts / amounts.sum(), [symbol for symbol, _ in parts])[0])


@pytest.mark.parametrize(
    ("formula", "kJ_per_mol"),
    [
        (FINEMET, -24.07),
        (NANOMET, -16.93),
        ("Fe91Zr7B2", -8.66),
        ("Fe80B20", -16.64),
        ("Fe77Mo3P13C7", -28.34),
        ("Fe41Co7Cr15Mo14C15B6Y2", -33.35),
        (VITRELOY_105, -35.79),
    ],
)
def test_mixing_enthalpy_follows_from_the_tabulated_pairs(formula: str, kJ_per_mol: float) -> None:
    assert value("mixing_enthalpy_kJ_per_mol", formula) == pytest.approx(kJ_per_mol, abs=0.006)


@pytest.mark.parametrize(("formula", "USD_per_kg"), [(FINEMET, 4.80), (NANOMET, 0.61), (VITRELOY_105, 26.9)])
def test_cost_follows_from_the_prices_by_weight(formula: str, USD_per_kg: float) -> None:
    assert value("cost_USD_per_kg", formula) == pytest.approx(USD_per_kg, rel=0.008)


def test_cost_of_a_pure_element_is_its_price() -> None:
    assert value("cost_USD_per_kg", "Co") == pytest.approx(32.8, rel=1e-12)


def test_density_of_metglas_is_that_of_its_data_sheet() -> None:
    # METGLAS 2605SA1: 7.18 g/cm3.
    assert value("density_g_per_cm3", "Fe80Si9B11") == pytest.approx(7.18, abs=0.005)


def test_density_of_pure_iron_is_mass_over_volume() -> None:
    assert value("density_g_per_cm3", "Fe") == pytest.approx(55.845 / 7.09, rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_entropy_of_n_elements_in_equal_parts_is_r_ln_n(n: int) -> None:
    formula = "".join(("Fe", "Co", "Ni", "Cr", "Mn")[:n])
    assert value("mixing_entropy_J_per_mol_K", formula) == pytest.approx(8.314462618 * math.log(n), abs=1e-8)


def test_radius_mismatch_of_a_binary_is_its_closed_form() -> None:
    # sqrt(x (1 - x)) |r_A - r_B| / mean, with Miracle's 125 pm for Fe and 88 pm for B.
    expected = 100 * math.sqrt(0.8 * 0.2) * (125 - 88) / (0.8 * 125 + 0.2 * 88)
    assert value("radius_mismatch_pct", "Fe80B20") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "electrons"),
    [("CoCrFeNiMn", 8.0), ("CoCrFeNi", 8.25), ("CoCrCuFeNi", 8.8), ("AlCoCrFeNi", 7.2)],
)
def test_valence_electrons_of_high_entropy_alloys_are_the_published_ones(
    formula: str, electrons: float
) -> None:
    # Guo et al., J. Appl. Phys. 109 (2011) 103505: groups of Al 3, Cr 6, Mn 7, Fe 8, Co 9, Ni 10, Cu 11.
    assert value("valence_electron_concentration", formula) == pytest.approx(electrons, rel=1e-12)


def test_magnetic_valence_of_iron_boride_glass_is_its_closed_form() -> None:
    # 0.8 * 2 - 0.2 * 3 + 0.6, Malozemoff et al. (1984).
    assert value("magnetic_valence_muB", "Fe80B20") == pytest.approx(1.6, rel=1e-12)


def test_critical_share_is_by_weight() -> None:
    expected = 100 * 20 * 10.81 / (20 * 10.81 + 80 * 55.845)
    assert value("critical_wt_pct", "Fe80B20") == pytest.approx(expected, rel=1e-12)
    assert value("critical_wt_pct", "FeCrMoZrSnC") == 0.0
