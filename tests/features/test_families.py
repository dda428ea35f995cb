"""Sums over families of elements: a published alloy by hand, and shares of nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.build.problem import load_problem
from moalloy.build.training import property_rows, read_tables, surrogate_inputs
from moalloy.domain.elements import SYMBOLS
from moalloy.features.families import FAMILIES, SHARES, families, family_names
from moalloy.features.present import present_elements

# Yoshizawa, Oguma, Yamauchi, J. Appl. Phys. 64 (1988) 6044: Fe73.5Si13.5B9Nb3Cu1.
FINEMET = {"Fe": 73.5, "Si": 13.5, "B": 9.0, "Nb": 3.0, "Cu": 1.0}


def _named(at_pct: dict[str, float]) -> dict[str, float]:
    amounts = np.array([list(at_pct.values())]) / 100.0
    row = families(present_elements(amounts, list(at_pct)))[0]
    return dict(zip(family_names(), row.tolist(), strict=True))


def test_finemet_is_as_summed_by_hand() -> None:
    expected = {
        "ferromagnetic metals (fraction)": 0.735,
        "metalloids (fraction)": 0.225,
        "p-block elements (fraction)": 0.225,
        "refractory metals (fraction)": 0.03,
        "rare earths (fraction)": 0.0,
        "noble metals (fraction)": 0.01,
        "small atoms (fraction)": 0.09,
        "large atoms (fraction)": 0.03,
        "metalloids but boron (fraction)": 0.135,
        "number of elements": 5.0,
        "largest fraction": 0.735,
        "B in p-block (ratio)": 0.4,
        "P in p-block (ratio)": 0.0,
        "Si in p-block (ratio)": 0.6,
        "refractory to p-block (ratio)": 0.03 / 0.225,
        "Mo in refractory (ratio)": 0.0,
        "Cr to ferromagnetic (ratio)": 0.0,
        "Co in ferromagnetic (ratio)": 0.0,
        "Ni in ferromagnetic (ratio)": 0.0,
    }
    assert _named(FINEMET) == pytest.approx(expected)


def test_an_amorphous_steel_is_told_by_its_chromium_molybdenum_and_yttrium() -> None:
    # Fe41Co7Cr15Mo14C15B6Y2, castable to 16 mm: doi:10.1063/1.1897426.
    steel = {"Fe": 41.0, "Co": 7.0, "Cr": 15.0, "Mo": 14.0, "C": 15.0, "B": 6.0, "Y": 2.0}
    found = _named(steel)
    assert found["Cr to ferromagnetic (ratio)"] == pytest.approx(15 / 48)
    assert found["Co in ferromagnetic (ratio)"] == pytest.approx(7 / 48)
    assert found["Mo in refractory (ratio)"] == pytest.approx(1.0)
    assert found["small atoms (fraction)"] == pytest.approx(0.21)
    assert found["large atoms (fraction)"] == found["rare earths (fraction)"] == pytest.approx(0.02)


def test_a_share_of_nothing_is_zero_and_not_missing() -> None:
    found = _named({"Cu": 60.0, "Ag": 40.0})
    assert all(found[f"{name} (ratio)"] == 0.0 for name in SHARES)
    assert found["noble metals (fraction)"] == pytest.approx(1.0)


def test_families_hold_elements_each_once_and_shares_lie_within_one() -> None:
    for members in FAMILIES.values():
        assert set(members) <= set(SYMBOLS)
        assert len(set(members)) == len(members)
    is_within = {name: set(part) <= set(whole) for name, (part, whole) in SHARES.items()}
    assert [name for name, within in is_within.items() if not within] == [
        "refractory to p-block",
        "Cr to ferromagnetic",
    ]


def test_a_problem_may_ask_for_fractions_and_families(tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_text(
        """\
version: 1
name: families
space: {elements: {Fe: [70, 90], B: [5, 20], Si: [0, 15]}, step: 1}
data: {soft: {table: "builtin:fe_soft_magnetic", group_by: paper_group}}
properties: {Bs: {data: soft, column: Bs_T, unit: T}}
objectives: {Bs: {goal: max}}
model: {features: [fractions, families]}
""",
        encoding="utf-8",
    )
    spec = load_problem(path).spec
    rows = property_rows(spec, "Bs", read_tables(spec), ())
    names = surrogate_inputs(spec, "Bs", rows).names
    assert names == (*(f"x_{symbol}" for symbol in rows.used_elements), *family_names())
