"""From the words of a problem file to a space."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable

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


TERNARY = "elements: {Fe: [0, 100], B: [0, 100], Si: [0, 100]}\nstep: 20\ngroups: {metalloid: [B, Si]}\n"


def alloys(body: str) -> list[tuple[float, ...]]:
    """Return all alloys, amounts in percent and process values as they are."""
    here = space(body)
    X = np.concatenate(list(here.enumerate(chunk=5)))
    assert len(X) == here.n_points()
    assert here.contains(X).all()
    return [tuple(row) for row in np.column_stack([here.percent(X), X[:, here.n_elements :]]).tolist()]


@pytest.mark.parametrize(
    "line",
    ["{count: metalloid, max: 1}", "{count: [B, Si], max: 1}", "{forbid: [B, Si]}"],
)
def test_members_of_a_group_can_be_kept_apart(line: str) -> None:
    # Fe with none, with 5 amounts of either, and pure B or Si count among those.
    found = points(TERNARY + f"constraints: [{line}]")
    assert len(found) == 11
    assert all(b == 0 or si == 0 for _, b, si in found)


def test_a_group_can_be_required_to_be_there() -> None:
    found = points(TERNARY + "constraints: [{count: metalloid, min: 1}]")
    assert (100.0, 0.0, 0.0) not in found
    assert len(found) == 20


def test_an_element_can_need_another() -> None:
    found = points(TERNARY + "constraints: [{require: B, with: Si}]")
    assert set(found) == {p for p in points(TERNARY) if p[1] > 0 or p[2] == 0}


def test_an_element_can_need_any_of_a_group() -> None:
    found = points(TERNARY + "constraints: [{require: metalloid, with: Fe}]")
    assert set(found) == {p for p in points(TERNARY) if p[0] == 0 or p[1] + p[2] > 0}


@pytest.mark.parametrize(
    "line", ["{around: Fe60B40, within_at_pct: 20}", "{around: {formula: Fe60B40, within_at_pct: 20}}"]
)
def test_a_window_holds_alloys_that_differ_in_few_atoms(line: str) -> None:
    found = points(TERNARY + f"constraints: [{line}]")
    assert set(found) == {p for p in points(TERNARY) if abs(p[0] - 60) + abs(p[1] - 40) + p[2] <= 2 * 20}
    assert (40.0, 40.0, 20.0) in found


def test_what_a_window_s_alloy_holds_beside_the_elements_counts_as_different() -> None:
    # Nb10 is lost in any case: half of |60 - 50| + |40 - 40| + 10 is 10.
    found = points(TERNARY + "constraints: [{around: Fe50B40Nb10, within_at_pct: 10}]")
    assert found == [(60.0, 40.0, 0.0)]


@pytest.mark.parametrize(
    ("line", "keeps"),
    [
        ('{if: "Si > 0", then: "B >= 40"}', lambda fe, b, si: si == 0 or b >= 40),
        ('{if: "Si == 0", then: "B <= 20"}', lambda fe, b, si: si > 0 or b <= 20),
        ('{if: "metalloid > 0", then: "Fe == 20"}', lambda fe, b, si: b + si == 0 or fe == 20),
        ('{if: "Si >= 40", then: "B == 0"}', lambda fe, b, si: si < 40 or b == 0),
        ('{if: "Si <= 20", then: "20 <= B <= 40"}', lambda fe, b, si: si > 20 or 20 <= b <= 40),
        ('{if: "metalloid >= 60", then: "Si > 0"}', lambda fe, b, si: b + si < 60 or si > 0),
        ('{if: "20 <= Si <= 40", then: "B/Fe <= 1"}', lambda fe, b, si: not 20 <= si <= 40 or b <= fe),
        ('{if: "Fe >= 0", then: "B == 0"}', lambda fe, b, si: b == 0),
        ('{if: "Fe >= 120", then: "B == 0"}', lambda fe, b, si: True),
    ],
)
def test_conditions_between_amounts_hold(line: str, keeps: Callable[[float, float, float], bool]) -> None:
    assert set(points(TERNARY + f"constraints: [{line}]")) == {p for p in points(TERNARY) if keeps(*p)}


PROCESS = """process:
  time_s: {choices: [600, 1800, 3600]}
  route: {choices: [ribbon, rod]}
