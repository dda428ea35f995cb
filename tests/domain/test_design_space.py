"""Alloys as rows of ``X``: columns, membership, repair and ranks."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from moalloy.domain.composition_space import Basis, CompositionSpace, ElementRange
from moalloy.domain.constraints import CountConstraint
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.elements import SYMBOLS, atomic_number
from moalloy.domain.process import ProcessVariable, choices, continuous, stepped
from moalloy.domain.values import FloatArray
from moalloy.errors import EmptySpaceError, SpaceError

RANGES = {
    "B": ElementRange("B", 10, 28),
    "Si": ElementRange("Si", 2, 30, or_zero=True),
    "Fe": ElementRange("Fe", 144, 174),
    "Nb": ElementRange("Nb", 1, 8, or_zero=True),
}
COUNT = CountConstraint("count: 3 to 3 elements", (True,) * 4, 3, 3)
PROCESS = (stepped("T_K", 653, 853, 10), choices("t_s", [600, 1800]), choices("route", ["ribbon", "rod"]))
ROW = [0.8, 0.1, 0.1, 0.0, 663.0, 600.0, 1.0]


def space(
    *elements: str,
    process: tuple[ProcessVariable, ...] = PROCESS,
    basis: Basis = "at%",
    counts: tuple[CountConstraint, ...] = (COUNT,),
) -> DesignSpace:
    elements = elements or ("Fe", "Si", "B", "Nb")
    ranges = tuple(RANGES[symbol] for symbol in sorted(elements, key=atomic_number))
    return DesignSpace(elements, CompositionSpace(ranges, Fraction(1, 2), basis, counts), process)


def wild(n_rows: int, scale: float = 0.3) -> FloatArray:
    rng = np.random.default_rng(5)
    return np.column_stack([rng.normal(0.25, scale, (n_rows, 4)), rng.normal(700, 500, (n_rows, 3))])


def test_columns_are_elements_in_file_order_then_process() -> None:
    assert space().columns == ("Fe", "Si", "B", "Nb", "T_K", "t_s", "route")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (0, 0.8049),  # the sum is off
        (0, 0.805),  # off by one step
        (0, 0.799999),  # 99.9999 %
        (0, np.nan),
        (0, np.inf),
        (4, 664.0),
        (4, np.nan),
        (5, 1200.0),
        (6, 2.0),
        (6, 0.5),
    ],
)
def test_a_row_with_one_wrong_value_is_outside(column: int, value: float) -> None:
    row = list(ROW)
    row[column] = value
    assert space().contains(np.array([ROW, row])).tolist() == [True, False]


def test_a_row_off_the_grid_is_outside_though_its_sum_is_right() -> None:
    off_grid = [0.802, 0.098, 0.1, 0.0, *ROW[4:]]
    negative = [0.85, -0.05, 0.1, 0.1, *ROW[4:]]
    assert not space().contains(np.array([off_grid, negative])).any()


def test_weights_that_do_not_add_up_are_not_normalized_away() -> None:
    by_weight = space(process=(), basis="wt%")
    X = by_weight.sample(5)
    assert by_weight.contains(X).all()
    assert not by_weight.contains(X * 1.01).any()
    assert not by_weight.contains(np.zeros((1, 4))).any()


@pytest.mark.parametrize("basis", ["at%", "wt%"])
@pytest.mark.parametrize("scale", [0.01, 0.3, 1e3, 1e150])
def test_anything_finite_is_repaired_to_a_valid_alloy(basis: Basis, scale: float) -> None:
    repaired = space(basis=basis).repair(wild(100, scale))
    assert space(basis=basis).contains(repaired).all()


@pytest.mark.parametrize("basis", ["at%", "wt%"])
def test_repairing_twice_changes_nothing(basis: Basis) -> None:
    once = space(basis=basis).repair(wild(100))
    assert space(basis=basis).repair(once).tobytes() == once.tobytes()


def test_repair_treats_each_row_by_itself() -> None:
    X = wild(60)
    alone = [space().repair(row[None, :])[0] for row in X]
    assert (space().repair(X) == alone).all()


def test_repair_commutes_with_the_order_of_elements() -> None:
    X = wild(200)
    X[::2, :4] = np.round(X[::2, :4], 2)  # ties
    reordered = space("Nb", "B", "Fe", "Si").repair(X[:, [3, 2, 0, 1, 4, 5, 6]])
    assert (reordered[:, [2, 3, 1, 0, 4, 5, 6]] == space().repair(X)).all()


def test_the_order_of_elements_does_not_change_what_is_sampled() -> None:
    assert (space("Nb", "B", "Fe", "Si").sample(9)[:, [2, 3, 1, 0]] == space().sample(9)[:, :4]).all()


def test_a_row_without_any_element_is_repaired() -> None:
    for basis in ("at%", "wt%"):
        nothing = np.zeros((1, 4))
        assert space(process=(), basis=basis).contains(space(process=(), basis=basis).repair(nothing)).all()


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.full((1, 7), np.nan), "holds NaN or inf"),
        (np.full((1, 7), np.inf), "holds NaN or inf"),
        (np.zeros((1, 6)), r"shape \(1, 6\); expected \(n_alloys, 7\) with columns Fe, Si, B, Nb, T_K"),
        (np.zeros(7), r"shape \(7,\)"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(X: FloatArray, message: str) -> None:
    with pytest.raises(SpaceError, match=message):
        space().repair(X)


def test_no_rows_are_repaired_to_no_rows() -> None:
    assert space().repair(np.zeros((0, 7))).shape == (0, 7)
    assert space().contains(np.zeros((0, 7))).shape == (0,)


def test_points_are_compositions_times_treatments() -> None:
    assert space().n_points() == space(process=()).n_points() * 21 * 2 * 2


def test_enumeration_gives_every_alloy_once() -> None:
    everything = np.concatenate(list(space().enumerate()))
    assert len(everything) == space().n_points()
    assert len(set(space().keys(everything))) == len(everything)
    assert space().contains(everything).all()


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_ranges_of_ranks_partition_the_space(chunk: int) -> None:
    few = space("Fe", "B", process=PROCESS[1:], counts=())
    everything = np.concatenate(list(few.enumerate()))
    cuts = [0, 5, 6, few.n_ranks]
    parts = [
        np.concatenate([np.zeros((0, 4)), *few.enumerate(chunk=chunk, start=a, stop=b)])
        for a, b in itertools.pairwise(cuts)
    ]
    assert (np.concatenate(parts) == everything).all()


def test_a_range_beyond_the_last_rank_ends_there() -> None:
    assert list(space().enumerate(start=space().n_ranks, stop=space().n_ranks + 5)) == []


def test_a_continuous_variable_can_be_sampled_but_not_counted() -> None:
    melt = space(process=(continuous("p_Pa", 1, 2),))
    assert melt.contains(melt.sample(50)).all()
    with pytest.raises(SpaceError, match="p_Pa is continuous"):
        melt.n_points()
    with pytest.raises(SpaceError, match="p_Pa is continuous"):
        next(melt.enumerate())


@pytest.mark.slow
def test_spaces_of_more_ranks_than_int64_holds_can_be_enumerated_from_any_rank() -> None:
    ranges = tuple(ElementRange(symbol, 0, 50) for symbol in SYMBOLS[10:30])
    process = (stepped("T", 0, 999_999, 1),)
    wide = DesignSpace(SYMBOLS[10:30], CompositionSpace(ranges, Fraction(2)), process)
    assert wide.n_points() == math.comb(69, 19) * 10**6
    assert wide.n_ranks > 2**63
    last = next(wide.enumerate(chunk=3, start=wide.n_ranks - 3))
    assert wide.contains(last).all()
    assert last[:, -1].tolist() == [999_997, 999_998, 999_999]


def test_the_same_seed_gives_the_same_alloys() -> None:
    assert (space().sample(20, seed=4) == space().sample(20, seed=4)).all()
    assert (space().sample(20, seed=4) != space().sample(20, seed=5)).any()


def test_amounts_go_back_to_the_same_fractions() -> None:
    for basis in ("at%", "wt%"):
        here = space(basis=basis)
        X = here.sample(200)
        assert (here.fractions(here.amounts(X)) == X[:, :4]).all()
        assert here.percent(X).sum(axis=1) == pytest.approx(np.full(200, 100.0))


def test_keys_tell_alloys_apart_and_not_zeros_by_their_sign() -> None:
    pressed = space(process=(continuous("p", -1, 1),))
    X = np.repeat(pressed.sample(1), 3, axis=0)
    X[:, -1] = [0.0, -0.0, 0.5]
    first, second, third = pressed.keys(X)
    assert first == second != third


def test_a_tenth_of_a_percent_is_exact_within_its_range() -> None:
    # Steps of 0.1 on [8, 9.8], where a remainder in floats says that 9.8 is no multiple.
    ranges = (ElementRange("Si", 80, 98), ElementRange("Fe", 0, 1000))
    fine = DesignSpace(("Si", "Fe"), CompositionSpace(ranges, Fraction(1, 10)))
    everything = np.concatenate(list(fine.enumerate()))
    assert fine.percent(everything)[:, 0].tolist() == [i / 10 for i in range(80, 99)]
    assert fine.contains(np.array([[0.098, 0.902], [0.0981, 0.9019]])).tolist() == [True, False]


def test_an_empty_space_is_told() -> None:
    with pytest.raises(EmptySpaceError, match="'B: 5 to 14 at%' and 'amounts add up to 100 %' together"):
        space("B", counts=()).sample(1)


def test_elements_and_compositions_must_agree() -> None:
    with pytest.raises(SpaceError, match="the same elements, in rising atomic number"):
        DesignSpace(("Fe", "Nb"), space().composition)
