"""Every file of the bank is read, and exactly what it expects is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from moalloy.errors import Fault, ProblemFileError
from moalloy.spec import dump, load_spec, parse_spec, spec_hash

from .bank import INVALID, VALID, Expectation, expectations


def _stem(path: Path) -> str:
    return path.stem


def _unmet(expected: Iterable[Expectation], faults: Iterable[Fault]) -> list[str]:
    return [str(one) for one in expected if not any(one.is_met_by(fault) for fault in faults)]


def _unexpected(expected: list[Expectation], faults: Iterable[Fault]) -> list[str]:
    return [str(fault) for fault in faults if not any(one.is_met_by(fault) for one in expected)]


def test_bank_is_as_large_as_it_should_be() -> None:
    assert len(VALID) >= 15
    assert len(INVALID) >= 40


@pytest.mark.parametrize("path", VALID, ids=_stem)
def test_valid_file_is_read_with_the_remarks_it_expects(path: Path) -> None:
    spec, expected = load_spec(path), expectations(path)
    assert _unmet(expected, spec.faults) == []
    assert _unexpected(expected, spec.faults) == []
    assert "error" not in {fault.severity for fault in spec.faults}


@pytest.mark.parametrize("path", VALID, ids=_stem)
def test_valid_file_survives_being_written_and_read(path: Path) -> None:
    spec = load_spec(path)
    again = parse_spec(dump(spec))
    assert again == spec
    assert spec_hash(again) == spec_hash(spec)
    assert dump(again) == dump(spec)


@pytest.mark.parametrize("path", INVALID, ids=_stem)
def test_invalid_file_has_every_fault_it_expects_and_no_other(path: Path) -> None:
    expected = expectations(path)
    assert expected, f"{path.name} says nothing of what is wrong with it"
    with pytest.raises(ProblemFileError, match=path.name) as caught:
        load_spec(path)
    assert _unmet(expected, caught.value.faults) == []
    assert _unexpected(expected, caught.value.faults) == []
