"""Which columns speak for a property where it wasn't measured, and the rows that have them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from moalloy.build.wording import listed
from moalloy.domain.values import FloatArray
from moalloy.errors import TableError
from moalloy.spec import PropertySpec
from moalloy.surrogates.fitting import to_scale
from moalloy.surrogates.proxies import FEWEST_GROUPS, FEWEST_ROWS, ProxyRows, Scale
from moalloy.surrogates.training import TrainingRows
from moalloy.tables import AlloyTable

__all__ = ["known_proxies", "proxy_metrics", "proxy_rows"]

# By the column of the property and its scale; another table is asked only if it has the same names.
_KNOWN: Mapping[tuple[str, str], Mapping[str, Scale]] = {
    ("Hc_A_per_m", "log"): {"permeability_1kHz": "log"},
}


def known_proxies(item: PropertySpec, columns: Sequence[str]) -> Mapping[str, Scale]:
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
    name: str, item: PropertySpec, table: AlloyTable, rows: TrainingRows, process: FloatArray
) -> tuple[ProxyRows, ...]:
    """Return the rows of a table that lack property ``name`` and have a proxy of it.

    Args:
        name: The property.
        item: What the problem file says of it.
        table: Its table.
        rows: Its training rows: those of the table that have a value, in order.
        process: Its process inputs in every row of the table, shape ``(n_table_rows, n_process)``.

    Raises:
        TableError: A column isn't numeric, or has values without a logarithm, or the problem file names one
            that goes with the property in too few rows.
    """
    has_value = np.isfinite(table.numbers(item.column))
    # What the features of the property's own rows don't hold, a model can't tell apart.
    is_foreign = table.fractions[:, ~(rows.fractions > 0).any(axis=0)].any(axis=1)
    # Where the groups of the training rows couldn't be told apart, formulas stood in.
    groups = np.array(table.formulas if rows.groups == rows.formulas else table.groups)
    found = []
    for column, scale in known_proxies(item, table.columns).items():
        place = f"{table.place}, column '{column}' (a proxy of {name})"
        values = _values(table, column, scale, place)
        chosen = np.isfinite(values) & ~has_value & ~is_foreign
        proxy = ProxyRows(
            column=column,
            scale=scale,
            fractions=table.fractions[chosen],
            process=process[chosen],
            values=values[chosen],
            groups=tuple(groups[chosen].tolist()),
            beside=values[has_value],
        )
        line = proxy.line(to_scale(rows.values, item.scale), rows.groups, np.ones(len(rows), dtype=np.bool_))
        if line is not None and chosen.any():
            found.append(proxy)
        elif line is None and item.proxies is not None:
            raise TableError(
                f"{place}: too few rows have a value of both, or they don't differ, to tell from it what"
                f" {name} may be; {FEWEST_ROWS} rows of {FEWEST_GROUPS} groups are needed. Leave it out of"
                " proxies."
            )
    return tuple(found)


def proxy_metrics(rows: TrainingRows, scale: Scale) -> list[dict[str, object]]:
    """Return what metrics.json says of the proxies: their rows, and how well they speak for the property."""
    target = to_scale(rows.values, scale)
    everywhere = np.ones(len(rows), dtype=np.bool_)
    lines = [(item, item.line(target, rows.groups, everywhere)) for item in rows.proxies]
    return [
        {"column": item.column, "rows": len(item), "rows_with_both": line.n_rows, "r2": line.r2}
        for item, line in lines
        if line is not None
    ]


def _values(table: AlloyTable, column: str, scale: Scale, place: str) -> FloatArray:
    values = table.numbers(column)
    if scale == "log" and (values <= 0).any():
        lines = [line for line, value in zip(table.lines, values, strict=True) if value <= 0]
        raise TableError(
            f"{place}: scale is log, but {len(lines)} values are 0 or below"
            f" (line{'s' * (len(lines) > 1)} {listed(lines)}); blank them, or leave the column out by"
            " proxies: {}."
        )
    return values
