"""The winner's curse in plain words."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

from moalloy.domain.values import Objective
from moalloy.report.curse import curse_sentences, group_word
from moalloy.report.html.trust import trust_section
from moalloy.report.run_data import RunData

OBJECTIVES = (Objective("Bs", "max", "T"), Objective("Hc", "min", "A/m", is_log=True))


def drop(**changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        "within_at_pct": 3.0,
        "alloys": 40,
        "alloys_judged": 40,
        "hypervolume": 0.8,
        "hypervolume_unseen": 0.6,
        "objectives": {
            "Bs": {"median_drop": 0.05, "share_kept": 0.95, "n_blank": 0},
            "Hc": {"median_factor": 1.6, "share_kept": 0.8, "n_blank": 0},
        },
        "limits": {},
    }
    return content | changes


def said(**changes: Any) -> str:
    return " ".join(curse_sentences(drop(**changes), OBJECTIVES, groups="papers"))


def test_the_drop_is_told_in_units_and_factors() -> None:
    assert said() == (
        "Judged again by models that never saw the papers near each alloy (within 3 at.%, or else the "
        "nearest), the front drops from a hypervolume of 0.8 to 0.6, by 25%. In the median of the alloys, Bs "
        "is 0.05 T lower and Hc is 1.6 times higher than predicted. Of the alloys, 95% in Bs and 80% in Hc "
        "stay on the good side of their interval's bad end."
    )


def test_a_factor_that_rounds_to_1_is_no_change_to_speak_of() -> None:
    hc = {"median_factor": 1.04, "share_kept": 0.8, "n_blank": 0}
    assert "and Hc is not much higher than predicted" in said(objectives={**drop()["objectives"], "Hc": hc})


def test_a_front_that_holds_is_not_said_to_drop() -> None:
    better = {
        "Bs": {"median_drop": -0.05, "share_kept": 1.0, "n_blank": 0},
        "Hc": {"median_factor": 0.5, "share_kept": 1.0, "n_blank": 0},
    }
    text = said(hypervolume_unseen=0.9, objectives=better)
    assert "doesn't drop: a hypervolume of 0.8 was promised, and they expect 0.9." in text
    assert "keeps its hypervolume: 0.8 as promised, 0.799 as they expect" in said(hypervolume_unseen=0.799)
    assert "Bs is 0.05 T higher and Hc is 2 times lower than predicted" in text


def test_promised_bad_ends_are_not_mistaken_for_promised_values() -> None:
    text = said(risk="lower", hypervolume=0.4, hypervolume_unseen=0.6)
    assert "has a hypervolume of 0.6 by what they expect, where the unfavorable ends" in text
    assert "promised 0.4." in text
    assert "drop" not in text


def test_limits_and_blanks_are_told() -> None:
    text = said(alloys_judged=30, limits={"magnetostriction": {"share_kept": 0.64, "n_blank": 0}})
    assert "magnetostriction: 64% of the alloys still keep the limit." in text
    assert "10 of 40 alloys can't be judged that way" in text


def test_where_no_alloy_can_be_judged_nothing_else_is_said() -> None:
    blank = {name: {"share_kept": None, "n_blank": 40} for name in ("Bs", "Hc")}
    text = said(alloys_judged=0, hypervolume=0.0, hypervolume_unseen=0.0, objectives=blank)
    assert text.startswith("40 of 40 alloys can't be judged that way")


def test_without_models_nothing_is_said() -> None:
    assert curse_sentences({}, OBJECTIVES, groups="papers") == []


@pytest.mark.slow
def test_the_report_tells_the_drop_where_it_warns_of_luck(run: RunData) -> None:
    groups = group_word(run.models.values())
    told = curse_sentences(run.manifest["result"]["winners_curse"], run.problem.objectives, groups=groups)
    assert groups == "papers"
    html = trust_section(run)
    assert told
    assert all(escape(sentence) in html for sentence in told)
