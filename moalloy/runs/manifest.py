"""manifest.json: what was run, with what, and what came of it."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from moalloy.build.problem import Problem
from moalloy.build.starts import start_hashes
from moalloy.code import code_hash
from moalloy.errors import RunFolderError
from moalloy.files import sha256_of
from moalloy.spec import spec_hash
from moalloy.tables import table_hash

__all__ = ["first_manifest", "folder_hash", "now", "read_manifest", "table_hashes", "time_stamp", "versions"]

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


def first_manifest(problem: Problem) -> dict[str, Any]:
    """Return what is known before a run begins: versions, arguments, seeds, hashes of problem and data."""
    spec = problem.spec
    starts = start_hashes(problem)
    return {
        "format": 1,
        "name": spec.name,
        "started": time_stamp(),
        "finished": None,
        "argv": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "seeds": {"model": spec.model.seed, "search": list(spec.optimize.seeds)},
        "versions": versions(),
        "platform": platform.platform(),
        "sha256": {
            "problem": spec_hash(spec),
            "data": table_hashes(problem),
            "code": code_hash(),
            **({"start": starts} if starts else {}),
        },
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a result depends on."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found | {"python": platform.python_version()}


def table_hashes(problem: Problem) -> dict[str, str]:
    """Return the SHA-256 of each table's file, by its name in the problem."""
    spec = problem.spec
    return {name: table_hash(item.table, folder=spec.folder) for name, item in spec.data.items()}


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of the run folder ``path``.

    Raises:
        RunFolderError: There is none, or it can't be read as one.
    """
    try:
        content = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunFolderError(f"{path} isn't a run folder: it has no manifest.json") from None
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{path / 'manifest.json'} can't be read: {error}") from None
    if not isinstance(content, dict) or "sha256" not in content:
        raise RunFolderError(f"{path / 'manifest.json'} isn't the manifest of a run")
    return content


def folder_hash(folder: Path) -> str:
    """Return one hash over the names and contents of a folder's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def time_stamp() -> str:
    """Return the time in UTC, as run.log and the manifest write it."""
    return f"{now():%Y-%m-%dT%H:%M:%SZ}"
