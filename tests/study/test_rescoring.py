"""The winner's curse: columns, numbers and blanks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from moalloy.study.front import round_significant
from moalloy.study.study import StudyResult, run
from tests.small_problem import small

NAMES = ("Bs", "Hc", "Dmax")


def solve(*changes: str, jobs: int = 1, out: Path | None = None) -> StudyResult:
    return run(small().variant(*changes), small().models, jobs=jobs, out=out)


def drop_of(result: StudyResult) -> dict[str, Any]:
    return cast(dict[str, Any], result.winners_curse)


@pytest.fixture(scope="module")
def result() -> StudyResult:
    return solve()


def test_each_property_is_predicted_again_at_the_end_of_the_table(result: StudyResult) -> None:
    assert list(result.front.columns[-3:]) == [f"{name}_unseen" for name in NAMES]
    within = min(3.0, *(small().models[name].model.domain.reach_at_pct for name in NAMES))
    assert drop_of(result)["within_at_pct"] == within < 3.0
    for name in NAMES:
        unseen = small().models[name].predict_unseen(result.X, within_at_pct=within)
        again = round_significant(unseen.mean)
        np.testing.assert_array_equal(result.front[f"{name}_unseen"], again)


def test_the_drop_can_be_computed_from_pareto_csv(result: StudyResult) -> None:
    told = drop_of(result)["objectives"]
    front = result.front.dropna()
    assert told["Bs"]["median_drop"] == pytest.approx((front["Bs"] - front["Bs_unseen"]).median())
    assert told["Hc"]["median_factor"] == pytest.approx((front["Hc_unseen"] / front["Hc"]).median(), rel=0.05)
    assert told["Dmax"]["share_kept"] == pytest.approx((front["Dmax_unseen"] >= front["Dmax_low"]).mean())
    assert told["Hc"]["share_kept"] == pytest.approx((front["Hc_unseen"] <= front["Hc_high"]).mean())


def test_the_hypervolume_is_of_the_same_alloys_before_and_after(result: StudyResult) -> None:
    told = drop_of(result)
    is_judged = result.front[[f"{name}_unseen" for name in NAMES]].notna().all(axis=1).to_numpy()
    assert told["alloys_judged"] == is_judged.sum()
    assert told["hypervolume"] == result.scale.hypervolume(result.F[is_judged])
    front = result.front[is_judged]
    after = np.column_stack([-front["Bs_unseen"], np.log10(front["Hc_unseen"]), -front["Dmax_unseen"]])
    assert told["hypervolume_unseen"] == pytest.approx(result.scale.hypervolume(after), rel=1e-3)


def test_alloys_whose_near_groups_are_all_groups_are_blank_and_counted() -> None:
    result = solve("optimize.population=40")
    blank = result.front["Bs_unseen"].isna()
    assert 0 < blank.sum() < len(blank)
    assert drop_of(result)["objectives"]["Bs"]["n_blank"] == blank.sum()


@pytest.mark.slow
def test_the_drop_does_not_depend_on_jobs(result: StudyResult) -> None:
    again = solve(jobs=3)
    assert again.front.to_csv() == result.front.to_csv()
    assert again.winners_curse == result.winners_curse


@pytest.mark.slow
def test_the_manifest_keeps_it(result: StudyResult, tmp_path: Path) -> None:
    solve(out=tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["result"]["winners_curse"] == result.winners_curse
    assert "rescoring" in manifest["seconds"]


def test_limits_are_judged_again_too() -> None:
    result = solve("limits={Hc: {max: 12, min: 3}}", "objectives={Bs: {goal: max}, Dmax: {goal: max}}")
    again = result.front["Hc_unseen"].dropna()
    assert len(again) > 1
    told = drop_of(result)["limits"]["Hc"]
    assert told["share_kept"] == pytest.approx(again.between(3, 12).mean(), nan_ok=False)
    assert "Hc" not in drop_of(result)["objectives"]


@pytest.mark.slow
def test_a_cautious_claim_is_held_against_what_is_expected_and_not_against_a_worse_end() -> None:
    result = solve("optimize.risk=lower")
    front = result.front.dropna()
    after = np.column_stack([-front["Bs_unseen"], np.log10(front["Hc_unseen"]), -front["Dmax_unseen"]])
    assert drop_of(result)["hypervolume_unseen"] == pytest.approx(result.scale.hypervolume(after), rel=1e-3)


def test_chances_are_held_against_chances() -> None:
    result = solve("optimize.risk=p_all", "objectives={Hc: {goal: min, threshold: 3}}")
    told = drop_of(result)
    assert told["hypervolume"] == pytest.approx(result.front["Hc_score"].max())
    unseen = small().models["Hc"].predict_unseen(result.X, within_at_pct=told["within_at_pct"])
    chance = unseen.probability(at_most=3.0)
    assert told["hypervolume_unseen"] == pytest.approx(np.nanmax(chance))


def test_descriptors_have_nothing_to_drop() -> None:
    result = solve("objectives={cost_USD_per_kg: {goal: min}, density_g_per_cm3: {goal: min}}")
    assert result.winners_curse == {}
    assert not [name for name in result.front.columns if name.endswith("_unseen")]
