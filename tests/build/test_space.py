"""From the words of a problem file to a space."""

from __future__ import annotations

import numpy as np
import pytest

from moalloy.build.space import build_space
from moalloy.domain.design_space import DesignSpace
from moalloy.errors import EmptySpaceError, SpaceError
from moalloy.spec import load_spec, parse_spec


def space(body: str) -> DesignSpace:
    """Return the space of a file whose ``space`` section holds ``body``, one key a line."""
    lines = "\n".join(f"  {line}" for line in body.strip().splitlines())
    objectives = "objectives: {density_g_per_cm3: {goal: min}}"
    return build_space(parse_spec(f"version: 1\nname: test\nspace:\n{lines}\n{objectives}\n").space)


def points(body: str) -> list[tuple[float, ...]]:
    here = space(body)
    return [tuple(row) for row in here.percent(np.concatenate(list(here.enumerate()))).tolist()]


def test_ranges_hold_the_multiples_of_the_step_within_them() -> None:
    assert sorted(points("elements: {Fe: [0, 100], Si: [8, 9.8]}\nstep: 0.1")) == [
        (100 - i / 10, i / 10) for i in range(98, 79, -1)
    ]


def test_bounds_between_multiples_are_drawn_inwards() -> None:
    assert {si for _, si in points("elements: {Fe: [0, 100], Si: [0.7, 2.2]}\nstep: 0.5")} == {1.0, 1.5, 2.0}


def test_absent_or_within_leaves_out_what_lies_between() -> None:
    body = "elements: {Fe: [0, 100], Nb: {min: 2, max: 3, or_zero: true}}\nstep: 1"
    assert {nb for _, nb in points(body)} == {0.0, 2.0, 3.0}


def test_a_count_says_how_many_elements_are_present() -> None:
    body = "elements: {Fe: [0, 100], Si: [0, 100], B: [0, 100]}\nstep: 20\ncount: {min: 2, max: 2}"
    assert len(points(body)) == 12
    assert all(point.count(0.0) == 1 for point in points(body))


def test_a_count_without_a_maximum_has_no_upper_end() -> None:
    body = "elements: {Fe: [0, 100], Si: [0, 100], B: [0, 100]}\nstep: 20\ncount: {min: 2}"
    assert len(points(body)) == 18


def test_groups_stand_for_the_sum_of_their_members() -> None:
    body = """
elements: {Fe: [0, 100], B: [0, 100], Si: [0, 100]}
step: 10
groups: {metalloid: [B, Si]}
constraints: ["10 <= metalloid <= 20"]
"""
    assert all(10 <= b + si <= 20 for _, b, si in points(body))
    assert len(points(body)) == 5


def test_a_ratio_holds_where_its_denominator_is_zero() -> None:
    body = 'elements: {Fe: [0, 100], B: [0, 100], Si: [0, 100]}\nstep: 10\nconstraints: ["Si/B <= 2"]'
    assert (100.0, 0.0, 0.0) in points(body)
    assert (90.0, 0.0, 10.0) not in points(body)
    assert (70.0, 10.0, 20.0) in points(body)


def test_a_constraint_in_weight_percent_is_exact_beside_atomic_percent() -> None:
    # Fe90W10: W is 1838.4 / (1838.4 + 5026.05) = 26.78 wt.%; Fe91W9 has 24.56.
    body = 'elements: {Fe: [80, 100], W: [0, 20]}\nstep: 1\nconstraints: [{wt%: "W <= 25"}]'
    assert max(w for _, w in points(body)) == 9.0


def test_a_constraint_in_atomic_percent_is_exact_beside_weight_percent() -> None:
    # 3 wt.% B in Fe is 0.27752 / (0.27752 + 1.73695) = 13.8 at.%; 2 wt.% is 9.5.
    body = 'basis: wt%\nelements: {Fe: [80, 100], B: [0, 20]}\nstep: 1\nconstraints: [{at%: "B <= 10"}]'
    assert max(b for _, b in points(body)) == 2.0


