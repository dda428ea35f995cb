"""Files that are either old or new, never half: written to a temporary name beside, then renamed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moalloy.errors import MachineError

__all__ = ["atomic_folder", "machine_faults", "sha256_of", "write_bytes", "write_json", "write_text"]

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EEXIST: "a part of the path is a file, not a folder",  # what mkdir says of it
    errno.EFBIG: "the file would be larger than allowed",
}


@contextmanager
def machine_faults(path: Path) -> Iterator[None]:
    """Turn the operating system's errors into a `MachineError` that names ``path`` and the reason."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise MachineError(f"can't write {path}: {reason}") from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file as a whole; a kill at any moment leaves the old one or the new one.

    Raises:
        MachineError: The disk is full or the folder can't be written.
    """
    with machine_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file as a whole, with Unix line ends."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write a JSON file as a whole; NaN is refused rather than written as something JSON doesn't know."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def atomic_folder(path: Path, *, replaces: bool = True) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``path`` when the block ends well, and vanishes if not.

    An old folder is moved aside first; a kill between the two renames leaves it there, whole, under a
    hidden name. Without ``replaces`` an old folder stays, and the new one vanishes: for what several
    processes may make at the same moment, all alike.

    Raises:
        MachineError: The disk is full or the parent can't be written.
    """
    with machine_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        aside = temporary.with_name(f"{temporary.name}.old")
        try:
            yield temporary
            temporary.chmod(0o755)
            if replaces and path.exists():
                path.replace(aside)
            _put(temporary, path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            if aside.exists():
                aside.replace(path)
            raise
        shutil.rmtree(aside, ignore_errors=True)


def _put(temporary: Path, path: Path) -> None:
    """Rename a folder, or drop it where somebody else has put theirs there meanwhile."""
    try:
        temporary.replace(path)
    except OSError as error:
        if not path.is_dir() or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        shutil.rmtree(temporary, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
