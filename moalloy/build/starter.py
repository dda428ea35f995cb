"""A commented problem file to start from, made from a table."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.elements import is_element, masses_u
from moalloy.domain.values import FloatArray
from moalloy.errors import TableError
from moalloy.tables import AlloyTable, ColumnSummary, Detected, describe, unit_of, without_unit
from moalloy.tables.audit.columns import is_treatment
from moalloy.units import atomic_to_weight_fractions

__all__ = ["Starter", "starter_problem"]

# An element of fewer rows than this is left for the user to add.
_FEWEST_ROWS = 5
_FEWEST_VALUES = 10
_MOST_OBJECTIVES = 3
_MOST_ELEMENTS = 6
_MOST_CHOICES = 4
_MOST_LABELS = 6
# Grid steps to choose from, in percent, and how many of them the rarest element should have at least.
_STEPS = (0.5, 0.25, 0.1, 0.05, 0.01)
_FEWEST_STEPS = 3
# A property whose values span more than this factor is fitted on its logarithm.
_LOG_FACTOR = 30.0
_MINIMIZED = ("hc", "coercivity", "loss", "cost", "magnetostriction", "resistivity")
# What YAML readers take for something else than text where it isn't quoted.
_YAML_WORDS = ("yes", "no", "on", "off", "y", "n", "true", "false", "null")
_PROCESS_WORDS = ("temperature", "anneal", "time", "rate", "pressure", "thickness")


@dataclass(frozen=True, slots=True)
class Starter:
    """What a starter problem is made from: its name, a table, and the path of that for the problem file."""

    name: str
    found: Detected
    path: str

    @property
    def table(self) -> AlloyTable:
        return self.found.table

    @property
    def reference(self) -> str | None:
        """The column that says where a row comes from, however it is spelled; else that of the groups."""
        spelled = {column.lower(): column for column in reversed(self.table.columns)}
        return spelled.get("reference") or spelled.get("doi") or self.found.group_by


def starter_problem(starter: Starter) -> str:
    """Return the YAML text of a commented problem for a table: elements, ranges and columns found in it.

    Properties are the numeric columns with enough values; the first three become objectives. What the
    table can't say (which way is good, what can be melted) is guessed and marked.
    """
    columns = describe(starter.table)
    numeric = [item for item in columns if _is_property(item, starter)]
    treatments = [item for item in numeric if _is_process(item.column)]
    process = [item for item in treatments if _is_process_name(item.column)]
    properties = [item for item in numeric if item not in treatments]
    if not properties:
        raise TableError(
            f"{starter.table.place}: no column has {_FEWEST_VALUES} or more different numbers;"
            " there is nothing to learn from it"
        )
    chosen = sorted(properties, key=lambda item: -item.n_values)[:_MOST_OBJECTIVES]
    names = _names(properties)
    lines = [
        "# yaml-language-server: $schema=moalloy.schema.json",
        "# Editors complete and explain the keys after `moalloy schema --out moalloy.schema.json`.",
        "#",
        f"# {starter.name}: made by `moalloy init` from {starter.path}.",
        "# Read it through: bounds are those of the table, and lines with 'guess' need your knowledge.",
        f"#   moalloy check {starter.name}.yaml",
        f"#   moalloy run {starter.name}.yaml",
        "version: 1",
        f"name: {starter.name}",
        "",
        *_space(starter, process),
        *_other_treatments(starter, columns, [item for item in treatments if item not in process]),
        "",
        *_data(starter),
        "",
        *_properties(properties, chosen, process, names),
        "",
        *_objectives(chosen, names),
        "",
        "model: {kind: xgboost, members: 10, interval: 0.9, seed: 0}",
        "",
        "optimize: {algorithm: nsga2, population: 100, generations: 100, seeds: [1, 2], risk: mean}",
    ]
    return "\n".join(lines) + "\n"


def _space(starter: Starter, process: Sequence[ColumnSummary]) -> list[str]:
    chosen = _elements(starter.found)
    step = _step(chosen)
    lines = [
        "space:",
        f"  basis: {starter.found.basis}",
        "  elements:                  # ranges of the measured alloys",
    ]
    for symbol, amounts in chosen.items():
        present = amounts[amounts > 0]
        low, high = _outward(present.min(), present.max(), step)
        is_optional = len(present) < len(amounts)
        low = max(low, step) if is_optional else low
        entry = f"{{min: {low:g}, max: {high:g}, or_zero: true}}" if is_optional else f"[{low:g}, {high:g}]"
        lines.append(f"    {symbol}: {entry}   # in {len(present)} of {len(amounts)} rows")
    left = [s for s in starter.table.elements if s not in chosen]
    if left:
        lines.append(f"    # less frequent, left out: {', '.join(left)}")
    lines += [f"  step: {step:<20g} # what your balance resolves"]
    last = list(chosen)[-2:]
    lines += [f"  count: {{min: 2, max: {len(chosen)}}}        # how many elements an alloy holds"]
    lines += [
        "  # constraints:",
        f"  #   - {' + '.join(last)} <= {_outward(0.0, sum(chosen[s].max() for s in last), step)[1]:g}",
        "  #   - {descriptor: cost_USD_per_kg, max: 20}",
    ]
    if process:
        lines.append("  process:                   # ranges of the table; steps are a guess")
        lines += [f"    {item.column}: {_process_entry(item, starter.table)}" for item in process]
    return lines


def _step(chosen: Mapping[str, FloatArray]) -> float:
    """Return a grid step that leaves the rarest element a few amounts to choose from.

    >>> _step({"Fe": np.array([80.0, 90.0]), "Cu": np.array([0.0, 2.0])})
    0.5
    >>> _step({"Cu": np.array([99.0, 97.0]), "Zr": np.array([0.05, 0.15])})
    0.05
    """
    least = min(float(amounts.max()) for amounts in chosen.values())
    return next((step for step in _STEPS if _FEWEST_STEPS * step <= least + 1e-9), _STEPS[-1])


def _outward(least: float, most: float, step: float) -> tuple[float, float]:
    """Return the multiples of the step around a range.

    >>> _outward(0.1, 0.15, 0.05)
    (0.1, 0.15)
    """
    low, high = math.floor(least / step + 1e-6) * step, math.ceil(most / step - 1e-6) * step
    return round(low, 6), round(high, 6)


def _other_treatments(
    starter: Starter, columns: Sequence[ColumnSummary], unnamed: Sequence[ColumnSummary]
) -> list[str]:
    """Return comments on treatments that wait for the user: named ones, and those to be renamed."""
    lines = []
    for item in columns:
        if _is_named_treatment(item, starter):
            labels = dict.fromkeys(label for label in starter.table.labels(item.column) if label)
            choices = ", ".join(_quoted(label) for label in sorted(labels))
            lines.append(f"  #   {item.column}: {{choices: [{choices}]}}")
    if lines:
        lines.insert(
            0, "  # Treatments by name; to design with one, put it under 'process' and into 'inputs':"
        )
    for item in unnamed:
        name = re.sub(r"[^0-9A-Za-z]+", "_", item.column).strip("_")
        lines += [
            f"  # '{item.column}' is a treatment: to design with it, rename that column of the table,",
            f"  # to {name}, and put it under 'process' and into 'inputs'.",
        ]
    return lines


def _elements(found: Detected) -> Mapping[str, FloatArray]:
    """Return percent of the elements to start with, the most frequent ones, in the order of the table."""
    table = found.table
    amounts = 100.0 * table.fractions
    if found.basis == "wt%":
        # To at.% and back costs the last digits, and a bound that is rounded outward half a per cent.
        amounts = np.round(100.0 * atomic_to_weight_fractions(table.fractions, masses_u(table.elements)), 9)
    n_rows = {symbol: int((amounts[:, i] > 0).sum()) for i, symbol in enumerate(table.elements)}
    frequent = sorted((s for s in n_rows if n_rows[s] >= _FEWEST_ROWS), key=lambda s: (-n_rows[s], s))
    kept = frequent[:_MOST_ELEMENTS] or list(table.elements)
    return {symbol: amounts[:, table.elements.index(symbol)] for symbol in kept}


def _process_entry(item: ColumnSummary, table: AlloyTable) -> str:
    """Return a range with about ten steps, or the most frequent values where the range spans decades."""
    if item.minimum == item.maximum:
        return _plain(item.minimum)
    if item.minimum > 0 and item.maximum / item.minimum > _LOG_FACTOR:
        values = table.numbers(item.column)
        levels, counts = np.unique(values[np.isfinite(values)], return_counts=True)
        chosen = np.sort(levels[np.argsort(-counts, kind="stable")[:_MOST_CHOICES]])
        return f"{{choices: [{', '.join(_plain(level) for level in chosen)}]}}"
    step = 10.0 ** math.floor(math.log10((item.maximum - item.minimum) / 10.0))
    return f"{{range: [{_plain(item.minimum)}, {_plain(item.maximum)}], step: {_plain(step)}}}"


def _data(starter: Starter) -> list[str]:
    found = starter.found
    if isinstance(found.composition, str):
        composition = _quoted(found.composition)
    else:
        composition = "{" + ", ".join(f"{s}: {_quoted(c)}" for s, c in found.composition.items()) + "}"
    sheet = f", sheet: {_quoted(found.sheet)}" if found.sheet else ""
    group = f", group_by: {_quoted(found.group_by)}" if found.group_by else ""
    group += f", reference: {_quoted(starter.reference)}" if starter.reference else ""
    lines = ["data:"]
    if not found.group_by:
        lines.append(
            "  # Add group_by: the column that names the paper or batch; scores are honest only with it."
        )
    basis = "" if found.basis == "at%" else f", basis: {found.basis}"
    keys = f"table: {_quoted(starter.path)}{sheet}, composition: {composition}{basis}{group}"
    return [*lines, f"  mine: {{{keys}}}"]


def _properties(
    properties: Sequence[ColumnSummary],
    chosen: Sequence[ColumnSummary],
    process: Sequence[ColumnSummary],
    names: Mapping[str, str],
) -> list[str]:
    """Return one line per property; those that aren't objectives are there to be uncommented."""
    inputs = f", inputs: [{', '.join(item.column for item in process)}]" if process else ""
    lines = ["properties:"]
    for item in properties:
        unit = unit_of(item.column)
        scale = ", scale: log" if item.minimum > 0 and item.maximum / item.minimum > _LOG_FACTOR else ""
        unit_text = f", unit: {_quoted(unit)}" if unit else ""
        keys = f"data: mine, column: {_quoted(item.column)}{unit_text}{scale}{inputs}"
        mark = "" if item in chosen else "# "
        found = f"{item.n_values} values, {item.minimum:g} to {item.maximum:g}"
        lines.append(f"  {mark}{names[item.column]}: {{{keys}}}   # {found}")
    return lines


