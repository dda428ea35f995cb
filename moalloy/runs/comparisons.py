"""The folder of a comparison; without a manifest.json, so that nobody takes it for a run.

::

    problem.yaml      the problem as its file and --set state it
    comparison.json   what was compared, with what, and what came of it
    comparison.csv    one row per search; summary.csv: median and quartiles; tests.csv: every pair
    seconds.csv       time of each search: the machine's, and no result
    search/<algorithm>-s<seed>/  as in a run folder
    figures/
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from moalloy.build.problem import Problem
from moalloy.code import code_hash
from moalloy.errors import RunFolderError
from moalloy.files import machine_faults, write_json, write_text
from moalloy.runs.folder import RunFolder
from moalloy.runs.listing import new_run_path
from moalloy.runs.manifest import table_hashes, versions
from moalloy.spec import dump, spec_hash

__all__ = ["ComparisonFolder", "new_comparison_path", "new_table_folder", "open_comparison"]

_FILE = "comparison.json"
_PARTS = {
    "problem": "the problem",
    "data": "a table",
    "models": "where the surrogates come from",
    "code": "moalloy's code",
}
_SECONDS = ["contender", "seed", "wall_seconds", "cpu_seconds"]


@dataclass(frozen=True, slots=True)
class ComparisonFolder:
    """A folder that belongs to one comparison."""

    path: Path

    @property
    def searches(self) -> RunFolder:
        """What keeps searches as a run folder does."""
        return RunFolder(self.path)

    @property
    def content(self) -> dict[str, Any]:
        """What comparison.json holds."""
        found = json.loads((self.path / _FILE).read_text(encoding="utf-8"))
        return dict(found)

    def write_table(self, name: str, table: pd.DataFrame) -> None:
        """Write a table as CSV."""
        buffer = io.StringIO()
        table.to_csv(buffer, index=False, lineterminator="\n")
        write_text(self.path / name, buffer.getvalue())

    def add_seconds(self, contender: str, seed: int, *, wall: float, cpu: float) -> None:
        """Note how long a search took."""
        row = pd.DataFrame([[contender, seed, round(wall, 3), round(cpu, 3)]], columns=_SECONDS)
        known = self.seconds
        self.write_table("seconds.csv", pd.concat([known, row]) if len(known) else row)

    @property
    def seconds(self) -> pd.DataFrame:
        """How long each search took on the machine that made it."""
        path = self.path / "seconds.csv"
        return pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=_SECONDS)

    def finish(self, result: Mapping[str, object]) -> None:
        """Write what came of it; nothing in it tells the time, so the same comparison gives the same file."""
        write_json(self.path / _FILE, self.content | {"result": dict(result)})


def new_comparison_path(problem: Problem, *, results: Path) -> Path:
    """Return a folder's path that isn't taken: results/<name>/compare-<UTC time>-<short hash>."""
    return new_run_path(problem, results=results, prefix="compare-")


def open_comparison(
    path: Path, problem: Problem, *, evaluations: int, models: Mapping[str, str] | None, resume: bool
) -> ComparisonFolder:
    """Return the folder at ``path``, made anew or, with ``resume``, with the searches that are in it.

    Args:
        path: The folder.
        problem: What is searched.
        evaluations: Of every search.
        models: Hashes of surrogates that were given, by property; None where they are fitted.
        resume: Go on with a comparison of the same problem, tables, surrogates, code and evaluations; it
            may have other algorithms and seeds.

    Raises:
        RunFolderError: The folder isn't empty and ``resume`` isn't set, or something in it isn't the same.
        MachineError: The folder can't be written.
    """
    content: dict[str, object] = {
        "format": 1,
        "kind": "comparison",
        "name": problem.name,
        "evaluations": evaluations,
        "sha256": {
            "problem": spec_hash(problem.spec),
            "data": table_hashes(problem),
            "models": "fitted" if models is None else dict(models),
            "code": code_hash(),
        },
    }
    found = path.exists() and (path.is_file() or any(path.iterdir()))
    folder = ComparisonFolder(path)
    if found and not resume:
        hint = "add --resume to go on with it" if (path / _FILE).is_file() else "choose another folder"
        raise RunFolderError(f"{path} isn't empty; {hint}. Nothing was touched.")
    if found:
        _check_same(folder, content)
        folder.searches.sweep()
        return folder
    return _new(path, content | {"versions": versions()}, problem)


def new_table_folder(path: Path, content: Mapping[str, object]) -> ComparisonFolder:
    """Return a new folder for a comparison that searches nothing.

    Raises:
        RunFolderError: The folder isn't empty.
    """
    if path.exists() and (path.is_file() or any(path.iterdir())):
        raise RunFolderError(f"{path} isn't empty; choose another folder. Nothing was touched.")
    return _new(path, content, None)


def _new(path: Path, content: Mapping[str, object], problem: Problem | None) -> ComparisonFolder:
    with machine_faults(path):
        path.mkdir(parents=True, exist_ok=True)
    write_json(path / _FILE, dict(content))
    if problem is not None:
        write_text(path / "problem.yaml", dump(problem.spec))
    return ComparisonFolder(path)


def _check_same(folder: ComparisonFolder, content: Mapping[str, Any]) -> None:
    """Refuse searches that were made of something else: they couldn't be held against new ones."""
    if not (folder.path / _FILE).is_file():
        raise RunFolderError(f"{folder.path} holds no comparison to resume. Nothing was touched.")
    known = folder.content
    pairs = [(_PARTS[part], known["sha256"][part], content["sha256"][part]) for part in _PARTS]
    pairs.append(("the number of evaluations", known["evaluations"], content["evaluations"]))
    changed = [what for what, before, after in pairs if before != after]
    if changed:
        raise RunFolderError(
            f"{folder.path} can't be resumed, since this has changed: {', '.join(changed)}. Its searches "
            "can't be held against new ones; start anew in another folder. Nothing was touched."
        )
