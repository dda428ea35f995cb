"""The run folder: what a run leaves behind, written so that a kill at any moment loses nothing finished.

::

    problem.yaml      the problem as it was run, defaults and overrides written out
    manifest.json     versions, arguments, seeds, hashes, counts, seconds per stage
    run.log           what was said while it ran
    model/<property>/ boosters, model.json, oof.csv, metrics.json
    search/<algorithm>-s<seed>/  evaluated.parquet, hypervolume.csv
    pareto.csv        the front over all seeds
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem, load_problem
from moalloy.errors import RunFolderError
from moalloy.files import atomic_folder, machine_faults, sha256_of, write_bytes, write_json, write_text
from moalloy.optimize.record import GenerationReport, SearchRecord
from moalloy.spec import dump, spec_hash
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.store import load_surrogate, save_surrogate
from moalloy.tables import table_hash

__all__ = ["RunFolder", "find_run", "list_runs", "new_run_path", "open_run", "read_run"]

_PACKAGES = (
    "moalloy",
    "numpy",
    "scipy",
    "pandas",
    "pymoo",
    "moocore",
    "scikit-learn",
    "xgboost",
    "xgboost-cpu",
)

_REPORT = ["generation", "evaluations", "hypervolume", "front_size"]
# What the tempfile module makes of a name: a dot, the name, eight characters at random.
_LEFTOVER = re.compile(r"\..+\.[a-z0-9_]{8}(\.old)?")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run folder that belongs to one problem."""

    path: Path

    @property
    def manifest(self) -> dict[str, Any]:
        """What manifest.json holds."""
        return _read_manifest(self.path)

    @property
    def is_finished(self) -> bool:
        return bool(self.manifest.get("finished"))

    def is_done_with(self, problem: Problem) -> bool:
        """Return whether this is a finished run, figures and report included, of the same problem."""
        is_same = self.manifest["sha256"]["problem"] == spec_hash(problem.spec)
        return self.is_finished and is_same and (self.path / "report.html").is_file()

    def log(self, text: str) -> None:
        """Add a line with the time to run.log."""
        with (
            machine_faults(self.path / "run.log"),
            (self.path / "run.log").open("a", encoding="utf-8") as file,
        ):
            file.write(f"{_now():%Y-%m-%dT%H:%M:%SZ} {text}\n")

    def problem(self) -> Problem:
        """Return the problem as it was run."""
        return load_problem(self.path / "problem.yaml")

    def write_models(self, models: Mapping[str, FittedSurrogate]) -> None:
        for name, surrogate in models.items():
            if not (self.path / "model" / name).is_dir():
                with atomic_folder(self.path / "model" / name) as folder:
                    save_surrogate(surrogate, folder)

    def read_models(self, problem: Problem) -> dict[str, FittedSurrogate] | None:
        """Return the surrogates of the run, None unless every property has one.

        Raises:
            RunFolderError: A model can't be read.
        """
        folders = {name: self.path / "model" / name for name in problem.spec.properties}
        if not all(folder.is_dir() for folder in folders.values()):
            return None
        return {name: load_surrogate(folder, problem.space) for name, folder in folders.items()}

    def write_search(self, record: SearchRecord, problem: Problem) -> None:
        """Write every evaluated alloy and the hypervolume per generation."""
        with atomic_folder(self._search(record.algorithm, record.seed)) as folder:
            _evaluated(record, problem).to_parquet(folder / "evaluated.parquet", index=False)
            rows = [(r.generation, r.n_evaluations, r.hypervolume, r.front_size) for r in record.reports]
            reports = pd.DataFrame(rows, columns=_REPORT)
            reports.to_csv(folder / "hypervolume.csv", index=False, lineterminator="\n")

    def read_search(self, algorithm: str, seed: int, problem: Problem) -> SearchRecord | None:
        """Return a finished search, None if there is none."""
        folder = self._search(algorithm, seed)
        if not folder.is_dir():
            return None
        table = pd.read_parquet(folder / "evaluated.parquet")
        reports = np.loadtxt(folder / "hypervolume.csv", delimiter=",", skiprows=1, ndmin=2)
        columns = list(problem.space.columns)
        names = [o.name for o in problem.objectives]
        return SearchRecord(
            algorithm=algorithm,
            seed=seed,
            X=_block(table, [f"x:{name}" for name in columns]),
            scores=_block(table, [f"score:{name}" for name in names]),
            F=_block(table, [f"f:{name}" for name in names]),
            G=_block(table, [name for name in table.columns if name.startswith("g:")]),
            generation=table["generation"].to_numpy(np.int64),
            reports=tuple(
                GenerationReport(int(generation), int(n_evaluations), float(hypervolume), int(size))
                for generation, n_evaluations, hypervolume, size in reports
            ),
        )

    def write_front(self, table: pd.DataFrame) -> None:
        buffer = io.StringIO()
        table.to_csv(buffer, index=False, lineterminator="\n")
        write_text(self.path / "pareto.csv", buffer.getvalue())

    def read_front(self) -> pd.DataFrame:
        """Return pareto.csv.

        Raises:
            RunFolderError: The run hasn't come so far.
        """
        path = self.path / "pareto.csv"
        if not path.is_file():
            raise RunFolderError(
                f"{self.path} has no pareto.csv: the run isn't finished; go on with --resume"
            )
        return pd.read_csv(path)

    def write_figure(self, name: str, content: bytes) -> Path:
        path = self.path / "figures" / name
        write_bytes(path, content)
        return path

    def finish(self, summary: Mapping[str, object], seconds: Mapping[str, float]) -> None:
        """Complete the manifest: results, seconds per stage, hash of the front."""
        manifest = self.manifest
        manifest["finished"] = f"{_now():%Y-%m-%dT%H:%M:%SZ}"
        manifest["result"] = dict(summary)
        manifest["seconds"] = dict(seconds)
        manifest["sha256"]["pareto.csv"] = sha256_of(self.path / "pareto.csv")
        manifest["sha256"]["model"] = {
            folder.name: _folder_hash(folder)
            for folder in sorted((self.path / "model").iterdir())
            if folder.is_dir()
        }
        write_json(self.path / "manifest.json", manifest)

    def sweep(self) -> None:
        """Remove the temporary files and folders that killed writes left."""
        for parent in (self.path, *(self.path / name for name in ("model", "search", "figures"))):
            for entry in list(parent.iterdir()) if parent.is_dir() else []:
                if _is_leftover(entry):
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _search(self, algorithm: str, seed: int) -> Path:
        return self.path / "search" / f"{algorithm}-s{seed}"


