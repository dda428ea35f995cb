"""The run folder: every write is whole, so a kill at any moment loses nothing that was finished."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pandas as pd

from moalloy.build.problem import Problem, load_problem
from moalloy.build.starts import start_hashes
from moalloy.errors import NoFeasibleAlloyError, RunFolderError
from moalloy.files import atomic_folder, machine_faults, sha256_of, write_json, write_text
from moalloy.optimize.exhaustive import SEED
from moalloy.optimize.record import EXHAUSTIVE, SearchRecord
from moalloy.runs.cards import card_markdown, model_card
from moalloy.runs.csv_files import read_csv
from moalloy.runs.journal import Journal
from moalloy.runs.manifest import first_manifest, folder_hash, read_manifest, table_hashes, time_stamp
from moalloy.runs.records import read_record, write_record
from moalloy.spec import dump, spec_hash
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.store import load_surrogate, save_surrogate

__all__ = ["RunFolder", "check_same", "is_leftover", "open_run", "read_run"]

# What the tempfile module makes of a name: a dot, the name, eight characters at random.
_MODEL = "model.json"
_LEFTOVER = re.compile(r"\..+\.[a-z0-9_]{8}(\.old)?")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run folder that belongs to one problem."""

    path: Path

    @property
    def manifest(self) -> dict[str, Any]:
        """What manifest.json holds."""
        return read_manifest(self.path)

    @property
    def is_finished(self) -> bool:
        return bool(self.manifest.get("finished"))

    @property
    def n_tasks(self) -> int | None:
        """How many tasks share the run, None if it wasn't begun in tasks."""
        found = self.manifest.get("tasks")
        return None if found is None else int(found)

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
            file.write(f"{time_stamp()} {text}\n")

    def problem(self) -> Problem:
        """Return the problem as it was run."""
        return load_problem(self.path / "problem.yaml")

    def write_models(self, models: Mapping[str, FittedSurrogate]) -> None:
        """Write each surrogate that isn't there yet, with its card.

        Raises:
            RunFolderError: The folder has another one of a property.
        """
        if not models:
            return
        spec, hashes = self.problem().spec, self.manifest["sha256"]["data"]
        for name, model in models.items():
            kept = self.path / "model" / name
            with atomic_folder(kept, replaces=False) as folder:
                save_surrogate(model, folder)
                card = model_card(model, spec=spec, hashes=hashes)
                # After model.json, whose hashes it doesn't enter: models of older versions have no card.
                write_text(folder / "card.md", card_markdown(card))
                written = sha256_of(folder / _MODEL)
            # Another task may have been faster.
            self._check_model(name, written)

    def check_models(self, models: Mapping[str, FittedSurrogate]) -> None:
        """Refuse surrogates other than those that are there.

        Raises:
            RunFolderError: The folder has another one of a property.
        """
        for name in [name for name in models if (self.path / "model" / name).is_dir()]:
            with TemporaryDirectory() as other:
                save_surrogate(models[name], Path(other))
                self._check_model(name, sha256_of(Path(other) / _MODEL))

    def _check_model(self, name: str, sha256: str) -> None:
        """Refuse a surrogate whose model.json, which holds the hashes of its files, isn't the folder's."""
        if sha256_of(self.path / "model" / name / _MODEL) != sha256:
            raise RunFolderError(
                f"{self.path} holds another surrogate of {name}, and a run keeps to one. Leave --model out to"
                " go on with the folder's, or choose another folder. Nothing was touched."
            )

    def note_given_models(self) -> None:
        """Say in the manifest that the surrogates came from elsewhere, so that nobody tries to fit them."""
        write_json(self.path / "manifest.json", self.manifest | {"models": "given"})

    def read_models(self, problem: Problem) -> dict[str, FittedSurrogate] | None:
        """Return the surrogates of the run, None unless every property has one.

        Raises:
            RunFolderError: A model can't be read.
        """
        folders = {name: self.path / "model" / name for name in problem.spec.properties}
        if not all(folder.is_dir() for folder in folders.values()):
            return None
        return {name: load_surrogate(folder, problem.space) for name, folder in folders.items()}

    def write_search(self, record: SearchRecord, problem: Problem, *, system: str = "") -> None:
        """Write the alloys of a search, of one chemical system maybe, and the hypervolume per generation."""
        with atomic_folder(self._search(record.algorithm, record.seed, system), replaces=False) as folder:
            write_record(record, problem, folder)

    def read_search(
        self, algorithm: str, seed: int, problem: Problem, *, system: str = ""
    ) -> SearchRecord | None:
        """Return a finished search, None if there is none."""
        folder = self._search(algorithm, seed, system)
        if not folder.is_dir():
            return None
        return read_record(folder, problem, algorithm=algorithm, seed=seed)

    def has_search(self, algorithm: str, seed: int, *, system: str = "") -> bool:
        """Return whether a search is finished."""
        return self._search(algorithm, seed, system).is_dir()

    def part_path(self, part: int) -> Path:
        """Return where a task keeps what one part of an exhaustive search leaves."""
        return self._parts / f"{part:03d}.npz"

    @property
    def has_parts(self) -> bool:
        """Whether tasks have begun an exhaustive search that nobody has joined yet."""
        return self._parts.is_dir()

    def forget_parts(self) -> None:
        shutil.rmtree(self._parts, ignore_errors=True)

    def checkpoint_path(self, algorithm: str, seed: int) -> Path:
        """Return where an unfinished search keeps how far it has come."""
        return self._search(algorithm, seed).with_suffix(".npz")

    def journal(self, algorithm: str, seed: int, *, system: str = "") -> Journal:
        """Return where an unfinished search keeps what it has evaluated."""
        search = self._search(algorithm, seed, system)
        return Journal(search.with_name(f"{search.name}.part"))

    @property
    def model_hashes(self) -> dict[str, str]:
        """Hashes of the surrogates that are there, by property."""
        return _folder_hashes(self.path / "model")

    def write_front(self, table: pd.DataFrame) -> None:
        self._write_table("pareto.csv", table)

    def write_systems(self, table: pd.DataFrame) -> None:
        """Write what each chemical system gave, where they were searched one by one."""
        self._write_table("systems.csv", table)

    def read_systems(self) -> pd.DataFrame:
        """Return systems.csv; an empty table where one search was for all systems."""
        path = self.path / "systems.csv"
        return read_csv(path) if path.is_file() else pd.DataFrame()

    def read_front(self) -> pd.DataFrame:
        """Return pareto.csv.

        Raises:
            RunFolderError: The run hasn't come so far, or the file is damaged.
            NoFeasibleAlloyError: It found no alloy that meets the limits.
        """
        path = self.path / "pareto.csv"
        if not path.is_file():
            self.refuse_unfinished("it has no pareto.csv")
        try:
            front = read_csv(path, named=self._named_choices())
        except (ValueError, UnicodeDecodeError) as error:
            raise RunFolderError(f"{path} is damaged: {error}") from None
        if front.empty or "formula" not in front:
            raise RunFolderError(
                f"{path} is damaged: it holds no alloy; moalloy verify tells what has changed"
            )
        return front

    def _named_choices(self) -> list[str]:
        """Return the process variables whose values are names."""
        return [variable.name for variable in self.problem().space.process if variable.names is not None]

    def refuse_unfinished(self, what: str) -> NoReturn:
        """Say of a run that isn't finished what is lacking, and what to do.

        Raises:
            NoFeasibleAlloyError: It came to its end without an alloy that meets the limits.
            RunFolderError: It can go on.
        """
        nothing = self.manifest.get("nothing_found")
        if nothing:
            raise NoFeasibleAlloyError(f"{self.path} came to its end without a front: {nothing}")
        raise RunFolderError(f"{self.path} isn't finished: {what}; go on with --resume")

    def note_nothing_found(self, reason: str) -> None:
        """Say in the manifest that no alloy met the limits, so that nobody waits for a front."""
        write_json(self.path / "manifest.json", self.manifest | {"nothing_found": reason})

    def finish(self, summary: Mapping[str, object], seconds: Mapping[str, float]) -> None:
        """Complete the manifest: results, seconds per stage, hash of the front."""
        manifest = self.manifest
        manifest.pop("nothing_found", None)
        manifest["finished"] = time_stamp()
        manifest["result"] = dict(summary)
        manifest["seconds"] = dict(seconds)
        for name in ("pareto.csv", "systems.csv"):
            if (self.path / name).is_file():
                manifest["sha256"][name] = sha256_of(self.path / name)
        for part in ("model", "search"):
            manifest["sha256"][part] = _folder_hashes(self.path / part)
        write_json(self.path / "manifest.json", manifest)
        self.log("finished")

    def sweep(self) -> None:
        """Remove the temporary files and folders that killed writes left."""
        for parent in (self.path, *(self.path / name for name in ("model", "search", "figures"))):
            for entry in list(parent.iterdir()) if parent.is_dir() else []:
                if is_leftover(entry):
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _search(self, algorithm: str, seed: int, system: str = "") -> Path:
        name = f"{algorithm}-{system}" if system else algorithm
        return self.path / "search" / f"{name}-s{seed}"

    @property
    def _parts(self) -> Path:
        return self._search(EXHAUSTIVE, SEED).with_suffix(".parts")

    def _write_table(self, name: str, table: pd.DataFrame) -> None:
        buffer = io.StringIO()
        table.to_csv(buffer, index=False, lineterminator="\n")
        write_text(self.path / name, buffer.getvalue())


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
    if not all(is_leftover(entry) for entry in found):
        check_same(folder, problem)
        folder.sweep()
        folder.log("resumed")
    else:
        with machine_faults(path):
            path.mkdir(parents=True, exist_ok=True)
        # First of all: it is what makes the folder a run that can be resumed.
        write_json(path / "manifest.json", first_manifest(problem))
        folder.log(f"started: {problem.name}")
    if not (path / "problem.yaml").is_file():
        write_text(path / "problem.yaml", dump(problem.spec))
    return folder


