"""``moalloy data audit``: what looks wrong in a table, before anything is learned from it."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moalloy.cli.options import output_format
from moalloy.cli.tables import how_to_read, source_of

if TYPE_CHECKING:
    from moalloy.tables.audit import AuditTable, Finding

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy data audit my_alloys.csv
  moalloy data audit my_alloys.csv --kind unit-slip --kind beyond-physics
  moalloy data audit my_alloys.csv --clean my_alloys_clean.csv
  moalloy data audit my_alloys.xlsx --sheet ribbons --group-by batch --format json > findings.json
  moalloy data audit my_alloys.csv --fail-on error      in a script: exit code 2 if there are errors
  moalloy data audit builtin:fe_soft_magnetic

\b
Kinds:
  unreadable      rows that are no alloy, words among numbers
  sum             amounts that don't sum to 100
  unit-slip       Oe for A/m, °C for K, G for T, um for mm, wt% for at%, fractions for percent
  beyond-physics  a Bs above what its iron can have, a diameter of 0, 20 K, a Tg above Tx
  placeholder     -999, or 0.1 mm for 'only as ribbon'
  disagreement    the same alloy and treatment with values too far apart
  shared-groups   two papers with the same measurements
  duplicate       the same measurement twice
  no-unit         a column that doesn't say its unit

An error can't be right, or stops the table from being read. A warning is most likely wrong, or
flatters a score. A note is worth knowing."""

_KINDS = (
    "unreadable", "sum", "unit-slip", "beyond-physics", "placeholder", "disagreement", "shared-groups",
    "duplicate", "no-unit",
)  # fmt: skip
_SEVERITIES = ("error", "warning", "note")
_MOST_RANGES = 8
_WIDEST = 110


@click.command("audit", epilog=_EPILOG)
@click.argument("table")
@how_to_read
@click.option(
    "--group-by",
    metavar="COLUMN",
    help="Column that says which rows come from one source; if omitted, the first named 'paper_group', "
    "'group', 'paper', 'doi', 'reference', 'publication', 'citation', 'study' or 'source'.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    type=click.Choice(_KINDS),
    help="Only this kind of finding, below; repeatable.",
)
@click.option(
    "--clean",
    type=click.Path(path_type=Path),
    help="Write a copy with suspect cells blank, unusable rows left out and the reasons in 'flags'.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    help="Exit with 2 if something this serious, or worse, is found.",
)
@output_format
def command(
    *,
    table: str,
    composition: str | None,
    basis: str | None,
    sheet: str | None,
    group_by: str | None,
    kinds: tuple[str, ...],
    clean: Path | None,
    fail_on: str | None,
    style: str,
) -> None:
    """Say what looks wrong in TABLE, where, why, and what to do about it.

    TABLE is the name of a built-in table, or the path of a CSV or Excel file. Findings are suspicions:
    look each up in its source. Nothing is changed but in the copy that --clean writes.
    """
    from moalloy.errors import InputError
    from moalloy.tables.audit import audit, open_table

    if clean is not None and clean.exists():
        raise InputError(f"{clean} exists; choose another file for --clean. Nothing was touched.")
    opened = open_table(
        source_of(table),
        composition=composition,
        basis="wt%" if basis == "wt%" else "at%" if basis else None,
        group_by=group_by,
        sheet=sheet,
    )
    found = [each for each in audit(opened) if not kinds or each.kind in kinds]
    _say_what_was_read(opened)
    _print(found, style=style)
    if clean is not None:
        _write_clean(opened, found, clean)
    click.echo(_summary(opened, found), err=True)
    serious = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1] if fail_on else ()
    n_serious = sum(each.severity in serious for each in found)
    if n_serious:
        raise InputError(f"{n_serious} of {len(found)} findings as serious as --fail-on {fail_on}, or worse.")


