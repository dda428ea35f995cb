from __future__ import annotations

import numpy as np
import pytest

from moalloy.domain.elements import is_element
from moalloy.features.criticality import EU_CRITICAL, critical_share, critical_share_of


def test_the_list_is_annex_ii_of_the_regulation() -> None:
    assert all(is_element(symbol) for symbol in EU_CRITICAL)
    assert {"B", "Si", "P", "Nb", "Y", "Cu", "Ni"} <= EU_CRITICAL
    assert EU_CRITICAL.isdisjoint({"Fe", "Cr", "Mo", "Zr", "Sn", "Zn", "Ag", "Au", "Ca", "In", "C"})


def test_every_element_has_a_share() -> None:
    assert critical_share().missing(["Fe", "Og", "C"]) == ()


def test_a_list_of_ones_own_counts_only_its_elements() -> None:
    mine = critical_share_of({"Nb"}, source="our purchasing department")
    shares = mine(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]), ["Fe", "Nb", "B"])
    assert shares == pytest.approx([100 * 92.906 / (92.906 + 55.845), 0.0])
    assert mine.source == "our purchasing department"