def _objectives(chosen: Sequence[ColumnSummary], names: Mapping[str, str]) -> list[str]:
    lines = ["objectives:                  # a guess: say which way is good; thresholds are the medians"]
    for item in chosen:
        goal = "min" if any(word in item.column.lower() for word in _MINIMIZED) else "max"
        lines.append(
            f"  {names[item.column]}: {{goal: {goal}, threshold: {_plain(float(f'{item.median:.3g}'))}}}"
        )
    if len(chosen) < 2:
        lines.append("  cost_USD_per_kg: {goal: min}")
    return lines


def _is_property(item: ColumnSummary, starter: Starter) -> bool:
    composition = starter.found.composition
    amounts = [] if isinstance(composition, str) else list(composition.values())
    is_numeric = not math.isnan(item.median) and item.minimum < item.maximum
    has_values = item.n_values >= _FEWEST_VALUES and item.n_distinct > 2
    return item.column not in amounts and is_numeric and has_values and not _counts_rows(item)


def _counts_rows(item: ColumnSummary) -> bool:
    """Return whether a column numbers the rows: from 0 or 1, each once."""
    is_running = item.minimum in (0, 1) and item.maximum - item.minimum == item.n_values - 1
    return is_running and item.n_distinct == item.n_values


def _is_process(column: str) -> bool:
    words = column.lower()
    is_measured = "curie" in words or "crystal" in words or "glass" in words
    return (any(word in words for word in _PROCESS_WORDS) and not is_measured) or is_treatment(column)


