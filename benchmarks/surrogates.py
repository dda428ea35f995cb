"""How well the surrogates predict papers that they never saw, on the built-in tables.

    python benchmarks/surrogates.py [--repeats 20] [--markdown]

Five grouped folds, R2 pooled over the five folds of a repeat, median and range over the repeats; the random
split beside it, and the value of the nearest alloy of another paper as a bar to clear. Below it the
intervals, of one fit and cross-fitted: what they hold, their width over that of the plain quantile of the
errors, and the error inside the domain over that outside. `trust.py` has the same of papers that no part of
the fit saw.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pandas as pd

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
    for table in (score_table(models), pd.DataFrame([intervals(model.metrics) for model in models.values()])):
        show(table, as_markdown=arguments.markdown)
        print()


def intervals(metrics: Mapping[str, Any]) -> dict[str, str]:
    """Return how the intervals and the domain of a property do."""
    found = {"property": str(metrics["property"])}
    for item in metrics["coverage_levels"]:
        found[f"{item['level']:.0%} hold"] = f"{item['coverage']:.0%}"
        found[f"{item['level']:.0%} width"] = f"{item['mean_width'] / item['mean_plain_width']:.2f}"
    domain = metrics["domain"]
    inside = domain["rows_inside"] / (domain["rows_inside"] + domain["rows_outside"])
    found["in domain"] = f"{inside:.0%}"
    found["error inside over outside"] = f"{domain['ratio']:.2f}"
    found["limit from other papers"] = f"{domain['ratio_on_unseen_groups']:.2f}"
    return found


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
