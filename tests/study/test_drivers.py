"""What drives the models of a run, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from moalloy.build.models import fit
from moalloy.study.drivers import driver_table, find_drivers, what_is_left_out
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.parts import Grouping
from tests.other_kinds import averaged, of_another_kind
from tests.small_problem import small

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hurdled() -> Mapping[str, FittedSurrogate]:
    """Return models whose Dmax exists only where the alloy was cast as a rod."""
    problem = small().variant("properties.Dmax.hurdle={data: measured, column: route, positive: rod}")
    return fit(problem, cache=small().cache)


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


def test_what_is_not_xgboosts_is_named(hurdled: Mapping[str, FittedSurrogate]) -> None:
    bs, hc, dmax = small().models["Bs"], small().models["Hc"], hurdled["Dmax"]
    assert what_is_left_out({"Bs": bs, "Dmax": dmax}) == ()
    assert what_is_left_out({"Bs": averaged(bs), "Hc": averaged(hc)}) == (
        "Bs, Hc: XGBoost is one of 2 models that are averaged, and TreeSHAP explains it alone;"
        " ridge may go by other features",
    )
    first, second = what_is_left_out({"Bs": of_another_kind(bs), "Dmax": of_another_kind(dmax)})
    assert first.startswith("Bs: the model is ridge, and importance by TreeSHAP is for XGBoost only; what a")
    assert "XGBoost only; of its hurdle, which is XGBoost's, it is shown; what a change" in second


def test_the_drivers_of_an_average_are_those_of_xgboost_and_say_so() -> None:
    hc = small().models["Hc"]
    alone, part = (driver_table(find_drivers({"Hc": item}, ["Hc"])) for item in (hc, averaged(hc)))
    assert set(part["part"]) == {"value (XGBoost, 1 of 2 averaged)"}
    assert part.drop(columns="part").equals(alone.drop(columns="part"))


@pytest.mark.parametrize("by", ["feature", "kind"])
def test_a_table_without_rows_has_the_same_columns(by: Grouping) -> None:
    hc = small().models["Hc"]
    full, empty = (driver_table(find_drivers({"Hc": m}, ["Hc"]), by=by) for m in (hc, of_another_kind(hc)))
    assert list(empty.columns) == list(full.columns)
    assert len(empty) == 0
