"""The recipe that Takeuchi and Inoue's table follows, against the table that moalloy ships.

Miedema parameters: de Boer, Boom, Mattens, Miedema, Niessen, Cohesion in Metals (North-Holland, 1988),
as in matminer 0.10.1 and in wolverton-research-group/qmpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest

from moalloy.domain.elements import atomic_number
from moalloy.features.element_data import pair_enthalpies

# Symbol, work function (V), n_ws^(1/3) (density units), V^(2/3) (cm2), R/P, a.
PARAMETERS = """
Fe 4.93 1.77 3.69 1   0.04 | Co 5.10 1.75 3.55 1   0.04 | Ni 5.20 1.75 3.52 1   0.04
B  5.30 1.75 2.81 1.9 0.07 | Si 4.70 1.50 4.20 2.1 0.04 | P  5.55 1.65 4.20 2.3 0.04
C  6.24 1.77 2.20 2.1 0.04 | Al 4.20 1.39 4.64 1.9 0.07 | Ga 4.10 1.31 5.19 1.9 0.07
Ge 4.55 1.37 4.60 2.1 0.04 | Sn 4.15 1.24 6.43 2.1 0.04 | Cu 4.45 1.47 3.70 0   0.07
Ag 4.35 1.36 4.72 .15 0.07 | Au 5.15 1.57 4.70 0.3 0.07 | Nb 4.05 1.64 4.91 1   0.04
Zr 3.45 1.41 5.81 1   0.04 | Mo 4.65 1.77 4.45 1   0.04 | Hf 3.60 1.45 5.66 1   0.04
Ta 4.05 1.63 4.89 1   0.04 | W  4.80 1.81 4.50 1   0.04 | V  4.25 1.64 4.12 1   0.04
Ti 3.80 1.52 4.82 1   0.04 | Cr 4.65 1.73 3.74 1   0.04 | Mn 4.45 1.61 3.78 1   0.04
Y  3.20 1.21 7.34 0.7 0.07 | Zn 4.10 1.32 4.38 1.4 0.10 | Mg 3.45 1.17 5.81 0.4 0.10
Be 5.05 1.67 2.88 0.4 0.10 | Pd 5.45 1.67 4.29 1   0.04 | Pt 5.65 1.78 4.36 1   0.04
La 3.17 1.18 7.98 0.7 0.07 | Ce 3.18 1.19 7.76 0.7 0.07 | Nd 3.19 1.20 7.51 0.7 0.07
Gd 3.20 1.21 7.34 0.7 0.07 | Dy 3.21 1.22 7.12 0.7 0.07 | Er 3.22 1.23 6.98 0.7 0.07
Tm 3.22 1.23 6.90 0.7 0.07
"""
P_METALS = frozenset({"B", "Si", "P", "C", "Al", "Ga", "Ge", "Sn", "Zn", "Mg", "Be"})
# Half of what turning the semiconductor into a metal costs, 34 and 25 kJ/mol.
SEMICONDUCTOR_KJ_PER_MOL = {"Si": 17.0, "Ge": 12.5}


@dataclass(frozen=True)
class Miedema:
    symbol: str
    work_function: float
    density: float
    area: float
    hybridization: float
    a: float

    @property
    def is_transition_metal(self) -> bool:
        return self.symbol not in P_METALS


def elements() -> list[Miedema]:
    cells = [cell.split() for line in PARAMETERS.strip().split("\n") for cell in line.split("|")]
    return [Miedema(symbol, *map(float, numbers)) for symbol, *numbers in cells]


def areas_in_alloy(a: Miedema, b: Miedema) -> tuple[float, float]:
    """V^(2/3) of both atoms in the equiatomic alloy, which charge transfer swells or shrinks."""
    area_a, area_b = a.area, b.area
    for _ in range(50):
        surface_b = area_b / (area_a + area_b)
        step = a.work_function - b.work_function
        area_a, area_b = a.area * (1 + a.a * surface_b * step), b.area * (1 - b.a * (1 - surface_b) * step)
    return area_a, area_b


def recipe(a: Miedema, b: Miedema) -> float:
    """Mixing enthalpy of the equiatomic liquid in kJ/mol."""
    n_transition = a.is_transition_metal + b.is_transition_metal
    p = {2: 14.2, 1: 12.35, 0: 10.7}[n_transition]
    hybridization = 0.73 * a.hybridization * b.hybridization if n_transition == 1 else 0.0
    driving = -((a.work_function - b.work_function) ** 2) + 9.4 * (a.density - b.density) ** 2 - hybridization
    area_a, area_b = areas_in_alloy(a, b)
    contact = area_a * area_b / (area_a + area_b)
    interface = p * contact * driving / (1 / a.density + 1 / b.density)
    return interface - sum(SEMICONDUCTOR_KJ_PER_MOL.get(s, 0.0) for s in {a.symbol, b.symbol})


def deviations() -> dict[tuple[str, str], float]:
    """How far the recipe is from the table, kJ/mol."""
    table = pair_enthalpies()
    return {
        (a.symbol, b.symbol): abs(
            recipe(a, b) - table[atomic_number(a.symbol) - 1, atomic_number(b.symbol) - 1]
        )
        for a, b in combinations(elements(), 2)
    }


def test_the_recipe_gives_the_table_within_its_rounding() -> None:
    errors = np.array(list(deviations().values()))
    assert len(errors) == 666
    assert np.mean(errors <= 0.6) >= 0.938
    assert np.mean(errors <= 1.01) >= 0.991


def test_the_pairs_off_the_recipe_are_known_ones() -> None:
    off = {pair: error for pair, error in deviations().items() if error > 1.01}
    # Si-Ge is corrected for one semiconductor only; Ge-Nd is the table's suspect entry.
    assert off.pop(("Si", "Ge")) == pytest.approx(12.7, abs=0.1)
    assert off.pop(("Ge", "Nd")) == pytest.approx(29.0, abs=0.1)
    assert set(off) == {("Si", "Cu"), ("P", "Nb"), ("Ga", "Cu")}
    assert max(off.values()) < 1.2


def test_plain_parameters_miss_the_table_for_silicon() -> None:
    iron, silicon = (next(e for e in elements() if e.symbol == symbol) for symbol in ("Fe", "Si"))
    plain = recipe(iron, silicon) + SEMICONDUCTOR_KJ_PER_MOL["Si"]
    assert plain == pytest.approx(-18, abs=0.5)
