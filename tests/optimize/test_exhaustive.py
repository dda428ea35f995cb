"""The exhaustive search against brute force, however the ranks are cut and shared out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.printed import round_significant
from moalloy.domain.problem import DesignProblem, Limit, Risk
from moalloy.domain.process import choices
from moalloy.domain.values import FloatArray, Objective, Prediction
from moalloy.errors import SpaceError
from moalloy.optimize.exhaustive import Checkpoint, n_parts, search_everything
from moalloy.optimize.record import GenerationReport, SearchRecord
from moalloy.optimize.search import hypervolume_scale
from moalloy.workers import Local
from tests.optimize.toy import TINY_POINTS, find, problem, space, tiny_space

LIMIT = (Limit("o3", minimum=5.18),)
SMALL = space(process=False)


def treated() -> DesignSpace:
    """Return the compositions of `space` with a treatment that can be counted."""
    return DesignSpace(SMALL.elements, SMALL.composition, (choices("route", ["ribbon", "rod"]),))


def from_iron(X: FloatArray) -> FloatArray:
    """Return distances to an alloy with 80 at.% iron, many of them equal."""
    return np.asarray(100.0 * np.abs(X[:, 0] - 0.8), dtype=np.float64)


def exhaust(design: DesignProblem, *, chunk: int = 500, jobs: int = 1) -> SearchRecord:
    none = np.zeros((0, len(design.space.columns)))
    scale = hypervolume_scale(design, none)
    return search_everything(design, scale=scale, closeness=from_iron, chunk=chunk, workers=Local(jobs))


def bytes_of(record: SearchRecord) -> tuple[bytes, ...]:
    return tuple(getattr(record, name).tobytes() for name in ("X", "scores", "F", "G", "n_equal"))


def by_hand(design: DesignProblem) -> dict[tuple[float, ...], list[FloatArray]]:
    """Return the alloys behind each printed outcome that no other beats, by the definitions."""
    X = np.concatenate(list(design.space.enumerate()))
    evaluation = design.evaluate(X)
    is_met = (evaluation.G <= 0).all(axis=1)
    for limit in design.limits:
        printed = round_significant(design.surrogates[limit.name].predict(X).mean)
        is_met &= printed >= (limit.minimum or -np.inf)
    scores = round_significant(evaluation.scores[is_met])
    F, alloys, front = design.minimized(scores), X[is_met], {}
    outcomes = np.unique(F, axis=0)
    for row in outcomes:
        if not ((outcomes <= row).all(axis=1) & (outcomes < row).any(axis=1)).any():
            equal = (row == F).all(axis=1)
            front[tuple(scores[equal][0])] = list(alloys[equal])
    return front


@pytest.mark.parametrize("limits", [(), LIMIT], ids=["free", "limited"])
@pytest.mark.parametrize("n_objectives", [1, 2, 3])
@pytest.mark.parametrize("within", [SMALL, treated()], ids=["untreated", "treated"])
def test_the_front_is_the_one_that_brute_force_finds(
    within: DesignSpace, n_objectives: int, limits: tuple[Limit, ...]
) -> None:
    design = problem(n_objectives, within, limits=limits)
    record, front = exhaust(design), by_hand(design)
    found = dict(zip(map(tuple, round_significant(record.scores)), record.n_equal, strict=True))
    assert found == {outcome: len(alloys) for outcome, alloys in front.items()}
    assert record.n_alloys == within.n_points()


def test_the_nearest_to_what_was_measured_stands_for_equal_alloys() -> None:
    design = problem(2, treated())
    record, front = exhaust(design), by_hand(design)
    assert (record.n_equal > 1).all()
    for alloy, score in zip(record.X, round_significant(record.scores), strict=True):
        equal = np.array(front[tuple(score)])
        # Alloys are listed in rising rank, and the first of the nearest is kept.
        nearest = equal[np.round(from_iron(equal), 3).argmin()]
        assert alloy.tolist() == nearest.tolist()


@pytest.mark.slow
@given(chunk=st.integers(60, 4000), jobs=st.integers(1, 3))
@settings(max_examples=8, deadline=None)
def test_neither_chunks_nor_jobs_change_what_is_found(chunk: int, jobs: int) -> None:
    design = problem(3, SMALL, limits=LIMIT)
    assert bytes_of(exhaust(design, chunk=chunk, jobs=jobs)) == bytes_of(exhaust(design))


def test_jobs_change_no_report() -> None:
    design = problem(3, SMALL)
    one, three = (exhaust(design, chunk=100, jobs=jobs) for jobs in (1, 3))
    assert one.reports == three.reports


def test_reports_count_alloys_and_their_hypervolume_never_falls() -> None:
    record = exhaust(problem(2, SMALL), chunk=11)
    assert len(record.reports) == n_parts(SMALL, chunk=11) <= 100
    assert [r.generation for r in record.reports] == list(range(1, len(record.reports) + 1))
    assert all(a.n_evaluations < b.n_evaluations for a, b in pairwise(record.reports))
    assert all(a.hypervolume <= b.hypervolume for a, b in pairwise(record.reports))
    assert record.reports[-1].n_evaluations == SMALL.n_points()
    assert record.reports[-1].front_size == len(record.X)


@pytest.mark.slow
def test_no_search_finds_more_than_there_is() -> None:
    design = problem(2, SMALL)
    guided = find("nsga2", design, population=50, generations=20)
    assert guided.reports[-1].hypervolume <= exhaust(design).reports[-1].hypervolume + 1e-12


def test_weights_leave_the_one_best_outcome() -> None:
    design = problem(2, SMALL, weights={"o0": 1.0, "o1": 2.0})
    record = exhaust(design)
    X = np.concatenate(list(SMALL.enumerate()))
    totals = design.scalarized(design.evaluate(X).F)
    assert design.scalarized(record.F).min() == pytest.approx(totals.min(), abs=1e-12)
    assert np.ptp(design.scalarized(record.F)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("risk", ["lower", "p_all"])
def test_every_risk_is_judged_by_its_own_scores(risk: Risk) -> None:
    design = problem(2, SMALL)
    objectives = tuple(replace(o, threshold=5.2) for o in design.objectives)
    design = replace(design, objectives=objectives, risk=risk)
    record, front = exhaust(design), by_hand(design)
    assert {tuple(score) for score in round_significant(record.scores)} == set(front)


def test_limits_that_nothing_meets_leave_the_nearest_miss() -> None:
    design = problem(2, SMALL, limits=(Limit("o3", minimum=99.0), Limit("o2", maximum=1.0)))
    record = exhaust(design, chunk=100)
    assert len(record.X) == 1
    assert not record.is_feasible.any()
    assert record.n_alloys == SMALL.n_points()
    assert {(r.hypervolume, r.front_size) for r in record.reports} == {(0.0, 0)}
    G = design.evaluate(np.concatenate(list(SMALL.enumerate()))).G
    assert not ((G <= record.G).all(axis=1) & (G < record.G).any(axis=1)).any()


@pytest.mark.parametrize("n_before", [1, 4, 38])
@pytest.mark.parametrize("limits", [(), LIMIT, (Limit("o3", minimum=99.0),)], ids=["free", "some", "none"])
def test_a_search_that_stopped_goes_on_to_the_same_record(n_before: int, limits: tuple[Limit, ...]) -> None:
    design = problem(2, SMALL, limits=limits)
    kept: list[Checkpoint] = []
    scale = hypervolume_scale(design, np.zeros((0, 4)))

    def stop(report: GenerationReport) -> None:
        if report.generation == n_before:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_everything(
            design,
            scale=scale,
            closeness=from_iron,
            chunk=100,
            workers=Local(2),
            keep=kept.append,
            progress=stop,
        )
    assert len(kept) == n_before
    resumed = search_everything(design, scale=scale, closeness=from_iron, chunk=100, start=kept[-1])
    whole = exhaust(design, chunk=100)
    assert bytes_of(resumed) == bytes_of(whole)
    assert resumed.reports == whole.reports


def test_what_is_held_grows_with_the_front_alone() -> None:
    kept: list[Checkpoint] = []
    design = problem(1, treated())
    scale = hypervolume_scale(design, np.zeros((0, 5)))
    search_everything(design, scale=scale, closeness=from_iron, chunk=50, keep=kept.append)
    assert kept[-1].n_alloys == 2 * SMALL.n_points()
    assert {len(checkpoint.front) for checkpoint in kept} == {1}


def test_a_chunk_larger_than_the_space_will_do() -> None:
    record = exhaust(problem(2, tiny_space()))
    assert record.n_alloys == TINY_POINTS
    assert len(record.reports) == 1


def test_a_continuous_treatment_cannot_be_listed() -> None:
    with pytest.raises(SpaceError, match="field_T"):
        exhaust(problem(2, space()))


def test_a_surrogate_that_fails_stops_the_search() -> None:
    class Broken:
        def predict_mean(self, X: FloatArray) -> FloatArray:
            return np.where(X[:, 0] > 0.75, np.nan, 1.0)

        def predict(self, X: FloatArray) -> Prediction:
            raise NotImplementedError

        def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
            raise NotImplementedError

    design = DesignProblem(SMALL, (Objective("o0", "min"),), {"o0": Broken()})
    scale = hypervolume_scale(problem(1, SMALL), np.zeros((0, 4)))
    with pytest.raises(ValueError, match="the surrogate of o0 predicted NaN"):
        search_everything(design, scale=scale, closeness=from_iron, workers=Local(2), chunk=100)