def check_same(folder: RunFolder, problem: Problem) -> None:
    """Refuse to go on with a run of another problem, or of tables or starts that have changed since."""
    known = folder.manifest["sha256"]
    ours = spec_hash(problem.spec)
    if known["problem"] != ours:
        raise RunFolderError(
            f"{folder.path} holds a run of another problem: its hash is {known['problem'][:8]}, this one's"
            f" {ours[:8]}. To resume takes the same file and the same --set. Nothing was touched."
        )
    hashes = table_hashes(problem)
    changed = [name for name in hashes if known["data"].get(name) != hashes[name]]
    if changed:
        raise RunFolderError(
            f"{folder.path} was started with another content of the table {', '.join(changed)};"
            " start a new run. Nothing was touched."
        )
    started, now = known.get("start", {}), start_hashes(problem)
    changed = [name for name in now if started.get(name) != now[name]]
    if changed:
        raise RunFolderError(
            f"{folder.path} was started from another content of optimize.start {', '.join(changed)};"
            " start a new run. Nothing was touched."
        )


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


def _folder_hashes(parent: Path) -> dict[str, str]:
    """Return one hash per folder in ``parent``, by name; none where there is no ``parent``."""
    folders = sorted(parent.iterdir()) if parent.is_dir() else []
    return {folder.name: folder_hash(folder) for folder in folders if folder.is_dir()}


def is_leftover(path: Path) -> bool:
    """Return whether a killed write left this temporary file or folder behind."""
    return _LEFTOVER.fullmatch(path.name) is not None
