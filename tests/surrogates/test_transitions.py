"""Treatments counted from transitions: the estimate, who has a say in it, and what a model makes of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.process import choices
from moalloy.domain.values import FloatArray
from moalloy.errors import RunFolderError
from moalloy.surrogates.background import Background
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.kinds import get_learner
from moalloy.surrogates.learner import Learner
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.near_groups import groups_near
from moalloy.surrogates.out_of_fold import OutOfFold
from moalloy.surrogates.scores import score
from moalloy.surrogates.store import load_surrogate, save_surrogate
from moalloy.surrogates.training import ProcessInput, TrainingRows
from moalloy.surrogates.transitions import Relative, Transition, TransitionRows, extended, member_scores
from moalloy.surrogates.trees import TreeLearner
from moalloy.surrogates.unseen import predict_unseen
from moalloy.surrogates.validation import validate
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.surrogates.small import INPUTS, SMALL, small_plan

TREES = TreeLearner(SMALL)
ANNEALED = replace(INPUTS, process=(ProcessInput("anneal_K"),))
SPACE = DesignSpace(
    ELEMENTS,
    CompositionSpace(
        (
            ElementRange("B", 8, 16, False),
            ElementRange("Si", 2, 14, False),
            ElementRange("Fe", 70, 90, False),
        ),
        step=Fraction(1),
        basis="at%",
    ),
    (choices("anneal_K", [700.0, 800.0, 900.0]),),
)


def law_K(rows: TrainingRows) -> FloatArray:
    """Return the planted second crystallization: 300 K, 45 K per at.% B and 10 K per at.% Si above it."""
    return np.asarray(300.0 + 4500.0 * rows.fractions[:, 1] + 1000.0 * rows.fractions[:, 2])


def planted(*, n_papers: int = 30, seed: int = 0) -> TrainingRows:
    """Return alloys that an anneal above their second crystallization spoils."""
    rows = measured_rows(n_papers=n_papers, seed=seed)
    past = np.random.default_rng([seed, 5]).uniform(-40.0, 40.0, len(rows))
    return replace(
        rows,
        process=(law_K(rows) + past)[:, None],
        values=np.where(past > 0.0, 1.0, 2.0),
        transitions=(transitions_of(rows),),
    )


@pytest.fixture(scope="module")
def fitted() -> tuple[PropertyModel, OutOfFold]:
    """A model of the planted rows, and its out-of-fold predictions."""
    return fit_property("Hc", "A/m", planted(), ANNEALED, plan=small_plan())


def transitions_of(rows: TrainingRows) -> TransitionRows:
    return TransitionRows("anneal_K", "Tx2_K", ELEMENTS, rows.fractions, law_K(rows), rows.groups)


def test_the_estimate_is_the_ridge_solution_of_least_squares() -> None:
    rows = measured_rows(n_papers=30)
    found = transitions_of(rows).estimate((), ELEMENTS)
    alloys, first = np.unique((100.0 * rows.fractions).round(6), axis=0, return_index=True)
    values = law_K(rows)[first]
    # A ridge is least squares with a row sqrt(20) e_i = 0 for each slope (Hoerl & Kennard 1970).
    deviation = alloys - alloys.mean(axis=0)
    matrix = np.concatenate([deviation, np.sqrt(20.0) * np.eye(3)])
    slopes = np.linalg.lstsq(matrix, np.concatenate([values - values.mean(), np.zeros(3)]))[0]
    np.testing.assert_allclose(found.slopes, 100.0 * slopes, rtol=1e-9)
    assert found.intercept == pytest.approx(values.mean() - alloys.mean(axis=0) @ slopes)
    assert found.elements == ELEMENTS


def test_a_planted_linear_law_is_found() -> None:
    rows = measured_rows(n_papers=30)
    features = ANNEALED.features(rows.fractions, ELEMENTS, np.full((len(rows), 1), 1000.0))
    difference = transitions_of(rows).estimate((), ELEMENTS).difference(features, ANNEALED.names)
    np.testing.assert_allclose(difference, 1000.0 - law_K(rows), atol=15.0)


def test_an_alloy_that_is_listed_many_times_counts_once() -> None:
    rows = measured_rows(n_papers=30)
    once = transitions_of(rows)
    often = np.concatenate([np.arange(len(rows)), np.zeros(500, dtype=np.int64)])
    repeated = replace(
        once,
        fractions=rows.fractions[often],
        values=once.values[often],
        groups=tuple(rows.groups[i] for i in often),
    )
    first, second = once.estimate((), ELEMENTS), repeated.estimate((), ELEMENTS)
    np.testing.assert_allclose(second.slopes, first.slopes)
    assert second.intercept == pytest.approx(first.intercept)


def test_groups_that_are_left_out_have_no_say() -> None:
    rows = transitions_of(measured_rows(n_papers=30))
    left_out = {"paper 3", "paper 4"}
    wild = np.where(np.isin(rows.groups, list(left_out)), rows.values + 1000.0, rows.values)
    spoilt = replace(rows, values=wild)
    before, after = rows.estimate(left_out, ELEMENTS), spoilt.estimate(left_out, ELEMENTS)
    assert (after.slopes.tobytes(), after.intercept) == (before.slopes.tobytes(), before.intercept)
    assert spoilt.estimate((), ELEMENTS).intercept != before.intercept


def test_rows_leave_out_the_groups_that_are_out_as_a_whole() -> None:
    rows = planted()
    groups = np.array(rows.groups)
    whole, first = groups == "paper 3", np.arange(len(rows)) == np.flatnonzero(groups == "paper 3")[0]
    (without,) = Background.of(rows, ANNEALED).transitions_without(whole, seed=0)
    expected = rows.transitions[0].estimate({"paper 3"}, ELEMENTS)
    assert without.slopes.tobytes() == expected.slopes.tobytes()
    (with_all,) = Background.of(rows, ANNEALED).transitions_without(first, seed=0)
    assert with_all.slopes.tobytes() == rows.transitions[0].estimate((), ELEMENTS).slopes.tobytes()


def test_alloys_with_elements_that_the_features_lack_are_left_aside() -> None:
    rows = transitions_of(measured_rows(n_papers=30))
    n = len(rows)
    niobium = np.where(np.arange(n) < 50, 0.05, 0.0)
    wider = replace(
        rows,
        elements=(*ELEMENTS, "Nb"),
        fractions=np.column_stack([rows.fractions * (1.0 - niobium[:, None]), niobium]),
        values=rows.values + 9000.0 * niobium,
    )
    rest = replace(rows, fractions=rows.fractions[50:], values=rows.values[50:], groups=rows.groups[50:])
    found, expected = wider.estimate((), ELEMENTS), rest.estimate((), ELEMENTS)
    assert found.elements == ELEMENTS
    np.testing.assert_allclose(found.slopes, expected.slopes)
    assert wider.estimate((), (*ELEMENTS, "Nb")).elements == (*ELEMENTS, "Nb")


def test_an_element_in_equal_amounts_everywhere_has_no_slope() -> None:
    rows = transitions_of(measured_rows(n_papers=30))
    copper = np.column_stack([0.99 * rows.fractions, np.full(len(rows), 0.01)])
    known = (*ELEMENTS, "Cu")
    assert replace(rows, elements=known, fractions=copper).estimate((), known).elements == ELEMENTS


def test_of_few_rows_the_mean_stands_in() -> None:
    rows = transitions_of(measured_rows(n_papers=2, n_per_paper=4))
    found = rows.estimate((), ELEMENTS)
    assert found.elements == ()
    assert found.intercept == pytest.approx(rows.values.mean())


def test_the_mean_of_few_rows_is_without_those_left_out() -> None:
    rows = transitions_of(measured_rows(n_papers=2, n_per_paper=4))
    assert rows.estimate({"paper 0"}, ELEMENTS).intercept == pytest.approx(rows.values[4:].mean())


@pytest.mark.parametrize(("left_out", "known"), [(("paper 0", "paper 1"), ELEMENTS), ((), ())])
def test_without_any_row_the_treatment_is_counted_from_nothing(
    left_out: tuple[str, ...], known: tuple[str, ...]
) -> None:
    found = transitions_of(measured_rows(n_papers=2)).estimate(left_out, known)
    assert (found.elements, found.intercept) == ((), 0.0)


def test_a_missing_treatment_has_a_missing_difference() -> None:
    transition = Transition("anneal_K", ("B",), np.array([1500.0]), 700.0)
    features = ANNEALED.features(np.tile([[0.8, 0.1, 0.1]], (2, 1)), ELEMENTS, np.array([[900.0], [np.nan]]))
    difference = transition.difference(features, ANNEALED.names)
    assert difference[0] == pytest.approx(50.0, abs=1e-3)
    assert np.isnan(difference[1])
    wider = extended(features, (transition,), ANNEALED.names)
    assert wider.shape == (2, 5)
    assert wider.dtype == np.float32
    assert wider.flags.c_contiguous
    assert extended(features, (), ANNEALED.names) is features


@pytest.mark.slow
def test_members_together_score_as_each_by_itself(fitted: tuple[PropertyModel, OutOfFold]) -> None:
    model = fitted[0]
    features = ANNEALED.features(model.rows.fractions, ELEMENTS, model.rows.process)
    first, *others = model.members
    assert isinstance(first, Relative)
    # One that estimates from fewer elements, and one without any estimate.
    (transition,) = first.transitions
    narrow = replace(transition, elements=transition.elements[1:], slopes=transition.slopes[1:])
    blank = Transition(transition.process, (), np.zeros(0), 800.0)
    members = [first, replace(first, transitions=(narrow,)), replace(first, transitions=(blank,)), *others]
    for n in (1, len(features)):
        for scores, member in zip(member_scores(members, features[:n]), members, strict=True):
            np.testing.assert_array_equal(scores, member.predict(features[:n]))


def test_members_of_several_kinds_score_each_by_itself(fitted: tuple[PropertyModel, OutOfFold]) -> None:
    model = fitted[0]
    features = ANNEALED.features(model.rows.fractions, ELEMENTS, model.rows.process)
    plain = TREES.fit(features, model.rows.values, seed=1)
    for scores, member in zip(
        member_scores([plain, model.members[0]], features), [plain, model.members[0]], strict=True
    ):
        np.testing.assert_array_equal(scores, member.predict(features))


@pytest.mark.slow
def test_a_step_at_the_transition_is_learned_much_better_with_its_estimate(
    fitted: tuple[PropertyModel, OutOfFold],
) -> None:
    rows = planted()
    _, blind = fit_property("Hc", "A/m", replace(rows, transitions=()), ANNEALED, plan=small_plan())
    assert score(rows.values, fitted[1].mean).r2 > 0.7
    assert score(rows.values, blind.mean).r2 < 0.4


def test_each_member_estimates_without_the_groups_that_it_leaves_out(
    fitted: tuple[PropertyModel, OutOfFold],
) -> None:
    model, _ = fitted
    for member, origin in zip(model.members, model.origins, strict=True):
        assert isinstance(member, Relative)
        expected = model.rows.transitions[0].estimate(origin.left_out, ELEMENTS)
        assert member.transitions[0].slopes.tobytes() == expected.slopes.tobytes()
        assert member.names == ANNEALED.names


@pytest.mark.slow
def test_what_a_paper_measured_of_its_transition_changes_nothing_of_its_own_prediction(
    fitted: tuple[PropertyModel, OutOfFold],
) -> None:
    rows = planted()
    (item,) = rows.transitions
    own = np.array(rows.groups) == "paper 3"
    wild = replace(item, values=np.where(own, item.values + 1000.0, item.values))
    spoilt = replace(rows, transitions=(wild,))
    before = fitted[1].predicted[0]
    after = fit_property("Hc", "A/m", spoilt, ANNEALED, plan=small_plan())[1].predicted[0]
    assert after[own].tobytes() == before[own].tobytes()
    assert after.tobytes() != before.tobytes()


@pytest.mark.slow
def test_the_validation_repeats_with_transitions_too(fitted: tuple[PropertyModel, OutOfFold]) -> None:
    model, out_of_fold = fitted
    found = validate(model.rows, ANNEALED, out_of_fold, plan=small_plan(), n_repeats=2)
    assert found.by_group.r2.n_repeats == 2
    assert found.by_group.r2.lowest > 0.7


def test_refits_without_near_groups_estimate_without_them_too(
    fitted: tuple[PropertyModel, OutOfFold],
) -> None:
    model, _ = fitted
    rows = model.rows
    alloy = Alloys(rows.fractions[:1], ELEMENTS, rows.process[:1])
    near = groups_near(alloy.fractions, ELEMENTS, rows)[0]
    left_out = {rows.groups[i] for i in np.flatnonzero(near[rows.group_codes])}
    expected = rows.transitions[0].estimate(left_out, ELEMENTS)
    (part,) = predict_unseen(model, alloy).parts
    for member in part.model.members:
        assert isinstance(member, Relative)
        assert member.transitions[0].slopes.tobytes() == expected.slopes.tobytes()


def _surrogate(*learners: Learner) -> FittedSurrogate:
    plan = replace(small_plan(n_members=2), learners=learners)
    model, out_of_fold = fit_property("Hc", "A/m", planted(n_papers=12), ANNEALED, plan=plan)
    return FittedSurrogate(model, SPACE, {"property": "Hc"}, out_of_fold.mean)


def _bits(surrogate: FittedSurrogate) -> bytes:
    X = SPACE.sample(40, seed=1)
    X[:4, -1] = np.nan
    prediction = surrogate.predict(X)
    return b"".join(part.tobytes() for part in (prediction.mean, prediction.low, prediction.high))


@pytest.mark.slow
@pytest.mark.parametrize(
    "learners", [(TREES,), (TREES, get_learner("ridge"))], ids=["read", "one read and one fitted again"]
)
def test_a_model_with_transitions_comes_back_bit_by_bit(
    learners: tuple[Learner, ...], tmp_path: Path
) -> None:
    surrogate = _surrogate(*learners)
    save_surrogate(surrogate, tmp_path)
    loaded = load_surrogate(tmp_path, SPACE)
    assert _bits(loaded) == _bits(surrogate)
    (written,), (read,) = surrogate.model.rows.transitions, loaded.model.rows.transitions
    assert (read.process, read.column, read.elements, read.groups) == (
        written.process,
        written.column,
        written.elements,
        written.groups,
    )
    assert read.values.tobytes() == written.values.tobytes()
    assert read.fractions.tobytes() == written.fractions.tobytes()
    X = SPACE.sample(3, seed=2)
    assert loaded.predict_unseen(X).mean.tobytes() == surrogate.predict_unseen(X).mean.tobytes()


def test_a_damaged_table_of_transitions_is_refused(tmp_path: Path) -> None:
    save_surrogate(_surrogate(TREES), tmp_path)
    path = tmp_path / "transitions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("paper 3", "paper 4"), encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"transitions\.csv changed since it was written"):
        load_surrogate(tmp_path, SPACE)
