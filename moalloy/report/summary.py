"""Scores and highlights of a run as small tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.composition import parse_formula
from moalloy.pareto import HypervolumeScale
from moalloy.report.wording import amounts_text, rounded_formula
from moalloy.runs.cards.metrics import error_in_words
from moalloy.study.choices import look_at_first, merged
from moalloy.study.outlook import outlook
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["chosen_alloys", "highlights", "score_table", "typical_error"]


def score_table(models: Mapping[str, FittedSurrogate]) -> pd.DataFrame:
    """Return one row per property: the grouped scores first, the random split's R2 beside them.

    Columns: property, rows, groups, R2 by group (median with its range over repeats), typical error on
    unseen groups, Spearman, R2 at random, R2 of the nearest alloy's value, coverage of the interval.
    """
    return pd.DataFrame([_score_row(surrogate.metrics) for surrogate in models.values()])


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
    is_by_weight = problem.space.composition.basis == "wt%"
    if is_by_weight:
        amounts = table[[f"{symbol}_wt" for symbol in problem.space.elements]].to_numpy(np.float64)
        columns["composition (wt.%)"] = [
            amounts_text(dict(zip(problem.space.elements, row, strict=True))) for row in amounts.tolist()
        ]
    else:
        columns["formula"] = table["formula"].to_numpy()
    columns |= {v.name: table[v.name].to_numpy() for v in problem.space.process if v.lower < v.upper}
    for objective in problem.objectives:
        unit = f" ({objective.unit})" if objective.unit else ""
        columns[f"{objective.name}{unit}"] = [
            f"{mean:.3g} [{low:.3g}, {high:.3g}]"
            for mean, low, high in zip(
                table[objective.name],
                table[f"{objective.name}_low"],
                table[f"{objective.name}_high"],
                strict=True,
            )
        ]
    columns["p_all"] = ["" if np.isnan(value) else f"{value:.2g}" for value in table["p_all"]]
    columns["domain"] = ["in" if inside else "OUT" for inside in table["in_domain"]]
    columns["nearest (at.%)"] = [
        f"{_tenths(formula) if is_by_weight else formula} ({distance:.3g})"
        if isinstance(formula, str) and formula
        else ""
        for formula, distance in zip(table["nearest_formula"], table["nearest_distance_at_pct"], strict=True)
    ]
    return pd.DataFrame(columns)


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
        "R2 by group": f"{_two_digits(r2['median'])} [{_two_digits(r2['min'])}, {_two_digits(r2['max'])}]",
        "typical error": typical_error(metrics),
        "Spearman": _two_digits(grouped["spearman"]["median"]),
        "R2 at random": _two_digits(random["r2"]["median"]),
        "R2 of nearest alloy": _two_digits(metrics["baseline_nearest"]["r2"]),
        f"coverage of {_percent(metrics['interval'])}": _percent(metrics["coverage_on_unseen_groups"]),
    }


def _two_digits(score: float | None) -> str:
    """Return a score in words; constant predictions have no rank correlation, which JSON says as null."""
    return "none" if score is None else f"{score:.2f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
