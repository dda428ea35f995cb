"""``moalloy init``: a commented problem file to start from."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from moalloy.cli.tables import HowToRead, detected, how_to_read, skipping, source_of

if TYPE_CHECKING:
    from moalloy.tables import Detected

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy init my-alloy
  moalloy init my-alloy --table measured.csv
  moalloy init zr-glass --table measured.xlsx --sheet rods --basis wt%"""


@click.command(epilog=_EPILOG)
@click.argument("name")
@click.option("--table", help="Your table, CSV or Excel: elements, ranges and columns are taken from it.")
@how_to_read
@skipping
@click.option("--out", type=click.Path(path_type=Path), help="File to write; NAME.yaml if omitted.")
def command(*, name: str, table: str | None, out: Path | None, **how: Unpack[HowToRead]) -> None:
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
        text = _from_table(name, table, detected(table, **how), beside=path.parent)
    parse_spec(text, file=str(path))
    write_text(path, text)
    click.echo(path)


def _from_table(name: str, table: str, found: Detected, *, beside: Path) -> str:
    from moalloy.build.starter import Starter, starter_problem
    from moalloy.tables import suspicions

    for note in (*found.table.notes, *suspicions(found.table)):
        click.echo(f"note: {note}", err=True)
    path = source_of(table)
    if not path.startswith("builtin:"):
        # As the problem file will read it: relative to itself, so that both can move together.
        path = Path(os.path.relpath(Path(table).expanduser().resolve(), beside.resolve())).as_posix()
    return starter_problem(Starter(name, found, path))
