"""Targets as people write them, and what is said where they can't be read."""

from __future__ import annotations

import pytest

from moalloy.build.targets import read_targets
from moalloy.errors import InputError
from tests.small_problem import small


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Bs >= 1.6 T", "Bs >= 1.6 T"),
        ("Bs>=1.6", "Bs >= 1.6 T"),
        ("1.6 <= Bs", "Bs >= 1.6 T"),
        ("Bs ≥ 1,6".replace(",", "."), "Bs >= 1.6 T"),
        ("Hc < 1e1 A/m", "Hc <= 10 A/m"),
        ("-1.5 <= Bs <= 1 T", "-1.5 <= Bs <= 1 T"),
        ("1 >= Bs >= −1.5 T", "-1.5 <= Bs <= 1 T"),
    ],
)
def test_a_target_is_read_in_either_direction(text: str, read: str) -> None:
    (target,) = read_targets(small().problem, [text]).targets
    assert str(target) == read


def test_two_sides_may_be_given_apart() -> None:
    targets = read_targets(small().problem, ["Bs >= 1.2", "Hc <= 20", "Bs <= 1.4"]).targets
    assert [str(target) for target in targets] == ["1.2 <= Bs <= 1.4 T", "Hc <= 20 A/m"]
    assert targets[1].is_log


def test_a_target_on_a_descriptor_is_a_limit() -> None:
    found = read_targets(small().problem, ["Bs >= 1.2", "density_g_per_cm3 <= 7.2"])
    assert [target.name for target in found.targets] == ["Bs"]
    assert [(item.name, item.minimum, item.maximum) for item in found.limits] == [
        ("density_g_per_cm3", None, 7.2)
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bs >= 1.2", "'bs' is no property of small and no descriptor.* Did you mean 'Bs'"),
        ("Hc = 3", "found '='; expected >= or <="),
        ("Hc <= 3 Oe", "found the unit 'Oe', but Hc is in A/m"),
        ("Hc <= 0", "expected a number above 0, not 0"),
        ("Bs >= much", "found 'much' where a number is expected"),
        ("Bs >= 1e999", "expected a finite number"),
        ("Bs >= 1,6", "write decimals with a point"),
        ("Fe >= 80", r"space.elements.Fe=\.\.\."),
        ("anneal_K <= 750", r"space.process.anneal_K=\.\.\."),
        ("Bs", "expected a property, a sign and a number"),
        ("", "expected a property, a sign and a number"),
        ("1 <= Bs >= 2", "has a bound on this side already"),
        ("2 <= Bs <= 1", "can't be at least 2 and at most 1"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_targets(small().problem, [text])


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_targets(small().problem, ["bs >= 1", "Bs >= 1", "Hc = 3", "Bs >= 2"])
    assert len(str(caught.value).splitlines()) == 3


def test_a_target_on_some_property_is_needed() -> None:
    with pytest.raises(InputError, match=r"there is no target on a property.* Bs, Hc, Dmax"):
        read_targets(small().problem, ["density_g_per_cm3 <= 7.2"])
