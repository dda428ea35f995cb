"""The front as a table: what an alloy is, what it promises, how far from known ground it lies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from moalloy.optimize.record import EXHAUSTIVE
from moalloy.report.html.markup import Markup, join, reference, table, tag
from moalloy.report.quantities import readable
from moalloy.report.run_data import RunData
from moalloy.report.windows import has_windows, looked_at_text, window_text
from moalloy.report.wording import rounded_formula
from moalloy.study.choices import look_at_first, merged
from moalloy.study.outlook import Outlook, outlook, scale_of

__all__ = ["front_table", "headline_table"]

_Cell = Callable[[pd.Series], str]
# More digits than pareto.csv has of predictions; and as many as a reader compares at a glance.
_ALL_DIGITS, _FEW_DIGITS = 10, 3


def front_table(run: RunData) -> Markup:
    """Return every alloy of the front, in the order of pareto.csv."""
    columns = _leading_columns(run) | _further_columns(run)
    return _table(columns, run.front, class_="front")


def headline_table(run: RunData) -> Markup:
    """Return the few alloys to look at first, by every rule that applies.

    Narrow enough for a screen: numbers have three digits, the nearest alloy is a single cell.
    """
    picked = merged(look_at_first(_outlook(run)))
    columns: dict[str, _Cell] = {"why": lambda row: picked[_index(row)]}
    if run.percent_unit == "wt.%":
        columns["composition"] = lambda row: tag("b", run.composition(_index(row)))
        columns["formula (at.%, rounded)"] = lambda row: _breakable(_rounded_formula(run, row))
    else:
        columns["formula (at.%)"] = lambda row: tag("b", _breakable(str(row["formula"])))
    columns |= _predictions(run, digits=_FEW_DIGITS)
    columns |= _windows(run)
    columns["nearest measured alloy (at.%)"] = _nearest_with_distance
    return _table(columns, run.front.iloc[list(picked)], class_="headline")


def _outlook(run: RunData) -> Outlook:
    """Return what rules choose by, with objectives named as people call them."""
    view = outlook(run.problem, run.front, scale_of(run.problem, run.manifest["result"]))
    return replace(view, names=tuple(quantity.title for quantity in run.objectives))


def _table(columns: dict[str, _Cell], front: pd.DataFrame, *, class_: str) -> Markup:
    rows = ([cell(row) for cell in columns.values()] for _, row in front.iterrows())
    return table(tuple(columns), rows, class_=class_)


def _leading_columns(run: RunData) -> dict[str, _Cell]:
    """Return what a reader decides by, heading to cell."""
    columns: dict[str, _Cell] = {"formula (at.%)": lambda row: tag("b", str(row["formula"]))}
    columns |= _predictions(run, digits=_ALL_DIGITS)
    columns |= _windows(run)
    columns["nearest measured alloy"] = _plain("nearest_formula")
    columns["distance (at.%)"] = _plain("nearest_distance_at_pct")
    columns["its reference"] = lambda row: reference(_text(row["nearest_reference"]))
    return columns


def _predictions(run: RunData, *, digits: int) -> dict[str, _Cell]:
    """Return treatment, predictions with intervals, and how far to believe them."""
    columns: dict[str, _Cell] = {}
    for variable in run.problem.space.process:
        columns[readable(variable.name)] = _plain(variable.name)
    names = {quantity.name: quantity.label for quantity in run.objectives}
    for limit in run.problem.limits:
        names.setdefault(limit.name, limit.name)
    columns |= {label: _with_interval(name, digits) for name, label in names.items()}
    for quantity in (quantity for quantity in run.judged if f"{quantity.name}_score" in run.front):
        heading = quantity.title if quantity.is_chance else f"{quantity.name}, as judged"
        columns[heading] = _plain(f"{quantity.name}_score", digits)
    if run.front["p_all"].notna().any():
        columns["chance to meet all thresholds"] = _plain("p_all", digits)
    columns["in domain"] = lambda row: "yes" if row["in_domain"] else tag("span", "no", class_="warn")
    return columns


# Word joiners on either side: a range never breaks over two lines.
_UNBROKEN_DASH = "\u2060–\u2060"


def _windows(run: RunData) -> dict[str, _Cell]:
    """Return the column with each alloy's composition window and how many alloys of it were looked at."""
    if not has_windows(run.front):
        return {}

    def cell(row: pd.Series) -> str:
        ranges = window_text(dict(row), run.problem.space.elements).replace("–", _UNBROKEN_DASH)
        return join([ranges, tag("span", looked_at_text(dict(row)), class_="below")])

    return {f"composition window ({run.percent_unit})": cell}