def open_run(path: Path, problem: Problem, *, resume: bool) -> RunFolder:
    """Return the run folder at ``path``, made anew or, with ``resume``, as an earlier run left it.

    Raises:
        RunFolderError: The folder isn't empty and ``resume`` isn't set, or it holds a run of another
            problem.
        MachineError: The folder can't be written.
    """
    found = list(path.iterdir()) if path.is_dir() else [path] if path.exists() else []
    if found and not resume:
        hint = (
            "add --resume to go on with it" if (path / "manifest.json").is_file() else "choose another folder"
        )
        raise RunFolderError(f"{path} isn't empty; {hint}. Nothing was touched.")
    folder = RunFolder(path)
    if not all(_is_leftover(entry) for entry in found):
        _check_same(folder, problem)
        folder.sweep()
        folder.log("resumed")
    else:
        with machine_faults(path):
            path.mkdir(parents=True, exist_ok=True)
        # First of all: it is what makes the folder a run that can be resumed.
        write_json(path / "manifest.json", _first_manifest(problem))
        folder.log(f"started: {problem.name}")
    if not (path / "problem.yaml").is_file():
        write_text(path / "problem.yaml", dump(problem.spec))
    return folder


def _check_same(folder: RunFolder, problem: Problem) -> None:
    """Refuse to go on with a run of another problem, or of tables that have changed since."""
    known = folder.manifest["sha256"]
    ours = spec_hash(problem.spec)
    if known["problem"] != ours:
        raise RunFolderError(
            f"{folder.path} holds a run of another problem: its hash is {known['problem'][:8]}, this one's"
            f" {ours[:8]}. To resume takes the same file and the same --set. Nothing was touched."
        )
    hashes = _table_hashes(problem)
    changed = [name for name in hashes if known["data"].get(name) != hashes[name]]
    if changed:
        raise RunFolderError(
            f"{folder.path} was started with another content of the table {', '.join(changed)};"
            " start a new run. Nothing was touched."
        )


