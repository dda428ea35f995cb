"""The set of evaluated alloys."""

from __future__ import annotations

import numpy as np

from moalloy.optimize.evaluated import Evaluated
from tests.optimize.toy import space


def test_an_alloy_is_new_once() -> None:
    X = space().sample(4, seed=1)
    evaluated = Evaluated(space())
    assert evaluated.is_new(X).all()
    assert evaluated.add(X[:2]).all()
    assert evaluated.is_new(X).tolist() == [False, False, True, True]
    assert evaluated.add(X).tolist() == [False, False, True, True]
    assert not evaluated.is_new(X).any()


def test_the_second_of_two_equal_rows_is_not_new() -> None:
    X = space().sample(1, seed=1)
    assert Evaluated(space()).is_new(np.concatenate([X, X])).tolist() == [True, False]


def test_the_treatment_tells_alloys_apart() -> None:
    X = np.repeat(space().sample(1, seed=1), 2, axis=0)
    X[:, 4] = [700, 710]
    assert Evaluated(space()).is_new(X).all()


def test_no_rows_are_no_trouble() -> None:
    evaluated = Evaluated(space())
    assert len(evaluated.add(space().sample(0))) == 0
