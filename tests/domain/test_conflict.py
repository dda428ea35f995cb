"""Clashes are named in the user's words, and no constraint is named in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from moalloy.domain.composition_space import Basis, CompositionSpace, ElementRange
from moalloy.domain.conditional import AnyOf, Release, released
from moalloy.domain.conflict import clashing, describe_clash
from moalloy.domain.constraints import (
    Constraint,
    CountConstraint,
    DescriptorLimit,
    GridConstraint,
    LinearConstraint,
    WindowConstraint,
    linear_constraint,
)
from moalloy.domain.relaxation import relaxations
from moalloy.errors import EmptySpaceError
from moalloy.features.descriptors import get_descriptor

SUM = "amounts add up to 100 %"
FE_SI_B = (ElementRange("B", 5, 14), ElementRange("Si", 1, 15, or_zero=True), ElementRange("Fe", 72, 87))


def space(
    *constraints: Constraint,
    ranges: Sequence[ElementRange] = FE_SI_B,
    basis: Basis = "at%",
    limits: Sequence[DescriptorLimit] = (),
) -> CompositionSpace:
    return CompositionSpace(tuple(ranges), Fraction(1), basis, constraints, tuple(limits))


def line(text: str, factors: dict[str, int], lower: int | None, upper: int | None) -> GridConstraint:
    return linear_constraint(
        text,
        {symbol: Fraction(factor) for symbol, factor in factors.items()},
        None if lower is None else Fraction(lower),
        None if upper is None else Fraction(upper),
        elements=[item.symbol for item in FE_SI_B],
        step=Fraction(1),
    )


def at_least(amount: int, *symbols: str) -> GridConstraint:
    text = f"{' + '.join(symbols)} >= {amount}"
    return line(text, dict.fromkeys(symbols, 1), amount, None)


def test_a_space_with_alloys_has_no_clash() -> None:
    assert clashing(space()) == ()


def test_ranges_too_low_for_the_sum_are_named_with_it() -> None:
    ranges = (ElementRange("B", 5, 8), ElementRange("Fe", 72, 87))
    assert clashing(space(ranges=ranges)) == ("B: 5 to 8 at%", "Fe: 72 to 87 at%", SUM)


def test_a_constraint_beyond_its_elements_clashes_without_the_sum() -> None:
    found = clashing(space(at_least(40, "B", "Si")))
    assert found == ("B: 5 to 14 at%", "Si: 0 or 1 to 15 at%", "B + Si >= 40")


def test_two_lines_that_clash_are_named_alone() -> None:
    more_boron = line("B >= 2*Si + 4", {"B": 1, "Si": -2}, 4, None)
    more_silicon = line("B <= 2*Si", {"B": 1, "Si": -2}, None, 0)
    assert clashing(space(more_boron, at_least(6, "B"), more_silicon)) == ("B >= 2*Si + 4", "B <= 2*Si")


def test_a_count_is_named_by_its_label() -> None:
    count = CountConstraint("count: 1 to 1 elements", (True, True, True), 1, 1)
    found = clashing(space(count))
    assert "count: 1 to 1 elements" in found
    assert SUM not in found


def test_fixed_elements_read_as_one_amount() -> None:
    ranges = (ElementRange("B", 10, 10), ElementRange("Fe", 80, 80))
    assert clashing(space(ranges=ranges, basis="wt%")) == ("B: 10 wt%", "Fe: 80 wt%", SUM)


@pytest.mark.slow
def test_a_limit_without_a_linear_form_is_named_if_it_is_to_blame() -> None:
    enthalpy = get_descriptor("mixing_enthalpy_kJ_per_mol")
    limit = DescriptorLimit("mixing_enthalpy_kJ_per_mol <= -90", enthalpy, ("B", "Si", "Fe"), None, -90.0)
    found = clashing(space(at_least(5, "B"), limits=[limit]))
    assert "mixing_enthalpy_kJ_per_mol <= -90" in found
    assert "B >= 5" not in found


def test_nothing_can_be_left_out_of_a_clash() -> None:
    found = clashing(space(at_least(90, "Fe"), at_least(10, "Si"), at_least(12, "B", "Si")))
    assert found == ("Fe: 72 to 87 at%", "Fe >= 90")


def test_sampling_an_empty_space_names_the_clash() -> None:
    with pytest.raises(EmptySpaceError, match=r"'Fe: 72 to 87 at%' and 'Fe >= 90' together; relax one"):
        space(at_least(90, "Fe")).sample(1, np.random.default_rng(0))


def test_a_single_impossible_line_is_told_to_be_relaxed() -> None:
    odd = line("2*B + 2*Si == 25", {"B": 2, "Si": 2}, 25, 25)
    assert describe_clash(space(odd)).startswith("no composition satisfies '2*B + 2*Si == 25'; relax it.")


def test_the_smallest_change_of_a_range_is_told() -> None:
    ranges = (ElementRange("B", 5, 8), ElementRange("Fe", 72, 89))
    assert describe_clash(space(ranges=ranges)).endswith(
        "relax one of them. The smallest change that helps: raise the upper bound of Fe from 89 to 92 at%"
    )
    narrow = (ElementRange("B", 5, 8), ElementRange("Fe", 89, 89), ElementRange("Nb", 0, 0))
    changes = [str(change) for change in relaxations(space(ranges=narrow))]
    assert "raise the upper bound of B from 8 to 11 at%" in changes


def test_a_line_is_relaxed_to_where_the_others_meet_it() -> None:
    changes = relaxations(space(at_least(30, "B", "Si")))
    # B and Si reach 14 and 15, and with at least 72 Fe no more than 28.
    assert str(changes[0]) == "lower the lower bound of 'B + Si >= 30' from 30 to 28"


def test_every_relaxation_leaves_an_alloy_and_less_of_it_none() -> None:
    ranges = (ElementRange("B", 5, 8), ElementRange("Si", 1, 4, or_zero=True), ElementRange("Fe", 72, 80))
    for change in relaxations(space(ranges=ranges)):
        for new, n_least in ((change.new, 1), (change.new - 1, 0)):
            changed = [
                replace(item, upper=int(new)) if item.symbol == change.name else item for item in ranges
            ]
            assert min(space(ranges=changed).count(), 1) == n_least


def test_a_count_is_relaxed_by_elements() -> None:
    count = CountConstraint("count: 1 to 1 elements", (1, 1, 1), 1, 1)
    changes = [str(change) for change in relaxations(space(count))]
    assert changes == ["raise the upper bound of 'count: 1 to 1 elements' from 1 to 2"]


def test_ratios_and_windows_have_no_bound_to_shift() -> None:
    window = WindowConstraint("window", 1, (50, 0, 50), 4)
    assert not any("window" in str(change) for change in relaxations(space(window)))


def test_windows_conditions_and_alternatives_are_named_in_a_clash() -> None:
    window = WindowConstraint("window", 1, (20, 0, 80), 4)
    assert clashing(space(window)) == ("B: 5 to 14 at%", "window")
    needs = CountConstraint("boron needs silicon", (-1, 1, 0), 0, None)
    boron = LinearConstraint("no silicon", (0, 1, 0), None, 0)
    assert clashing(space(needs, boron)) == ("B: 5 to 14 at%", "boron needs silicon", "no silicon")
    much = LinearConstraint("much", (0, 1, 0), 5, None)
    (with_boron,) = released("if B > 0 then Si >= 5", much, [Release(0, 0, 0)], largest=[14, 15, 87])
    assert clashing(space(with_boron, boron)) == ("B: 5 to 14 at%", "if B > 0 then Si >= 5", "no silicon")
    either = AnyOf("either", ((much,), (LinearConstraint("iron", (0, 0, 1), 90, None),)))
    assert clashing(space(either, boron)) == ("Fe: 72 to 87 at%", "either", "no silicon")
