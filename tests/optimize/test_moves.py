"""Moves of the search: valid, varied, and drawn from the generator handed to them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.constraints import CountConstraint, LinearConstraint
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.process import choices, continuous, stepped
from moalloy.domain.regimes import ProcessTest, TreatmentCondition
from moalloy.domain.values import FloatArray
from moalloy.optimize.moves import cross, mutate

RANGES = (
    ElementRange("B", 10, 28),
    ElementRange("Si", 2, 30, or_zero=True),
    ElementRange("Fe", 144, 174),
    ElementRange("Cu", 1, 3, or_zero=True),
    ElementRange("Nb", 1, 8, or_zero=True),
)
COUNT = CountConstraint("count: 3 to 4 elements", (True,) * 5, 3, 4)
PROCESS = (stepped("T_K", 653, 853, 10), continuous("p_Pa", 0, 1), choices("t_s", [600]))
SPACE = DesignSpace(
    ("Fe", "B", "Si", "Nb", "Cu"), CompositionSpace(RANGES, Fraction(1, 2), constraints=(COUNT,)), PROCESS
)


def parents(n: int = 400) -> FloatArray:
    return SPACE.sample(n, seed=1)


def test_children_and_mutants_are_valid() -> None:
    rng = np.random.default_rng(0)
    X = parents()
    assert SPACE.contains(cross(SPACE, X, X[::-1], rng)).all()
    assert SPACE.contains(mutate(SPACE, X, rng)).all()


def test_the_same_generator_gives_the_same_moves() -> None:
    X = parents(50)

    def family(seed: int) -> FloatArray:
        rng = np.random.default_rng(seed)
        return np.concatenate([cross(SPACE, X, X[::-1], rng), mutate(SPACE, X, rng)])

    assert (family(7) == family(7)).all()
    assert (family(7) != family(8)).any()


def test_moves_leave_their_parents_alone() -> None:
    X = parents(50)
    before = X.copy()
    cross(SPACE, X, X[::-1], np.random.default_rng(0))
    mutate(SPACE, X, np.random.default_rng(0))
    assert (before == X).all()


def test_a_mutant_differs_from_its_parent_nearly_always() -> None:
    X = parents()
    is_same = (mutate(SPACE, X, np.random.default_rng(0)) == X).all(axis=1)
    assert is_same.mean() < 0.15


def test_mutations_shift_swap_add_and_drop_elements() -> None:
    X = parents(2000)
    mutants = mutate(SPACE, X, np.random.default_rng(0))
    before, after = (array[:, :5] > 0 for array in (X, mutants))
    assert (after & ~before).any(axis=1).sum() > 20
    assert (before & ~after).any(axis=1).sum() > 20
    n_changed = (SPACE.amounts(X) != SPACE.amounts(mutants)).sum(axis=1)
    assert (n_changed == 2).mean() > 0.4


def test_an_absent_element_comes_in_with_an_amount_that_it_may_have() -> None:
    ranges = (ElementRange("B", 0, 100), ElementRange("Fe", 0, 200), ElementRange("Nb", 40, 42, or_zero=True))
    here = DesignSpace(("Fe", "Nb", "B"), CompositionSpace(ranges, Fraction(1, 2)))
    without = np.tile([0.7, 0.0, 0.3], (2000, 1))
    n_with = (mutate(here, without, np.random.default_rng(0))[:, 1] > 0).mean()
    # A tenth of the moves aim at niobium's least amount; any other amount seldom hits so narrow a range.
    assert n_with > 0.15


def test_some_mutations_are_one_step_of_the_grid() -> None:
    ranges = (ElementRange("B", 0, 100), ElementRange("Fe", 0, 200))
    here = DesignSpace(("Fe", "B"), CompositionSpace(ranges, Fraction(1, 2)))
    X = np.tile([0.7, 0.3], (2000, 1))
    shift = np.abs(here.amounts(mutate(here, X, np.random.default_rng(0))) - here.amounts(X)).max(axis=1)
    assert (shift == 1).mean() > 0.15


def test_mutants_and_children_keep_conditions_on_their_treatment() -> None:
    no_silicon = CountConstraint("if T_K >= 753 then Si == 0", (0, 1, 0, 0, 0), None, 0)
    hot = TreatmentCondition(no_silicon.label, ((ProcessTest("T_K", lower=753.0), True),), (no_silicon,))
    here = DesignSpace(SPACE.elements, SPACE.composition, PROCESS, (hot,))
    X, rng = here.sample(400), np.random.default_rng(0)
    for rows in (X, mutate(here, X, rng), cross(here, X, X[::-1], rng)):
        assert here.contains(rows).all()
        assert (rows[rows[:, 5] >= 753, 2] == 0).all()
        assert (rows[:, 2] > 0).any()


def test_mutations_change_the_composition_the_treatment_or_both() -> None:
    X = parents(2000)
    mutants = mutate(SPACE, X, np.random.default_rng(0))
    composition = (X[:, :5] != mutants[:, :5]).any(axis=1)
    treatment = (X[:, 5:] != mutants[:, 5:]).any(axis=1)
    for share in (composition & ~treatment, treatment & ~composition, composition & treatment):
        assert share.mean() > 0.05


def test_a_child_of_equal_parents_has_their_composition() -> None:
    X = parents(50)
    assert (cross(SPACE, X, X, np.random.default_rng(0)) == X).all()


def test_each_treatment_comes_from_a_parent() -> None:
    X = parents(100)
    child = cross(SPACE, X, X[::-1], np.random.default_rng(0))[:, 5:]
    assert ((child == X[:, 5:]) | (child == X[::-1, 5:])).all()


@pytest.mark.parametrize("n_elements", [1, 2])
def test_spaces_with_hardly_a_choice_have_moves_as_well(n_elements: int) -> None:
    ranges = tuple(ElementRange(symbol, 0, 10) for symbol in ("B", "Fe")[:n_elements])
    tiny = DesignSpace(("B", "Fe")[:n_elements], CompositionSpace(ranges, Fraction(10)))
    X = tiny.sample(20)
    rng = np.random.default_rng(0)
    assert tiny.contains(mutate(tiny, X, rng)).all()
    assert tiny.contains(cross(tiny, X, X[::-1], rng)).all()


def test_no_parents_have_no_children() -> None:
    nobody = parents(1)[:0]
    rng = np.random.default_rng(0)
    assert mutate(SPACE, nobody, rng).shape == (0, 8)
    assert cross(SPACE, nobody, nobody, rng).shape == (0, 8)


def test_alloys_that_find_no_valid_neighbor_stay_where_they_are_few() -> None:
    X = parents()
    mutants = mutate(SPACE, X, np.random.default_rng(5))
    assert SPACE.contains(mutants).all()
    assert (np.abs(mutants - X).max(axis=1) > 0).mean() > 0.9


def test_on_the_line_of_an_equation_repair_moves_what_no_step_can() -> None:
    # 2 B = 3 Si: a step from one element to another leaves the line.
    line = LinearConstraint("2*B = 3*Si", (2, -3, 0, 0, 0), 0, 0)
    space = DesignSpace(
        ("Fe", "B", "Si", "Nb", "Cu"), CompositionSpace(RANGES, Fraction(1, 2), constraints=(line,)), ()
    )
    X = space.sample(300, seed=2)
    mutants = mutate(space, X, np.random.default_rng(6))
    assert space.contains(mutants).all()
    boron = space.elements.index("B")
    assert (mutants[:, boron] != X[:, boron]).mean() > 0.1
