"""``moalloy verify``: is a run what it says, and can it be repeated?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from moalloy.cli.options import RESULTS, jobs, output_format, quiet, run_argument
from moalloy.errors import DifferenceError

if TYPE_CHECKING:
    import pandas as pd

    from moalloy.study.verification import Verification

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy verify fe-soft-magnetic-glass
  moalloy verify results/RUN --quick
  moalloy verify results/RUN --format csv > differences.csv

\b
Exit codes:
  0 the same · 5 a difference, named on standard output"""

# Alloys that a table on a screen has room for; CSV and JSON have all of them.
_MOST_ROWS = 20


@click.command(epilog=_EPILOG)
@run_argument
@click.option("--quick", is_flag=True, help="Check hashes and versions only; run nothing again.")
@jobs
@output_format
@quiet
def command(*, run: str, quick: bool, jobs: int, style: str, quiet: bool, verbose: int) -> None:
    """Check the files of RUN against its manifest, fit and search again, and compare the fronts.

    Standard output gets what was compared, with what differs: files, tables, code, versions, fits, and
    each alloy of the front that isn't the same to the last digit. It takes as long as the run took.
    """
    from moalloy.cli.console import print_table, watching
    from moalloy.runs import find_run
    from moalloy.study.verification import verify

    folder = find_run(run, results=RESULTS)
    with watching(folder.problem(), is_quiet=quiet, verbosity=verbose) as console:
        console.say(f"verifying {folder.path}")
        found = verify(folder, jobs=jobs, is_quick=quick, progress=console.as_progress())
        n_shown = _MOST_ROWS if style == "table" else len(found.rows)
        print_table(_table(found, n_shown), style=style)
        if n_shown < len(found.rows):
            console.say(f"... and {len(found.rows) - n_shown} more alloys; --format csv has all of them")
        if found.is_same:
            console.say(_praise(found))
    if not found.is_same:
        raise DifferenceError(_blame(found, str(folder.path)))


def _table(found: Verification, n_shown: int) -> pd.DataFrame:
    import pandas as pd

    rows = [(check.what, check.verdict, check.detail) for check in found.checks]
    rows += [(row.alloy or "pareto.csv", "differs", row.text) for row in found.rows[:n_shown]]
    return pd.DataFrame(rows, columns=["what", "verdict", "detail"])


def _praise(found: Verification) -> str:
    """Return the good news, no larger than it is."""
    changed = ", ".join(check.what for check in found.changed)
    if not found.is_repeated:
        return "the hashes hold; nothing was run again" + (
            f"; since then changed: {changed}" if changed else ""
        )
    return "run again, the front is the same to the byte" + (
        f", although changed: {changed}" if changed else ""
    )


def _blame(found: Verification, path: str) -> str:
    """Return what is wrong, and what else has changed that may be why."""
    wrong = "; ".join(f"{check.what}: {check.detail}" for check in found.changed if check.is_fatal)
    reasons = [check.what for check in found.changed if not check.is_fatal]
    text = f"{path} isn't what it says: {wrong}"
    if reasons:
        text += f". Changed since, and perhaps why: {', '.join(reasons)}"
    return text if found.is_repeated else f"{text}. Nothing was run again."
