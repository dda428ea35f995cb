"""Unquoted words: what they are, and which of them are refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.spec.scalars import Trap, read_key, read_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        ("72", 72),
        ("-12", -12),
        ("+5", 5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1.0e-3", 0.001),
        ("2.5E6", 2.5e6),
        ("0", 0),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("A/m", "A/m"),
        ("N", "N"),
        ("y", "y"),
        ("12 <= metalloid <= 26", "12 <= metalloid <= 26"),
        ("2024-05-01", "2024-05-01"),
    ],
)
def test_word_that_all_readers_agree_on_is_read(text: str, value: object) -> None:
    read = read_scalar(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("No", "NO", "no", "yes", "Yes", "on", "OFF", "1e-3", "1E5", "012", "-07", "0o14", "0x1F", "0b1"),
        *("1:30", "190:20:30", "1_000", ".inf", "-.INF", ".nan", "nan", "inf", "1.0e400", "9" * 400),
    ],
)
def test_word_that_readers_disagree_on_is_a_trap(text: str) -> None:
    assert isinstance(read_scalar(text), Trap)


def test_minus_zero_is_zero() -> None:
    value = read_scalar("-0.0")
    assert isinstance(value, float)
    assert math.copysign(1.0, value) == 1.0


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_decimal_is_read_as_the_double_that_python_reads(value: float) -> None:
    text = f"{value:.17g}"
    text = text if "." in text else text.replace("e", ".0e") if "e" in text else f"{text}.0"
    assert read_scalar(text) == value


@pytest.mark.parametrize("key", ["No", "NO", "on", "Yes", "true", "null", "~", ""])
def test_key_that_readers_disagree_on_is_a_trap(key: str) -> None:
    assert isinstance(read_key(key), Trap)


@pytest.mark.parametrize("key", ["Fe", "Y", "N", "012", "1e-3", "wt%"])
def test_other_keys_are_text(key: str) -> None:
    assert read_key(key) == key
