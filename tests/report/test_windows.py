"""Composition windows in words: ranges, tolerances in units, and how much of a window was looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moalloy.report.html.front import front_table, headline_table
from moalloy.report.html.report import report_html
from moalloy.report.run_data import RunData
from moalloy.report.windows import has_windows, window_sentences
from tests.small_problem import small

TOLERANCE = {"Bs": 0.01718, "Hc": 1.1893, "Dmax": 0.05}

pytestmark = pytest.mark.slow


def test_a_report_says_what_windows_promise_in_the_units_of_the_objectives(run: RunData) -> None:
    tolerance = run.manifest["result"]["window_tolerance"]
    html = report_html(run, {})
    assert f"a factor {tolerance['Hc']:.3g} in Hc" in html
    assert "no worse than that alloy by more than" in html
    assert "composition window (at.%)" in html


def test_every_alloy_shows_its_window_and_how_many_were_looked_at(run: RunData) -> None:
    first = run.front.iloc[0]
    front = run.front.assign(window_checked=17, window_complete=True)
    for html in (front_table(replace(run, front=front)), headline_table(replace(run, front=front))):
        assert "all 17 looked at" in html
        assert f"B\u00a0{first['B_from']:g}" in html


def test_a_front_of_an_older_run_is_reported_without_windows(run: RunData) -> None:
    columns = list(run.front.filter(regex="^window_|_from$|_to$").columns)
    older = replace(run, front=run.front.drop(columns=columns))
    assert not has_windows(older.front)
    assert window_sentences(older.front, {}, older.problem) == []
    assert "window" not in front_table(older)


def test_windows_of_a_weight_space_are_in_weight_percent(wt_run: RunData) -> None:
    assert "composition window (wt.%)" in front_table(wt_run)
    assert (wt_run.front["B_from"] <= wt_run.front["B_wt"]).all()
    assert (wt_run.front["B_wt"] <= wt_run.front["B_to"]).all()


def test_drawn_windows_say_how_many_may_be_worse(run: RunData) -> None:
    front = run.front.iloc[:2].assign(window_checked=[100, 1], window_complete=[False, True])
    _, looked_at, _ = window_sentences(front, TOLERANCE | {"density_g_per_cm3": 0.1}, run.problem)
    assert "in 1 of 2 windows, in the others at least 100, drawn at random: up to 3% of theirs" in looked_at
    assert "1 window is the alloy alone" in looked_at


@pytest.mark.parametrize(
    ("risk", "words"), [("mean", "0.017 T in Bs"), ("p_all", "0.017 in the chance of Bs")]
)
def test_a_tolerance_is_told_in_what_was_judged(run: RunData, risk: str, words: str) -> None:
    problem = small().variant(f"optimize.risk={risk}")
    assert words in window_sentences(run.front, TOLERANCE, problem)[0]