"""


@pytest.mark.parametrize(
    ("line", "keeps"),
    [
        ('{if: "Si > 0", then: "time_s <= 1800"}', lambda b, si, time, route: si == 0 or time <= 1800),
        ('{if: "time_s >= 1800", then: "Si <= 20"}', lambda b, si, time, route: time < 1800 or si <= 20),
        ('{if: "route == rod", then: "time_s == 600"}', lambda b, si, time, route: not route or time == 600),
        (
            '{if: "20 <= B <= 40", then: "route == rod"}',
            lambda b, si, time, route: not 20 <= b <= 40 or route,
        ),
        ('{if: "time_s == 1800", then: "B/Si <= 1"}', lambda b, si, time, route: time != 1800 or b <= si),
    ],
)
def test_conditions_with_the_process_hold(line: str, keeps: Callable[..., bool]) -> None:
    everything = alloys(TERNARY + PROCESS)
    assert set(alloys(TERNARY + f"constraints: [{line}]\n" + PROCESS)) == {
        alloy for alloy in everything if keeps(*alloy[1:])
    }


def test_several_conditions_bind_together() -> None:
    lines = (
        'constraints: [{if: "Si > 0", then: "time_s <= 600"}, {if: "time_s <= 600", then: "route == rod"}]\n'
    )
    expected = {
        (fe, b, si, time, route)
        for fe, b, si, time, route in alloys(TERNARY + PROCESS)
        if (si == 0 or time <= 600) and (time > 600 or route == 1)
    }
    assert set(alloys(TERNARY + lines + PROCESS)) == expected


CONDITIONED = TERNARY + 'constraints: [{if: "Si > 0", then: "time_s <= 1800"}]\n' + PROCESS


def test_alloys_are_drawn_uniformly_over_what_conditions_leave() -> None:
    here = space(CONDITIONED)
    n_points = here.n_points()
    seen = Counter(here.keys(here.sample(100 * n_points)))
    assert len(seen) == n_points
    assert sum((count - 100) ** 2 / 100 for count in seen.values()) < n_points + 5 * math.sqrt(2 * n_points)


def test_ranges_of_ranks_partition_a_space_with_conditions() -> None:
    here = space(CONDITIONED)
    everything = np.concatenate(list(here.enumerate()))
    cuts = [0, 7, 50, here.n_ranks]
    parts = [part for a, b in itertools.pairwise(cuts) for part in here.enumerate(4, a, b)]
    assert (np.concatenate(parts) == everything).all()
    assert max(map(len, parts)) <= 4


def test_repair_keeps_a_treatment_that_some_composition_goes_with() -> None:
    here = space(CONDITIONED)
    repaired = here.repair(np.array([[0.6, 0.0, 0.4, 3600.0, 1.0], [0.6, 0.0, 0.4, 1800.0, 1.0]]))
    assert repaired[:, 3].tolist() == [3600.0, 1800.0]
    assert repaired[0, 2] == 0.0
    assert repaired[1].tolist() == [0.6, 0.0, 0.4, 1800.0, 1.0]


def test_repair_takes_the_nearest_treatment_that_is_allowed() -> None:
    never = '{if: "route == rod", then: "time_s <= 1800"}'
    here = space(TERNARY + f"constraints: [{never}]\n" + PROCESS)
    repaired = here.repair(np.array([[1.0, 0.0, 0.0, 3600.0, 1.0]]))
    # As far from the other time as from the other route, by half of either range: time is the nearer.
    assert repaired.tolist() == [[1.0, 0.0, 0.0, 1800.0, 1.0]]


def test_a_continuous_treatment_is_cut_at_the_bound_of_a_condition() -> None:
    body = TERNARY + 'constraints: [{if: "Si > 0", then: "T_K <= 700"}]\nprocess: {T_K: {range: [600, 800]}}'
    here = space(body)
    X = here.sample(2000)
    assert here.contains(X).all()
    assert X[X[:, 2] > 0, 3].max() <= 700
    hot = X[:, 3] > 700
    # Half the range for 6 of 21 compositions, half for all of them: 6 in 27 alloys are hot.
    assert hot.mean() == pytest.approx(6 / 27, abs=0.04)
    edge = np.array([[0.6, 0.0, 0.4, 700.0], [0.6, 0.0, 0.4, 700.001]])
    assert here.contains(edge).tolist() == [True, False]


def test_compositions_are_counted_once_whatever_their_treatments() -> None:
    here = space(TERNARY + 'constraints: [{if: "Si > 0", then: "time_s <= 1800"}]\nprocess: {time_s: 3600}')
    assert here.n_compositions() == 6
    both = '[{if: "time_s <= 600", then: "B == 0"}, {if: "time_s >= 1800", then: "Si == 0"}]'
    here = space(TERNARY + f"constraints: {both}\n" + PROCESS)
    assert here.n_compositions() == 11
    assert here.n_points() == 6 * 2 + 6 * 4
    assert [column.tolist() for column in here.amounts_in_use()] == [list(range(6))] * 3


def test_conditions_that_no_treatment_meets_are_refused() -> None:
    lines = '{if: "time_s >= 600", then: "route == rod"}, {if: "route == rod", then: "time_s <= 500"}'
    with pytest.raises(SpaceError, match="leave no treatment at all; relax one of them"):
        space(TERNARY + f"constraints: [{lines}]\n" + PROCESS)


def test_an_empty_space_names_the_condition_that_clashes() -> None:
    body = """
elements: {Fe: [50, 90], P: [5, 20], B: [0, 20]}
step: 1
constraints: [{if: "P > 0", then: "time_s <= 600"}]
process: {time_s: {choices: [1800, 3600]}}
"""
    with pytest.raises(EmptySpaceError, match="'P: 5 to 20 at%' and 'if P > 0 then time_s <= 600' together"):
        space(body).sample(1)
