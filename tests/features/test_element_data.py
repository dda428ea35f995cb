from __future__ import annotations

import numpy as np
import pytest

from moalloy.domain.elements import SYMBOLS, atomic_number, masses_u
from moalloy.features.density import molar_volumes_cm3_per_mol
from moalloy.features.element_data import element_column, element_decimals, pair_enthalpies
from moalloy.features.statistics import PROPERTIES

# Takeuchi, Inoue, Mater. Trans. 46 (2005) 2817: all pairs of 15 elements, kJ/mol.
CHECK_ELEMENTS = "Fe Co Ni B Si P C Nb Zr Mo Cu Al Cr W Y"
CHECK_PAIRS = """
-1 -2 -26 -35 -39.5 -50 -16 -25 -2 13 -11 -1 0 -1
0 -24 -38 -35.5 -42 -25 -41 -5 6 -19 -4 -1 -22
-24 -40 -34.5 -39 -30 -49 -7 4 -22 -7 -3 -31
-14 0.5 -10 -54 -71 -34 0 0 -31 -31 -50
-25.5 -39 -56 -84 -35 -19 -19 -37 -31 -73
-4.5 -89.5 -127.5 -53.5 -17.5 -20.5 -49.5 -46.5 -113.5
-102 -131 -67 -33 -36 -61 -60 -117
4 -6 3 -18 -7 -8 30
-6 -23 -44 -12 -9 9
19 -5 0 0 24
-1 12 22 -22
-10 -2 -38
1 11
24
"""


def pair_enthalpy(a: str, b: str) -> float:
    return float(pair_enthalpies()[atomic_number(a) - 1, atomic_number(b) - 1])


def test_105_pair_enthalpies_are_the_published_ones() -> None:
    symbols = CHECK_ELEMENTS.split()
    rows = [line.split() for line in CHECK_PAIRS.split("\n") if line]
    published = {
        (a, b): float(text)
        for i, (a, row) in enumerate(zip(symbols, rows, strict=False))
        for b, text in zip(symbols[i + 1 :], row, strict=True)
    }
    assert len(published) == 105
    assert {pair: pair_enthalpy(*pair) for pair in published} == published


def test_pair_enthalpies_are_symmetric_and_complete_for_73_elements_but_three_actinide_pairs() -> None:
    table = pair_enthalpies()
    in_table = ~np.isnan(np.diagonal(table))
    assert in_table.sum() == 73
    assert np.isnan(table[in_table][:, in_table]).sum() == 2 * 3
    assert all(np.isnan(pair_enthalpy(*pair)) for pair in (("Th", "Pa"), ("Th", "U"), ("Pa", "U")))
    assert np.isnan(table[~in_table]).all()
    np.testing.assert_array_equal(table, table.T)


def test_three_pairs_with_a_wrong_label_are_not_read() -> None:
    assert np.isnan([pair_enthalpy("Po", "U"), pair_enthalpy("Po", "Pa"), pair_enthalpy("At", "U")]).all()


def test_the_suspect_entry_is_kept_as_it_is_tabulated() -> None:
    assert pair_enthalpy("Ge", "Nd") == -101.5
    assert pair_enthalpy("Ge", "Pr") == -72.5


def test_magpie_and_iupac_agree_on_the_weight_of_every_stable_element() -> None:
    ours, magpie = masses_u(SYMBOLS[:83]), element_column("AtomicWeight")[:83]
    is_stable = ~np.isin(SYMBOLS[:83], ["Tc", "Pm"])
    # Magpie's values are those of about 2007; none has moved by more since.
    np.testing.assert_allclose(ours[is_stable], magpie[is_stable], rtol=3e-4)


def test_every_metal_up_to_uranium_has_all_properties_of_the_statistics() -> None:
    is_metal = element_column("IsMetal")[:92] == 1
    is_common = is_metal & ~np.isin(SYMBOLS[:92], ["Fr", "At"])
    for name in PROPERTIES:
        assert np.isfinite(element_column(name)[:92][is_common]).all(), name


def test_elements_without_data_are_nan_in_a_column_and_absent_from_its_decimals() -> None:
    assert "H" not in element_decimals("MiracleRadius")
    assert np.isnan(element_column("MiracleRadius")[0])


def test_columns_are_shared_and_so_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        element_column("MeltingT")[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        pair_enthalpies()[0, 0] = 0.0


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(KeyError, match="Colour"):
        element_decimals("Colour")


def test_metals_in_an_alloy_keep_the_volume_of_the_pure_metal() -> None:
    effective = molar_volumes_cm3_per_mol()
    pure = element_decimals("MolarVolume")
    metals = [
        symbol for symbol, flag in element_decimals("IsMetal").items() if flag == "1" and symbol in pure
    ]
    ratio = [float(effective[symbol]) / float(pure[symbol]) for symbol in metals]
    np.testing.assert_allclose(ratio, 1.0, atol=0.01)


def test_nonmetals_have_a_volume_only_where_one_was_fitted() -> None:
    effective = molar_volumes_cm3_per_mol()
    nonmetals = [symbol for symbol, flag in element_decimals("IsMetal").items() if flag == "0"]
    assert {symbol for symbol in nonmetals if symbol in effective} == {"B", "C", "Si", "P", "Ge"}
    assert all(effective[s] < float(element_decimals("MolarVolume")[s]) for s in ("B", "C", "Si", "P", "Ge"))
