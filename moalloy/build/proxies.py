"""Which columns speak for a property where it wasn't measured, and the rows that have them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from moalloy.build.wording import lines_at_most_zero
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import TableError
from moalloy.spec import PropertySpec
from moalloy.surrogates.proxies import FEWEST_GROUPS, FEWEST_ROWS, ProxyRows
from moalloy.surrogates.scale import Scale, to_scale
from moalloy.surrogates.training import TrainingRows
from moalloy.tables import AlloyTable

__all__ = ["proxy_metrics", "proxy_notes", "proxy_rows", "proxy_warnings"]

# By the column of the property and its scale; another table is asked only if it has the same names.
_KNOWN: Mapping[tuple[str, str], Mapping[str, Scale]] = {
    ("Hc_A_per_m", "log"): {"permeability_1kHz": "log"},
}
# A squared correlation below this is that of chance.
_LEAST_R2 = 0.1


def _known_proxies(item: PropertySpec, columns: Sequence[str]) -> Mapping[str, Scale]:
    """Return the proxies of a property by column, each with its scale.

    Those that the problem file names, or else those that are known of and that the table has.

    Args:
        item: The property.
        columns: The columns of its table.
    """
    if item.proxies is not None:
        return item.proxies
    known = _KNOWN.get((item.column, item.scale), {})
    return {column: scale for column, scale in known.items() if column in columns}


def proxy_rows(
    name: str,
    item: PropertySpec,
    table: AlloyTable,
    rows: TrainingRows,
    *,
    has_value: BoolArray,
    process: FloatArray,
    groups: tuple[str, ...],
) -> tuple[ProxyRows, ...]:
    """Return the rows of a table that lack property ``name`` and have a proxy of it.

    Args:
        name: The property.
        item: What the problem file says of it.
        table: Its table.
        rows: Its training rows: those of the table that have a value, in order.
        has_value: Which rows of the table these are, shape ``(n_table_rows,)``.
        process: The process inputs in every row of the table, shape ``(n_table_rows, n_process)``.
        groups: The group of each row of the table, named as in the training rows.

    Raises:
        TableError: The problem file names a column that isn't numeric, has values without a logarithm, goes
            with the property in too few rows, or is measured in no other.
    """
    # What the features of the property's own rows don't hold, a model can't tell apart.
    is_foreign = table.fractions[:, ~(rows.fractions > 0).any(axis=0)].any(axis=1)
    found = []
    for column, scale in _known_proxies(item, table.columns).items():
        place = _place(table, column, name)
        try:
            values = _values(table, column, scale, place)
        except TableError:
            if item.proxies is not None:
                raise
            continue  # nobody asked for it: `proxy_warnings` says why it is left out
        chosen = np.isfinite(values) & ~has_value & ~is_foreign
        proxy = ProxyRows(
            column=column,
            scale=scale,
            fractions=table.fractions[chosen],
            process=process[chosen],
            values=values[chosen],
            groups=tuple(group for group, is_chosen in zip(groups, chosen, strict=True) if is_chosen),
            beside=values[has_value],
        )
        line = proxy.line(to_scale(rows.values, item.scale), rows.groups, np.ones(len(rows), dtype=np.bool_))
        if line is not None and chosen.any():
            found.append(proxy)
        elif line is None and item.proxies is not None:
            both = np.isfinite(proxy.beside)
            n_groups = len({group for group, is_both in zip(rows.groups, both, strict=True) if is_both})
            raise TableError(
                f"{place}: {both.sum()} rows of {n_groups} groups (by {rows.grouped_by}) have a value of"
                f" both; to tell from it what {name} may be takes {FEWEST_ROWS} rows of {FEWEST_GROUPS}"
                " groups, whose values differ. Leave it out of proxies."
            )
        elif item.proxies is not None:
            raise TableError(
                f"{place}: no row has it and lacks {name}, so there is nothing to learn from by it. Leave it"
                " out of proxies."
            )
    return tuple(found)


def proxy_metrics(
    rows: TrainingRows, scale: Scale, is_left_out: Sequence[BoolArray] | BoolArray = ()
) -> list[dict[str, object]]:
    """Return what metrics.json says of the proxies: their rows, and how well they speak for the property.

    Args:
        rows: The training rows.
        scale: That they are fitted on.
        is_left_out: Which of them each member leaves out, shape ``(n_members, n_rows)``; none before the fit.
    """
    target = to_scale(rows.values, scale)
    found = []
    for item in rows.proxies:
        line = item.line(target, rows.groups, np.ones(len(rows), dtype=np.bool_))
        if line is None:
            continue
        members = [item.line(target, rows.groups, ~is_out) is not None for is_out in is_left_out]
        found.append(
            {
                "column": item.column,
                "scale": item.scale,
                "rows": int(item.has_say(line).sum()),
                "rows_beyond": int((~item.has_say(line)).sum()),
                "rows_with_both": line.n_rows,
                "r2": line.r2,
                "slope": line.slope,
                "members": sum(members),
            }
        )
    return found


def proxy_notes(name: str, metrics: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what is going to be learned from beside the rows with a value of property ``name``.

    ``metrics`` is what `proxy_metrics` returned.
    """
    return [
        f"{name}: {told['rows']} rows that lack it are learned from by their {told['column']} (r²"
        f" {told['r2']:.2f} over {told['rows_with_both']} rows that have both); proxies: {{}} does without"
        for told in metrics
    ]


def proxy_warnings(
    name: str, item: PropertySpec, table: AlloyTable, metrics: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """Return which proxies of property ``name`` can't be read, or help nobody, and why.

    Args:
        name: The property.
        item: What the problem file says of it.
        table: Its table.
        metrics: What `proxy_metrics` returned; nothing before the fit.
    """
    found = []
    for column, scale in _known_proxies(item, table.columns).items() if item.proxies is None else ():
        try:
            _values(table, column, scale, _place(table, column, name))
        except TableError as error:
            found.append(f"{name}: nothing is learned from by its proxy. {error}")
    for told in metrics:
        column = told["column"]
        if told["members"] == 0:
            found.append(
                f"{name}: no member learned from {column}: without the groups that it leaves out, fewer than"
                f" {FEWEST_ROWS} rows of {FEWEST_GROUPS} groups have both"
            )
        if told["r2"] < _LEAST_R2:
            found.append(
                f"{name}: {column} says next to nothing of it (r² {told['r2']:.2f} over"
                f" {told['rows_with_both']} rows), so as good as none of its rows are learned from"
            )
    return found


def _place(table: AlloyTable, column: str, name: str) -> str:
    return f"{table.place}, column '{column}' (a proxy of {name})"


def _values(table: AlloyTable, column: str, scale: Scale, place: str) -> FloatArray:
    values = table.numbers(column)
    if scale == "log" and (values <= 0).any():
        n, where = lines_at_most_zero(table.lines, values)
        raise TableError(
            f"{place}: scale is log, but {n} values are 0 or below ({where}); blank them, or leave the column"
            " out by proxies: {}."
        )
    return values
