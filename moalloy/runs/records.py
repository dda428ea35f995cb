"""Searches on disk: evaluated alloys as a Parquet table, floats in full, so that they come back the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.values import FloatArray
from moalloy.errors import RunFolderError
from moalloy.files import write_json
from moalloy.optimize.record import EXHAUSTIVE, GenerationReport, SearchRecord, StopReason

__all__ = ["read_record", "write_record"]

_REPORT = ["generation", "evaluations", "hypervolume", "front_size"]


def write_record(record: SearchRecord, problem: Problem, folder: Path) -> None:
    """Write the alloys of a search, the hypervolume per generation and why it ended into an empty folder."""
    _alloys(record, problem).to_parquet(folder / _file(record.algorithm), index=False)
    rows = [(r.generation, r.n_evaluations, r.hypervolume, r.front_size) for r in record.reports]
    reports = pd.DataFrame(rows, columns=_REPORT)
    reports.to_csv(folder / "hypervolume.csv", index=False, lineterminator="\n")
    write_json(folder / "search.json", {"stopped": record.stopped})


def read_record(folder: Path, problem: Problem, *, algorithm: str, seed: int) -> SearchRecord:
    """Return the search that `write_record` wrote.

    Raises:
        RunFolderError: A file is missing or damaged.
    """
    try:
        table = pd.read_parquet(folder / _file(algorithm))
        reports = np.loadtxt(folder / "hypervolume.csv", delimiter=",", skiprows=1, ndmin=2)
    except (OSError, ValueError) as error:  # pyarrow's own errors are among these
        reason = str(error).splitlines()[0]
        raise RunFolderError(
            f"{folder} can't be read ({reason}); moalloy verify tells what has changed"
        ) from None
    columns = list(problem.space.columns)
    names = [o.name for o in problem.objectives]
    is_front = algorithm == EXHAUSTIVE
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
        n_equal=table["n_equal"].to_numpy(np.int64) if is_front else np.ones(len(table), dtype=np.int64),
        n_alloys=int(reports[-1, 1]) if is_front else len(table),
        stopped=_stopped(folder / "search.json"),
    )


def _stopped(path: Path) -> StopReason:
    """Return why a search ended; older runs, which don't say, knew generations only."""
    if not path.is_file():
        return "generations"
    return cast(StopReason, json.loads(path.read_text(encoding="utf-8"))["stopped"])


def _file(algorithm: str) -> str:
    """Return what holds the alloys: all that were evaluated, or the front where all would be millions."""
    return "front.parquet" if algorithm == EXHAUSTIVE else "evaluated.parquet"


def _alloys(record: SearchRecord, problem: Problem) -> pd.DataFrame:
    columns: dict[str, object] = {"generation": record.generation}
    columns |= {f"x:{name}": record.X[:, i] for i, name in enumerate(problem.space.columns)}
    for i, objective in enumerate(problem.objectives):
        columns[f"score:{objective.name}"] = record.scores[:, i]
        columns[f"f:{objective.name}"] = record.F[:, i]
    if record.algorithm == EXHAUSTIVE:
        columns["n_equal"] = record.n_equal
    columns |= {f"g:{i}": record.G[:, i] for i in range(record.G.shape[1])}
    return pd.DataFrame(columns)


def _block(table: pd.DataFrame, names: list[str]) -> FloatArray:
    return np.ascontiguousarray(table[names].to_numpy(np.float64)).reshape(len(table), len(names))
