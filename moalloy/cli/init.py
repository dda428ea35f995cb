"""``moalloy init``: a commented problem file to start from."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

import click

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy init my-alloy
  moalloy init my-alloy --table measured.csv
  moalloy init zr-glass --table measured.xlsx --basis wt%"""


@click.command(epilog=_EPILOG)
@click.argument("name")
@click.option("--table", help="Your table, CSV or Excel: elements, ranges and columns are taken from it.")
@click.option(
    "--basis", type=click.Choice(["at%", "wt%"]), help="Of the table's amounts, if its headers don't say it."
)
@click.option("--skip-bad-rows", is_flag=True, help="Leave out rows that can't be read, and say which.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; NAME.yaml if omitted.")
def command(name: str, table: str | None, basis: str | None, skip_bad_rows: bool, out: Path | None) -> None:
    """Write a commented problem file called NAME.

    Without --table it is the example of Fe-based soft magnetic glasses, ready to run. Standard output gets
    the path of the file.
    """
    from moalloy.errors import InputError
    from moalloy.files import write_text
    from moalloy.spec import parse_spec

    path = out or Path(f"{name}.yaml")
    if path.exists():
        raise InputError(f"{path} exists; choose another NAME or --out. Nothing was touched.")
    if table is None:
        text = resources.files("moalloy.cli").joinpath("starter.yaml").read_text(encoding="utf-8")
        text = text.replace("name: my-alloy", f"name: {name}")
    else:
        text = _from_table(name, table, basis, skip_bad_rows, beside=path.parent)
    parse_spec(text, file=str(path))
    write_text(path, text)
    click.echo(path)


def _from_table(name: str, table: str, basis: str | None, skip_bad_rows: bool, *, beside: Path) -> str:
    from moalloy.build.starter import Starter, starter_problem
    from moalloy.tables import detect_table, suspicions

    read, composition, used_basis, group = detect_table(
        table,
        basis="wt%" if basis == "wt%" else "at%" if basis else None,
        bad_rows="skip" if skip_bad_rows else "stop",
    )
    for note in (*read.notes, *suspicions(read)):
        click.echo(f"note: {note}", err=True)
    path = table
    if not table.startswith("builtin:"):
        # As the problem file will read it: relative to itself, so that both can move together.
        path = Path(os.path.relpath(Path(table).expanduser().resolve(), beside.resolve())).as_posix()
    return starter_problem(Starter(name, read, composition, used_basis, group, path))
