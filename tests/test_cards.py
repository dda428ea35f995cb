"""Model cards: written with the run, honest about what wasn't measured, every score with its spread."""

from __future__ import annotations

import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moalloy.build.models import fit
from moalloy.runs import RunFolder, open_run, read_run
from moalloy.runs.cards import Card, card_markdown, model_card
from moalloy.runs.cards.metrics import coverage_levels
from moalloy.runs.cards.weak_spots import weak_spots
from moalloy.surrogates.fitted import FittedSurrogate
from tests.small_problem import small

# What newer versions measure beside the scores.
NEWER: dict[str, object] = {
    "coverage_levels": [
        {"level": 0.9, "coverage": 0.88, "mean_width": 0.4, "mean_plain_width": 0.5},
        {"level": 0.5, "coverage": 0.41, "mean_width": 0.1, "mean_plain_width": 0.2},
        {"level": 0.8, "coverage": 0.86, "mean_width": 0.3, "mean_plain_width": 0.4},
    ],
    "worst_group": {"group": "paper 3", "rows": 6, "mae": 0.5, "formulas": ["Fe80B20", "Fe82B18"]},
    "reproducibility": {"pairs": 12, "mae": 0.02, "r2_ceiling": 0.97},
    "domain": {
        "reach_at_pct": 3.0,
        "rows_inside": 40,
        "mae_inside": 0.01,
        "rows_outside": 1,
        "mae_outside": 0.07,
    },
    "ceiling": {"descriptor": "dilution_ceiling_T", "rows_above": 2},
}


def card(surrogate: FittedSurrogate, **metrics: object) -> Card:
    changed = replace(surrogate, metrics={**surrogate.metrics, **metrics})
    return model_card(changed, spec=small().problem.spec, hashes={"measured": "abc123"})


def facts(found: Card) -> dict[str, str]:
    return {name: value for section in found.sections for name, value in section.facts}


def spots(surrogate: FittedSurrogate, **metrics: object) -> str:
    return "\n".join(weak_spots(surrogate.model, {**surrogate.metrics, **metrics}))


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """Return a run folder that holds the models of the small problem."""
    folder = open_run(tmp_path / "run", small().problem, resume=False)
    folder.write_models(small().models)
    return folder


@pytest.fixture
def bs() -> FittedSurrogate:
    return small().models["Bs"]


def test_every_model_folder_has_its_card(folder: RunFolder) -> None:
    for name in ("Bs", "Hc", "Dmax"):
        text = (folder.path / "model" / name / "card.md").read_text(encoding="utf-8")
        assert text.startswith(f"# Model card: {name} (")
        assert folder.manifest["sha256"]["data"]["measured"] in text


def test_a_card_tells_what_was_learned_from_proxies(bs: FittedSurrogate) -> None:
    proxy = {
        "column": "permeability_1kHz",
        "scale": "log",
        "rows": 273,
        "rows_beyond": 4,
        "rows_with_both": 106,
        "r2": 0.586,
        "slope": -0.9,
        "members": 2,
    }
    told = facts(card(bs, proxies=[proxy], scale="log"))
    assert told["Stand-ins by permeability_1kHz"] == (
        "273 rows lack Bs and have it (4 more beyond the line's reach). 2 of 2 members learn from 59 % of"
        " them each, drawn at random, by a line through the logarithms of both, which 106 rows have: Bs falls"
        " with it, r² 0.59. Stand-ins are never scored"
    )
    assert not any("Stand-ins" in name for name in facts(card(bs, proxies=[])))


def test_a_card_tells_the_score_of_members_together(bs: FittedSurrogate) -> None:
    name = "R² of the mean of several members, as predictions are"
    grouped = {**bs.metrics["by_group"], "together": {"r2": 0.812, "members": 4}}  # type: ignore[dict-item]
    assert facts(card(bs, by_group=grouped))[name] == "0.81 (4 of them, fitted alike)"
    alone = {**grouped, "together": {"r2": 0.812, "members": 1}}
    assert facts(card(bs, by_group=alone))[name] == "not measured"


