"""The run folder: what a run leaves behind, written so that a kill at any moment loses nothing finished.

::

    problem.yaml      the problem as it was run, defaults and overrides written out
    manifest.json     versions, arguments, seeds, hashes, counts, seconds per stage
    run.log           what was said while it ran
    model/<property>/ boosters, model.json, oof.csv, metrics.json, card.md
    search/<algorithm>-s<seed>/  evaluated.parquet, hypervolume.csv, search.json
    search/exhaustive-s0/        front.parquet, hypervolume.csv; exhaustive-s0.npz while it isn't finished
    search/exhaustive-s0.parts/  what tasks have evaluated of it, until they are merged
    search/<algorithm>-<system>-s<seed>/   the same for one chemical system, where each has its own search
    pareto.csv        the front over all seeds
    systems.csv       what each chemical system gave, where each had its own search
"""

from moalloy.runs.folder import RunFolder, open_run, read_run
from moalloy.runs.integrity import Check, model_checks, recorded_checks
from moalloy.runs.listing import find_run, list_runs, new_run_path
from moalloy.runs.sharing import join_run

__all__ = [
    "Check",
    "RunFolder",
    "find_run",
    "join_run",
    "list_runs",
    "model_checks",
    "new_run_path",
    "open_run",
    "read_run",
    "recorded_checks",
]
