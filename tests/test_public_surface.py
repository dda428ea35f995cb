"""What ``import moalloy`` offers, and nothing besides."""

from __future__ import annotations

import types

import pytest

import moalloy


def test_the_public_names_are_those_of_the_contract() -> None:
    assert set(moalloy.__all__) == {
        *("load_problem", "fit", "run", "design", "as_pymoo"),
        *("Problem", "DesignSpace", "Prediction", "StudyResult", "DesignResult", "MoalloyError"),
    }


@pytest.mark.parametrize("name", moalloy.__all__)
def test_every_public_name_can_be_had_and_is_documented(name: str) -> None:
    value = getattr(moalloy, name)
    assert value.__doc__
    assert value.__module__.startswith("moalloy.")


def test_every_public_name_has_a_home() -> None:
    assert sorted(moalloy._HOMES) == sorted(moalloy.__all__) == moalloy.__all__


def test_dir_lists_the_public_names() -> None:
    assert dir(moalloy) == sorted([*moalloy.__all__, "__version__"])


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'moalloy' has no attribute 'optimise'"):
        _ = moalloy.optimise


def test_functions_of_the_contract_are_functions() -> None:
    assert all(
        isinstance(getattr(moalloy, name), types.FunctionType) for name in ("load_problem", "fit", "run")
    )
