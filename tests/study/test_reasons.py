"""One alloy's prediction, from the base to its end."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from moalloy.errors import CompositionError, InputError
from moalloy.study.query import Query, alloy_of_space, parse_query
from moalloy.study.reasons import PartReasons, Reasons, explain_alloy, reasons_table
from moalloy.study.reasons_wording import prediction_words, treatment_words
from tests.other_kinds import averaged, of_another_kind
from tests.small_problem import small


@pytest.fixture(scope="module")
def query() -> Query:
    return parse_query("Fe80B12Si8", ["anneal_K=750", "route=rod"], small().models)


@pytest.fixture(scope="module")
def reasons(query: Query) -> tuple[Reasons, ...]:
    return explain_alloy(small().models, query)


def words(name: str, query: Query) -> str:
    models = {name: small().models[name]}
    (item,) = explain_alloy(models, query)
    return "\n".join([*prediction_words(item), *treatment_words(models[name].model, query)])


def test_steps_lead_from_the_base_to_the_prediction(reasons: tuple[Reasons, ...]) -> None:
    for item in reasons:
        (part,) = item.parts
        outcome = part.part.outcome(np.array([part.score]))
        np.testing.assert_allclose(outcome, item.prediction.mean, rtol=1e-5)
        sizes = [abs(step.contribution) for step in part.steps]
        assert sizes == sorted(sizes, reverse=True)


def test_the_prediction_is_the_one_that_predict_makes(query: Query, reasons: tuple[Reasons, ...]) -> None:
    hc = next(item for item in reasons if item.name == "Hc")
    model = small().models["Hc"].model
    expected = model.predict(query.alloys(["anneal_K", "route"]))
    assert (hc.prediction.low, hc.prediction.high) == (expected.low, expected.high)
    # The second choice of the route is the rod.
    assert query.alloys(["anneal_K", "route"]).process.tolist() == [[750.0, 1.0]]


def test_steps_that_are_left_out_are_added_up_to_one(reasons: tuple[Reasons, ...]) -> None:
    part: PartReasons = reasons[1].parts[0]
    short = part.shortened(2)
    assert len(short.steps) == 3
    assert short.steps[-1].feature == f"{len(part.steps) - 2} other features"
    assert short.score == pytest.approx(part.score)
    assert part.shortened(99) is part


def test_the_table_ends_each_property_with_its_calibrated_interval(reasons: tuple[Reasons, ...]) -> None:
    table = reasons_table(reasons, n=3)
    ends = table[table["part"] == "prediction"].set_index("property")
    assert list(ends.index) == ["Bs", "Hc", "Dmax"]
    for item in reasons:
        assert ends.loc[item.name, "low"] == pytest.approx(item.prediction.low[0], rel=1e-4)
        last = table[(table["property"] == item.name) & (table["part"] == "value")].iloc[-1]
        assert last["total"] == pytest.approx(ends.loc[item.name, "total"], rel=1e-4)


def test_effects_are_in_the_unit_or_factors_and_multiply_to_the_prediction(
    reasons: tuple[Reasons, ...],
) -> None:
    table = reasons_table(reasons, n=99)
    hc = table[(table["property"] == "Hc") & (table["part"] == "value")]
    assert set(hc["effect_unit"][1:]) == {"factor"}
    assert hc["total"].iloc[0] * hc["effect"][1:].prod() == pytest.approx(hc["total"].iloc[-1], rel=1e-3)
    bs = table[(table["property"] == "Bs") & (table["part"] == "value")]
    assert set(bs["effect_unit"]) == {"T"}
    assert bs["total"].iloc[0] + bs["effect"][1:].sum() == pytest.approx(bs["total"].iloc[-1], rel=1e-3)
    assert (table["low"].dropna() <= table["high"].dropna()).all()


def test_kinds_of_features_give_a_step_each(query: Query) -> None:
    (item,) = explain_alloy({"Hc": small().models["Hc"]}, query, by="kind")
    assert {step.feature for step in item.parts[0].steps} == {"element amounts", "treatment"}
    assert all(math.isnan(step.value) for step in item.parts[0].steps)


def test_the_nearest_measured_alloys_are_named_with_value_and_treatment(query: Query) -> None:
    rows = small().models["Hc"].model.rows
    row = int(np.flatnonzero(np.isfinite(rows.process).all(axis=1))[0])
    route = ("ribbon", "rod")[int(rows.process[row, 1])]
    known = parse_query(
        rows.formulas[row], [f"anneal_K={rows.process[row, 0]:g}", f"route={route}"], small().models
    )
    (item,) = explain_alloy({"Hc": small().models["Hc"]}, known)
    first = item.neighbors[0]
    assert (first.formula, first.distance_at_pct) == (rows.formulas[row], 0.0)
    assert first.value == rows.values[row]
    assert route in first.treatment
    distances = [neighbor.distance_at_pct for neighbor in item.neighbors]
    assert distances == sorted(distances)
    assert len({neighbor.formula for neighbor in item.neighbors}) == 3


def test_of_one_alloy_the_row_treated_most_alike_is_named() -> None:
    surrogate = small().models["Bs"]
    model, rows = surrogate.model, surrogate.model.rows
    hot = replace(rows, formulas=(rows.formulas[0],) * len(rows), fractions=rows.fractions[[0] * len(rows)])
    same = replace(surrogate, model=replace(model, rows=hot))
    query = parse_query(rows.formulas[0], ["anneal_K=790"], small().models)
    (item,) = explain_alloy({"Bs": same}, query)
    known = np.nan_to_num(rows.process[:, 0], nan=-1e9)
    assert item.neighbors[0].value == rows.values[np.argmin(np.abs(known - 790.0))]


def test_an_element_that_the_model_never_saw_is_said() -> None:
    said = words("Dmax", parse_query("Zr60Cu30Al10", [], small().models))
    assert "none of its measured alloys holds Al, Cu, Zr" in said
    assert "OUTSIDE the domain" in said


def test_treatments_that_are_missing_or_were_never_measured_are_said() -> None:
    missing = words("Hc", parse_query("Fe80B12Si8", ["anneal_K=1200"], small().models))
    assert "route isn't given; predicted as missing" in missing
    assert "anneal_K = 1200 lies outside what was measured for Hc, 700 to 800" in missing
    assert "isn't given" not in words("Dmax", parse_query("Fe80B12Si8", [], small().models))


def test_an_alloy_of_the_space_brings_its_treatment() -> None:
    space = small().problem.space
    X = space.sample(1, seed=4)
    query = alloy_of_space(space, X[0], "Fe80B20")
    assert query.process == {"anneal_K": X[0, -2], "route": X[0, -1]}
    assert query.words.startswith(f"anneal_K={X[0, -2]:g}, route=r")
    np.testing.assert_array_equal(query.fractions, X[:, : space.n_elements])


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            "anneal=750",
            r"no model of this run reads 'anneal'; they read anneal_K, route\. Did you mean 'anneal_K'",
        ),
        ("anneal_K", r"expected NAME=VALUE"),
        ("anneal_K=hot", r"'hot' isn't a number"),
        ("anneal_K=nan", r"'nan' isn't a number"),
        ("route=sheet", r"route is one of ribbon, rod"),
    ],
)
def test_a_treatment_that_no_model_can_read_is_refused(setting: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_query("Fe80B20", [setting], small().models)


def test_what_is_no_formula_is_refused() -> None:
    with pytest.raises(CompositionError, match="Xx"):
        parse_query("Xx50Fe50", [], small().models)


@pytest.mark.parametrize("name", ["Bs", "Hc"])
def test_the_last_step_leads_from_xgboost_to_the_average(name: str, query: Query) -> None:
    (alone,), (item,) = (
        explain_alloy({name: model}, query)
        for model in (small().models[name], averaged(small().models[name]))
    )
    (part,) = item.parts
    assert part.steps == alone.parts[0].steps
    np.testing.assert_allclose(part.part.outcome(np.array([part.score])), item.prediction.mean, rtol=1e-5)
    table = reasons_table([item], n=1)
    assert list(table["feature"])[-2:] == ["(averaged with ridge)", ""]
    assert set(table["part"]) == {"value (XGBoost, 1 of 2 averaged)", "prediction"}
    assert table["total"].iloc[-2] == pytest.approx(table["total"].iloc[-1], rel=1e-3)
    assert part.shortened(2).score == pytest.approx(part.score)


def test_of_another_kind_there_is_the_prediction_alone(query: Query) -> None:
    (item,) = explain_alloy({"Bs": of_another_kind(small().models["Bs"])}, query)
    table = reasons_table([item], n=5)
    assert list(table["part"]) == ["prediction"]
    assert table["total"].iloc[0] == pytest.approx(1.0)


def test_a_treatment_that_is_not_given_is_a_step_that_says_so() -> None:
    models = {"Hc": small().models["Hc"]}
    for by in ("feature", "kind"):
        (item,) = explain_alloy(models, parse_query("Fe80B12Si8", ["route=rod"], models), by=by)
        missing = {step.feature: step.missing for step in item.parts[0].steps if step.missing}
        assert missing == ({"anneal_K": "not given"} if by == "feature" else {})
