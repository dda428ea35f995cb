"""Whether a run folder still holds what its manifest says, and what has changed around it."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from moalloy.build.problem import Problem
from moalloy.build.starts import start_hashes
from moalloy.code import code_hash
from moalloy.errors import InputError
from moalloy.files import sha256_of
from moalloy.runs.folder import RunFolder
from moalloy.runs.manifest import folder_hash, table_hashes, versions
from moalloy.spec import spec_hash

__all__ = ["Check", "Verdict", "model_checks", "recorded_checks"]

Verdict = Literal["same", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was compared with what the manifest says.

    Attributes:
        what: Such as ``pareto.csv`` or ``version of numpy``.
        verdict: ``unknown`` where there is nothing to compare.
        detail: What was found, where it isn't the same.
        decides: Whether a difference here means that the run isn't what it says. Other versions, another
            machine or other code only explain one.
    """

    what: str
    verdict: Verdict = "same"
    detail: str = ""
    decides: bool = False

    @property
    def is_fatal(self) -> bool:
        return self.decides and self.verdict == "differs"


def recorded_checks(folder: RunFolder, problem: Problem) -> tuple[Check, ...]:
    """Compare a run's files, its tables and this installation with its manifest, without running anything.

    Raises:
        RunFolderError: The manifest can't be read.
    """
    manifest = folder.manifest
    hashes = manifest["sha256"]
    return (
        _compared("problem.yaml", hashes["problem"], spec_hash(problem.spec), decides=True),
        *_files(folder.path, hashes),
        *_tables(problem, hashes["data"]),
        *_starts(problem, hashes.get("start", {})),
        _compared("code of moalloy", hashes.get("code"), code_hash()),
        *_versions(manifest["versions"]),
        _compared("platform", manifest["platform"], platform.platform()),
    )


def model_checks(recorded: Mapping[str, str], models: Path) -> Iterator[Check]:
    """Compare surrogates that were fitted again into the folder ``models`` with recorded hashes."""
    for name, known in recorded.items():
        found = folder_hash(models / name) if (models / name).is_dir() else None
        yield _compared(f"fit of {name}, again", known, found)


def _files(path: Path, hashes: Mapping[str, Any]) -> Iterator[Check]:
    for name in ("pareto.csv", *(["systems.csv"] if "systems.csv" in hashes else [])):
        found = sha256_of(path / name) if (path / name).is_file() else "none"
        yield _compared(name, hashes[name], found, decides=True)
    for part in ("model", "search"):
        for name, known in hashes.get(part, {}).items():
            folder = path / part / name
            if folder.is_dir():
                yield _compared(f"{part}/{name}", known, folder_hash(folder), decides=True)
            else:
                # Left out to save space, as in the example that is shipped; nothing there is wrong.
                yield Check(f"{part}/{name}", "unknown", "it isn't in the folder")


def _tables(problem: Problem, recorded: Mapping[str, str]) -> Iterator[Check]:
    try:
        found = table_hashes(problem)
    except InputError as error:
        yield Check("tables", "differs", str(error), decides=True)
        return
    for name, now in found.items():
        yield _compared(f"table {name}", recorded.get(name), now, decides=True)


def _starts(problem: Problem, recorded: Mapping[str, str]) -> Iterator[Check]:
    try:
        found = start_hashes(problem)
    except InputError as error:
        yield Check("starts", "differs", str(error), decides=True)
        return
    for name, now in found.items():
        yield _compared(f"start {name}", recorded.get(name), now, decides=True)


def _versions(recorded: Mapping[str, str]) -> Iterator[Check]:
    found = versions()
    for name, known in recorded.items():
        is_same = found.get(name) == known
        detail = "" if is_same else f"{known} then, {found.get(name, 'not installed')} now"
        yield Check(f"version of {name}", "same" if is_same else "differs", detail)


def _compared(what: str, known: str | None, found: str | None, *, decides: bool = False) -> Check:
    if known is None or found is None:
        return Check(what, "unknown", "the manifest doesn't say" if known is None else "it wasn't made")
    if known == found:
        return Check(what, decides=decides)
    return Check(what, "differs", f"{_short(known)} in the manifest, {_short(found)} now", decides)


def _short(text: str) -> str:
    """Return the first characters of a hash, and anything else in full."""
    return text[:8] if len(text) == 64 and text.isalnum() else text
