"""Distances between alloys, and the domain they span."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.surrogates.ground import Ground
from moalloy.surrogates.neighbors import (
    Asked,
    Domain,
    Known,
    Scales,
    align,
    distances_to_other_groups_at_pct,
    nearest,
)
from moalloy.surrogates.neighbors_kernel import look_around
from moalloy.surrogates.training import ProcessInput, TrainingRows, treated_as_measured
from tests.measured_alloys import ELEMENTS, compositions

KNOWN = np.array([[0.80, 0.20], [0.70, 0.30], [0.80, 0.20]])


def test_the_distance_is_the_share_of_atoms_that_must_change() -> None:
    row, distance = nearest(np.array([[0.78, 0.22], [0.70, 0.30]]), ["Fe", "B"], KNOWN, ["Fe", "B"])
    assert row.tolist() == [0, 1]
    np.testing.assert_allclose(distance, [2.0, 0.0], atol=1e-12)


def test_the_first_of_equally_near_alloys_is_named() -> None:
    row, _ = nearest(np.array([[0.80, 0.20]]), ["Fe", "B"], KNOWN, ["Fe", "B"])
    assert row[0] == 0


def test_an_element_that_one_side_lacks_counts_in_full() -> None:
    _, distance = nearest(np.array([[0.75, 0.20, 0.05]]), ["Fe", "B", "Si"], KNOWN, ["Fe", "B"])
    assert distance[0] == pytest.approx(5.0)


def test_the_order_of_elements_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    queries, known = compositions(5, 4, rng), compositions(6, 4, rng)
    shuffled = nearest(queries[:, ::-1], ELEMENTS[::-1], known, ELEMENTS)
    straight = nearest(queries, ELEMENTS, known, ELEMENTS)
    np.testing.assert_array_equal(shuffled[0], straight[0])
    np.testing.assert_allclose(shuffled[1], straight[1], atol=1e-12)


def test_a_row_has_the_same_distance_in_any_batch() -> None:
    rng = np.random.default_rng(1)
    queries, known = compositions(400, 3, rng), compositions(300, 3, rng)
    _, whole = nearest(queries, ELEMENTS, known, ELEMENTS)
    alone = [nearest(queries[i : i + 1], ELEMENTS, known, ELEMENTS)[1][0] for i in (0, 777, 1199)]
    assert alone == whole[[0, 777, 1199]].tolist()


def test_large_tables_are_compared_block_by_block_with_the_same_result() -> None:
    fractions = compositions(600, 2, np.random.default_rng(2))  # 1200 rows: more than one block
    groups = np.repeat(np.arange(600), 2)
    gap = np.abs(fractions[:, None, :] - fractions[None, :, :]).sum(axis=2)
    gap[groups[:, None] == groups[None, :]] = np.inf
    np.testing.assert_allclose(
        distances_to_other_groups_at_pct(fractions, groups), 50.0 * gap.min(axis=1), atol=1e-12
    )


def test_rows_of_the_same_group_are_no_neighbors() -> None:
    distances = distances_to_other_groups_at_pct(KNOWN, np.array([0, 1, 0]))
    np.testing.assert_allclose(distances, [10.0, 10.0, 10.0])


def test_one_group_has_no_others() -> None:
    assert np.isinf(distances_to_other_groups_at_pct(KNOWN, np.zeros(3, dtype=np.int64))).all()


def test_align_reorders_and_fills_with_zero() -> None:
    np.testing.assert_array_equal(
        align(np.array([[0.7, 0.3]]), ["Fe", "B"], ["B", "Nb", "Fe"]), [[0.3, 0.0, 0.7]]
    )


def test_the_domain_reaches_as_far_as_groups_lie_apart() -> None:
    fractions = np.array([[0.80, 0.20], [0.76, 0.24], [0.72, 0.28]])
    domain = ground(("Fe", "B"), fractions, range(3)).domain
    assert domain.reach_at_pct == pytest.approx(4.0)
    inside = domain.beyond(np.array([[0.83, 0.17], [0.85, 0.15]]), ["Fe", "B"]) <= 0
    assert inside.tolist() == [True, False]


def test_an_element_that_no_training_row_holds_is_outside_however_near() -> None:
    domain = Domain(("Fe", "B", "Nb"), np.array([[0.8, 0.2, 0.0]]), reach_at_pct=10.0)
    alloys = np.array([[0.795, 0.2, 0.005, 0.0], [0.7995, 0.2, 0.0, 0.0005]])
    assert (domain.beyond(alloys, ["Fe", "B", "Nb", "Cu"]) <= 0).tolist() == [False, True]


def test_a_row_is_reached_if_other_groups_lie_near_and_have_its_elements() -> None:
    # Six groups in a row, 1 at.% apart; the seventh lies far away, and only the sixth has niobium.
    boron = np.array([20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 40.0])
    niobium = np.array([0.0, 0.0, 0.0, 0.0, 0.05, 2.0, 0.0])
    fractions = np.column_stack([100.0 - boron - niobium, boron, niobium]) / 100.0
    found = ground(("Fe", "B", "Nb"), fractions, [0, 1, 2, 3, 5, 5, 6])
    assert found.is_reached.tolist() == [True] * 5 + [False, False]
    for group in range(7):  # as a domain of the other groups says, with as large a reach
        is_own = np.array([0, 1, 2, 3, 5, 5, 6]) == group
        others = Domain(("Fe", "B", "Nb"), fractions[~is_own], found.domain.reach_at_pct)
        held = others.beyond(fractions[is_own], ["Fe", "B", "Nb"]) <= 0
        assert held.tolist() == found.is_reached[is_own].tolist()


def test_a_domain_of_one_group_is_its_rows() -> None:
    domain = ground(("Fe", "B"), KNOWN, [0, 0, 0]).domain
    assert (domain.beyond(np.array([[0.8, 0.2], [0.79, 0.21]]), ["Fe", "B"]) <= 0).tolist() == [True, False]


def ground(
    elements: tuple[str, ...],
    fractions: FloatArray,
    groups: Sequence[int],
    anneal_K: FloatArray | None = None,
) -> Ground:
    n_rows = len(fractions)
    rows = TrainingRows(
        elements=elements,
        fractions=fractions,
        process=np.empty((n_rows, 0)) if anneal_K is None else anneal_K[:, None],
        values=np.zeros(n_rows),
        groups=tuple(map(str, groups)),
        formulas=("",) * n_rows,
        references=("",) * n_rows,
        grouped_by="paper",
    )
    return Ground.of(rows, () if anneal_K is None else (ProcessInput("anneal_K"),))


def test_a_row_is_reached_if_others_were_treated_so() -> None:
    fractions = np.tile([[0.8, 0.2]], (4, 1))
    anneal_K = np.array([600.0, 700.0, np.nan, 650.0])
    found = ground(("Fe", "B"), fractions, range(4), anneal_K)
    assert found.is_reached.tolist() == [False, False, True, True]


def test_treatments_beyond_what_was_measured_are_told() -> None:
    process = (ProcessInput("anneal_K"), ProcessInput("route", ("ribbon", "rod", "sheet")))
    measured = np.array([[600.0, 0.0], [700.0, 1.0], [np.nan, -1.0]])
    asked = np.array([[600.0, 0.0], [700.1, 0.0], [-200.0, 1.0], [650.0, 2.0], [np.nan, np.nan]])
    assert treated_as_measured(asked, measured, process).tolist() == [True, False, False, False, True]
    unknown = np.full((3, 2), np.nan)
    # A row that doesn't state its route may have had any; one that states no anneal says nothing of one.
    open_route = np.array([[600.0, np.nan], [750.0, np.nan], [np.nan, 0.0], [700.0, 1.0]])
    assert treated_as_measured(asked[:4], open_route, process).tolist() == [True, True, False, False]
    cast = np.array([[600.0, 0.0], [750.0, 0.0], [np.nan, 1.0]])
    as_cast = np.array([[650.0, 0.0], [650.0, 1.0], [np.nan, 1.0], [650.0, np.nan]])
    assert treated_as_measured(as_cast, cast, process).tolist() == [True, False, True, True]
    assert treated_as_measured(asked, unknown, process).all()


def test_several_times_as_much_of_a_trace_as_was_measured_is_outside() -> None:
    domain = Domain(("Cu", "Zr"), np.array([[0.999, 0.001], [0.9985, 0.0015]]), reach_at_pct=1.0)
    asked = np.array([[0.998, 0.002], [0.995, 0.005], [0.9978, 0.0022], [1.0, 0.0]])
    assert (domain.beyond(asked, ("Cu", "Zr")) <= 0).tolist() == [True, False, True, True]


def test_a_row_with_far_more_of_an_element_than_any_other_group_is_not_reached() -> None:
    fractions = np.array([[0.80, 0.20], [0.801, 0.199], [0.999, 0.001], [0.995, 0.005]])
    found = ground(("Fe", "B"), fractions[2:], (0, 1))
    assert found.is_reached.tolist() == [True, False]


def test_the_nearest_row_is_the_one_that_plain_code_finds() -> None:
    rng = np.random.default_rng(0)
    queries = rng.dirichlet(np.ones(4), 60)
    # Two rows of each, and queries that are rows: the first of equals counts.
    known = np.repeat(rng.dirichlet(np.ones(4), 20), 2, axis=0)
    queries[:10] = known[5:25:2]
    elements = ("Fe", "B", "Si", "Nb")
    row, distance = nearest(queries, elements, known, elements)
    gaps = np.abs(queries[:, None, :] - known[None, :, :]).sum(axis=2)
    assert (row == gaps.round(12).argmin(axis=1)).all() and (row % 2 == 0).all()
    np.testing.assert_allclose(distance, 50.0 * gaps.min(axis=1), atol=1e-12)


@pytest.mark.parametrize("has_groups", [True, False])
def test_what_lies_around_is_what_plain_code_finds(has_groups: bool) -> None:
    rng = np.random.default_rng(1)
    n_rows, n_asked = 70, 25
    rows = (rng.multinomial(40, [0.6, 0.2, 0.1, 0.1], n_rows) / 40.0).astype(np.float64)
    asked = rng.multinomial(40, [0.5, 0.3, 0.1, 0.1], n_asked) / 40.0
    codes, own = (
        rng.integers(0, 9, n_rows),
        rng.integers(0, 9, n_asked) if has_groups else np.full(n_asked, -1),
    )
    measured, treated = (rng.integers(0, 3, (n, 2)).astype(np.float64) for n in (n_rows, n_asked))
    measured[::7, 0] = np.nan
    blank, asked_blank = rng.random((n_rows, 2)) < 0.1, rng.random((n_asked, 2)) < 0.1
    is_held = rows > 0
    first = np.concatenate([[0], np.cumsum(is_held.sum(axis=1))])
    known = Known(first, np.nonzero(is_held)[1], rows[is_held], measured, blank, codes)
    scales = Scales(np.array([0.5, 1.0]), np.array([False, True]), 5.0, np.array([2.0, 10.0]), 1e6)
    found = look_around(Asked(asked, treated, asked_blank, own), known, scales, 5)
    for i in range(n_asked):
        at_pct = np.round(50.0 * np.abs(asked[i] - rows).sum(axis=1), 6)
        number = np.where(np.isnan(measured[:, 0]), 1.0, np.abs(treated[i, 0] - measured[:, 0]) / 0.5)
        gaps = np.column_stack([number, treated[i, 1] != measured[:, 1]])
        gaps[blank & asked_blank[i]] = 0.0
        at_pct[codes == own[i]] = np.inf
        whole = at_pct + 5.0 * gaps.sum(axis=1)
        order = np.argsort(whole, kind="stable")[:5]
        assert found.nearest[i].tolist() == order.tolist()
        assert found.at_pct[i] == at_pct.min() and found.treated[i] == whole.min()
        counted = [len(set(codes[at_pct <= within].tolist())) for within in (2.0, 10.0)]
        assert found.n_groups[i].tolist() == counted


def test_what_lies_exactly_at_the_reach_is_inside() -> None:
    """The reach is a distance among papers, and sums of fractions round either way."""
    rng = np.random.default_rng(3)
    for _ in range(40):
        boron = np.round(rng.uniform(0.05, 0.25, 12), 3)
        fractions = np.column_stack([1.0 - boron, boron])
        rows = TrainingRows(
            elements=("Fe", "B"),
            fractions=fractions,
            process=np.empty((12, 0)),
            values=np.ones(12),
            groups=tuple(f"paper {i}" for i in range(12)),
            formulas=("",) * 12,
            references=("",) * 12,
            grouped_by="paper",
        )
        domain = Ground.of(rows, ()).domain
        lowest = boron.min() - domain.reach_at_pct / 100.0
        asked = np.array([[1.0 - lowest, lowest], [1.0 - lowest + 1e-6, lowest - 1e-6]])
        assert (domain.beyond(asked, ("Fe", "B")) <= 0).tolist() == [True, False]


def test_where_nothing_is_reached_distances_are_still_told_apart() -> None:
    domain = Domain(("Fe", "B"), np.array([[0.8, 0.2]]), 0.0)
    beyond = domain.beyond(np.array([[0.8, 0.2], [0.81, 0.19], [0.9, 0.1]]), ("Fe", "B"))
    assert beyond[0] <= 0.0 < beyond[1] < beyond[2] < np.inf
