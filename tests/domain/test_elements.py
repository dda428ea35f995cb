from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from moalloy.domain.elements import SYMBOLS, atomic_number, exact_masses, is_element, masses_u
from moalloy.errors import CompositionError


def test_symbols_are_all_118_elements_in_order_of_atomic_number() -> None:
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 118
    assert [atomic_number(symbol) for symbol in SYMBOLS] == list(range(1, 119))
    assert [SYMBOLS[number - 1] for number in (1, 26, 57, 71, 92, 118)] == ["H", "Fe", "La", "Lu", "U", "Og"]


def test_only_a_symbol_with_its_capitals_is_an_element() -> None:
    assert is_element("Si")
    assert not any(is_element(text) for text in ("SI", "si", "Si ", "", "Xx", "iron"))


def test_masses_grow_with_atomic_number_but_for_three_famous_pairs() -> None:
    # The inversions that puzzled Mendeleev, up to the last element with a stable isotope.
    stable = [symbol for symbol in SYMBOLS[:83] if symbol not in ("Tc", "Pm")]
    fallen = [(a, b) for a, b in pairwise(stable) if exact_masses([a]) >= exact_masses([b])]
    assert fallen == [("Ar", "K"), ("Co", "Ni"), ("Te", "I")]


def test_exact_masses_are_the_printed_decimals() -> None:
    # Prohaska et al. (2022), abridged: Fe 55.845, Si 28.085, B 10.81, Zr 91.224.
    expected = (Fraction("55.845"), Fraction("28.085"), Fraction("10.81"), Fraction("91.224"))
    assert exact_masses(["Fe", "Si", "B", "Zr"]) == expected


def test_masses_follow_the_order_of_the_elements() -> None:
    assert masses_u(["B", "Fe"]).tolist() == [10.81, 55.845]
    assert masses_u([]).shape == (0,)


@pytest.mark.parametrize(("symbol", "near"), [("FE", "Fe"), ("si", "Si"), ("Nbb", "Nb")])
def test_an_unknown_symbol_is_refused_with_the_nearest_one(symbol: str, near: str) -> None:
    with pytest.raises(CompositionError, match=f"{symbol!r} is not an element symbol; did you mean {near!r}"):
        atomic_number(symbol)


def test_a_symbol_like_no_other_is_refused_with_an_example() -> None:
    with pytest.raises(CompositionError, match="'42' is not an element symbol; write one such as 'Fe'"):
        masses_u(["Fe", "42"])
