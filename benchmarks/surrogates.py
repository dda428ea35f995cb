"""How well the surrogates predict papers that they never saw, on the built-in tables.

    python benchmarks/surrogates.py [--repeats 20] [--markdown]

Five grouped folds, R2 pooled over the five folds of a repeat, median and range over the repeats; the random
split beside it, and the value of the nearest alloy of another paper as a bar to clear.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import moalloy
from moalloy.report.summary import score_table

PROBLEMS = Path(__file__).parent.parent / "problems"


def main() -> None:
    """Fit, score and print one row per property."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--markdown", action="store_true", help="Print a table for README.md.")
    arguments = parser.parse_args()
    changes = [f"model.repeats={arguments.repeats}"]
    home = moalloy.load_problem(PROBLEMS / "fe_soft_magnetic_glass.yaml", changes)
    models = moalloy.fit(home, jobs=arguments.jobs)
    finemet = moalloy.load_problem(PROBLEMS / "finemet_low_magnetostriction.yaml", changes)
    models["magnetostriction"] = moalloy.fit(finemet, jobs=arguments.jobs)["magnetostriction"]
    table = score_table(models)
    if not arguments.markdown:
        print(table.to_string(index=False))
        return
    print("| " + " | ".join(table.columns) + " |")
    print("|" + "---|" * len(table.columns))
    for row in table.itertuples(index=False):
        print("| " + " | ".join(map(str, row)) + " |")


if __name__ == "__main__":
    main()
