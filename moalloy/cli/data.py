"""``moalloy data``: the built-in tables, and a look at one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from moalloy.cli import data_audit
from moalloy.cli.options import output_format
from moalloy.cli.tables import HowToRead, bare_name, detected, how_to_read, skipping

if TYPE_CHECKING:
    from moalloy.tables import AlloyTable

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy data list
  moalloy data show fe_soft_magnetic
  moalloy data describe my_alloys.csv
  moalloy data describe my_alloys.xlsx --sheet ribbons --composition alloy_name
  moalloy data audit my_alloys.csv
  moalloy data export glass_forming --out glass_forming.csv"""


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
@how_to_read
@skipping
@output_format
def show(*, table: str, n_rows: int, style: str, **how: Unpack[HowToRead]) -> None:
    """Show what a table is, whom to credit, and its first rows."""
    import pandas as pd

    from moalloy.cli.console import print_table
    from moalloy.tables import about, builtin_names

    if bare_name(table) in builtin_names():
        facts = about(bare_name(table))
        click.echo(f"{facts.title}\n{facts.text}\nCredit: {facts.credit}\n", err=True)
    read = _read(table, **how)
    head = read.frame.head(n_rows).copy()
    filled = [name for name in head.columns if (head[name].astype(str) != "").any()]
    rows = pd.DataFrame({"canonical": read.formulas[:n_rows], "group": read.groups[:n_rows]})
    print_table(pd.concat([rows, head[filled].reset_index(drop=True)], axis=1), style=style)


@command.command()
@click.argument("table")
@how_to_read
@skipping
@output_format
def describe(*, table: str, style: str, **how: Unpack[HowToRead]) -> None:
    """Describe each column of a table: values, missing ones, range, unit; suspicions about units are said."""
    from dataclasses import asdict

    import pandas as pd

    from moalloy.cli.console import print_table
    from moalloy.tables import describe as describe_columns
    from moalloy.tables import suspicions

    read = _read(table, **how)
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

    path = out or Path(f"{bare_name(table)}.csv")
    if path.exists():
        raise InputError(f"{path} exists; choose another --out. Nothing was touched.")
    click.echo(export_table(bare_name(table), path))


def _read(table: str, **how: Unpack[HowToRead]) -> AlloyTable:
    read = detected(table, **how).table
    for note in read.notes:
        click.echo(f"note: {note}", err=True)
    return read
