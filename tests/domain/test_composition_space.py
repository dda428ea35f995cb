"""The composition space: exact membership, uniform samples, near repairs, exact counts."""

from __future__ import annotations

import math
import time
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from moalloy.domain.composition_space import CompositionSpace, ElementRange, PointCount
from moalloy.domain.constraints import CountConstraint, DescriptorLimit, linear_constraint
from moalloy.domain.elements import SYMBOLS
from moalloy.errors import EmptySpaceError, SpaceError
from moalloy.features.descriptors import get_descriptor

ONE = Fraction(1)
RATIO = linear_constraint(
    "Si/B <= 2",
    {"Si": ONE, "B": Fraction(-2)},
    None,
    Fraction(0),
    elements=["B", "Si", "Fe"],
    step=Fraction(5),
)
COUNT = CountConstraint("count: 2 to 2 elements", (True,) * 3, 2, 2)
RANGES = (
    ElementRange("B", 1, 6, or_zero=True),
    ElementRange("Si", 2, 9, or_zero=True),
    ElementRange("Fe", 5, 20),
)


def small(*constraints: CountConstraint) -> CompositionSpace:
    return CompositionSpace(RANGES, Fraction(5), "at%", (RATIO, *constraints))


def limited(
    label: str, *, minimum: float | None = None, maximum: float | None = None, n: int = 12
) -> CompositionSpace:
    symbols = ("B", "Al", "Si", "Ti", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zr", "Nb")[:n]
    limit = DescriptorLimit(label, get_descriptor("mixing_enthalpy_kJ_per_mol"), symbols, minimum, maximum)
    ranges = tuple(ElementRange(symbol, 0, 200) for symbol in symbols)
    return CompositionSpace(ranges, Fraction(1, 2), descriptor_limits=(limit,))


@pytest.mark.parametrize("space", [small(), small(COUNT)], ids=["ratio", "ratio and count"])
def test_samples_are_uniform_over_all_valid_points(space: CompositionSpace) -> None:
    points = np.concatenate(list(space.enumerate(0, space.n_ranks, chunk=7)))
    n = 200 * len(points)
    seen = Counter(map(tuple, space.sample(n, np.random.default_rng(3)).tolist()))
    assert set(seen) == set(map(tuple, points.tolist()))
    chi_square = sum((count - 200) ** 2 / 200 for count in seen.values())
    freedom = len(points) - 1
    # Mean `freedom`, variance twice that; five deviations leave one chance in a million.
    assert chi_square < freedom + 5 * math.sqrt(2 * freedom)


def test_samples_behind_a_filter_are_uniform_too() -> None:
    symbols = ("B", "Fe", "Nb")
    limit = DescriptorLimit("limit", get_descriptor("mixing_enthalpy_kJ_per_mol"), symbols, None, -12.0)
    ranges = tuple(ElementRange(symbol, 0, 20) for symbol in symbols)
    space = CompositionSpace(ranges, Fraction(5), descriptor_limits=(limit,))
    n_points = space.count()
    seen = Counter(map(tuple, space.sample(100 * n_points, np.random.default_rng(0)).tolist()))
    assert n_points.is_exact
    assert len(seen) == n_points
    assert sum((c - 100) ** 2 / 100 for c in seen.values()) < n_points + 5 * math.sqrt(2 * n_points)


def test_a_valid_share_below_one_in_a_million_is_sampled_fast() -> None:
    ranges = tuple(ElementRange(symbol, 1, 100, or_zero=True) for symbol in SYMBOLS[20:32])
    count = CountConstraint("count", (True,) * 12, 2, 3)
    space = CompositionSpace(ranges, Fraction(1), "at%", (count,))
    started = time.perf_counter()
    sample = space.sample(1000, np.random.default_rng(0))
    assert time.perf_counter() - started < 5
    assert space.contains(sample).all()
    # C(12, 2) pairs and C(12, 3) triples over the box of 101**12 amounts.
    assert space.count() == math.comb(12, 2) * 99 + math.comb(12, 3) * math.comb(99, 2)
    assert space.count() / 101**12 < 1e-6


@pytest.mark.slow
def test_a_filter_that_hardly_any_draw_meets_is_sampled_by_walks() -> None:
    space = limited("mixing_enthalpy_kJ_per_mol >= 10", minimum=10.0)  # Fe-Cu reaches 13
    sample = space.sample(50, np.random.default_rng(0))
    assert space.contains(sample).all()
    assert len(np.unique(sample, axis=0)) > 25
    count = space.count()
    assert not count.is_exact
    assert count.relative_error > 0.05


def test_a_filter_that_one_pure_metal_meets_is_found() -> None:
    symbols = SYMBOLS[20:34]
    limit = DescriptorLimit("mismatch", get_descriptor("radius_mismatch_pct"), symbols, None, 0.01)
    ranges = (
        ElementRange(symbols[0], 100, 100, or_zero=True),
        *(ElementRange(s, 3, 12, or_zero=True) for s in symbols[1:]),
    )
    space = CompositionSpace(ranges, ONE, descriptor_limits=(limit,))
    assert space.sample(3, np.random.default_rng(0))[:, 0].tolist() == [100, 100, 100]


@pytest.mark.slow
def test_a_filter_that_nothing_meets_ends_with_its_name() -> None:
    space = limited("mixing_enthalpy_kJ_per_mol <= -200", maximum=-200.0, n=4)
    with pytest.raises(EmptySpaceError, match="'mixing_enthalpy_kJ_per_mol <= -200'"):
        space.sample(1, np.random.default_rng(0))


def test_repairs_behind_a_filter_are_valid_and_valid_rows_stay() -> None:
    space = limited("mixing_enthalpy_kJ_per_mol <= -20", maximum=-20.0, n=6)
    targets = np.random.default_rng(1).uniform(-20, 120, (200, 6))
    repaired = space.repair(targets)
    assert space.contains(repaired).all()
    assert (space.repair(repaired.astype(np.float64)) == repaired).all()


def test_a_space_too_large_to_search_is_repaired_by_support() -> None:
    ranges = tuple(ElementRange(symbol, 50, 350, or_zero=True) for symbol in SYMBOLS[21:35])
    count = CountConstraint("count: 3 to 5 elements", (True,) * 14, 3, 5)
    space = CompositionSpace(ranges, Fraction(1, 10), "at%", (count,))
    rng = np.random.default_rng(0)
    parents = space.sample(100, rng)
    children = (parents[:50] + parents[50:]) / 2 + rng.normal(0, 3, (50, 14))
    repaired = space.repair(children)
    assert space.diagram.n_edges > 200_000
    assert space.contains(repaired).all()
    near = parents[50:] + rng.normal(0, 0.4, (50, 14))
    assert np.abs(space.repair(near) - near).max() < 3


def test_counts_of_the_same_space_agree_however_they_are_made() -> None:
    space = small(COUNT)
    by_rank = [space.unrank(np.array([rank]))[0][0] for rank in range(space.n_ranks)]
    assert space.count() == len({tuple(point) for point in by_rank}) == space.n_ranks


def test_an_estimate_says_how_far_it_can_be_trusted() -> None:
    assert PointCount(5).is_exact
    assert not PointCount(5, relative_error=0.1).is_exact


def test_amounts_in_use_leave_out_what_no_alloy_has() -> None:
    ranges = (ElementRange("B", 0, 10), ElementRange("Fe", 15, 16))
    used = CompositionSpace(ranges, Fraction(5)).amounts_in_use()
    assert [column.tolist() for column in used] == [[4, 5], [15, 16]]


@pytest.mark.parametrize("step", [Fraction(3), Fraction(7, 10), Fraction(0), Fraction(-1)])
def test_a_step_that_does_not_divide_100_is_refused(step: Fraction) -> None:
    with pytest.raises(SpaceError, match="doesn't divide 100; use one such as"):
        CompositionSpace((ElementRange("Fe", 0, 10),), step)


@pytest.mark.parametrize("ranges", [(), (ElementRange("Fe", 0, 9), ElementRange("Fe", 0, 9))])
def test_a_space_without_elements_or_with_one_twice_is_refused(ranges: tuple[ElementRange, ...]) -> None:
    with pytest.raises(SpaceError, match="at least one element, each of them once"):
        CompositionSpace(ranges, ONE)


def test_a_range_without_amounts_is_refused() -> None:
    with pytest.raises(SpaceError, match="Fe: there is no amount from 4 to 3 steps"):
        CompositionSpace((ElementRange("Fe", 4, 3),), ONE)


def test_wide_open_ranges_on_a_fine_step_still_have_an_exact_number_of_points() -> None:
    space = CompositionSpace(tuple(ElementRange(s, 0, 400) for s in SYMBOLS[20:32]), Fraction(1, 4))
    assert space.count() == math.comb(411, 11)
