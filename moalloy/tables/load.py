"""Finding a table's file and getting its text, whatever kind of file it is."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from moalloy.errors import TableError
from moalloy.tables.builtin import PREFIX, builtin_path
from moalloy.tables.decode import decode, grid_from_text
from moalloy.tables.excel import grid_from_excel
from moalloy.tables.raw import Grid, RawTable, place_of, raw_table
from moalloy.tables.wording import did_you_mean

__all__ = ["load_raw", "load_stream", "table_hash", "table_headers"]

_ZIP_MAGIC = b"PK\x03\x04"
_OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"


def load_raw(
    source: str | Path,
    *,
    name: str = "",
    folder: Path | None = None,
    sheet: str | None = None,
    keep_blank_rows: bool = False,
) -> RawTable:
    """Return the text of a table.

    Args:
        source: ``builtin:NAME``, or the path of a CSV or Excel file.
        name: What messages call the table; the file's name by default.
        folder: What a relative path is relative to; by default the current folder.
        sheet: The sheet of an Excel file; by default the first.
        keep_blank_rows: Keep rows without a value.

    Raises:
        TableError: The file is missing, empty, no table, or its header isn't usable.
    """
    text_source = str(source)
    path = _find(text_source, folder=folder)
    name = name or path.stem
    place = place_of(name, text_source)
    data = _bytes(path, place=place)
    grid = _grid(data, place=place, sheet=sheet)
    digest = hashlib.sha256(data).hexdigest()
    return raw_table(grid, name=name, source=text_source, sha256=digest, keep_blank_rows=keep_blank_rows)


def load_stream(stream: BinaryIO, *, name: str, keep_blank_rows: bool = False) -> RawTable:
    """Return the text of a table that is read from a stream, such as standard input.

    Raises:
        TableError: The stream is empty, no table, or its header isn't usable.
    """
    data = stream.read()
    grid = _grid(data, place=name)
    digest = hashlib.sha256(data).hexdigest()
    return raw_table(grid, name=name, source=name, sha256=digest, keep_blank_rows=keep_blank_rows)


def table_headers(source: str, *, folder: Path | None = None, sheet: str | None = None) -> tuple[str, ...]:
    """Return the names of a table's columns; arguments as in `load_raw`.

    Raises:
        TableError: The file is missing, empty, no table, or its header isn't usable.
    """
    return load_raw(source, folder=folder, sheet=sheet).headers


def table_hash(source: str, *, folder: Path | None = None) -> str:
    """Return the hexadecimal SHA-256 of a table's file; ``source`` and ``folder`` as in `load_raw`.

    Raises:
        TableError: The file is missing or can't be read.
    """
    return hashlib.sha256(_bytes(_find(source, folder=folder), place=source)).hexdigest()


def _find(source: str, *, folder: Path | None) -> Path:
    if source.startswith(PREFIX):
        return builtin_path(source)
    path = (folder or Path()) / Path(source).expanduser()
    if path.is_dir():
        raise TableError(f"{source} is a folder; expected a CSV or Excel file.")
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise TableError(f"There is no file {path.absolute()}.{did_you_mean(path.name, beside)}")
    return path


def _bytes(path: Path, *, place: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TableError(f"{place} can't be read: {error.strerror}.") from None


def _grid(data: bytes, *, place: str, sheet: str | None = None) -> Grid:
    """Return the cells of a file, whatever kind it is."""
    if data.startswith(_OLD_EXCEL_MAGIC):
        raise TableError(f"{place} is an old Excel file (.xls); save it as .xlsx or CSV.")
    if data.startswith(_ZIP_MAGIC):
        return grid_from_excel(data, place=place, sheet=sheet)
    if sheet is not None:
        raise TableError(f"{place} isn't an Excel file, so it has no sheet '{sheet}'; leave 'sheet' out.")
    return _text_grid(data, place=place)


def _text_grid(data: bytes, *, place: str) -> Grid:
    text, encoding = decode(data, place=place)
    grid = grid_from_text(text, place=place)
    if encoding.startswith("utf-8"):
        return grid
    return replace(grid, notes=(f"The file is encoded as {encoding}, not as UTF-8.", *grid.notes))
