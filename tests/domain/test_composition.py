"""Formulas as papers write them, and compositions as moalloy prints them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.composition import Composition, format_formula, fractions_matrix, parse_formula
from moalloy.domain.elements import SYMBOLS
from moalloy.errors import CompositionError


@st.composite
def grid_compositions(draw: st.DrawFn) -> Composition:
    """Two to seven elements on a grid of 0.01 at.%, their sum exactly 100."""
    elements = draw(st.lists(st.sampled_from(SYMBOLS), min_size=2, max_size=7, unique=True))
    cuts = draw(
        st.sets(st.integers(1, 9_999), min_size=len(elements) - 1, max_size=len(elements) - 1).map(sorted)
    )
    steps = np.diff([0, *cuts, 10_000]).tolist()
    return Composition.from_percent(
        {symbol: Fraction(step, 100) for symbol, step in zip(elements, steps, strict=True)}
    )


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Fe73.5Si13.5B9Nb3Cu1", "Fe73.5Si13.5B9Nb3Cu1"),
        ("Cu1Nb3B9Si13.5Fe73.5", "Fe73.5Si13.5B9Nb3Cu1"),
        ("Fe73.5Si13.5B9Nb3Cu", "Fe73.5Si13.5B9Nb3Cu1"),
        ("Fe80B20", "Fe80B20"),
        ("Fe 80 B 20", "Fe80B20"),
        ("Fe0.8B0.2", "Fe80B20"),
        ("Fe.8B.2", "Fe80B20"),
        ("FeB", "B50Fe50"),
        ("Fe2B", "Fe66.6667B33.3333"),
        ("Fe23B6", "Fe79.3103B20.6897"),
        ("Fe", "Fe100"),
        ("(Fe0.75B0.2Si0.05)96Nb4", "Fe72B19.2Si4.8Nb4"),
        ("{Fe75B20Si5}96Nb4", "Fe72B19.2Si4.8Nb4"),
        ("[(Fe0.5Co0.5)0.75B0.2Si0.05]96Nb4", "Co36Fe36B19.2Si4.8Nb4"),
        ("(Fe0.9Nd0.1)90Fe10", "Fe91Nd9"),
        ("Fe₇₃.₅Si₁₃.₅B₉Nb₃Cu₁", "Fe73.5Si13.5B9Nb3Cu1"),
        ("Fe$_{80}$B$_{20}$", "Fe80B20"),
        ("Fe<sub>80</sub>B<sub>20</sub>", "Fe80B20"),
        ("Fe80B20 (at.%)", "Fe80B20"),
    ],
)
def test_a_formula_reads_as_papers_mean_it(text: str, canonical: str) -> None:
    assert parse_formula(text).formula == canonical


@pytest.mark.parametrize(
    "text",
    ["Febal.Si13B9", "FebalSi13B9", "FeBal.Si13B9", "Fe(bal.)Si13B9", "bal. Fe Si13B9", "Balance Fe Si13B9"],
)
def test_the_balance_fills_up_to_100(text: str) -> None:
    assert parse_formula(text) == parse_formula("Fe78Si13B9")


def test_a_symbol_of_one_letter_can_be_the_balance() -> None:
    assert parse_formula("Nbal.Fe80") == parse_formula("Fe80N20")


def test_a_bracket_shares_percent_out_but_multiplies_in_a_compound() -> None:
    assert parse_formula("(FeCo)80B20") == parse_formula("Fe40Co40B20")
    assert parse_formula("(Fe2B)3Si") == parse_formula("Fe6B3Si")
    assert parse_formula("((Fe0.5Co0.5)2B)3Si") == parse_formula("Fe3Co3B3Si")


@pytest.mark.parametrize(
    "text", ["Fe-9Si-3B", "Fe – 9Si – 3B", "Fe88Si9B3", "bal. Fe-9Si-3B", "Fe88Si9B3 wt.%"]
)
def test_weight_percent_are_read_where_they_are_asked_for(text: str) -> None:
    alloy = parse_formula(text, basis="wt%")
    assert alloy.wt_pct == {"B": 3, "Si": 9, "Fe": 88}
    # By hand: 88/55.845, 9/28.085 and 3/10.81 mol, of 2.17377 mol.
    assert alloy.formula == "Fe72.4912Si14.742B12.7668"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Fe80Xx20", "'Xx' is not an element symbol; did you mean"),
        ("Fe80BX20", "'X' is not an element symbol"),
        ("FE80B20", "one capital, such as Fe"),
        ("fe80b20", "one capital, such as Fe"),
        ("(Fe80B20", r"isn't closed by '\)'"),
        ("(Fe80B20]", r"isn't closed by '\)'"),
        ("Fe80B20)", "closes a bracket that was never opened"),
        ("Fe80()", "no elements in a bracket"),
        ("", "has no elements"),
        ("Fe80B25", "sum to 105, expected 100"),
        ("Fe80B9", "sum to 89, expected 100"),
        ("Fe0.8B0.3", "sum to 110, expected 100"),
        ("(Fe75B20)96Nb4", "sum to 95, expected 100"),
        ("Fe80B0Si20", "an amount of zero"),
        ("Fe80B-20", "'-20' can't be read. Amounts are positive"),
        ("Fe-Si-B", "a list of elements without amounts"),
        ("Fe73,5B26,5", "decimals with a point"),
        ("Fe100-xBx", "can't be read"),
        ("Fe80%B20%", "percent sign out"),
        ("Fe40B20Fe40", "names Fe twice"),
        ("Febal.Sibal.", "more than one balance"),
        ("Febal.B100", "the balance is nothing"),
        ("Sample 3", "is a name, not a formula"),
        ("VITROPERM 500", "is a name, not a formula"),
        ("FINEMET", "is a name, not a formula"),
        ("17", "is a name, not a formula"),
        ("S3", "is a name, not a formula"),
        ("Fe3", "one element alone is 100"),
        ("Fe-9Si-3B", "say basis wt%"),
        ("Fe88Si9B3 wt%", "says wt%, but at% was asked for"),
        ("Fe80B20" * 50, "350 characters: not a formula"),
        ("Fe79.12345678901234B20", "more than 12 decimals"),
    ],
)
def test_a_text_that_means_no_composition_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(CompositionError, match=message):
        parse_formula(text)


@pytest.mark.parametrize("text", ["FeB", "(FeCo)80B20"])
def test_ratios_of_atoms_are_refused_among_weight_percent(text: str) -> None:
    with pytest.raises(CompositionError, match="ratios of atoms"):
        parse_formula(text, basis="wt%")


def test_rounding_in_print_is_taken_out_and_remembered() -> None:
    alloy = parse_formula("Fe33.33Co33.33Ni33.33")
    assert alloy == parse_formula("FeCoNi")
    assert alloy.written_total == Fraction(9999, 100)
    assert parse_formula("(Fe0.333Co0.333Ni0.333)80B20").written_total == Fraction(999, 10)
    assert parse_formula("Fe2B").written_total == 100


def test_the_exact_amounts_are_fractions() -> None:
    assert parse_formula("Fe2B").at_pct == {"B": Fraction(100, 3), "Fe": Fraction(200, 3)}


@given(grid_compositions())
def test_a_printed_composition_reads_back_as_itself(alloy: Composition) -> None:
    assert parse_formula(alloy.formula) == alloy


@given(grid_compositions())
def test_printed_amounts_fall_and_ties_are_alphabetical(alloy: Composition) -> None:
    printed = parse_formula(alloy.formula)
    ranks = sorted(printed.at_pct.items(), key=lambda pair: (-pair[1], pair[0]))
    assert alloy.formula == "".join(f"{symbol}{float(amount):.10g}" for symbol, amount in ranks)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=8))
def test_any_composition_prints_amounts_that_sum_to_exactly_100(counts: list[int]) -> None:
    shares = dict(zip(SYMBOLS, counts, strict=False))
    printed = Composition.from_shares(shares).formula
    assert parse_formula(printed).written_total == 100
    assert parse_formula(printed).formula == printed


@given(grid_compositions())
def test_weight_percent_and_back_is_exact(alloy: Composition) -> None:
    assert Composition.from_shares(alloy.wt_pct, basis="wt%") == alloy
    assert sum(alloy.wt_pct.values()) == 100


def test_a_trace_element_is_printed_with_the_digits_it_needs() -> None:
    assert format_formula(["Fe", "B"], [99.9999999, 0.0000001]) == "Fe99.9999999B0.0000001"


def test_zero_amounts_are_left_out_of_a_formula() -> None:
    assert format_formula(["Fe", "Si", "B"], [80.0, 0.0, 20.0]) == "Fe80B20"


@pytest.mark.parametrize("at_pct", [[80.0, 25.0], [120.0, -20.0], [float("nan"), 20.0]])
def test_amounts_that_are_no_composition_are_not_printed(at_pct: list[float]) -> None:
    with pytest.raises(CompositionError, match="none below 0 and a sum of 100"):
        format_formula(["Fe", "B"], at_pct)


def test_percent_from_a_table_may_be_floats_and_zeros() -> None:
    alloy = Composition.from_percent({"Fe": 73.5, "Si": 13.5, "B": 9.0, "Nb": 3, "Cu": 1, "P": 0.0})
    assert alloy == parse_formula("Fe73.5Si13.5B9Nb3Cu1")


@pytest.mark.parametrize(
    ("percent", "message"),
    [
        ({"Fe": 80, "B": 25}, "sum to 105"),
        ({"Fe": 105, "B": -5}, "an amount is negative"),
        ({"Fe": 80, "B": float("inf")}, "isn't a finite number"),
        ({"Fe": 80, "Xx": 20}, "'Xx' is not an element symbol"),
    ],
)
def test_percent_that_are_no_composition_are_refused(percent: dict[str, float], message: str) -> None:
    with pytest.raises(CompositionError, match=message):
        Composition.from_percent(percent)


@pytest.mark.parametrize(
    ("elements", "counts", "message"),
    [
        (("B", "Fe"), (1,), "one count per element"),
        (("B", "Fe"), (2, 4), "without a common divisor"),
        (("B", "Fe"), (0, 1), "positive counts"),
        (("Fe", "B"), (4, 1), "by atomic number"),
    ],
)
def test_a_composition_that_is_not_canonical_cannot_be_built(
    elements: tuple[str, ...], counts: tuple[int, ...], message: str
) -> None:
    with pytest.raises(CompositionError, match=message):
        Composition(elements, counts)


def test_the_fractions_of_alloys_stand_in_the_columns_asked_for() -> None:
    alloys = [parse_formula("Fe80B20"), parse_formula("Fe73.5Si13.5B13")]
    matrix = fractions_matrix(alloys, ["Si", "B", "Fe", "Co"])
    np.testing.assert_array_equal(matrix, [[0, 0.2, 0.8, 0], [0.135, 0.13, 0.735, 0]])


def test_an_element_without_a_column_is_refused() -> None:
    with pytest.raises(CompositionError, match="Fe80B20 has B, expected only"):
        fractions_matrix([parse_formula("Fe80B20")], ["Fe"])