def _say_what_was_read(table: AuditTable) -> None:
    for note in table.raw.notes:
        click.echo(f"note: {note}", err=True)
    treatment = [column.name for column in table.columns if column.role == "treatment"]
    measured = [column.name for column in table.measured]
    groups = f"{len(set(table.groups))} groups by '{table.group_by}'" if table.group_by else "no groups"
    click.echo(
        f"{table.raw.source}: {_rows(len(table))}, {len(table.elements)} elements, {groups}. "
        f"Treatment: {', '.join(treatment) or 'none'}. Measured: {', '.join(measured) or 'none'}.",
        err=True,
    )
    if table.group_by is None:
        click.echo(
            "note: no column says which rows come from one source, so groups that share measurements and "
            "units of whole sources can't be judged; name the column with --group-by.",
            err=True,
        )


def _print(found: Sequence[Finding], *, style: str) -> None:
    from moalloy.tables.audit import KINDS

    if style != "table":
        _print_rows(found, style=style)
        return
    width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)
    for kind, same in groupby(found, key=lambda each: each.kind):
        click.echo(f"{KINDS[kind][0].upper()}{KINDS[kind][1:]} ({kind})")
        for each in same:
            click.echo(_paragraph(each, width=width))
        click.echo()


def _print_rows(found: Sequence[Finding], *, style: str) -> None:
    import pandas as pd

    from moalloy.cli.console import print_table

    fields = ("kind", "severity", "lines", "columns", "found", "reason", "advice")
    rows = [{field: getattr(each, field) for field in fields} for each in found]
    if style == "csv":
        rows = [
            {**row, "lines": " ".join(map(str, row["lines"])), "columns": "; ".join(row["columns"])}
            for row in rows
        ]
    print_table(pd.DataFrame(rows, columns=list(fields)), style=style)


def _paragraph(each: Finding, *, width: int) -> str:
    """Return a finding as indented text: where, what, why, and what to do."""
    many = "lines" if len(each.lines) > 1 else "line"
    place = f"{many} {_ranges(each.lines)}" + (f", {', '.join(each.columns)}" if each.columns else "")
    head = f"{each.severity}: {place}: {each.found}"
    wrapped = [
        textwrap.fill(text, width, initial_indent=first, subsequent_indent=then, break_long_words=False)
        for text, first, then in (
            (head, "  ", "      "),
            (each.reason, "      ", "      "),
            (each.advice, "      → ", "        "),
        )
    ]
    return "\n".join(wrapped)


def _ranges(lines: Sequence[int]) -> str:
    """Return line numbers in short.

    >>> _ranges([2, 5, 6, 7, 9])
    '2, 5-7, 9'
    """
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    texts = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs]
    hidden = sum(last - first + 1 for first, last in runs[_MOST_RANGES:])
    return ", ".join(texts[:_MOST_RANGES]) + (f" and {hidden} more" if hidden else "")


def _write_clean(table: AuditTable, found: Sequence[Finding], path: Path) -> None:
    from moalloy.files import write_text
    from moalloy.tables.audit import cleaned

    result = cleaned(table, found)
    write_text(path, result.frame.to_csv(index=False, lineterminator="\n"))
    for change in result.changes:
        click.echo(change, err=True)
    click.echo(
        f"{path}: {len(result.frame)} of {_rows(len(table))}, {len(result.changes)} changes, each named "
        "above; what was found stands in 'flags'.",
        err=True,
    )


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n} rows"


def _summary(table: AuditTable, found: Sequence[Finding]) -> str:
    if not found:
        return f"Nothing looks wrong in {_rows(len(table))}."
    severities = Counter[str](each.severity for each in found)
    counts = [f"{n} {word}{'s' * (n > 1)}" for word in _SEVERITIES if (n := severities[word])]
    kinds = Counter(each.kind for each in found)
    n_rows = len({line for each in found for line in each.lines} & {*table.raw.lines})
    return (
        f"{', '.join(counts)} in {n_rows} of {_rows(len(table))}: "
        f"{', '.join(f'{n} {kind}' for kind, n in kinds.items())}."
    )
