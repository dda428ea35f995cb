"""How well the surrogates predict papers that they never saw, on the built-in tables.

    python benchmarks/surrogates.py [--repeats 20] [--markdown]

Five grouped folds, R2 pooled over the five folds of a repeat, median and range over the repeats; below it the
random split, the value of the nearest alloy of another paper and the mean as bars to clear, how far papers
agree on one alloy as the bar that no model clears, and the paper that is predicted worst. Then the intervals,
of one fit and cross-fitted: what they hold, their width over that of the plain quantile of the errors, and
the error inside the domain over that outside. `trust.py` has the same of papers that no part of the fit saw.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pandas as pd

import moalloy
from moalloy.report.summary import trust_table, turned

PROBLEMS = Path(__file__).parent.parent / "problems"


def main() -> None:
    """Fit, score and print one column per property."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--markdown", action="store_true", help="Print a table for docs/trust.md.")
    arguments = parser.parse_args()
    changes = [f"model.repeats={arguments.repeats}"]
    home = moalloy.load_problem(PROBLEMS / "fe_soft_magnetic_glass.yaml", changes)
    models = moalloy.fit(home, jobs=arguments.jobs)
    finemet = moalloy.load_problem(PROBLEMS / "finemet_low_magnetostriction.yaml", changes)
    models["magnetostriction"] = moalloy.fit(finemet, jobs=arguments.jobs)["magnetostriction"]
    show(turned(trust_table(models)), as_markdown=arguments.markdown)


def show(table: pd.DataFrame, *, as_markdown: bool) -> None:
    """Print a table, to be read or to be pasted."""
    if not as_markdown:
        print(table.to_string(index=False))
        return
    print("| " + " | ".join(table.columns) + " |")
    print("|" + "---|" * len(table.columns))
    for row in table.itertuples(index=False):
        print("| " + " | ".join(map(str, row)) + " |")


if __name__ == "__main__":
    main()