def new_run_path(problem: Problem, *, results: Path) -> Path:
    """Return a run folder's path that isn't taken: results/<name>/<UTC time>-<short hash>."""
    stem = f"{_now():%Y%m%dT%H%M%SZ}-{spec_hash(problem.spec)[:8]}"
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
        if text not in ("", ".", "..")
        else []
    )
    if not runs:
        raise RunFolderError(
            f"{text!r} is neither a run folder nor the name of a problem with runs in {results}"
        )
    return RunFolder(runs[-1])


def list_runs(results: Path, name: str | None = None) -> pd.DataFrame:
    """Return one row per run in ``results``, newest first."""
    rows: list[dict[str, object]] = []
    for path in results.glob(f"{name or '*'}/*/manifest.json"):
        manifest = _read_manifest(path.parent)
        result = manifest.get("result") or {}
        rows.append(
            {
                "run": str(path.parent),
                "problem": manifest["name"],
                "started": manifest["started"],
                "state": "finished" if manifest["finished"] else "not finished",
                "front": result.get("front_size", ""),
                "hypervolume": result.get("hypervolume", ""),
            }
        )
    rows.sort(key=lambda row: str(row["started"]), reverse=True)
    columns = ["run", "problem", "started", "state", "front", "hypervolume"]
    return pd.DataFrame(rows, columns=columns)


def read_run(folder: RunFolder) -> tuple[Problem, dict[str, FittedSurrogate]]:
    """Return the problem and the surrogates of a run.

    Raises:
        RunFolderError: The run has no models yet.
    """
    problem = folder.problem()
    models = folder.read_models(problem)
    if models is None:
        raise RunFolderError(f"{folder.path} has no models yet; finish it with --resume")
    return problem, models


def _evaluated(record: SearchRecord, problem: Problem) -> pd.DataFrame:
    columns: dict[str, object] = {"generation": record.generation}
    columns |= {f"x:{name}": record.X[:, i] for i, name in enumerate(problem.space.columns)}
    for i, objective in enumerate(problem.objectives):
        columns[f"score:{objective.name}"] = record.scores[:, i]
        columns[f"f:{objective.name}"] = record.F[:, i]
    columns |= {f"g:{i}": record.G[:, i] for i in range(record.G.shape[1])}
    return pd.DataFrame(columns)


def _block(table: pd.DataFrame, names: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.ascontiguousarray(table[names].to_numpy(np.float64)).reshape(len(table), len(names))


def _first_manifest(problem: Problem) -> dict[str, Any]:
    spec = problem.spec
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "format": 1,
        "name": spec.name,
        "started": f"{_now():%Y-%m-%dT%H:%M:%SZ}",
        "finished": None,
        "argv": sys.argv,
        "seeds": {"model": spec.model.seed, "search": list(spec.optimize.seeds)},
        "versions": versions | {"python": platform.python_version()},
        "platform": platform.platform(),
        "sha256": {
            "problem": spec_hash(spec),
            "data": _table_hashes(problem),
        },
    }


def _table_hashes(problem: Problem) -> dict[str, str]:
    spec = problem.spec
    return {name: table_hash(item.table, folder=spec.folder) for name, item in spec.data.items()}


def _is_leftover(path: Path) -> bool:
    """Return whether a killed write left this temporary file or folder behind."""
    return _LEFTOVER.fullmatch(path.name) is not None


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunFolderError(f"{path} isn't a run folder: it has no manifest.json") from None
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{path / 'manifest.json'} can't be read: {error}") from None
    if not isinstance(content, dict) or "sha256" not in content:
        raise RunFolderError(f"{path / 'manifest.json'} isn't the manifest of a run")
    return content


def _folder_hash(folder: Path) -> str:
    """Return one hash over the names and contents of a folder's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
