"""Expected errors: what counts as around an alloy, and that errors are expected where they were made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.domain.values import FloatArray
from moalloy.features.families import family_names
from moalloy.surrogates.difficulty import Surroundings, cross_fitted_errors, fit_difficulty
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.training import ProcessInput, TrainingRows
from tests.measured_alloys import ELEMENTS, compositions, measured_rows
from tests.surrogates.small import INPUTS, small_plan

NO_PROCESS = np.empty((1, 0))
# Behind the columns that tell what was measured nearby come the treatment and the kind of alloy.
N_NEARBY = 8


def series(
    boron: list[float], values: list[float], papers: list[str], process: FloatArray | None = None
) -> TrainingRows:
    """Return Fe-B alloys by their boron content in at.%."""
    share = np.array(boron) / 100.0
    n = len(boron)
    return TrainingRows(
        elements=("Fe", "B"),
        fractions=np.column_stack([1.0 - share, share]),
        process=np.empty((n, 0)) if process is None else process,
        values=np.array(values),
        groups=tuple(papers),
        formulas=tuple(f"Fe{100 - b:g}B{b:g}" for b in boron),
        references=tuple(papers),
        grouped_by="paper",
    )


FOUR = series([20, 18, 16, 10], [1.0, 2.0, 3.0, 4.0], ["a", "a", "b", "c"])


def numbers(rows: TrainingRows) -> tuple[ProcessInput, ...]:
    return tuple(ProcessInput(f"process {i}") for i in range(rows.process.shape[1]))


def around(rows: TrainingRows, boron: float, process: FloatArray = NO_PROCESS) -> FloatArray:
    fractions = np.array([[1.0 - boron / 100.0, boron / 100.0]])
    found = Surroundings.of(rows, rows.values, numbers(rows)).describe(
        fractions, rows.elements, process, np.full(1, 2.5)
    )
    return np.asarray(found[0])


def test_what_is_around_an_alloy_is_as_counted_by_hand() -> None:
    # Fe80B20 among alloys 0, 2, 4 and 10 at.% away: one paper within 2 at.%, two within 5, three within 10.
    expected = [0.0, 0.0, 2.5, 1.0, 2.0, 3.0, np.sqrt(1.25), 1.0]
    np.testing.assert_allclose(around(FOUR, 20.0)[:N_NEARBY], expected)


def test_rows_of_the_own_group_do_not_count() -> None:
    found = Surroundings.of(FOUR, FOUR.values, ()).describe(
        FOUR.fractions[:1], FOUR.elements, NO_PROCESS, np.full(1, 2.5), groups=FOUR.group_codes[:1]
    )
    # Left are the papers 4 and 10 at.% away, which measured 3 and 4.
    np.testing.assert_allclose(found[:, :N_NEARBY], [[4.0, 4.0, 2.5, 0.0, 1.0, 2.0, 0.5, 1.0]])


def test_the_treatment_and_the_kind_of_alloy_count_too() -> None:
    rows = series([20, 10], [1.0, 2.0], ["a", "b"], np.array([[700.0], [800.0]]))
    behind = around(rows, 20.0, np.array([[750.0]]))[N_NEARBY:]
    assert behind[0] == 750.0
    kind = dict(zip(family_names(), behind[1:].tolist(), strict=True))
    assert kind["ferromagnetic metals (fraction)"] == pytest.approx(0.8)
    assert kind["number of elements"] == 2.0


def test_what_the_own_group_measured_changes_nothing() -> None:
    rows = measured_rows()
    own = rows.group_codes == 3
    changed = replace(rows, values=np.where(own, 99.0, rows.values))
    first, second = (
        Surroundings.of(one, one.values, ()).describe(
            rows.fractions, ELEMENTS, rows.process, np.zeros(len(rows)), groups=rows.group_codes
        )
        for one in (rows, changed)
    )
    assert first[own].tobytes() == second[own].tobytes()
    assert first.tobytes() != second.tobytes()


@pytest.mark.parametrize(
    ("measured", "asked", "gap_at_pct"),
    [
        pytest.param([700.0, 800.0], 700.0, 0.0, id="treated alike"),
        pytest.param([700.0, 800.0], 750.0, 5.0, id="one standard deviation"),
        pytest.param([700.0, 800.0], np.nan, 5.0, id="unknown: one standard deviation"),
        pytest.param([60.0, 6000.0], 600.0, 5.0, id="decades: one standard deviation of the logarithm"),
        pytest.param([700.0, np.nan], 700.0, 0.0, id="only one is known"),
        pytest.param([np.nan, np.nan], 700.0, 5.0, id="none is known"),
    ],
)
def test_treatment_counts_by_its_standard_deviations(
    measured: list[float], asked: float, gap_at_pct: float
) -> None:
    rows = series([20, 10], [1.0, 2.0], ["a", "b"], np.array(measured)[:, None])
    assert around(rows, 20.0, np.array([[asked]]))[:2].tolist() == pytest.approx([0.0, gap_at_pct])


@pytest.mark.parametrize("names", [("ribbon", "rod", "sheet"), ("sheet", "rod", "ribbon")])
def test_the_order_of_choices_says_nothing(names: tuple[str, ...]) -> None:
    routes = ["ribbon", "sheet", "rod", "cast"]  # the last is none of the choices
    codes = [float(names.index(route)) if route in names else -1.0 for route in routes]
    rows = series([20, 16, 12, 8], [1.0, 2.0, 3.0, 4.0], list("abcd"), np.array(codes)[:, None])
    surroundings = Surroundings.of(rows, rows.values, [ProcessInput("route", names)])
    found = surroundings.describe(rows.fractions, rows.elements, rows.process[[3, 0, 0, 0]], np.full(4, 2.5))
    # Of the alloy that is asked for, and with its route: the one row with it, or another one and 5 at.%.
    np.testing.assert_allclose(found[:, :2], [[0.0, 5.0], [0.0, 4.0], [0.0, 5.0], [0.0, 5.0]])
    by_name = dict(zip(names, found[1, N_NEARBY : N_NEARBY + 3].tolist(), strict=True))
    assert by_name == {"ribbon": 1.0, "rod": 0.0, "sheet": 0.0}
    assert found[0, N_NEARBY : N_NEARBY + 3].tolist() == [0.0, 0.0, 0.0]


def test_nothing_is_farther_than_the_farthest_distance_that_counts() -> None:
    rows = series([5, 6], [1.0, 2.0], ["a", "b"])
    assert around(rows, 90.0)[:2].tolist() == [40.0, 40.0]


@settings(max_examples=20)
@given(st.permutations([0, 1, 2, 3, 4, 5]), st.integers(0, 2**32 - 1))
def test_neither_the_order_of_columns_nor_of_alloys_nor_rounding_changes_a_bit(
    order: list[int], seed: int
) -> None:
    rows = measured_rows(with_process=True)
    surroundings = Surroundings.of(rows, rows.values, numbers(rows))
    elements = (*ELEMENTS, "Nb", "Cu", "P")
    rng = np.random.default_rng(seed)
    own = compositions(4, 5, rng)
    fractions = np.column_stack([0.93 * own, np.tile([0.03, 0.023, 0.017], (20, 1))])
    process, scores = rng.choice([650.0, np.nan], (20, 1)), rng.normal(1.5, 0.1, 20)
    whole = surroundings.describe(fractions, elements, process, scores)
    turned = surroundings.describe(fractions[:, order], [elements[i] for i in order], process, scores)
    assert turned.tobytes() == whole.tobytes()
    again = 3.0 * fractions / (3.0 * fractions).sum(axis=1, keepdims=True)  # equal but for the last bits
    rounded = surroundings.describe(again, elements, process, scores)
    assert rounded[:, :N_NEARBY].tobytes() == whole[:, :N_NEARBY].tobytes()
    np.testing.assert_allclose(rounded, whole, rtol=1e-12)
    picked = rng.permutation(20)[:7]
    part = surroundings.describe(fractions[picked], elements, process[picked], scores[picked])
    assert part.tobytes() == whole[picked].tobytes()


def _contradicting(seed: int) -> TrainingRows:
    """Papers that agree up to 11 at.% boron and contradict each other above."""
    rows = measured_rows(n_papers=60, n_per_paper=4, seed=seed, paper_spread=0.01, slope=0.5)
    offset = np.random.default_rng(seed).normal(0.0, 0.5, rows.n_groups)[rows.group_codes]
    return replace(rows, values=rows.values + offset * (rows.fractions[:, 1] > 0.115))


@pytest.mark.slow
def test_more_error_is_expected_among_measurements_that_contradict_each_other() -> None:
    model, _ = fit_property("Bs", "T", _contradicting(0), INPUTS, plan=small_plan())
    agreed = np.array([[0.84, 0.09, 0.07], [0.85, 0.10, 0.05]])
    disputed = np.array([[0.80, 0.13, 0.07], [0.81, 0.14, 0.05]])
    narrow, wide = (
        model.predict(Alloys(fractions, ELEMENTS, np.empty((2, 0)))) for fractions in (agreed, disputed)
    )
    assert (wide.high - wide.low).min() > 2.0 * (narrow.high - narrow.low).max()


def test_errors_that_grow_with_distance_are_expected_to_grow_as_far_as_was_seen() -> None:
    rng = np.random.default_rng(0)
    distance = np.repeat(rng.uniform(0.0, 20.0, (300, 1)), 8, axis=1)
    errors = (0.1 + 0.05 * distance[:, 0]) * rng.choice([-1.0, 1.0], 300)
    asked = np.repeat([[0.0], [distance.min()], [distance.max()], [40.0]], 8, axis=1)
    nearest, near, far, farther = fit_difficulty(distance, errors, seed=0).expected_error(asked)
    assert near < 0.5 * far
    assert (nearest, farther) == (near, far)  # nothing is extrapolated, down or up


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(1.0, 1e6))
def test_an_outlier_makes_the_model_look_neither_exact_nor_endlessly_wrong(seed: int, outlier: float) -> None:
    rng = np.random.default_rng(seed)
    surroundings, errors = rng.normal(size=(40, 8)), rng.normal(size=40)
    errors[0] = outlier
    mean = float(np.abs(errors).mean())
    expected = fit_difficulty(surroundings, errors, seed=0).expected_error(rng.normal(size=(20, 8)))
    assert (expected >= 0.35 * mean * (1 - 1e-9)).all()
    assert (expected <= 3.0 * mean * (1 + 1e-9)).all()


def test_alike_surroundings_are_expected_alike() -> None:
    errors = np.random.default_rng(0).normal(size=30)
    expected = fit_difficulty(np.ones((30, 8)), errors, seed=0).expected_error(np.ones((5, 8)))
    assert np.ptp(expected) == 0.0
    assert expected[0] == pytest.approx(np.abs(errors).mean(), rel=0.3)


def test_perfect_predictions_leave_something_to_divide_by() -> None:
    assert (fit_difficulty(np.ones((30, 8)), np.zeros(30), seed=0).expected_error(np.ones((2, 8))) > 0).all()


@pytest.mark.slow
def test_a_group_has_no_say_in_the_errors_expected_of_it() -> None:
    rng = np.random.default_rng(1)
    surroundings, errors = rng.normal(size=(60, 8)), rng.normal(size=60)
    groups = np.repeat(np.arange(12), 5)
    own = groups == 4
    before = cross_fitted_errors(surroundings, errors, groups, seed=0)
    after = cross_fitted_errors(surroundings, np.where(own, 1000.0, errors), groups, seed=0)
    assert after[own].tobytes() == before[own].tobytes()
    assert after[~own].max() > 2.0 * before[~own].max()


@pytest.mark.parametrize(("n_papers", "n_per_paper"), [(2, 5), (10, 1), (40, 1)])
def test_few_rows_and_single_rows_have_intervals_too(n_papers: int, n_per_paper: int) -> None:
    rows = measured_rows(n_papers=n_papers, n_per_paper=n_per_paper)
    model, _ = fit_property("Bs", "T", rows, INPUTS, plan=small_plan())
    prediction = model.predict(Alloys(rows.fractions, ELEMENTS, rows.process))
    assert np.isfinite(prediction.high - prediction.low).all()
    assert (prediction.high > prediction.low).all()


def test_one_paper_alone_with_its_anneals_is_judged_with_the_others() -> None:
    rows = measured_rows(n_papers=5, n_per_paper=12)
    anneal = np.where(rows.group_codes == 0, 700.0, np.nan)[:, None]
    only_one = replace(rows, process=anneal)
    assert only_one.has_known_treatment.all()
    inputs = replace(INPUTS, process=(ProcessInput("anneal_K"),))
    model, _ = fit_property("Bs", "T", only_one, inputs, plan=small_plan())
    assert len(model.calibration.ratios) == 60