def _is_process_name(column: str) -> bool:
    """Return whether a process variable may be called so."""
    return column.isascii() and column.isidentifier()


def _is_named_treatment(item: ColumnSummary, starter: Starter) -> bool:
    is_text = math.isnan(item.median) and 2 <= item.n_distinct <= _MOST_LABELS
    is_common = 2 * item.n_values >= item.n_values + item.n_missing
    is_free = item.column not in (starter.found.group_by, starter.reference)
    return is_text and is_common and is_free and _is_process_name(item.column) and is_treatment(item.column)


def _plain(number: float) -> str:
    """Return a number as YAML reads it for sure: never ``1e+03``, which is text there."""
    return np.format_float_positional(float(f"{number:.6g}"), trim="-")


def _names(properties: Sequence[ColumnSummary]) -> dict[str, str]:
    """Return property names by column: without the unit where that leaves a name of its own."""
    short = {item.column: _identifier(without_unit(item.column)) for item in properties}
    full = {item.column: _identifier(re.split(r"[(\[]", item.column, maxsplit=1)[0]) for item in properties}
    others = [*short.values(), *full.values()]
    chosen = {
        column: name if _is_name(name) and others.count(name) == 1 + (full[column] == name) else full[column]
        for column, name in short.items()
    }
    return {column: name if _is_name(name) else f"property_{name}" for column, name in chosen.items()}


def _identifier(text: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in text.strip()).strip("_")


def _is_name(name: str) -> bool:
    is_taken = is_element(name) or name.lower() in _YAML_WORDS
    return bool(name) and not name[0].isdigit() and not is_taken


def _quoted(text: str) -> str:
    is_plain = text.replace("_", "").replace(".", "").replace("-", "").isalnum() and not text[0].isdigit()
    is_plain = is_plain and text.lower() not in _YAML_WORDS
    return text if is_plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
