"""``algorithm: auto``: by the size of the space and what predicting an alloy costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.build.choice import Choice, choose_algorithm, suggestion
from moalloy.build.problem import Problem, load_problem
from tests.small_problem import small

AUTO = "optimize.algorithm=auto"
# 2.6 million alloys with their treatment, by 1000 models each.
LARGE = (AUTO, "space.step=0.1", "model.members=1000")


def chosen(*changes: str) -> Choice:
    return choose_algorithm(small().variant(*changes))


def test_a_named_algorithm_is_taken_as_it_is() -> None:
    choice = chosen("optimize.algorithm=gde3")
    assert (choice.algorithm, choice.reason, choice.n_evaluations) == ("gde3", "", 200)


def test_exhaustive_evaluates_as_many_alloys_as_there_are() -> None:
    choice = chosen("optimize.algorithm=exhaustive")
    assert choice.is_exhaustive
    assert choice.n_evaluations == small().problem.space.n_points()


def test_auto_lists_a_space_that_takes_less_than_two_minutes() -> None:
    choice = chosen(AUTO)
    assert choice.is_exhaustive
    assert choice.seconds < 120
    expected = "evaluating every one of 81,576 alloys takes about 4 s on one core, which is below 2 min"
    assert choice.reason == expected


def test_auto_searches_a_space_that_takes_longer_than_the_search() -> None:
    choice = chosen(*LARGE)
    assert choice.algorithm == "nsga2"
    assert "longer than the" in choice.reason
    assert choice.n_evaluations == 200


def test_auto_lists_a_large_space_when_the_search_is_as_long() -> None:
    n_alloys = chosen(*LARGE, "optimize.algorithm=exhaustive").n_evaluations
    generations = -(-n_alloys // (2 * 1000))
    long = chosen(*LARGE, "optimize.population=1000", f"optimize.generations={generations}")
    assert long.is_exhaustive
    assert long.seconds > 120
    assert "no longer than the" in long.reason


@pytest.mark.parametrize("risk", ["lower", "p_all"])
def test_intervals_make_a_search_longer(risk: str) -> None:
    mean, other = (chosen("optimize.algorithm=exhaustive", f"optimize.risk={r}") for r in ("mean", risk))
    assert other.seconds > 2 * mean.seconds


def test_auto_searches_where_alloys_cannot_be_counted(tmp_path: Path) -> None:
    choice = choose_algorithm(_continuous(tmp_path))
    assert choice.algorithm == "nsga2"
    assert choice.reason == "anneal_K has any value within its range, so alloys can't be counted"


def test_a_better_algorithm_is_suggested_where_there_is_one() -> None:
    assert suggestion(small().problem) == chosen(AUTO).reason
    assert suggestion(small().variant(*LARGE, "optimize.algorithm=nsga2")) == ""
    assert suggestion(small().variant("optimize.algorithm=exhaustive")) == ""
    assert suggestion(small().variant(AUTO)) == ""
    weighed = ("optimize.algorithm=de", "optimize.scalarize={Bs: 1, Hc: 1, Dmax: 1}")
    assert suggestion(small().variant(*weighed)) == ""


def _continuous(folder: Path) -> Problem:
    text = (
        "version: 1\nname: any\nspace: {elements: {Fe: [60, 90], B: [10, 40]}, step: 1,"
        " process: {anneal_K: {range: [700, 800]}}}\nobjectives: {cost_USD_per_kg: {goal: min}}\n"
        "optimize: {algorithm: auto, population: 50}\n"
    )
    (folder / "any.yaml").write_text(text, encoding="utf-8")
    return load_problem(folder / "any.yaml")
