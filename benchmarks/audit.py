"""How many unit slips an audit finds that are planted in the table of soft magnets, one paper at a time.

    python benchmarks/audit.py [--papers 25]

Prints a line for each slip: the share of papers of which at least half of the rows are found, and how many
rows of other papers are accused instead, in the mean over the papers that hold three and more such values.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from moalloy.domain.composition import parse_formula
from moalloy.tables import builtin_path
from moalloy.tables.audit import audit, open_table

Row = dict[str, str]
FEWEST_ROWS = 3
OE, K = 79.577, 273.0


def main() -> None:
    """Plant each slip in each paper and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=25)
    arguments = parser.parse_args()
    with builtin_path("fe_soft_magnetic").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, (column, slipped) in SLIPS.items():
        found = [
            found_and_accused(rows, paper, column, slipped)
            for paper in papers(rows, column, arguments.papers)
        ]
        share = sum(is_found for is_found, _ in found) / len(found)
        accused = sum(n for _, n in found) / len(found)
        print(
            json.dumps(
                {"slip": name, "papers": len(found), "found": round(share, 2), "accused": round(accused, 2)}
            )
        )


def papers(rows: list[Row], column: str, n: int) -> list[str]:
    """Return the first papers of the table with enough values in a column."""
    counts = Counter(row["paper_group"] for row in rows if row[column])
    return [paper for paper, count in counts.items() if count >= FEWEST_ROWS][:n]


def found_and_accused(
    rows: list[Row], paper: str, column: str, slipped: Callable[[str], str]
) -> tuple[bool, int]:
    """Return whether half of a paper's slipped rows are found, and how many other rows are accused."""
    planted = {line for line, row in enumerate(rows, start=2) if row["paper_group"] == paper and row[column]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "planted.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            for line, row in enumerate(rows, start=2):
                writer.writerow({**row, column: slipped(row[column])} if line in planted else row)
        slips = [each for each in audit(open_table(path)) if each.kind == "unit-slip"]
    lines = {line for each in slips for line in each.lines}
    return 2 * len(lines & planted) >= len(planted), len(lines - planted)


def in_weight_percent(formula: str) -> str:
    """Return a formula with the numbers of its weight percent."""
    return "".join(f"{symbol}{float(pct):.2f}" for symbol, pct in parse_formula(formula).wt_pct.items())


SLIPS: dict[str, tuple[str, Callable[[str], str]]] = {
    "Hc in Oe": ("Hc_A_per_m", lambda cell: f"{float(cell) / OE:.5g}"),
    "Bs in kG": ("Bs_T", lambda cell: f"{float(cell) * 10:.5g}"),
    "anneal in Celsius": ("annealing_temperature_K", lambda cell: f"{float(cell) - K:.6g}"),
    "crystallization in Celsius": ("Tx1_peak_K", lambda cell: f"{float(cell) - K:.6g}"),
    "grains in angstrom": ("grain_diameter_nm", lambda cell: f"{float(cell) * 10:.5g}"),
    "formula in wt%": ("formula", in_weight_percent),
}

if __name__ == "__main__":
    main()
