"""Alloys that a problem names to start from, read from runs and tables and snapped to the space's grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.composition import Composition
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.process import ProcessVariable
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import CompositionError, Fault, ProblemFileError, TableError
from moalloy.tables import is_missing, parse_numbers, read_alloys, table_hash

__all__ = ["NEAR_AT_PCT", "Starts", "each_once", "middle", "near_rows", "read_starts", "start_hashes"]

# An alloy stands for the grid point next to it if no more atoms than this have to change.
NEAR_AT_PCT = 1.0
# Sums of floats err by 1e-13 at.%: what is exactly so far away counts as near.
_ROUNDING = 1e-9
_FRONT = "pareto.csv"


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """Alloys to start from.

    Attributes:
        X: Alloys of the space, each once, in the order of their sources; shape ``(n_starts, n_columns)``.
        said: Per source, how many of its rows were used, and why the others weren't.
        warnings: Sources of which nothing could be used.
    """

    X: FloatArray
    said: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_starts(problem: Problem) -> Starts:
    """Return the alloys that ``optimize.start`` names, as far as they lie in the space.

    Raises:
        ProblemFileError: A source isn't there, or holds no compositions; each with its line.
    """
    parts = [np.zeros((0, len(problem.space.columns)))]
    said: list[str] = []
    warnings: list[str] = []
    faults: list[Fault] = []
    for number, source in enumerate(problem.spec.optimize.start or ()):
        try:
            file, basis = _file(source), problem.space.composition.basis
            frame, entries = read_alloys(file, usual_basis=basis, say=said.append)
        except TableError as error:
            faults.append(problem.spec.fault("optimize", "start", number, found=str(error).rstrip(".")))
            continue
        X, left_out, n_moved = _usable(problem, frame, entries)
        text = _in_words(source, len(X), len(entries), left_out, n_moved=n_moved)
        (said if len(X) else warnings).append(text)
        parts.append(X)
    if faults:
        raise ProblemFileError(faults)
    return Starts(each_once(problem.space, np.concatenate(parts)), tuple(said), tuple(warnings))


def start_hashes(problem: Problem) -> dict[str, str]:
    """Return the SHA-256 of each source by its number and name.

    Raises:
        TableError: A source is missing or can't be read.
    """
    sources = enumerate(problem.spec.optimize.start or (), start=1)
    return {f"{number}. {PurePath(source).name}": table_hash(_file(source)) for number, source in sources}


def each_once(space: DesignSpace, X: FloatArray) -> FloatArray:
    """Return alloys of the space without those that came before, order kept."""
    return np.asarray(X[space.first_of_each(X)], dtype=np.float64)


def near_rows(problem: Problem, raw: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return rows snapped to the space, shape ``(n_rows, n_columns)``, and which of them changed little."""
    snapped = problem.space.repair(raw)
    n_elements = problem.space.n_elements
    moved = 50.0 * np.abs(snapped[:, :n_elements] - raw[:, :n_elements]).sum(axis=1)
    return snapped, np.asarray(moved <= NEAR_AT_PCT + _ROUNDING, dtype=np.bool_)


def middle(variable: ProcessVariable) -> float:
    """Return what a process value becomes that nothing says."""
    return (variable.lower + variable.upper) / 2.0


def _file(source: str) -> str:
    """Return the table behind a source: of a run folder its front.

    Raises:
        TableError: It is a folder without one.
    """
    path = Path(source)
    if not path.is_dir():
        return source
    if not (path / _FRONT).is_file():
        raise TableError(f"{source} is a folder without {_FRONT}; name a finished run, or a table")
    return str(path / _FRONT)


def _usable(
    problem: Problem, frame: pd.DataFrame, entries: Sequence[Composition | CompositionError]
) -> tuple[FloatArray, Counter[str], int]:
    """Return the rows of the space, snapped, how often each reason left one out, and treatments moved."""
    space, left_out = problem.space, Counter[str]()
    rows, chosen = [], []
    for number, entry in enumerate(entries):
        if isinstance(entry, CompositionError):
            left_out[str(entry).rstrip(".")] += 1
            continue
        at_pct = entry.at_pct
        foreign = [symbol for symbol in at_pct if symbol not in space.elements]
        if foreign:
            left_out[f"holds {', '.join(foreign)}, which the space lacks"] += 1
            continue
        rows.append([float(at_pct.get(symbol, 0)) / 100.0 for symbol in space.elements])
        chosen.append(number)
    stated = [_treatment(variable, frame.iloc[chosen]) for variable in space.process]
    columns = [
        np.where(np.isfinite(column), column, middle(variable))
        for column, variable in zip(stated, space.process, strict=True)
    ]
    fractions = np.array(rows).reshape(len(rows), space.n_elements)
    snapped, is_near = near_rows(problem, np.column_stack([fractions, *columns]))
    is_moved = np.zeros(len(rows), dtype=np.bool_)
    for column, used in zip(stated, snapped[:, space.n_elements :].T, strict=True):
        is_moved |= ~np.isnan(column) & (column != used)
    n_far = int((~is_near).sum())
    if n_far:
        left_out[f"more than {NEAR_AT_PCT:g} at.% from any alloy of the space"] += n_far
    return snapped[is_near], left_out, int((is_moved & is_near).sum())


def _treatment(variable: ProcessVariable, frame: pd.DataFrame) -> FloatArray:
    """Return a process column, shape ``(n_rows,)``; NaN where nothing is said, inf for an unknown name."""
    if variable.name not in frame.columns:
        return np.full(len(frame), np.nan)
    cells = [str(cell).strip() for cell in frame[variable.name]]
    if variable.names is None:
        return parse_numbers(cells).values
    index = {name: float(i) for i, name in enumerate(variable.names)}
    strange = [np.nan if is_missing(cell) else np.inf for cell in cells]
    known = [index.get(cell, other) for cell, other in zip(cells, strange, strict=True)]
    return np.array(known, dtype=np.float64)


def _in_words(source: str, n_used: int, n_rows: int, left_out: Counter[str], *, n_moved: int = 0) -> str:
    """Return what became of a source.

    >>> _in_words("runs/first", 12, 14, Counter({"holds Mo, which the space lacks": 2}))
    'start: 12 of 14 alloys of first are used; left out: 2 (holds Mo, which the space lacks)'
    """
    reasons = ", ".join(f"{count} ({reason})" for reason, count in left_out.most_common())
    used = f"start: {n_used or 'none'} of {n_rows} alloys of {PurePath(source).name} are used"
    moved = f"; of {n_moved} the treatment isn't in the space and was moved there" if n_moved else ""
    return f"{used}{moved}; left out: {reasons}" if reasons else f"{used}{moved}"
