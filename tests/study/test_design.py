"""Inverse design: the likeliest alloys for some targets, or the targets that the data support."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import moalloy
from moalloy.build.problem import Problem, build_problem
from moalloy.domain.targets import TargetedProperties
from moalloy.errors import InputError, NoFeasibleAlloyError
from moalloy.spec import load_spec
from moalloy.study.design import DesignResult, design
from tests.small_problem import small

WITHIN_REACH = ("Bs >= 1.6 T", "Hc <= 20 A/m")
NARROW = ("space.elements.Fe=[78, 82]", "space.process.anneal_K={range: [720, 740], step: 10}")
BEYOND = ("Bs >= 1.75 T", "Hc <= 3 A/m")


def problem(*changes: str) -> Problem:
    path = small().problem.spec.path
    assert path is not None
    return build_problem(load_spec(path, changes))


def designed(*targets: str, changes: tuple[str, ...] = (), **how: Any) -> DesignResult:
    return design(problem(*changes), targets, small().models, **how)


def chances(result: DesignResult) -> np.ndarray:
    """Return the chances of the table's alloys, asked of the models anew."""
    properties = TargetedProperties(result.targets, {t.name: result.models[t.name] for t in result.targets})
    return properties.chance(result.X)


def test_alloys_are_ranked_by_their_chance_to_meet_all_targets() -> None:
    result = designed(*WITHIN_REACH, n=6)
    table = result.table
    assert len(table) == 6 and result.n_supported >= 6 and result.nearest == ()
    assert (np.diff(table["p_target"]) <= 0).all() and (table["p_target"] >= 0.5).all()
    np.testing.assert_allclose(table["p_target"], chances(result), rtol=5e-3)
    assert small().problem.space.contains(result.X).all()
    assert table["formula"].is_unique
    assert table["p_target_unseen"].between(0.0, 1.0).all()
    expected = ["formula", "Fe", "B", "Si", "Nb", "anneal_K", "route", "Bs", "Bs_low", "Bs_high"]
    assert list(table)[: len(expected)] == expected
    assert {"p_all", "in_domain", "nearest_formula", "nearest_reference", "algorithm", "seed"} <= set(table)


@pytest.mark.slow
def test_the_search_finds_what_looking_through_all_alloys_finds() -> None:
    exact = designed(*WITHIN_REACH, changes=NARROW, n=1)
    assert (exact.table["algorithm"] == "exhaustive").all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("moalloy.study.target_search._MOST_LOOKED_THROUGH", 0)
        found = designed(*WITHIN_REACH, changes=(*NARROW, "optimize.generations=30"), n=1)
    assert (found.table["algorithm"] == "nsga2").all()
    assert found.largest >= 0.99 * exact.largest
    assert found.largest <= exact.largest


@pytest.mark.slow
def test_compositions_keep_apart_where_that_is_asked() -> None:
    result = designed(*WITHIN_REACH, n=4, apart_at_pct=3.0)
    amounts = 100.0 * result.X[:, :4]
    gaps = 0.5 * np.abs(amounts[:, None] - amounts[None]).sum(axis=2)
    assert len(amounts) > 1 and gaps[~np.eye(len(amounts), dtype=bool)].min() >= 3.0 - 1e-9


@pytest.mark.slow
def test_targets_that_nothing_meets_are_told_with_those_that_something_does() -> None:
    result = designed(*BEYOND)
    assert len(result.table) == 0 and result.largest < 0.5
    assert result.nearest[0].relaxed == ("Bs", "Hc")
    for item in result.nearest:
        assert small().problem.space.contains(item.X).all()
        asked = TargetedProperties(item.targets, dict(result.models))
        np.testing.assert_allclose(asked.chance(item.X), item.chance, rtol=5e-3)
        assert item.chance >= 0.5 and 0.0 <= item.chance_unseen <= 1.0
        kept = [t for t in item.targets if t.name not in item.relaxed]
        assert all(target in result.targets for target in kept)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["Bs >= 30 T", "Bs <= -20 T", "Hc <= 1e-9 A/m"])
def test_what_is_far_beyond_all_that_was_measured_has_its_nearest_targets(target: str) -> None:
    (item,) = designed(target).nearest
    assert item.chance >= 0.5


def test_a_chance_that_is_printed_as_too_small_is_too_small() -> None:
    first = designed(*WITHIN_REACH, changes=NARROW, n=1)
    exact = chances(first)[0]
    printed = first.table["p_target"][0]
    between = 0.5 * (exact + printed)
    again = designed(*WITHIN_REACH, changes=NARROW, min_probability=between)
    if printed < exact:
        assert len(again.table) == 0 and all(item.relaxed for item in again.nearest)
    else:
        assert len(again.table) > 0


def test_all_compositions_with_the_chance_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moalloy.study.target_search._MOST_CANDIDATES", 3)
    few = designed(*WITHIN_REACH)
    monkeypatch.undo()
    assert few.n_supported == designed(*WITHIN_REACH).n_supported


def test_limits_and_descriptors_are_kept_exactly() -> None:
    free = designed("Bs >= 1.55 T", "density_g_per_cm3 <= 7.3", n=5)
    limited = designed("Bs >= 1.55 T", "density_g_per_cm3 <= 7.3", changes=("limits={Hc: {max: 15}}",), n=5)
    assert (free.table["Hc"] > 15).any() if "Hc" in free.table else True
    assert len(limited.table) > 0 and (limited.table["Hc"] <= 15).all()
    assert (limited.table["density_g_per_cm3"] <= 7.3).all()
    with pytest.raises(NoFeasibleAlloyError, match=r"meets the limits; nearest is .* density_g_per_cm3 = "):
        designed("Hc <= 25 A/m", "density_g_per_cm3 <= 1")


def test_the_domain_of_the_targeted_properties_is_kept_where_the_problem_says_so() -> None:
    result = designed(*WITHIN_REACH, changes=("optimize.domain=inside",), n=5)
    assert len(result.table) > 0 and result.table["in_domain"].all()
    inside = [result.models[name].is_in_domain(result.X) for name in ("Bs", "Hc")]
    assert np.logical_and(*inside).all()


def test_a_property_that_is_no_objective_can_be_a_target() -> None:
    fewer = ("objectives={Bs: {goal: max}}",)
    result = designed("Dmax >= 2.3 mm", "Hc <= 30", changes=fewer, n=2)
    assert {"Dmax", "Dmax_low", "Hc_high", "Bs"} <= set(result.table)


@pytest.mark.slow
def test_the_same_call_gives_the_same_alloys_at_any_number_of_jobs() -> None:
    one, two = (designed(*WITHIN_REACH, n=3, jobs=jobs) for jobs in (1, 2))
    assert one.table.equals(two.table)


@pytest.mark.parametrize("how", [{"n": 0}, {"min_probability": 0.0}, {"apart_at_pct": -1.0}])
def test_numbers_out_of_place_are_refused(how: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        designed(*WITHIN_REACH, **how)


def test_design_is_part_of_the_public_names() -> None:
    assert moalloy.design is design
