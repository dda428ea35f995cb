"""Write the element tables of moalloy.features from matminer's package data.

Run once, in a throw-away environment::

    pip install "matminer==0.10.1"
    python tools/make_element_table.py moalloy/features/data

It writes ``elements.csv`` (Magpie element data), ``mixing_enthalpies.csv`` (pair enthalpies of
Takeuchi and Inoue) and ``LICENSE-matminer``, whose notice both tables must keep.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import distribution
from pathlib import Path

import matminer
from pymatgen.core import Element

MATMINER_DATA = Path(matminer.__file__).parent / "utils" / "data_files"
SYMBOLS = [Element.from_Z(number).symbol for number in range(1, 119)]

# The 22 properties of matminer's ElementProperty preset "magpie", in its order.
MAGPIE_PRESET = """
Number MendeleevNumber AtomicWeight MeltingT Column Row CovalentRadius Electronegativity
NsValence NpValence NdValence NfValence NValence NsUnfilled NpUnfilled NdUnfilled NfUnfilled
NUnfilled GSvolume_pa GSbandgap GSmagmom SpaceGroupNumber
"""
# What the physics descriptors read beside them.
PHYSICS_COLUMNS = ["MiracleRadius", "MolarVolume", "IsMetal"]

ELEMENTS_HEADER = (
    "Magpie element data (Ward et al., npj Comput. Mater. 2 (2016) 16028), as in matminer 0.10.1.",
    "Copyright (c) 2015, The Regents of the University of California; see LICENSE-matminer.",
    "Units and the source of each column: README.md. An empty cell: no data.",
)
PAIRS_HEADER = (
    "Mixing enthalpy of the equiatomic binary liquid in kJ/mol.",
    "Takeuchi, Inoue, Mater. Trans. 46 (2005) 2817, doi:10.2320/matertrans.46.2817,",
    "as in matminer 0.10.1, utils/data_files/MiedemaLiquidDeltaHf.tsv.",
    "Copyright (c) 2015, The Regents of the University of California; see LICENSE-matminer.",
)


def main(folder: Path) -> None:
    """Write the two tables and the licence notice into ``folder``."""
    columns = MAGPIE_PRESET.split() + PHYSICS_COLUMNS
    by_element = zip(SYMBOLS, *map(magpie_column, columns), strict=True)
    write_csv(folder / "elements.csv", ELEMENTS_HEADER, ["symbol", *columns], by_element)
    write_csv(
        folder / "mixing_enthalpies.csv", PAIRS_HEADER, ["element_a", "element_b", "kJ_per_mol"], pairs()
    )
    notice = distribution("matminer").read_text("licenses/LICENSE")
    (folder / "LICENSE-matminer").write_text(str(notice), encoding="utf-8")


def magpie_column(name: str) -> list[str]:
    """Return one Magpie property by atomic number, as text; '' where Magpie has none."""
    lines = (MATMINER_DATA / "magpie_elementdata" / f"{name}.table").read_text(encoding="utf-8").split("\n")
    lines += [""] * (len(SYMBOLS) - len(lines))
    return [tidy_number(line) for line in lines[: len(SYMBOLS)]]


def pairs() -> list[tuple[str, str, str]]:
    """Return (element, element, kJ/mol), the element of lower atomic number first, sorted."""
    number = {symbol: index for index, symbol in enumerate(SYMBOLS)}
    rows = (MATMINER_DATA / "MiedemaLiquidDeltaHf.tsv").read_text(encoding="utf-8").splitlines()[1:]
    ordered = [
        (*sorted(row.split()[:2], key=number.__getitem__), tidy_number(row.split()[2])) for row in rows
    ]
    return sorted(ordered, key=lambda row: (number[row[0]], number[row[1]]))


def tidy_number(cell: str) -> str:
    """Return the shortest text of the same number; '' for Magpie's words for a missing one."""
    try:
        number = float(cell)
    except ValueError:
        return ""
    return str(int(number)) if number.is_integer() else repr(number)


def write_csv(
    path: Path, comments: Iterable[str], header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write one table with ``#`` comments above its header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"# {comment}\n" for comment in comments)
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
