"""Finding runs by folder or by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from moalloy.build.problem import Problem
from moalloy.errors import RunFolderError
from moalloy.runs.folder import RunFolder
from moalloy.runs.manifest import now, read_manifest
from moalloy.spec import spec_hash

__all__ = ["find_run", "list_runs", "new_run_path"]


def new_run_path(problem: Problem, *, results: Path, prefix: str = "") -> Path:
    """Return a folder's path that isn't taken: results/<name>/<prefix><UTC time>-<short hash>."""
    stem = f"{prefix}{now():%Y%m%dT%H%M%SZ}-{spec_hash(problem.spec)[:8]}"
    path = results / problem.name / stem
    n_tries = 1
    while path.exists():
        n_tries += 1
        path = results / problem.name / f"{stem}-{n_tries}"
    return path


def find_run(text: str, *, results: Path) -> RunFolder:
    """Return the run that a RUN argument names: a run folder, or a problem's newest run.

    Raises:
        RunFolderError: There is none.
    """
    path = Path(text)
    if (path / "manifest.json").is_file():
        return RunFolder(path)
    runs = (
        sorted(p.parent for p in (results / text).glob("*/manifest.json"))
        if text == path.name and text != ".."
        else []
    )
    if not runs:
        raise RunFolderError(
            f"{text!r} is neither a run folder nor the name of a problem with runs in {results}"
        )
    return RunFolder(runs[-1])


def list_runs(results: Path, name: str | None = None) -> pd.DataFrame:
    """Return one row per run in ``results``, newest first, those that can't be read in the end."""
    rows: list[dict[str, object]] = []
    for path in results.glob(f"{name or '*'}/*/manifest.json"):
        try:
            manifest = read_manifest(path.parent)
        except RunFolderError:
            manifest = {}
        result = manifest.get("result") or {}
        rows.append(
            {
                "run": str(path.parent),
                "problem": manifest.get("name", path.parent.parent.name),
                "started": manifest.get("started", ""),
                "state": _state(manifest),
                "front": result.get("front_size", ""),
                "hypervolume": result.get("hypervolume", ""),
            }
        )
    rows.sort(key=lambda row: str(row["started"]), reverse=True)
    columns = ["run", "problem", "started", "state", "front", "hypervolume"]
    return pd.DataFrame(rows, columns=columns)


def _state(manifest: Mapping[str, object]) -> str:
    if not manifest:
        return "damaged"
    if manifest.get("nothing_found"):
        return "found no alloy"
    return "finished" if manifest["finished"] else "not finished"
