"""What a prediction is made of, and how surely features matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moalloy.features.featurizer import Featurizer
from moalloy.surrogates.explanation import Contributions, contributions, directions, importance
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.parts import AMOUNTS, DESCRIPTORS, STATISTICS, TREATMENT, parts_of
from moalloy.surrogates.training import Inputs, ProcessInput
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.other_kinds import Flat, averaged_model
from tests.surrogates.small import small_plan


def made_up(seed: int, *, n_members: int = 3, n_alloys: int = 4, n_features: int = 5) -> Contributions:
    rng = np.random.default_rng(seed)
    by_member = rng.normal(size=(n_members, n_alloys, n_features))
    features = rng.random((n_alloys, n_features)).astype(np.float32)
    return Contributions(features, by_member, rng.normal(size=n_members))


@pytest.mark.parametrize("fixture", ["linear_model", "log_model"])
def test_the_parts_of_a_model_sum_to_its_prediction(
    fixture: str, alloys: Alloys, request: pytest.FixtureRequest
) -> None:
    model: PropertyModel = request.getfixturevalue(fixture)
    (part,) = parts_of(model)
    found = contributions(part, alloys)
    np.testing.assert_allclose(part.outcome(found.score), model.predict_mean(alloys), rtol=1e-5)


def test_value_and_chance_of_a_hurdle_are_explained_apart_and_multiply(
    hurdle_model: PropertyModel, alloys: Alloys
) -> None:
    value, chance = parts_of(hurdle_model)
    size, share = (part.outcome(contributions(part, alloys).score) for part in (value, chance))
    assert (value.what, chance.what) == ("value", "chance")
    assert (value.title, chance.title) == ("Dmax where it exists", "chance of Dmax")
    np.testing.assert_allclose(size * share, hurdle_model.predict_mean(alloys), rtol=1e-4)


def test_effects_are_added_on_a_linear_scale_and_are_factors_on_the_others(
    linear_model: PropertyModel, hurdle_model: PropertyModel
) -> None:
    (linear,), (value, chance) = parts_of(linear_model), parts_of(hurdle_model)
    one = np.array([1.0])
    assert linear.effect(one) == 1.0
    assert value.effect(one) == pytest.approx(10.0)
    assert chance.effect(one) == pytest.approx(np.e)


def test_permuting_alloys_permutes_their_contributions(linear_model: PropertyModel, alloys: Alloys) -> None:
    (part,) = parts_of(linear_model)
    order = np.random.default_rng(0).permutation(len(alloys))
    moved = Alloys(alloys.fractions[order], alloys.elements, alloys.process[order])
    before, after = contributions(part, alloys).by_member, contributions(part, moved).by_member
    np.testing.assert_array_equal(after, before[:, order])


def test_features_are_named_with_units_and_sorted_by_kind() -> None:
    featurizer = Featurizer(
        ("fractions", "statistics", "physics"), ELEMENTS, without=("ideal mixing entropy (J/(mol K))",)
    )
    inputs = Inputs(featurizer, (ProcessInput("anneal_K"),))
    rows = measured_rows(with_process=True)
    (part,) = parts_of(fit_property("Bs", "T", rows, inputs, plan=small_plan(n_members=2))[0])
    kinds = dict(zip(part.labels, part.kinds, strict=True))
    assert len(part.labels) == len(inputs.names)
    assert kinds["Fe (at.%)"] == AMOUNTS
    assert kinds["mean electronegativity"] == STATISTICS
    assert kinds["mixing enthalpy (kJ/mol)"] == DESCRIPTORS
    assert kinds["anneal_K"] == TREATMENT
    assert list(kinds.values()).count(TREATMENT) == 1
    assert "ideal mixing entropy (J/(mol K))" not in kinds
    assert part.families.count("statistics of electronegativity") == 5
    alloy = Alloys(np.array([[0.8, 0.12, 0.08]]), ELEMENTS, np.array([[750.0]]))
    read = dict(zip(part.labels, part.as_read(part.features(alloy))[0], strict=True))
    assert read["Fe (at.%)"] == pytest.approx(80.0)
    assert read["anneal_K"] == 750.0


def test_a_value_of_another_kind_has_no_part_and_its_chance_has(
    linear_model: PropertyModel, hurdle_model: PropertyModel
) -> None:
    assert parts_of(replace(linear_model, members=(Flat(),))) == ()
    (chance,) = parts_of(replace(hurdle_model, members=(Flat(),)))
    assert (chance.what, chance.share) == ("chance", "")


@pytest.mark.parametrize("fixture", ["linear_model", "log_model", "hurdle_model"])
def test_of_an_average_the_part_of_xgboost_is_explained(
    fixture: str, alloys: Alloys, request: pytest.FixtureRequest
) -> None:
    model: PropertyModel = request.getfixturevalue(fixture)
    alone, part = parts_of(model)[0], parts_of(averaged_model(model))[0]
    before, after = contributions(alone, alloys), contributions(part, alloys)
    np.testing.assert_array_equal(before.by_member, after.by_member)
    np.testing.assert_array_equal(before.base, after.base)
    assert (alone.share, part.share) == ("", "XGBoost, 1 of 2 averaged")
    assert part.others == ("ridge",)
    assert part.with_share("Bs") == "Bs (XGBoost, 1 of 2 averaged)"


@given(st.integers(0, 2**32 - 1))
def test_shares_of_a_member_sum_to_one_and_groups_never_exceed_their_features(seed: int) -> None:
    found = made_up(seed)
    single = importance(found, ["a", "b", "c", "d", "e"])
    grouped = importance(found, ["x", "x", "y", "y", "z"])
    np.testing.assert_allclose(single.shares.sum(axis=1), 1.0)
    np.testing.assert_allclose(grouped.shares.sum(axis=1), 1.0)
    size = np.abs(found.by_member).mean(axis=1)
    joint = np.abs(found.by_member[:, :, :2].sum(axis=2)).mean(axis=1)
    assert (joint <= size[:, :2].sum(axis=1) + 1e-12).all()


@given(st.integers(0, 2**32 - 1), st.permutations(range(4)))
def test_importance_does_not_depend_on_the_order_of_the_alloys(seed: int, order: list[int]) -> None:
    found = made_up(seed)
    moved = Contributions(found.features[order], found.by_member[:, order], found.base)
    names = list("abcde")
    np.testing.assert_allclose(importance(moved, names).shares, importance(found, names).shares)
    np.testing.assert_allclose(directions(moved), directions(found), atol=1e-12)


def test_a_model_that_says_the_same_of_everything_has_no_drivers() -> None:
    constant = replace(made_up(0), by_member=np.zeros((3, 4, 5)))
    shares = importance(constant, list("abcde"))
    assert (shares.shares == 0).all()
    assert (shares.n_in_top(2) == 0).all()
    assert np.isnan(directions(constant)).all()


def test_the_top_is_counted_member_by_member() -> None:
    by_member = np.array([[[3.0, 2.0, 1.0]], [[3.0, 1.0, 2.0]], [[3.0, 2.0, 0.0]]])
    found = importance(Contributions(np.zeros((1, 3), np.float32), by_member, np.zeros(3)), list("abc"))
    assert found.n_in_top(2).tolist() == [3, 2, 1]
    assert found.n_in_top(3).tolist() == [3, 3, 2]
    assert [found.names[i] for i in found.order] == ["a", "b", "c"]
    assert found.lowest[2] == 0.0
    assert found.highest[0] == pytest.approx(0.6)


def test_directions_follow_the_sign_and_skip_missing_values() -> None:
    features = np.array([[1, 1, 5], [2, 2, 5], [3, np.nan, 5]], np.float32)
    added = np.array([[[0.1, 0.3, 1.0], [0.2, 0.1, 2.0], [0.9, 9.0, 3.0]]])
    raises, lowers, constant = directions(Contributions(features, added, np.zeros(1)))
    assert (raises, lowers) == pytest.approx((1.0, -1.0))
    assert np.isnan(constant)