def test_a_limit_that_every_alloy_meets_by_definition_changes_nothing() -> None:
    body = 'elements: {Fe: [0, 100], Si: [0, 100]}\nstep: 50\nconstraints: [{wt%: "Fe + Si <= 100"}]'
    assert len(points(body)) == 3


def test_limits_on_descriptors_with_and_without_a_linear_form_hold() -> None:
    body = """
elements: {Fe: [50, 100], B: [0, 30], Nb: [0, 20]}
step: 5
constraints:
  - {descriptor: density_g_per_cm3, min: 7}
  - {descriptor: mixing_enthalpy_kJ_per_mol, max: -12}
"""
    here = space(body)
    X = np.concatenate(list(here.enumerate()))
    from moalloy.features.descriptors import get_descriptor

    assert 0 < len(X) == here.n_points()
    assert (get_descriptor("density_g_per_cm3")(X, here.elements) >= 7).all()
    assert (get_descriptor("mixing_enthalpy_kJ_per_mol")(X, here.elements) <= -12).all()


def test_process_variables_follow_the_elements_in_file_order() -> None:
    body = """
elements: {Fe: [0, 100], B: [0, 100]}
step: 50
process:
  T_K: {range: [653, 673], step: 10}
  p_Pa: {range: [1, 2]}
  t_s: {choices: [1800, 600]}
  route: {choices: [ribbon, rod]}
  passes: 3
"""
    here = space(body)
    assert here.columns == ("Fe", "B", "T_K", "p_Pa", "t_s", "route", "passes")
    levels = [variable.levels for variable in here.process]
    assert levels == [(653.0, 663.0, 673.0), None, (600.0, 1800.0), (0.0, 1.0), (3.0,)]
    assert here.contains(here.sample(100)).all()


def test_the_home_problem_has_a_known_number_of_points() -> None:
    from pathlib import Path

    home = Path(__file__).parents[2] / "problems" / "fe_soft_magnetic_glass.yaml"
    here = build_space(load_spec(home).space)
    count = here.n_points()
    assert count.is_exact
    assert count == 200_716 * 23 * 3


@pytest.mark.parametrize("zero", ["", ", or_zero: true"])
def test_a_range_without_a_multiple_of_the_step_is_refused(zero: str) -> None:
    with pytest.raises(SpaceError, match=r"Si: no multiple of the step 0.5 lies within \[0.6, 0.9\]; widen"):
        space(f"elements: {{Fe: [0, 100], Si: {{min: 0.6, max: 0.9{zero}}}}}\nstep: 0.5")


def test_an_element_without_a_price_is_named() -> None:
    from moalloy.spec import DescriptorLimitSpec, ElementRange, SpaceSpec

    limit = DescriptorLimitSpec(descriptor="cost_USD_per_kg", max=5)
    elements = {"Fe": ElementRange(min=0, max=100), "Og": ElementRange(min=0, max=100)}
    with pytest.raises(SpaceError, match="cost_USD_per_kg <= 5: cost_USD_per_kg has no data for Og"):
        build_space(SpaceSpec(elements=elements, step=1, constraints=(limit,)))


def test_a_line_from_which_every_element_drops_out_is_refused() -> None:
    body = "elements: {Fe: [0, 100], B: [0, 100]}\nstep: 1\ngroups: {m: [B]}\nconstraints: ['m - B <= 3']"
    with pytest.raises(SpaceError, match="m - B <= 3: every element drops out"):
        space(body)


def test_an_empty_space_names_the_lines_of_the_file() -> None:
    body = """
elements: {Fe: [72, 87], B: [5, 14], Si: {min: 1, max: 15, or_zero: true}}
step: 0.5
groups: {metalloid: [B, Si]}
constraints: ["30 <= metalloid <= 40", "Si/B <= 2"]
"""
    words = (
        r"'B: 5 to 14 at%', 'Si: 0 or 1 to 15 at%' and '30 <= metalloid <= 40' together; relax one of them"
    )
    with pytest.raises(EmptySpaceError, match=words):
        space(body).sample(1)
