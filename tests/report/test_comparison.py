"""What a comparison says in words, and what its figures show."""

from __future__ import annotations

import numpy as np
import pandas as pd

from moalloy.pareto import HypervolumeScale
from moalloy.report.comparison import conclusion, contest_table, pair_table, run_table
from moalloy.report.plots.comparison import growth_figure, indicator_figure
from moalloy.study.comparison import Comparison, Trial, judge

UNIT = HypervolumeScale((0.0, 0.0), (1.0, 1.0))


def comparison(heights: dict[str, float], n_seeds: int = 5) -> Comparison:
    """Return contenders whose fronts are a point each, better by the height, and by a little each seed."""
    trials = [
        Trial(name, seed, 10, 10, 1.0, np.array([[0.5, 1 - height - 0.01 * seed]]), np.array([5]))
        for name, height in heights.items()
        for seed in range(n_seeds)
    ]
    return judge(trials, scale=UNIT)


def test_the_winner_and_the_losers_are_named() -> None:
    found = comparison({"good": 0.8, "alike": 0.8, "poor": 0.2})
    (said,) = conclusion(found)
    assert said == (
        "good has the largest median hypervolume, and beats poor (which wins 0 % of all pairings) by more "
        "than luck explains; alike can't be told from it."
    )
    table = contest_table(found, pd.DataFrame(columns=["contender", "cpu_seconds"]))
    assert table["by hypervolume"].tolist() == [
        "best median",
        "can't be told from good, p = 1",
        "worse than good, p = 0.024",
    ]
    assert table["valid"].tolist() == ["100 %"] * 3


def test_equals_are_not_ranked() -> None:
    assert conclusion(comparison({"a": 0.5, "b": 0.5})) == [
        "a has the largest median hypervolume, but b can't be told from it."
    ]


def test_with_few_seeds_nothing_is_told() -> None:
    found = comparison({"good": 0.8, "poor": 0.2}, 4)
    assert conclusion(found)[0].startswith("With 4 seeds nothing can be told")
    assert pair_table(found).empty
    seconds = pd.DataFrame({"contender": ["good"], "cpu_seconds": [1.26]})
    table = contest_table(found, seconds)
    assert table["by hypervolume"].tolist() == ["best median", "too few seeds"]
    assert table["CPU s"].tolist() == ["1.3", ""]


def test_many_contenders_ask_for_more_seeds() -> None:
    heights = {name: 0.1 * i for i, name in enumerate("abcdef")}
    found = comparison(heights)
    assert conclusion(found) == [
        "f has the largest median hypervolume, but with 6 contenders 5 seeds can tell no two of them "
        "apart: take more."
    ]
    table = contest_table(found, pd.DataFrame(columns=["contender", "cpu_seconds"]))
    assert table["by hypervolume"].tolist() == ["too few seeds"] * 5 + ["best median"]
    assert "beats a" in conclusion(comparison(heights, 7))[0]


def test_a_single_contender_has_no_winner() -> None:
    assert conclusion(comparison({"a": 0.5})) == ["a has nothing to be compared with."]


def test_every_pair_is_in_the_table_of_tests_better_one_first() -> None:
    table = pair_table(comparison({"good": 0.8, "poor": 0.2}))
    row = table[table["indicator"] == "hypervolume"].iloc[0]
    assert (row["better"], row["worse"], row["superiority_A12"]) == ("good", "poor", 1.0)
    assert "spread" not in set(table["indicator"])  # a single point has none


def test_runs_without_rescoring_leave_a_blank() -> None:
    shares = {name: [0.5] for name in ("in_domain_share", "valid_share", "valid_in_all_share")}
    table = run_table(pd.DataFrame({"run": ["one"], **shares, "kept_when_judged_again": [np.nan]}))
    assert table.iloc[0].tolist() == ["one", "50 %", "50 %", "50 %", ""]


def test_each_seed_is_a_dot_and_an_indicator_that_nobody_has_gets_no_panel() -> None:
    hypervolume = {"nsga2": np.array([0.6, 0.7, 0.8]), "random": np.array([0.5, 0.4, 0.3])}
    blank = {"nsga2": np.full(3, np.nan), "random": np.full(3, np.nan)}
    figure = indicator_figure({"hypervolume": hypervolume, "spread": blank})
    (axes,) = figure.axes
    assert "hypervolume (normalized)" in axes.get_ylabel()
    assert [label.get_text() for label in axes.get_xticklabels()] == ["nsga2", "random"]
    dots = [np.asarray(line.get_ydata()).tolist() for line in axes.get_lines() if line.get_marker() == "o"]
    assert dots == [[0.6, 0.7, 0.8], [0.5, 0.4, 0.3]]


def test_growth_shows_the_median_by_contender() -> None:
    curves = {"nsga2": (np.array([10.0, 20.0]), np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.9]]))}
    axes = growth_figure(curves).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("alloys evaluated", "hypervolume (normalized)")
    assert np.asarray(axes.get_lines()[0].get_ydata()).tolist() == [0.2, 0.5]
