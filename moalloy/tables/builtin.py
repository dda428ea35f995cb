"""The tables that come with moalloy, and where their rows come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from moalloy.errors import MachineError, TableError
from moalloy.tables.wording import did_you_mean

__all__ = ["PREFIX", "BuiltinTable", "about", "builtin_names", "builtin_path", "export"]

PREFIX = "builtin:"
_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class BuiltinTable:
    """What a built-in table holds, how to group its rows, and whom to credit."""

    name: str
    title: str
    text: str
    credit: str


_TABLES = {
    table.name: table
    for table in (
        BuiltinTable(
            "fe_soft_magnetic",
            "Fe-based soft magnetic ribbons with their anneal",
            "Saturation flux density, coercivity, magnetostriction, permeability, grain size and more of "
            "amorphous and nanocrystalline ribbons. paper_group fuses DOIs that report the same "
            "measurements: group by it. No alloy has Co or Ni.",
            "Compilation of Wang et al., Acta Materialia 194 (2020) 144, and its public repository (MIT "
            "licence); each row's paper by its doi.",
        ),
        BuiltinTable(
            "fe_glass_dmax",
            "Castable diameter of Fe-based bulk glasses",
            "Dmax_mm, the median of the cited values, is the largest section that was cast: a lower bound "
            "by nature. paper_group unites rows that share a primary paper: group by it.",
            "Fe-based Dmax compilation of Metals 15 (2025) 763 (CC BY 4.0) and the compilations of the "
            "other built-in tables; each row's paper by its reference.",
        ),
        BuiltinTable(
            "glass_forming",
            "Glass formation of alloys of all bases",
            "dmax_kind is 'measured', 'ribbon_only_censored' (a glass only as ribbon, no number) or "
            "'not_glass', and blank for a glass of unknown diameter. No references: group by chemical "
            "system.",
            "Compilation of Forrest & Greer, Digital Discovery (2022), d2dd00026a, and its public "
            "repository (BSD-3-Clause licence).",
        ),
    )
}


def builtin_names() -> tuple[str, ...]:
    """Return the names of the built-in tables, as in ``builtin:fe_soft_magnetic``."""
    return tuple(_TABLES)


def about(name: str) -> BuiltinTable:
    """Return what there is to say of a built-in table, with or without ``builtin:`` in front.

    Raises:
        TableError: There is no such table.
    """
    plain = name.removeprefix(PREFIX)
    if plain not in _TABLES:
        raise TableError(
            f"There is no built-in table '{plain}'.{did_you_mean(plain, _TABLES)} "
            f"Built in: {', '.join(_TABLES)}."
        )
    return _TABLES[plain]


def builtin_path(name: str) -> Path:
    """Return the CSV file of a built-in table.

    Raises:
        TableError: There is no such table.
    """
    return _FOLDER / f"{about(name).name}.csv"


def export(name: str, path: Path) -> Path:
    """Copy a built-in table to a new file, or into a folder under its own name, and return the file.

    Raises:
        TableError: There is no such table, or the file exists.
        MachineError: The file can't be written.
    """
    original = builtin_path(name)
    target = path / original.name if path.is_dir() else path
    try:
        with target.open("xb") as file:
            file.write(original.read_bytes())
    except FileExistsError:
        raise TableError(f"{target} exists; choose another name, or remove it first.") from None
    except OSError as error:
        raise MachineError(f"{target} can't be written: {error.strerror}.") from None
    return target
