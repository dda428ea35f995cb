"""Tables on the command line: how to read one, in the flags that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import click

if TYPE_CHECKING:
    from moalloy.tables import Detected

__all__ = ["HowToRead", "bare_name", "detected", "how_to_read", "skipping", "source_of"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


class HowToRead(TypedDict):
    """What `how_to_read` and `skipping` add to a command."""

    composition: str | None
    basis: str | None
    sheet: str | None
    skip_bad_rows: bool


def how_to_read(function: _Command) -> _Command:
    """Add ``--composition``, ``--basis`` and ``--sheet``."""
    options = (
        click.option(
            "--composition", metavar="COLUMN", help="Column of formulas, if its name doesn't say so."
        ),
        click.option(
            "--basis",
            type=click.Choice(["at%", "wt%"]),
            help="Of the table's amounts, if its headers don't say it.",
        ),
        click.option("--sheet", metavar="NAME", help="Sheet of an Excel file; the first if omitted."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def skipping(function: _Command) -> _Command:
    """Add ``--skip-bad-rows``."""
    return click.option(
        "--skip-bad-rows", is_flag=True, help="Leave out rows that can't be read, and say which."
    )(function)


def detected(table: str, **how: Unpack[HowToRead]) -> Detected:
    """Return the table that the options name."""
    from moalloy.tables import detect_table

    return detect_table(
        source_of(table),
        composition=how["composition"],
        basis="wt%" if how["basis"] == "wt%" else "at%" if how["basis"] else None,
        bad_rows="skip" if how["skip_bad_rows"] else "stop",
        sheet=how["sheet"],
    )


def source_of(table: str) -> str:
    """Return where a table is: the name of a built-in one may come without ``builtin:``."""
    from moalloy.tables import builtin_names

    return f"builtin:{table}" if table in builtin_names() else table


def bare_name(table: str) -> str:
    """Return the name of a built-in table without ``builtin:``."""
    return table.removeprefix("builtin:")
