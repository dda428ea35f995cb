"""How far the numbers can be trusted, in a chemist's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from moalloy.report.curse import curse_sentences, group_word
from moalloy.report.html.markup import Markup, bullets, join, table, tag
from moalloy.report.html.page import section
from moalloy.report.run_data import RunData
from moalloy.report.summary import typical_error
from moalloy.report.wording import counted, domain_sentences, grouping, joined, plural

__all__ = ["trust_section"]

_HEADER = (
    "property",
    "R² on unseen groups (range)",
    "R² by random folds",
    "typical error on unseen groups",
    "rank correlation",
    "R² of copying the nearest alloy",
    "measurements (groups)",
    "unseen values inside their intervals",
)


def trust_section(run: RunData, *content: Markup) -> Markup:
    """Return scores, what they mean, what the columns mean, and what stays unknown.

    Args:
        run: The run.
        content: What to show after the scores.
    """
    scores: list[Markup] = []
    if run.models:
        metrics: list[Mapping[str, Any]] = [model.metrics for model in run.models.values()]
        scores = [table(_HEADER, map(_score_row, metrics)), bullets(map(_in_words, metrics))]
    return section("How far to trust it", *scores, *content, bullets(_cautions(run)), id_="trust")


def _score_row(metrics: Mapping[str, Any]) -> list[str]:
    r2 = metrics["by_group"]["r2"]
    return [
        tag("b", str(metrics["property"])),
        join([tag("b", _number(r2["median"])), _range(r2)]),
        _number(metrics["random"]["r2"]["median"]),
        typical_error(metrics),
        _number(metrics["by_group"]["spearman"]["median"]),
        _number(metrics["baseline_nearest"]["r2"]),
        f"{metrics['rows_scored']} ({metrics['groups']} {plural(grouping(metrics['group_by']))})",
        f"{metrics['coverage_on_unseen_groups']:.0%} (meant: {metrics['interval']:.0%})",
    ]


def _range(spread: Mapping[str, Any]) -> str:
    if spread.get("repeats") == 1:
        return " (a single repeat)"
    return f" ({_number(spread['min'])} to {_number(spread['max'])})"


def _in_words(metrics: Mapping[str, Any]) -> Markup:
    group = grouping(metrics["group_by"])
    sentences = [
        f": typical error {typical_error(metrics)} on {plural(group)} that the model never saw. "
        f"{_verdict(metrics)} {_about_random(metrics, group)} Its {metrics['interval']:.0%} intervals held "
        f"{metrics['coverage_on_unseen_groups']:.0%} of the values of unseen {plural(group)}.",
        *map(_of_proxy, metrics.get("proxies") or ()),
    ]
    if "hurdle" in metrics:
        auc, equal = (metrics["hurdle"].get(f"auc_{name}") for name in ("by_group", "at_equal_element_count"))
        among = f", {_number(equal)} among alloys of as many elements" if equal is not None else ""
        sentences.append(
            " A second model gives the chance that the alloy has the property at all (area under the ROC "
            f"curve {_number(auc)}{among}; 0.5 is chance, 1 is perfect); the prediction is that chance "
            f"times the value.{_assumed(metrics['hurdle'])}"
        )
    return tag("span", tag("b", str(metrics["property"])), *sentences)


def _of_proxy(proxy: Mapping[str, Any]) -> str:
    """Return what else was learned from, as a sentence."""
    return (
        f" It also learned from {counted(proxy['rows'], 'row')} that lack it and have {proxy['column']}, by"
        f" what that says of it (r² {_number(proxy['r2'])} where both were measured); none of these is"
        " scored."
    )


def _assumed(hurdle: Mapping[str, Any]) -> str:
    """Return how many alloys count as having none by assumption only, as a sentence; empty for none."""
    n_assumed = hurdle.get("assumed_negative")
    if not n_assumed:
        return ""
    alloys = f"{counted(n_assumed, 'alloy')} of other tables {'is' if n_assumed == 1 else 'are'}"
    return f" For it {alloys} taken to have none, because nobody is known to have made them with it."


def _about_random(metrics: Mapping[str, Any], group: str) -> str:
    """Return what the score by random folds means; it flatters only where it is the higher one."""
    unseen, at_random = _known(metrics["by_group"]["r2"]["median"]), metrics["random"]["r2"]["median"]
    if _known(at_random) > unseen:
        return (
            f"By random folds R² is {_number(at_random)}: that number flatters, because alloys of one "
            f"{group} are often near-duplicates."
        )
    return f"By random folds R² is {_number(at_random)}, no higher than on unseen {plural(group)}."


def _verdict(metrics: Mapping[str, Any]) -> str:
    """Return what the scores on unseen groups are good for."""
    # A score that can't be computed (constant predictions have no order) is null in metrics.json.
    r2 = _known(metrics["by_group"]["r2"]["median"])
    ranks = _known(metrics["by_group"]["spearman"]["median"])
    if r2 <= max(0.0, _known(metrics["baseline_nearest"]["r2"])):
        return "That is no better than guessing the mean or copying the nearest alloy: don't decide by it."
    if ranks >= 0.8:
        return "It orders unseen alloys well."
    if ranks >= 0.5:
        return "It tells good alloys from bad ones, but not good from slightly better."
    return "It hardly orders unseen alloys: take it as a hint."


def _cautions(run: RunData) -> list[str]:
    """Return what every reader of the front should know."""
    front = run.front
    texts = [f"{warning}." for warning in run.manifest["result"].get("warnings", [])]
    texts += _about_models(run) if run.models else []
    if front["p_all"].notna().any():
        texts.append(
            "The chance to meet all thresholds multiplies the chances of each. That takes their errors as "
            "independent; they aren't quite, so read it as an order, not as a bet."
        )
    if "n_equal" in front and (front["n_equal"] > 1).any():
        texts.append(
            "Where several alloys have the same prediction, the one nearest to a measured alloy stands for "
            "them; the last column says for how many."
        )
    return texts


def _about_models(run: RunData) -> list[str]:
    """Return what follows from learning: lucky winners, and ground that no measurement covers."""
    share = f"{run.interval:.0%}"
    drop = run.manifest["result"].get("winners_curse", {})
    told = curse_sentences(drop, run.problem.objectives, groups=group_word(run.models.values()))
    n_evaluated = counted(run.manifest["result"]["alloys_evaluated"], "alloy")
    outside = domain_sentences(run.front) or ["All alloys of this front are in it."]
    domains = {name: surrogate.model.domain for name, surrogate in run.models.items()}
    reach = [f"{domain.reach_at_pct:.2g} at.% for {name}" for name, domain in domains.items()]
    return [
        f"The search kept the best of {n_evaluated} that it evaluated. Whoever picks winners picks lucky "
        f"errors too: expect measured values to fall short of predicted ones. The {share} intervals are "
        f"right for an alloy taken at random, not for the best of many. {' '.join(told)}".rstrip(),
        "In domain: for every objective a measured alloy is near enough, the alloy holds no element that the "
        "measured alloys lack or have far less of, it is treated as some of them were, and the error to "
        "expect from what was measured around it isn't large. Near "
        f"enough is {joined(reach)}: as far as 9 in 10 measured alloys lie from those of other groups. "
        f"{' '.join(outside)}",
        "Nearest measured alloy: distance is half the sum of the differences in at.%, which is the share of "
        "atoms that differ. Treatment doesn't enter.",
    ]


def _known(score: float | None) -> float:
    return 0.0 if score is None or np.isnan(score) else score


def _number(value: float | None) -> str:
    if value is None or np.isnan(value):
        return "–"
    return f"{value:.2f}".replace("-", "−")
