"""Plain arrays in one file, old or new and never half; no pickles."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np

from moalloy.errors import RunFolderError
from moalloy.files import write_bytes

__all__ = ["read_arrays", "write_arrays"]

T = TypeVar("T")


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays by name, in place of what was there.

    Raises:
        MachineError: The disk is full or the folder can't be written.
    """
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_bytes(path, buffer.getvalue())


def read_arrays(path: Path, build: Callable[[dict[str, np.ndarray]], T], *, advice: str) -> T:
    """Return what ``build`` makes of the arrays by name.

    Raises:
        RunFolderError: The file is damaged, or not what ``build`` needs; the message ends with ``advice``.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            return build(dict(file))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RunFolderError(f"{path} is damaged: {error}; {advice}") from None
