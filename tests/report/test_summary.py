"""The tables of a run for a terminal: alloys as their readers weigh them in."""

from __future__ import annotations

import re

import pytest

from moalloy.report.run_data import RunData
from moalloy.report.summary import chosen_alloys


@pytest.mark.slow
def test_alloys_of_a_space_in_weight_percent_are_told_in_weight_percent(wt_run: RunData) -> None:
    table = chosen_alloys(wt_run.front, wt_run.problem, {0: "best Bs"})
    assert "formula" not in table.columns
    said = dict(pair.split(" ") for pair in table["composition (wt.%)"][0].split(", "))
    exact = {symbol: wt_run.front[f"{symbol}_wt"].iloc[0] for symbol in ("Fe", "B", "Si")}
    assert {symbol: float(amount) for symbol, amount in said.items()} == {
        s: a for s, a in exact.items() if a > 0
    }
    assert [float(amount) for amount in said.values()] == sorted(map(float, said.values()), reverse=True)
    nearest = table["nearest (at.%)"][0].split(" ")[0]
    amounts = [float(amount or 1) for amount in re.findall(r"[A-Z][a-z]?(\d*\.?\d*)", nearest)]
    assert abs(sum(amounts) - 100.0) < 1e-9
    assert all(abs(10.0 * amount - round(10.0 * amount)) < 1e-9 for amount in amounts)


def test_alloys_of_a_space_in_atomic_percent_are_told_by_their_formula(run: RunData) -> None:
    table = chosen_alloys(run.front, run.problem, {1: "knee"})
    assert table["formula"].tolist() == [run.front["formula"].iloc[1]]
    assert table["row"].tolist() == [2]