def _further_columns(run: RunData) -> dict[str, _Cell]:
    """Return what stands behind: exact amounts, and which search found the alloy."""
    space = run.problem.space
    columns: dict[str, _Cell] = {}
    if space.composition.basis == "wt%":
        columns |= {f"{symbol} (wt.%)": _plain(f"{symbol}_wt") for symbol in space.elements}
    columns |= {f"{symbol} (at.%)": _plain(symbol) for symbol in space.elements}
    for name in (name for name in run.models if f"{name}_unseen" in run.front):
        columns[f"{run.property_quantity(name).label}, neighbors unseen"] = _plain(f"{name}_unseen")
    columns["search"] = _search
    if "n_equal" in run.front:
        columns["alloys with equal prediction"] = _plain("n_equal")
    return columns


def _search(row: pd.Series) -> str:
    """Return which search found an alloy; an exhaustive one draws nothing, so that its seed says nothing."""
    return EXHAUSTIVE if row["algorithm"] == EXHAUSTIVE else f"{row['algorithm']}, seed {row['seed']}"


def _plain(name: str, digits: int = _ALL_DIGITS) -> _Cell:
    return lambda row: _text(row[name], digits)


def _with_interval(name: str, digits: int) -> _Cell:
    def cell(row: pd.Series) -> str:
        mean, low, high = (_text(row[column], digits) for column in (name, f"{name}_low", f"{name}_high"))
        if row[f"{name}_low"] == row[f"{name}_high"]:
            return mean
        return join([mean, " ", tag("span", f"[{low}, {high}]", class_="range")])

    return cell


def _nearest_with_distance(row: pd.Series) -> str:
    """Return formula, distance and reference in one cell, which is narrower than three."""
    formula = _text(row["nearest_formula"])
    if formula == "–":
        return formula
    away = f" {_text(row['nearest_distance_at_pct'], _FEW_DIGITS)} away"
    source = reference(_text(row["nearest_reference"]))
    below = [] if source == "–" else [tag("span", source, class_="below")]
    return join([_breakable(formula), tag("span", away, class_="range"), *below])


def _index(row: pd.Series) -> int:
    return int(str(row.name))


def _rounded_formula(run: RunData, row: pd.Series) -> str:
    elements = run.problem.space.elements
    return rounded_formula(elements, row[list(elements)].to_numpy(np.float64))


def _breakable(formula: str) -> Markup:
    """Return a formula that a narrow column breaks before an element only."""
    return join(re.findall(r"[A-Z][^A-Z]*", formula) or [formula], Markup("<wbr>"))


def _text(value: object, digits: int = _ALL_DIGITS) -> str:
    """Return a cell to as many significant digits; a dash where it is blank."""
    if isinstance(value, float | np.floating):
        return "–" if np.isnan(value) else _rounded(float(value), digits)
    return str(value)


def _rounded(value: float, digits: int) -> str:
    """Return a number without a power of ten where it is of everyday size.

    >>> _rounded(2105.3, 3), _rounded(3.7442, 3), _rounded(1.2e-7, 3)
    ('2110', '3.74', '1.2e-07')
    """
    text = f"{value:.{digits}g}"
    return f"{float(text):.10g}"
