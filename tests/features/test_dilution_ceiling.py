from __future__ import annotations

import math

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.features.descriptors import get_descriptor

MU0 = 4e-7 * math.pi
BOHR_MAGNETON = 9.2740100657e-24
AVOGADRO = 6.02214076e23


def ceiling(row: list[float], elements: list[str]) -> float:
    return float(get_descriptor("dilution_ceiling_T")(np.array([row]), elements)[0])


def moment(cobalt: FloatArray) -> FloatArray:
    """Moment of Fe-Co in Bohr magnetons per atom, from its ceiling and volume."""
    fractions = np.column_stack([1 - cobalt, cobalt])
    flux_density = get_descriptor("dilution_ceiling_T")(fractions, ["Fe", "Co"])
    volume_m3 = (fractions @ np.array([7.09, 6.67])) * 1e-6
    moments: FloatArray = flux_density * volume_m3 / (MU0 * BOHR_MAGNETON * AVOGADRO)
    return moments


def test_pure_iron_has_its_moment_at_0_k_in_its_volume() -> None:
    expected = MU0 * (AVOGADRO / 7.09e-6) * 2.22 * BOHR_MAGNETON
    assert ceiling([1.0], ["Fe"]) == pytest.approx(expected, rel=1e-8)


def test_a_nonmagnetic_element_only_takes_up_room() -> None:
    diluted = ceiling([0.8, 0.2], ["Fe", "B"])
    assert diluted == pytest.approx(ceiling([1.0], ["Fe"]) * 0.8 * 7.09 / (0.8 * 7.09 + 0.2 * 3.6), rel=1e-12)
    assert ceiling([1.0], ["B"]) == 0.0


def test_iron_and_cobalt_reach_the_slater_pauling_peak_and_never_pass_it() -> None:
    moments = moment(np.linspace(0, 1, 2001))
    assert moments.max() == pytest.approx(2.45, abs=1e-6)
    assert moments[[0, -1]] == pytest.approx([2.22, 1.72], rel=1e-8)


def test_the_first_cobalt_does_not_make_the_ceiling_jump() -> None:
    steps = np.diff(moment(np.linspace(0, 1, 2001)))
    assert np.abs(steps).max() < 2e-3


@pytest.mark.parametrize(
    ("row", "elements", "measured_T"),
    [
        ([0.735, 0.135, 0.09, 0.03, 0.01], ["Fe", "Si", "B", "Nb", "Cu"], 1.24),  # 10.1063/1.342149
        ([0.833, 0.04, 0.08, 0.04, 0.007], ["Fe", "Si", "B", "P", "Cu"], 1.88),  # 10.1063/1.3058624
        ([0.91, 0.07, 0.02], ["Fe", "Zr", "B"], 1.70),  # Mater. Trans. JIM 31, 743
        ([0.82, 0.10, 0.08], ["Fe", "B", "P"], 1.60),  # 10.1016/j.jallcom.2010.12.104
    ],
)
def test_measured_alloys_lie_below_the_ceiling(
    row: list[float], elements: list[str], measured_T: float
) -> None:
    assert measured_T < ceiling(row, elements) < measured_T * 1.4


def test_an_element_without_a_volume_makes_the_ceiling_nan() -> None:
    assert math.isnan(ceiling([0.9, 0.1], ["Fe", "O"]))
