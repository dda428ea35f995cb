"""Measured alloys to start from."""

from __future__ import annotations

import numpy as np

from moalloy.study.start import known_alloys
from tests.small_problem import small


def test_known_alloys_lie_in_the_space_and_come_once() -> None:
    X = known_alloys(small().problem, small().models)
    assert small().problem.space.contains(X).all()
    assert len(X) == len(set(small().problem.space.keys(X))) > 20


def test_known_alloys_are_at_most_an_atom_in_a_hundred_from_a_measured_one() -> None:
    rows = small().models["Bs"].model.rows
    measured = rows.fractions[:, [rows.elements.index(symbol) for symbol in small().problem.space.elements]]
    X = known_alloys(small().problem, small().models)[:, :4]
    gap = 50 * np.abs(X[:, None, :] - measured[None, :, :]).sum(axis=2).min(axis=1)
    assert gap.max() <= 1.0 + 1e-9


def test_a_space_without_measured_alloys_starts_from_none() -> None:
    problem = small().variant(
        "space.elements.Nb=[4, 4]", "space.elements.Fe=[70, 70]", "space.constraints=[]"
    )
    assert known_alloys(problem, small().models).shape == (0, 6)


def test_descriptors_bring_no_measured_alloys() -> None:
    problem = small().variant("objectives={cost_USD_per_kg: {goal: min}}")
    assert len(known_alloys(problem, small().models)) == 0


def test_the_alloy_that_a_window_lies_around_comes_first() -> None:
    window = "{around: Fe78.2B9.8Si9Nb3, within_at_pct: 4}"
    problem = small().variant(f"space.constraints=[{window}]")
    X = known_alloys(problem, small().models)
    assert problem.space.contains(X).all()
    assert problem.space.percent(X[:1]).tolist() == [[78.0, 10.0, 9.0, 3.0]]
    assert X[0, 4] == 750.0
    alone = known_alloys(
        small().variant(f"space.constraints=[{window}]", "objectives={cost_USD_per_kg: {goal: min}}"), {}
    )
    assert (alone == X[:1]).all()
