"""Scores and highlights of a run as small tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.composition import parse_formula
from moalloy.pareto import HypervolumeScale
from moalloy.report.wording import amounts_text, counted, rounded_formula
from moalloy.runs.cards.metrics import NOT_MEASURED, error_in_words
from moalloy.study.choices import look_at_first, merged
from moalloy.study.outlook import outlook
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = [
    "chosen_alloys",
    "highlights",
    "score_table",
    "told_alloys",
    "trust_table",
    "turned",
    "typical_error",
]


def score_table(models: Mapping[str, FittedSurrogate]) -> pd.DataFrame:
    """Return one row per property: the grouped scores first, the random split's R2 beside them.

    Columns: property, rows, groups, R2 by group (median with its range over repeats, of one member each), R2
    of several members together, typical error on unseen groups, Spearman, R2 at random, R2 of the nearest
    alloy's value and of the mean, the R2 that a perfect model would reach by how far groups agree on one
    alloy, coverage of the interval, and the group that is predicted worst, of those with five rows or
    more where there are any.
    """
    return pd.DataFrame([_score_row(surrogate.metrics) for surrogate in models.values()])


def trust_table(models: Mapping[str, FittedSurrogate]) -> pd.DataFrame:
    """Return `score_table` with what intervals and domain hold on groups that calibrated nothing.

    Further columns: at 50, 80 and 90 % the share of unseen values inside and the mean width over that of
    the plain quantile of the errors; the share of rows inside the domain, and the error inside over that
    outside, as the model has its limit and with a limit from other groups.
    """
    rows = [_score_row(item.metrics) | _interval_row(item.metrics) for item in models.values()]
    return pd.DataFrame(rows)


def turned(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of properties with a column for each, to be read: the first column has the measures."""
    by_measure = table.set_index("property").T.rename_axis(index="", columns=None)
    return by_measure.reset_index()


def typical_error(metrics: Mapping[str, Any]) -> str:
    """Return the mean absolute error on unseen groups in words: ``0.14 T``, or ``a factor 4.0``."""
    return error_in_words(metrics["by_group"]["mae"]["median"], scale=metrics["scale"], unit=metrics["unit"])


def highlights(front: pd.DataFrame, problem: Problem, scale: HypervolumeScale) -> pd.DataFrame:
    """Return the few alloys of a front to look at first, as `chosen_alloys` tells of them."""
    return chosen_alloys(front, problem, merged(look_at_first(outlook(problem, front, scale))))


def chosen_alloys(front: pd.DataFrame, problem: Problem, rules: Mapping[int, str]) -> pd.DataFrame:
    """Return a table of some alloys for people.

    Columns: the rule that picked the alloy, its row in pareto.csv (the first is 1), formula or wt.% and
    treatment, the objectives with their intervals, ``p_all``, whether it is in the domain, and the distance
    to the nearest measured alloy, whose formula has tenths of an at.% where the space is in wt.%.

    Args:
        front: The rows of pareto.csv.
        problem: For names and units.
        rules: By row of ``front``, counted from 0.
    """
    table = front.iloc[list(rules)]
    columns: dict[str, object] = {"rule": list(rules.values()), "row": [row + 1 for row in rules]}
    units = {objective.name: objective.unit for objective in problem.objectives}
    return pd.DataFrame(columns | told_alloys(table, problem, units, {"p_all": "p_all"}))


def told_alloys(
    table: pd.DataFrame, problem: Problem, units: Mapping[str, str], chances: Mapping[str, str]
) -> dict[str, object]:
    """Return the columns that tell people of some alloys: composition, treatment, values, how well known.

    Args:
        table: Rows with the columns of pareto.csv.
        problem: For the space.
        units: Of what is told with its interval, by name.
        chances: Columns that hold chances, each with its heading.
    """
    columns: dict[str, object] = {}
    is_by_weight = problem.space.composition.basis == "wt%"
    if is_by_weight:
        amounts = table[[f"{symbol}_wt" for symbol in problem.space.elements]].to_numpy(np.float64)
        columns["composition (wt.%)"] = [
            amounts_text(dict(zip(problem.space.elements, row, strict=True))) for row in amounts.tolist()
        ]
    else:
        columns["formula"] = table["formula"].to_numpy()
    columns |= {v.name: table[v.name].to_numpy() for v in problem.space.process if v.lower < v.upper}
    for name, unit in units.items():
        columns[f"{name} ({unit})" if unit else name] = [
            f"{mean:.3g} [{low:.3g}, {high:.3g}]"
            for mean, low, high in zip(table[name], table[f"{name}_low"], table[f"{name}_high"], strict=True)
        ]
    for name, heading in chances.items():
        columns[heading] = ["" if np.isnan(value) else f"{value:.2g}" for value in table[name]]
    columns["domain"] = ["in" if inside else "OUT" for inside in table["in_domain"]]
    columns["nearest (at.%)"] = [
        f"{_tenths(formula) if is_by_weight else formula} ({distance:.3g})"
        if isinstance(formula, str) and formula
        else ""
        for formula, distance in zip(table["nearest_formula"], table["nearest_distance_at_pct"], strict=True)
    ]
    return columns


