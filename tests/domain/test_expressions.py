"""Constraint lines become linear terms with exact coefficients."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.expressions import LinearTerm, parse_constraint
from moalloy.errors import SpaceError


def only(text: str) -> LinearTerm:
    (term,) = parse_constraint(text)
    return term


def test_bounds_of_a_chain_are_gathered_in_one_term() -> None:
    term = only("12 <= B + Si <= 26")
    assert term == LinearTerm({"B": Fraction(1), "Si": Fraction(1)}, Fraction(12), Fraction(26))


def test_a_chain_reads_the_same_from_either_end() -> None:
    assert only("26 >= B - Si >= 12") == LinearTerm(
        {"B": Fraction(1), "Si": Fraction(-1)}, Fraction(12), Fraction(26)
    )


def test_decimals_are_exact() -> None:
    assert only("0.1*Nb + 0.2*Nb <= 0.3").coefficients == {"Nb": Fraction(3, 10)}


def test_an_equality_bounds_both_sides() -> None:
    term = only("Si == 2*B")
    assert (term.lower, term.upper) == (Fraction(0), Fraction(0))


def test_terms_on_both_sides_are_brought_to_one() -> None:
    assert only("Fe + Si <= Fe + 2") == LinearTerm({"Si": Fraction(1)}, None, Fraction(2))


def test_a_ratio_is_multiplied_out_from_either_side() -> None:
    assert only("Si/B <= 2") == LinearTerm({"Si": Fraction(1), "B": Fraction(-2)}, None, Fraction(0))
    assert dict(only("2 >= Si/B").coefficients) == {"B": Fraction(2), "Si": Fraction(-1)}


def test_a_chained_ratio_gives_a_term_for_each_bound() -> None:
    assert len(parse_constraint("0.5 <= Si/B <= 2")) == 2


def test_a_number_divides_a_term() -> None:
    assert only("(Si + B)/4 <= 3").coefficients == {"Si": Fraction(1, 4), "B": Fraction(1, 4)}


@given(
    factor=st.fractions(min_value="0.01", max_value=100, max_denominator=100),
    bound=st.integers(-100, 100),
)
def test_bounds_scale_with_their_side(factor: Fraction, bound: int) -> None:
    text = f"{factor.numerator}*Si/{factor.denominator} <= {bound}"
    assert only(text) == LinearTerm({"Si": factor}, None, Fraction(bound))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Fe + Si", "is no comparison"),
        ("Fe = 3", "A single '=' is written '=='"),
        ("Fe <=", "can't be read"),
        ("Fe < 3", "operator that isn't offered"),
        ("Fe != 3", "operator that isn't offered"),
        ("3 <= 4", "compares numbers only"),
        ("Si - Si <= 4", "compares numbers only"),
        ("Fe*Si <= 3", "isn't linear"),
        ("Fe**2 <= 3", "isn't linear"),
        ("Si/B + 1 <= 3", "isn't linear"),
        ("Si/0 <= 3", "isn't linear"),
        ("Si/(B - P) <= 3", "could be negative"),
        ("Si/B <= P", "ratio with something else"),
        ("f(Fe) <= 3", "isn't a number, an element or a group"),
        ("True <= Fe", "isn't a number, an element or a group"),
        ("'Fe' <= 3", "isn't a number, an element or a group"),
        ("Fe.__class__ <= 3", "isn't a number, an element or a group"),
        ("Fe <= 1e999", "isn't finite"),
        ("", "can't be read"),
        ("(" * 500 + "Fe" + ")" * 500 + " <= 3", "can't be read"),
    ],
)
def test_what_is_no_linear_comparison_is_refused(text: str, message: str) -> None:
    with pytest.raises(SpaceError, match=message):
        parse_constraint(text)


@pytest.mark.parametrize("n_terms", [1500, 5000])
def test_a_line_too_long_to_read_is_refused(n_terms: int) -> None:
    with pytest.raises(SpaceError, match=r"can't be read|is too long"):
        parse_constraint("+".join(["Fe"] * n_terms) + " <= 3")
