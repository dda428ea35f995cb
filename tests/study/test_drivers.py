"""What drives the models of a run, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from moalloy.build.models import fit
from moalloy.errors import InputError
from moalloy.study.drivers import driver_table, explainable, find_drivers
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.trees import Trees
from tests.small_problem import small

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hurdled() -> Mapping[str, FittedSurrogate]:
    """Return models whose Dmax exists only where the alloy was cast as a rod."""
    problem = small().variant("properties.Dmax.hurdle={data: measured, column: route, positive: rod}")
    return fit(problem, cache=small().cache)


def of_another_kind(surrogate: FittedSurrogate) -> FittedSurrogate:
    members = cast("tuple[Trees, ...]", (object(),))
    return replace(surrogate, model=replace(surrogate.model, members=members))


def test_the_table_names_what_the_invented_rules_are_made_of() -> None:
    table = driver_table(find_drivers(small().models, ["Bs", "Hc"])).set_index(["property", "feature"])
    assert table.loc["Hc"]["share"].idxmax() == "Nb (at.%)"
    assert table.loc[("Bs", "Fe (at.%)"), "more_of_it"] == "raises"
    assert table.loc[("Hc", "Nb (at.%)"), "more_of_it"] == "lowers"
    assert (table["share_low"] <= table["share"]).all()
    assert (table["share"] <= table["share_high"]).all()
    assert (table["in_top_10"] <= table["members"]).all()
    assert set(table["members"]) == {2}


def test_a_part_has_as_many_rows_as_asked_for_the_largest_first() -> None:
    table = driver_table(find_drivers(small().models, ["Hc"]), n=3)
    assert len(table) == 3
    assert table["share"].is_monotonic_decreasing


def test_kinds_of_features_share_all_of_the_importance() -> None:
    found = find_drivers(small().models, ["Hc"])
    table = driver_table(found, by="kind")
    assert set(table["kind"]) == {"element amounts", "treatment"}
    assert found[0].shares["kind"].shares.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert "more_of_it" not in table


def test_value_and_chance_of_a_hurdle_have_rows_of_their_own(hurdled: Mapping[str, FittedSurrogate]) -> None:
    table = driver_table(find_drivers(hurdled, ["Dmax"]))
    assert list(dict.fromkeys(table["part"])) == ["value", "chance"]
    chance = table[table["part"] == "chance"]
    assert set(chance["members"]) == {len(hurdled["Dmax"].model.hurdle.members)}  # type: ignore[union-attr]


def test_a_chance_is_explained_on_the_alloys_of_all_properties(
    hurdled: Mapping[str, FittedSurrogate],
) -> None:
    value, chance = find_drivers(hurdled, ["Dmax"])
    rows = [surrogate.model.rows for surrogate in hurdled.values()]
    assert value.n_alloys == len(hurdled["Dmax"].model.rows)
    assert chance.n_alloys == len({formula for item in rows for formula in item.formulas})


def test_no_more_alloys_than_time_allows_are_explained() -> None:
    surrogate = small().models["Dmax"]
    rows = surrogate.model.rows
    often = np.tile(np.arange(len(rows)), 5)
    many = replace(
        rows,
        fractions=rows.fractions[often],
        process=rows.process[often],
        values=rows.values[often],
        groups=tuple(rows.groups[i] for i in often),
        formulas=tuple(rows.formulas[i] for i in often),
        references=tuple(rows.references[i] for i in often),
    )
    large = replace(surrogate, model=replace(surrogate.model, rows=many))
    assert find_drivers({"Dmax": large}, ["Dmax"])[0].n_alloys == 100


def test_models_of_other_kinds_are_left_out_and_named() -> None:
    models = {"Bs": small().models["Bs"], "Hc": of_another_kind(small().models["Hc"])}
    chosen, refused = explainable(models)
    assert list(chosen) == ["Bs"]
    assert refused[0].startswith("Hc: its model isn't of kind xgboost")


def test_where_no_model_can_be_explained_that_is_an_error() -> None:
    models = {name: of_another_kind(surrogate) for name, surrogate in small().models.items()}
    with pytest.raises(InputError, match=r"(?s)Bs: its model.*Hc: its model.*Dmax: its model"):
        explainable(models)
