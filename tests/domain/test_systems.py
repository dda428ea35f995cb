"""The chemical systems of a space, against the alloys that the space enumerates."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

from moalloy.build.space import build_space
from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.elements import SYMBOLS
from moalloy.domain.systems import is_of_system, restricted, systems, systems_of
from moalloy.spec import parse_spec

HEAD = """\
version: 1
name: systems
objectives: {density_g_per_cm3: {goal: min}}
space:
  step: 2
  elements:
    Fe: [60, 80]
    B: {min: 4, max: 20, or_zero: true}
    Si: [0, 12]
    Nb: {min: 2, max: 6, or_zero: true}
  groups: {metalloid: [B, Si]}
  process: {route: {choices: [ribbon, rod]}}
"""
SPACES = (
    "  count: {min: 2, max: 4}\n",
    "  count: {min: 3, max: 3}\n",
    "  constraints: [20 <= metalloid <= 30, {forbid: [B, Si, Nb]}]\n",
    "  constraints: [{require: Nb, with: Si}]\n",
    '  constraints: [{if: "Nb > 0", then: "route == rod"}, {if: "route == rod", then: "Si >= 4"}]\n',
    "  constraints: [{descriptor: mixing_enthalpy_kJ_per_mol, max: -22}]\n",
)


def space(rest: str, head: str = HEAD) -> DesignSpace:
    return build_space(parse_spec(head + rest).space)


@pytest.mark.parametrize("rest", SPACES)
def test_the_systems_are_those_of_all_alloys(rest: str) -> None:
    here = space(rest)
    names = {name for X in here.enumerate() for name in systems_of(here, X)}
    found = ["-".join(system) for system in systems(here)]
    assert len(found) == len(set(found)) > 1
    assert set(found) == names


@pytest.mark.parametrize("rest", SPACES)
def test_the_alloys_of_a_space_are_those_of_its_systems_together(rest: str) -> None:
    here = space(rest)
    parts = [restricted(here, system).n_points() for system in systems(here)]
    assert min(parts) > 0
    assert sum(parts) == here.n_points()


def test_a_restricted_space_repairs_into_its_system_and_keeps_its_own_alloys() -> None:
    here = space(SPACES[0])
    X = here.sample(200)
    for system in systems(here):
        part = restricted(here, system)
        own = is_of_system(here, X, system)
        assert (part.contains(X) == own).all()
        assert np.array_equal(part.repair(X[own]), X[own])
        repaired = part.repair(X)
        assert here.contains(repaired).all()
        assert is_of_system(here, repaired, system).all()


def test_a_system_that_only_a_descriptor_empties_is_left_out() -> None:
    free, cheap = space(""), space("  constraints: [{descriptor: cost_USD_per_kg, max: 1.5}]\n")
    with_niobium = [system for system in systems(free) if "Nb" in system]
    assert with_niobium
    assert not any("Nb" in system for system in systems(cheap))


def test_the_first_of_a_million_systems_are_found_without_the_others() -> None:
    symbols = list(SYMBOLS[20:40])
    ranges = tuple(ElementRange(symbol, 1, 20, or_zero=True) for symbol in symbols)
    composition = CompositionSpace((*ranges, ElementRange("U", 40, 100)), Fraction(1))
    found = list(islice(systems(DesignSpace((*symbols, "U"), composition)), 1000))
    assert len(set(found)) == 1000
