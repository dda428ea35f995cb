"""``moalloy data``: the built-in tables, and a look at one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from moalloy.cli import data_audit
from moalloy.cli.options import output_format

if TYPE_CHECKING:
    from moalloy.tables import AlloyTable

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy data list
  moalloy data show fe_soft_magnetic
  moalloy data describe my_alloys.csv
  moalloy data audit my_alloys.csv
  moalloy data export glass_forming --out glass_forming.csv"""

_BASIS = click.option(
    "--basis", type=click.Choice(["at%", "wt%"]), help="Of the table's amounts, if its headers don't say it."
)
_SKIP = click.option(
    "--skip-bad-rows", is_flag=True, help="Leave out rows that can't be read, and say which."
)


@click.group(epilog=_EPILOG)
def command() -> None:
    """List, describe, audit and export tables of measured alloys.

    TABLE is the name of a built-in table, or the path of a CSV or Excel file.
    """


command.add_command(data_audit.command)


@command.command("list")
@output_format
def list_tables(style: str) -> None:
    """List the built-in tables."""
    import pandas as pd

    from moalloy.cli.console import print_table
    from moalloy.tables import about, builtin_names

    rows = [{"table": f"builtin:{name}", "what": about(name).title} for name in builtin_names()]
    print_table(pd.DataFrame(rows), style=style)


@command.command()
@click.argument("table")
@click.option("-n", "n_rows", type=click.IntRange(min=1), default=10, show_default=True, help="Rows to show.")
@_BASIS
@_SKIP
@output_format
def show(table: str, n_rows: int, basis: str | None, skip_bad_rows: bool, style: str) -> None:
    """Show what a table is, whom to credit, and its first rows."""
    import pandas as pd

    from moalloy.cli.console import print_table
    from moalloy.tables import about, builtin_names

    if _bare(table) in builtin_names():
        facts = about(_bare(table))
        click.echo(f"{facts.title}\n{facts.text}\nCredit: {facts.credit}\n", err=True)
    read = _read(table, basis, skip_bad_rows)
    head = read.frame.head(n_rows).copy()
    filled = [name for name in head.columns if (head[name].astype(str) != "").any()]
    rows = pd.DataFrame({"canonical": read.formulas[:n_rows], "group": read.groups[:n_rows]})
    print_table(pd.concat([rows, head[filled].reset_index(drop=True)], axis=1), style=style)


@command.command()
@click.argument("table")
@_BASIS
@_SKIP
@output_format
def describe(table: str, basis: str | None, skip_bad_rows: bool, style: str) -> None:
    """Describe each column of a table: values, missing ones, range, unit; suspicions about units are said."""
    from dataclasses import asdict

    import pandas as pd

    from moalloy.cli.console import print_table
    from moalloy.tables import describe as describe_columns
    from moalloy.tables import suspicions

    read = _read(table, basis, skip_bad_rows)
    click.echo(
        f"{read.source}: {len(read)} alloys of {len(read.elements)} elements, {len(set(read.groups))} groups",
        err=True,
    )
    print_table(pd.DataFrame([asdict(item) for item in describe_columns(read)]), style=style)
    for suspicion in suspicions(read):
        click.echo(f"suspicion: {suspicion}", err=True)


@command.command()
@click.argument("table")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; TABLE.csv if omitted.")
def export(table: str, out: Path | None) -> None:
    """Write a built-in table as CSV; standard output gets the file's path."""
    from moalloy.errors import InputError
    from moalloy.tables import export as export_table

    path = out or Path(f"{_bare(table)}.csv")
    if path.exists():
        raise InputError(f"{path} exists; choose another --out. Nothing was touched.")
    click.echo(export_table(_bare(table), path))


def _bare(table: str) -> str:
    return table.removeprefix("builtin:")


def _read(table: str, basis: str | None, skip_bad_rows: bool) -> AlloyTable:
    from moalloy.tables import builtin_names, detect_table

    source = f"builtin:{_bare(table)}" if _bare(table) in builtin_names() else table
    read, _, _, _ = detect_table(
        source,
        basis="wt%" if basis == "wt%" else "at%" if basis else None,
        bad_rows="skip" if skip_bad_rows else "stop",
    )
    for note in read.notes:
        click.echo(f"note: {note}", err=True)
    return read
