"""The front as a table: what an alloy is, what it promises, how far from known ground it lies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from moalloy.report.html.markup import Markup, join, reference, table, tag
from moalloy.report.quantities import readable
from moalloy.report.run_data import RunData

__all__ = ["front_table", "headline_table"]

_Cell = Callable[[pd.Series], str]
# Alloys to look at first, beside the best of each objective.
_N_LIKELY = 5


def front_table(run: RunData) -> Markup:
    """Return every alloy of the front, in the order of pareto.csv."""
    columns = _leading_columns(run) | _further_columns(run)
    return _table(columns, run.front, class_="front")


def headline_table(run: RunData) -> Markup:
    """Return the few alloys to look at first: the best of each objective, then the likeliest."""
    picked: dict[int, list[str]] = {}
    for item in run.estimates:
        picked.setdefault(int(item.quantity.goodness(item.mean).argmax()), []).append(
            f"best {item.quantity.title}"
        )
    chance = run.front["p_all"].fillna(-1.0).to_numpy(np.float64)
    if chance.max() > 0:
        for row in np.argsort(-chance, kind="stable")[:_N_LIKELY]:
            picked.setdefault(int(row), []).append("likeliest")
    columns = {"why": lambda row: ", ".join(picked[row.name])} | _leading_columns(run)
    return _table(columns, run.front.iloc[list(picked)], class_="headline")


def _table(columns: dict[str, _Cell], front: pd.DataFrame, *, class_: str) -> Markup:
    rows = ([cell(row) for cell in columns.values()] for _, row in front.iterrows())
    return table(tuple(columns), rows, class_=class_)


def _leading_columns(run: RunData) -> dict[str, _Cell]:
    """Return what a reader decides by, heading to cell."""
    columns: dict[str, _Cell] = {"formula (at.%)": lambda row: tag("b", str(row["formula"]))}
    for variable in run.problem.space.process:
        columns[readable(variable.name)] = _plain(variable.name)
    names = {quantity.name: quantity.label for quantity in run.objectives}
    for limit in run.problem.limits:
        names.setdefault(limit.name, limit.name)
    columns |= {label: _with_interval(name) for name, label in names.items()}
    for name in (name for name in names if f"{name}_score" in run.front):
        columns[f"{name}, as judged"] = _plain(f"{name}_score")
    if run.front["p_all"].notna().any():
        columns["chance to meet all thresholds"] = _plain("p_all")
    columns["in domain"] = lambda row: "yes" if row["in_domain"] else tag("span", "no", class_="warn")
    columns["nearest measured alloy"] = _nearest
    columns["distance (at.%)"] = _plain("nearest_distance_at_pct")
    columns["its reference"] = lambda row: reference(_text(row["nearest_reference"]))
    return columns


def _further_columns(run: RunData) -> dict[str, _Cell]:
    """Return what stands behind: exact amounts, and which search found the alloy."""
    space = run.problem.space
    columns: dict[str, _Cell] = {}
    if space.composition.basis == "wt%":
        columns |= {f"{symbol} (wt.%)": _plain(f"{symbol}_wt") for symbol in space.elements}
    columns |= {f"{symbol} (at.%)": _plain(symbol) for symbol in space.elements}
    columns["search"] = lambda row: f"{row['algorithm']}, seed {row['seed']}"
    if "n_equal" in run.front:
        columns["alloys with equal prediction"] = _plain("n_equal")
    return columns


def _plain(name: str) -> _Cell:
    return lambda row: _text(row[name])


def _with_interval(name: str) -> _Cell:
    def cell(row: pd.Series) -> str:
        low, high = _text(row[f"{name}_low"]), _text(row[f"{name}_high"])
        if low == high:
            return _text(row[name])
        return join([_text(row[name]), " ", tag("span", f"[{low}, {high}]", class_="range")])

    return cell


def _nearest(row: pd.Series) -> str:
    return _text(row["nearest_formula"])


def _text(value: object) -> str:
    """Return a cell as pareto.csv has it; a dash where it is blank."""
    if isinstance(value, float | np.floating):
        return "–" if np.isnan(value) else f"{float(value):.10g}"
    return str(value)
