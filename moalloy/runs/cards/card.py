"""The content of a model card, before it becomes Markdown or HTML.

Its parts follow Mitchell et al., 'Model Cards for Model Reporting', FAT* 2019,
doi:10.1145/3287560.3287596.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moalloy.runs.cards.data import element_support, treatment_support, values_in_words
from moalloy.runs.cards.metrics import (
    NOT_MEASURED,
    coverage_levels,
    error_in_words,
    number,
    percent,
    plain,
    rows_in_words,
    spread_in_words,
    width_in_words,
)
from moalloy.runs.cards.weak_spots import weak_spots
from moalloy.spec import ProblemSpec
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.replicates import FEWEST_ROWS
from moalloy.surrogates.tilts import N_TILTS

__all__ = ["Card", "CardSection", "model_card"]

_NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class CardSection:
    """A heading over facts, each a name and what is known of it, and over sentences."""

    heading: str
    facts: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One page about one fitted property."""

    title: str
    sections: tuple[CardSection, ...]


def model_card(surrogate: FittedSurrogate, *, spec: ProblemSpec, hashes: Mapping[str, str]) -> Card:
    """Return the card of a fitted property.

    Args:
        surrogate: The model with its metrics; those that its version didn't measure are said to be so.
        spec: The problem that it was fitted for.
        hashes: SHA-256 of the tables, by their names in the problem.
    """
    model, metrics = surrogate.model, surrogate.metrics
    item = spec.properties[model.name]
    sections = (
        _what(model, metrics),
        _data(model, metrics, hashes.get(item.data, _NOT_RECORDED)),
        _scores(metrics),
        _intervals(metrics),
        _domain(model, metrics),
        *_hurdle(metrics, hashes.get(item.hurdle.data, _NOT_RECORDED) if item.hurdle else ""),
        _weak(model, metrics),
        _use(model),
    )
    unit = f" ({model.unit})" if model.unit else ""
    return Card(f"{model.name}{unit}", sections)


def _what(model: PropertyModel, metrics: Mapping[str, Any]) -> CardSection:
    kinds = " and ".join(model.kinds)
    scale = "its decimal logarithm" if model.scale == "log" else "the value itself"
    blocks = ", ".join(model.inputs.featurizer.blocks)
    process = ", ".join(item.name for item in model.inputs.process) or "none; the composition alone"
    counted = "".join(f"; {item.name}" for item in model.rows.transitions)
    counted += "".join(f"; {name} against {N_TILTS} random sums of amounts" for name in model.rows.tilted)
    n_added = len(model.rows.transitions) + N_TILTS * len(model.rows.tilted)
    n_features = len(model.inputs.names) + n_added
    return CardSection(
        "What it predicts",
        (
            ("Property", f"{model.name}, in {model.unit}" if model.unit else model.name),
            ("Fitted", scale),
            ("From the composition", f"{blocks}: {n_features} features with the treatment"),
            ("From the treatment", process + counted),
            ("Model", f"{kinds}, the mean of {len(model.members)} members, each trained without some groups"),
            ("Settings", _settings(metrics)),
        ),
    )


def _settings(metrics: Mapping[str, Any]) -> str:
    n_tuned, given = metrics.get("tune"), metrics.get("settings_given")
    start = ", ".join(f"{name} {value}" for name, value in given.items()) if given else ""
    if not n_tuned:
        return f"{start}, else the default ones" if start else "the default ones"
    chosen = len(metrics.get("settings") or ())
    among = f"chosen for each member among {n_tuned} more, on folds of what it learns from"
    return f"{start + '; the others ' if start else ''}{among}: {chosen} different ones"


def _data(model: PropertyModel, metrics: Mapping[str, Any], sha256: str) -> CardSection:
    elements = ", ".join(map(str, element_support(model)))
    facts = [
        ("Table", str(metrics["table"])),
        ("SHA-256", sha256),
        (
            "Rows",
            f"{metrics['rows']}, of which {metrics['rows_scored']} are scored (their treatment is known)",
        ),
        (
            "Groups",
            f"{metrics['groups']} by {metrics['group_by']}; one never stands on both sides of a split",
        ),
        *_proxies(model, metrics),
        ("Measured values", values_in_words(model)),
        ("Elements, at.% where present (rows)", elements),
    ]
    for item in treatment_support(model):
        facts.append((item.name, f"{item.values}; blank in {percent(item.missing)} of the rows"))
    return CardSection("Data", tuple(facts))


