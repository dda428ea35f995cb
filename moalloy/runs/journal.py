"""What an unfinished search has evaluated, on disk: files of plain arrays, one more now and then.

A kill at any moment loses what was evaluated since the last file, and nothing else: those generations are
evaluated again.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np

from moalloy.optimize.record import Generation
from moalloy.runs.arrays import read_arrays, write_arrays

__all__ = ["Journal"]

# Share of a search's time that may go into writing.
_SHARE = 0.005


class Journal:
    """The generations of one search, in a folder of its own while it isn't finished."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[Generation] = []
        self._n_written = 0
        self._spent = 0.0
        self._start = time.monotonic()

    def read(self) -> list[Generation]:
        """Return the generations written so far; what is added from now on goes behind them.

        Two processes that made the same search at the same moment, and were killed, may leave files that
        overlap, since what they hold is the same, or a gap: what is behind it is made again.

        Raises:
            RunFolderError: A file is damaged.
        """
        found: list[Generation] = []
        for path in sorted(self._folder.glob("*.npz")):
            first = int(path.stem)
            if first > len(found):
                break
            found += read_arrays(path, _unpacked, advice=_ADVICE)[len(found) - first :]
        self._n_written = len(found)
        return found

    def add(self, generation: Generation) -> None:
        """Keep a generation; it is on disk with the next file, which is written when time allows.

        Raises:
            MachineError: The disk is full or the folder can't be written.
        """
        self._waiting.append(generation)
        if self._spent <= _SHARE * (time.monotonic() - self._start):
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        start = time.monotonic()
        write_arrays(self._folder / _name(self._n_written), _packed(self._waiting))
        self._n_written += len(self._waiting)
        self._waiting = []
        self._spent += time.monotonic() - start

    def clear(self) -> None:
        """Forget everything: the search is finished, or has to begin anew."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._waiting, self._n_written = [], 0


_ADVICE = "delete the folder, and --resume begins this search anew"


def _name(first: int) -> str:
    """Return the name of the file whose first generation has this number, from 0."""
    return f"{first:08d}.npz"


def _packed(generations: list[Generation]) -> dict[str, np.ndarray]:
    return {
        "X": np.concatenate([g.X for g in generations]),
        "scores": np.concatenate([g.scores for g in generations]),
        "G": np.concatenate([g.G for g in generations]),
        "sizes": np.array([len(g.X) for g in generations]),
        "seconds": np.array([g.seconds for g in generations]),
    }


def _unpacked(arrays: dict[str, np.ndarray]) -> list[Generation]:
    found = []
    ends = np.cumsum(arrays["sizes"])
    for start, end, seconds in zip(ends - arrays["sizes"], ends, arrays["seconds"], strict=True):
        X, scores, G = (arrays[name][start:end] for name in ("X", "scores", "G"))
        found.append(Generation(X, scores, G, float(seconds)))
    return found