def test_a_card_tells_which_settings_were_given(bs: FittedSurrogate) -> None:
    given = {"n_trees": 60, "depth": 4}
    assert facts(card(bs, settings_given={}, tune=0))["Settings"] == "the default ones"
    assert facts(card(bs, settings_given=given, tune=0))["Settings"] == (
        "n_trees 60, depth 4, else the default ones"
    )
    tuned = facts(card(bs, settings_given=given, tune=5))["Settings"]
    assert tuned.startswith("n_trees 60, depth 4; the others chosen for each member among 5 more")


def test_a_card_is_no_part_of_the_model_and_may_be_missing(folder: RunFolder, bs: FittedSurrogate) -> None:
    (folder.path / "model" / "Bs" / "card.md").unlink()
    _, models = read_run(folder)
    X = small().problem.space.sample(3)
    np.testing.assert_array_equal(models["Bs"].predict(X).mean, bs.predict(X).mean)
    hashed = json.loads((folder.path / "model" / "Hc" / "model.json").read_text(encoding="utf-8"))["sha256"]
    assert "card.md" not in hashed


def test_a_fit_from_the_cache_gets_the_same_card(tmp_path: Path) -> None:
    cached = fit(small().problem, cache=small().cache)
    for name, models in (("first", small().models), ("second", cached)):
        open_run(tmp_path / name, small().problem, resume=False).write_models(models)
    first, second = (tmp_path / name / "model" / "Hc" / "card.md" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_models_that_are_there_already_stay_as_they_are(folder: RunFolder) -> None:
    shutil.rmtree(folder.path / "model" / "Dmax")
    path = folder.path / "model" / "Bs" / "card.md"
    path.write_text("annotated", encoding="utf-8")
    folder.write_models(small().models)
    assert path.read_text(encoding="utf-8") == "annotated"
    assert (folder.path / "model" / "Dmax" / "card.md").is_file()


def test_scores_stand_on_the_card_with_their_spread(bs: FittedSurrogate) -> None:
    found = facts(card(bs))
    metrics: Any = bs.metrics
    for name, score in (
        ("R²", metrics["by_group"]["r2"]),
        ("Rank correlation", metrics["by_group"]["spearman"]),
        ("R² by random folds, which flatters where groups hold near-duplicates", metrics["random"]["r2"]),
    ):
        median = f"{score['median']:.2f}".replace("-", "−")
        assert found[name] == f"{median} (a single repeat: its range isn't known)"
    assert found["90 % intervals"].startswith(f"hold {100 * metrics['coverage_on_unseen_groups']:.0f} %")


def test_scores_of_several_repeats_have_their_range(bs: FittedSurrogate) -> None:
    score = {"median": 0.7, "min": 0.65, "max": 0.72, "repeats": 5}
    mae = {"median": 0.1, "min": 0.09, "max": 0.12, "repeats": 5}
    found = facts(card(bs, by_group={"r2": score, "mae": mae, "spearman": score}))
    assert found["R²"] == "0.70 (0.65 to 0.72 over 5 repeats)"
    assert found["Typical error"] == "0.1 T (0.09 T to 0.12 T)"


def test_data_are_described_by_element_and_treatment(bs: FittedSurrogate) -> None:
    found = facts(card(bs))
    rows = bs.model.rows
    n_nb = int((rows.fractions[:, rows.elements.index("Nb")] > 0).sum())
    assert found["SHA-256"] == "abc123"
    assert f"Nb 0.5 to 3.5 ({n_nb})" in found["Elements, at.% where present (rows)"]
    assert found["anneal_K"].startswith("700 to 800, half of them ")
    assert found["anneal_K"].endswith("blank in 15 % of the rows")
    assert facts(card(small().models["Hc"]))["route"] == "ribbon (24), rod (24); blank in 0 % of the rows"


def test_a_run_of_an_older_version_says_what_it_did_not_measure(bs: FittedSurrogate) -> None:
    older = {key: value for key, value in bs.metrics.items() if key not in NEWER}
    found = facts(card(replace(bs, metrics=older)))
    names = ("Worst group", "Typical error outside", "Same alloy and treatment, measured by two groups")
    assert {found[name] for name in names} == {"not measured"}
    assert "Physical ceiling" not in found
    assert len(coverage_levels({**bs.metrics, "coverage_levels": None})) == 1


def test_what_newer_versions_measure_stands_on_the_card(bs: FittedSurrogate) -> None:
    found = facts(card(bs, **NEWER))
    worst = "paper 3: 0.5 T over 6 rows, of groups with 5 or more, such as Fe80B20, Fe82B18"
    assert found["Worst group"] == worst
    assert found["50 % intervals"] == "hold 41 %; mean width 0.1 T"
    assert found["Typical error inside"] == "0.01 T over 40 rows"
    assert found["Typical error outside"] == "0.07 T over 1 row"
    assert "12 pairs" in found["Same alloy and treatment, measured by two groups"]
    assert "R² 0.97" in found["Same alloy and treatment, measured by two groups"]
    assert found["Physical ceiling"] == (
        "no prediction passes dilution_ceiling_T by more than 3 %, and 2 of the 48 measured values do"
    )


def test_the_domain_is_told_in_the_units_of_the_property(bs: FittedSurrogate) -> None:
    inside = facts(card(bs))["An alloy is inside if"]
    assert re.fullmatch(
        r"a measured one is within .* at\.%, .* the error to expect of it is at most 0\.\d+ T", inside
    )
    limitless = replace(bs.model, difficulty=replace(bs.model.difficulty, limit=math.inf))
    found = facts(card(replace(bs, model=limitless), domain={"rows_inside": 48, "rows_outside": 0}))
    assert found["An alloy is inside if"].endswith("is at most anything")
    assert found["Typical error outside"] == "no measured alloy is there"
    hc = facts(model_card(small().models["Hc"], spec=small().problem.spec, hashes={}))
    assert hc["An alloy is inside if"].split("at most ")[1].startswith("a factor ")


def test_without_pairs_reproducibility_is_unknown(bs: FittedSurrogate) -> None:
    none = {"pairs": 0, "mae": None, "r2_ceiling": None}
    found = facts(card(bs, reproducibility=none))
    assert found["Same alloy and treatment, measured by two groups"] == "no alloy was measured by two groups"
    few = facts(card(bs, reproducibility={**none, "pairs": 3}))
    assert few["Same alloy and treatment, measured by two groups"] == (
        "3 pairs only, too few to tell how far groups agree"
    )


def test_weak_spots_are_read_off_the_numbers(bs: FittedSurrogate) -> None:
    said = spots(bs, **NEWER)
    assert "It has seen 8 groups only" in said
    assert "50 % intervals hold 41 % of unseen groups' values: they are too narrow" in said
    assert "80 % intervals hold 86 % of unseen groups' values: they are wider than need be" in said
    assert "90 % intervals hold" not in said
    assert "Outside its domain the typical error is 0.07 T, inside 0.01 T." in said
    assert "It fails for paper 3 (6 rows): error 0.5 T" in said


def test_a_domain_that_tells_nothing_is_a_weak_spot(bs: FittedSurrogate) -> None:
    said = spots(bs, domain={"rows_inside": 40, "mae_inside": 0.05, "rows_outside": 8, "mae_outside": 0.04})
    assert (
        "Its domain doesn't tell where it errs: outside the typical error is 0.04 T, inside 0.05 T." in said
    )


def test_a_single_bad_row_is_no_bad_group(bs: FittedSurrogate) -> None:
    alone = {"group": "Fe80B20", "rows": 1, "mae": 9.0, "formulas": ["Fe80B20"]}
    assert "It fails for" not in spots(bs, worst_group=alone)
    assert facts(card(bs, worst_group=alone))["Worst group"] == "Fe80B20: 9 T over 1 row"


def test_a_model_worse_than_its_baselines_is_not_to_be_decided_by(bs: FittedSurrogate) -> None:
    metrics: Any = bs.metrics
    by_group = {**metrics["by_group"], "r2": {"median": 0.1, "min": -0.2, "max": 0.3, "repeats": 5}}
    random = {**metrics["random"], "r2": {"median": 0.8, "min": 0.8, "max": 0.8, "repeats": 5}}
    said = spots(bs, by_group=by_group, random=random, baseline_nearest={"r2": 0.3})
    assert (
        "R² is 0.10, no better than the mean or copying the nearest alloy (0.30): don't decide by it" in said
    )
    assert "A random split scores R² 0.80 where unseen groups score 0.10" in said
    assert "R² from −0.20 to 0.30" in said


def test_scores_without_a_meaning_are_said_to_have_none(bs: FittedSurrogate) -> None:
    metrics: Any = bs.metrics
    none = {"median": None, "min": None, "max": None, "repeats": 0}
    changed = {"by_group": {**metrics["by_group"], "r2": none}}
    assert "R² on unseen groups can't be computed" in spots(bs, **changed)
    assert facts(card(bs, **changed))["R²"] == "none"


def test_wide_intervals_rare_elements_and_blank_treatments_are_weak_spots() -> None:
    hc = small().models["Hc"]
    rows = hc.model.rows
    fractions, process = rows.fractions.copy(), rows.process.copy()
    niobium, iron = rows.elements.index("Nb"), rows.elements.index("Fe")
    fractions[3:, iron] += fractions[3:, niobium]
    fractions[3:, niobium] = 0.0
    process[:30, 0] = np.nan
    model = replace(hc.model, rows=replace(rows, fractions=fractions, process=process))
    said = "\n".join(
        weak_spots(
            model, {**hc.metrics, "coverage_levels": [{"level": 0.9, "coverage": 0.9, "mean_width": 2}]}
        )
    )
    assert "Its 90 % interval spans a factor 100" in said
    n_nb = int((fractions[:, niobium] > 0).sum())
    assert f"of which it knows next to nothing: Nb {n_nb}" in said
    assert "anneal_K is blank in 6" in said


def test_a_hurdle_has_a_section_of_its_own_and_a_warning(bs: FittedSurrogate) -> None:
    scores = {"rows": 60, "positive": 20, "groups": 9, "group_by": "paper", "auc_by_group": 0.7}
    found = card(bs, hurdle=scores)
    assert facts(found)["Area under the ROC curve, unseen groups"] == "0.70 (0.5 is chance, 1 perfect)"
    assert facts(found)["The same by the number of elements alone"] == "not measured"
    counted = {**scores, "auc_of_element_count": 0.65, "auc_at_equal_element_count": None}
    assert facts(card(bs, hurdle=counted))["The same by the number of elements alone"] == "0.65"
    assert facts(card(bs, hurdle=counted))["The same among alloys of as many elements"] == "none"
    assert "taken for a no" not in facts(found)["Rows"]
    assumed = facts(card(bs, hurdle={**scores, "assumed_negative": 20}))["Rows"]
    assert "; 20 are alloys that other tables hold without it, taken for a no" in assumed
    assert "errs in both" in spots(bs, hurdle=scores)
    assert "told badly" in spots(bs, hurdle=scores)
    assert "told badly" not in spots(bs, hurdle={**scores, "auc_by_group": 0.95})
    assert not any("Chance" in section.heading for section in card(bs).sections)


def test_markup_in_a_table_stays_text(bs: FittedSurrogate) -> None:
    text = card_markdown(card(bs, table="<script>alert(1)</script>\n# heading"))
    assert "<script>" not in text
    assert "- **Table**: &lt;script&gt;alert(1)&lt;/script&gt; # heading\n" in text