def _tenths(formula: str) -> str:
    """Return a formula to a tenth of an at.%: those of alloys in wt.% have four decimals."""
    at_pct = parse_formula(formula).at_pct
    return rounded_formula(list(at_pct), np.array([float(amount) for amount in at_pct.values()]))


def _score_row(metrics: Mapping[str, Any]) -> dict[str, object]:
    grouped, random = metrics["by_group"], metrics["random"]
    r2 = grouped["r2"]
    return {
        "property": metrics["property"],
        "rows": metrics["rows_scored"],
        "groups": metrics["groups"],
        "R2 by group": _with_range(r2),
        "members together": _together(metrics),
        "typical error": typical_error(metrics),
        "Spearman": _two_digits(grouped["spearman"]["median"]),
        "R2 at random": _two_digits(random["r2"]["median"]),
        "R2 of nearest alloy": _two_digits(metrics["baseline_nearest"]["r2"]),
        "R2 of the mean": _two_digits(metrics["baseline_mean"]["r2"]),
        "R2 that groups agree to": _agreement(metrics),
        f"coverage of {_percent(metrics['interval'])}": _percent(metrics["coverage_on_unseen_groups"]),
        "worst group of 5 rows up": _worst_group(metrics),
    }


def _together(metrics: Mapping[str, Any]) -> str:
    """Return the R2 of the mean of several members, by group and at random; older metrics have none."""
    grouped, random = metrics["by_group"].get("together"), metrics["random"].get("together")
    if not grouped or not random or grouped["members"] == 1:
        return NOT_MEASURED
    members = counted(grouped["members"], "member")
    return f"{_two_digits(grouped['r2'])}, at random {_two_digits(random['r2'])} ({members})"


def _agreement(metrics: Mapping[str, Any]) -> str:
    """Return the R2 of a perfect model and from how many pairs of groups; too few tell nothing of it."""
    found = metrics.get("reproducibility") or {}
    if found.get("r2_ceiling") is None:
        return "unknown"
    pairs = found.get("group_pairs")
    return _two_digits(found["r2_ceiling"]) + (f" ({counted(pairs, 'pair')})" if pairs else "")


def _worst_group(metrics: Mapping[str, Any]) -> str:
    worst = metrics.get("worst_group")
    if not worst:
        return NOT_MEASURED
    error = error_in_words(worst["mae"], scale=metrics["scale"], unit=metrics["unit"])
    return f"{worst['group']}: {error}"


def _interval_row(metrics: Mapping[str, Any]) -> dict[str, object]:
    found: dict[str, object] = {}
    for item in metrics.get("coverage_levels") or ():
        found[f"coverage of {_percent(item['level'])}"] = _percent(item["coverage"])
        found[f"width of {_percent(item['level'])} over plain"] = _two_digits(
            _over(item["mean_width"], item["mean_plain_width"])
        )
        if "mean_score" in item:
            found[f"score of {_percent(item['level'])} over plain"] = _two_digits(
                _over(item["mean_score"], item["mean_plain_score"])
            )
    domain = metrics.get("domain") or {}
    inside, outside = domain.get("rows_inside", 0), domain.get("rows_outside", 0)
    found["rows in domain"] = _percent(inside / (inside + outside)) if inside + outside else NOT_MEASURED
    found["error inside over outside"] = _two_digits(domain.get("ratio"))
    found["the same, limit from other groups"] = _two_digits(domain.get("ratio_on_unseen_groups"))
    return found


def _over(one: float, other: float) -> float | None:
    return one / other if other > 0 else None


def _with_range(spread: Mapping[str, Any]) -> str:
    """Return a score with its range over the repeats; a single repeat has none."""
    if spread.get("repeats") == 1:
        return f"{_two_digits(spread['median'])} (1 repeat)"
    return f"{_two_digits(spread['median'])} [{_two_digits(spread['min'])}, {_two_digits(spread['max'])}]"


def _two_digits(score: float | None) -> str:
    """Return a score in words; constant predictions have no rank correlation, which JSON says as null."""
    return "none" if score is None else f"{score:.2f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