def _proxies(model: PropertyModel, metrics: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what stands in for missing values, and how it is known."""
    found = []
    for item in metrics.get("proxies") or ():
        way = "rises" if item["slope"] > 0 else "falls"
        beyond = f" ({item['rows_beyond']} more beyond the line's reach)" if item["rows_beyond"] else ""
        scales = "logarithms" if {item["scale"], metrics["scale"]} == {"log"} else "values"
        found.append(
            (
                f"Stand-ins by {item['column']}",
                f"{rows_in_words(item['rows'])} lack {model.name} and have it{beyond}. {item['members']} of"
                f" {len(model.members)} members learn from {percent(item['r2'])} of them each, drawn at"
                f" random, by a line through the {scales} of both, which"
                f" {rows_in_words(item['rows_with_both'])} have: {model.name} {way} with it, r²"
                f" {number(item['r2'])}. Stand-ins are never scored",
            )
        )
    return found


def _scores(metrics: Mapping[str, Any]) -> CardSection:
    grouped, random = metrics["by_group"], metrics["random"]
    words = {"scale": metrics["scale"], "unit": metrics["unit"]}
    mae = grouped["mae"]
    typical, least, most = (error_in_words(mae[key], **words) for key in ("median", "min", "max"))
    span = "" if mae["repeats"] == 1 else f" ({least} to {most})"
    return CardSection(
        "Scores on groups that it never saw",
        (
            ("R²", spread_in_words(grouped["r2"])),
            ("R² of the mean of several members, as predictions are", _together(grouped)),
            ("Typical error", f"{typical}{span}"),
            ("Rank correlation", spread_in_words(grouped["spearman"])),
            (
                "R² by random folds, which flatters where groups hold near-duplicates",
                spread_in_words(random["r2"]),
            ),
            ("R² of guessing the mean", number(metrics["baseline_mean"]["r2"])),
            ("R² of copying the nearest alloy", number(metrics["baseline_nearest"]["r2"])),
            ("Worst group", _worst(metrics, words)),
            ("Same alloy and treatment, measured by two groups", _reproducibility(metrics, words)),
        ),
    )


def _together(scores: Mapping[str, Any]) -> str:
    """Return the score of several members together; a single repeat has one member a row."""
    found = scores.get("together")
    if not found or found["members"] == 1:
        return NOT_MEASURED
    return f"{number(found['r2'])} ({found['members']} of them, fitted alike)"


def _worst(metrics: Mapping[str, Any], words: Mapping[str, str]) -> str:
    worst = metrics.get("worst_group")
    if not worst:
        return NOT_MEASURED
    formulas = [formula for formula in worst["formulas"] if formula != worst["group"]]
    such_as = f", such as {', '.join(formulas[:3])}" if formulas else ""
    error = error_in_words(worst["mae"], **words)
    among = f", of groups with {FEWEST_ROWS} or more" if worst["rows"] >= FEWEST_ROWS else ""
    return f"{worst['group']}: {error} over {rows_in_words(worst['rows'])}{among}{such_as}"


def _reproducibility(metrics: Mapping[str, Any], words: Mapping[str, str]) -> str:
    found = metrics.get("reproducibility")
    if not found:
        return NOT_MEASURED
    pairs = found.get("pairs")
    if not pairs:
        return "no alloy was measured by two groups"
    of_groups = found.get("group_pairs")
    counted = "1 pair" if pairs == 1 else f"{pairs} pairs"
    if of_groups:
        counted += f" of rows, from {of_groups} pair{'s' * (of_groups > 1)} of groups"
    if found.get("mae") is None:
        return f"{counted} only, too few to tell how far groups agree"
    error = error_in_words(found["mae"], **words)
    best = number(found.get("r2_ceiling"))
    return f"they differ by {error} ({counted}); no model can do much better than R² {best}"


def _intervals(metrics: Mapping[str, Any]) -> CardSection:
    facts = []
    for item in coverage_levels(metrics):
        width = width_in_words(item.mean_width, scale=metrics["scale"], unit=metrics["unit"])
        facts.append(
            (f"{percent(item.level)} intervals", f"hold {percent(item.coverage)}; mean width {width}")
        )
    return CardSection("Intervals, on groups that calibrated nothing", tuple(facts))


def _domain(model: PropertyModel, metrics: Mapping[str, Any]) -> CardSection:
    words = {"scale": metrics["scale"], "unit": metrics["unit"]}
    domain = metrics.get("domain") or {}
    of_logarithms = ", of the logarithm" if metrics["scale"] == "log" else ""
    facts = [
        (
            "An alloy is inside if",
            f"a measured one is within {plain(model.domain.reach_at_pct, 2)} at.%, it holds no element that"
            " the rows lack and of none more than half as much again as any of them, it is treated as some"
            f" were, and the error to expect of it is at most {_limit(model, words)}",
        ),
        ("Typical error inside", _over_rows(domain, "inside", words)),
        ("Typical error outside", _over_rows(domain, "outside", words)),
        (f"Error inside over outside{of_logarithms}", _told_apart(domain)),
    ]
    ceiling = metrics.get("ceiling")
    if ceiling:
        facts.append(
            (
                "Physical ceiling",
                f"no prediction passes {ceiling['descriptor']} by more than 3 %, and"
                f" {ceiling['rows_above'] or 'none'} of the {metrics['rows']} measured values do",
            )
        )
    return CardSection("Domain", tuple(facts))


def _limit(model: PropertyModel, words: Mapping[str, str]) -> str:
    limit = model.difficulty.limit
    return error_in_words(limit, **words) if math.isfinite(limit) else "anything"


def _over_rows(domain: Mapping[str, Any], side: str, words: Mapping[str, str]) -> str:
    """Return the error on one side of the domain's limit, and over how many rows."""
    rows = domain.get(f"rows_{side}")
    if rows == 0:
        return "no measured alloy is there"
    error = error_in_words(domain.get(f"mae_{side}"), **words)
    return error if rows is None else f"{error} over {rows_in_words(rows)}"


def _told_apart(domain: Mapping[str, Any]) -> str:
    """Return the ratio of errors, and the one with a limit that the judged groups had no part in."""
    if domain.get("ratio") is None:
        return NOT_MEASURED
    unseen = domain.get("ratio_on_unseen_groups")
    strictly = "" if unseen is None else f"; {unseen:.2f} where other groups set the limit"
    return f"{domain['ratio']:.2f}{strictly}"


def _hurdle(metrics: Mapping[str, Any], sha256: str) -> tuple[CardSection, ...]:
    hurdle = metrics.get("hurdle")
    if hurdle is None:
        return ()
    facts = (
        ("Rows", f"{hurdle['rows']}, of which {hurdle['positive']} have it{_assumed(hurdle)}"),
        ("SHA-256 of their table", sha256),
        ("Groups", f"{hurdle['groups']} by {hurdle['group_by']}"),
        (
            "Area under the ROC curve, unseen groups",
            f"{number(hurdle['auc_by_group'])} (0.5 is chance, 1 perfect)",
        ),
        ("The same by the number of elements alone", _if_measured(hurdle, "auc_of_element_count")),
        ("The same among alloys of as many elements", _if_measured(hurdle, "auc_at_equal_element_count")),
    )
    return (CardSection("Chance that an alloy has the property at all", facts),)


def _assumed(hurdle: Mapping[str, Any]) -> str:
    """Return how many rows say no by assumption only; older metrics don't know of any."""
    number_assumed = hurdle.get("assumed_negative")
    if not number_assumed:
        return ""
    return (
        f"; {number_assumed} are alloys that other tables hold without it, taken for a no because nobody is"
        " known to have made them with it"
    )


def _if_measured(scores: Mapping[str, Any], name: str) -> str:
    return number(scores[name]) if name in scores else NOT_MEASURED


def _weak(model: PropertyModel, metrics: Mapping[str, Any]) -> CardSection:
    found = weak_spots(model, metrics)
    return CardSection("Known weak spots", remarks=found or ("None that its numbers show.",))


def _use(model: PropertyModel) -> CardSection:
    values = model.rows.values
    ends = f"{plain(values.min())} to {plain(values.max())} {model.unit}".strip()
    return CardSection(
        "Use",
        remarks=(
            "Meant for choosing which alloys to make next, near those that were measured, by prediction and"
            " interval together.",
            f"Not for values beyond {ends}: none was measured there.",
            "Not for alloys outside the domain, for elements or treatments that the rows lack, or as a value"
            " to design a part by.",
            "The best of a search are picked for lucky errors too: expect them to fall short.",
            "What it goes by is no cause.",
        ),
    )
