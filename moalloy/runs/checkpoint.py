"""Half of an exhaustive search on disk: one file of plain arrays, old or new and never half."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from moalloy.domain.problem import Evaluation
from moalloy.optimize.exhaustive import Checkpoint, Miss
from moalloy.optimize.record import GenerationReport
from moalloy.optimize.shortlist import Shortlist
from moalloy.runs.arrays import read_arrays, write_arrays

__all__ = ["read_checkpoint", "write_checkpoint"]


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint in place of the last one.

    Raises:
        MachineError: The disk is full or the folder can't be written.
    """
    front, miss = checkpoint.front, checkpoint.miss
    arrays = {
        "counts": np.array([checkpoint.next_rank, checkpoint.n_alloys]),
        "front_X": front.X,
        "front_scores": front.scores,
        "front_G": front.G,
        "front_distance": front.distance,
        "front_n_equal": front.n_equal,
        "miss_X": miss.X,
        "miss_scores": miss.evaluation.scores,
        "miss_F": miss.evaluation.F,
        "miss_G": miss.evaluation.G,
        "miss_lack": np.array(miss.lack),
        "reports": np.array(
            [(r.generation, r.n_evaluations, r.hypervolume, r.front_size) for r in checkpoint.reports]
        ).reshape(-1, 4),
    }
    write_arrays(path, arrays)


def read_checkpoint(path: Path) -> Checkpoint | None:
    """Return what `write_checkpoint` wrote, None if there is none.

    Raises:
        RunFolderError: The file is damaged.
    """
    if not path.is_file():
        return None
    return read_arrays(path, _checkpoint, advice="delete it, and what it held is searched again")


def _checkpoint(arrays: dict[str, np.ndarray]) -> Checkpoint:
    front = ("X", "scores", "G", "distance", "n_equal")
    evaluation = Evaluation(arrays["miss_scores"], arrays["miss_F"], arrays["miss_G"])
    next_rank, n_alloys = map(int, arrays["counts"])
    return Checkpoint(
        next_rank=next_rank,
        n_alloys=n_alloys,
        front=Shortlist(*(arrays[f"front_{name}"] for name in front)),
        miss=Miss(arrays["miss_X"], evaluation, float(arrays["miss_lack"])),
        reports=tuple(
            GenerationReport(int(part), int(n_evaluations), float(volume), int(size))
            for part, n_evaluations, volume, size in arrays["reports"]
        ),
    )
