"""Small made-up tables of measured alloys with the structure of real ones: papers that report series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.surrogates.training import TrainingRows

__all__ = ["ELEMENTS", "compositions", "edit_cells", "measured_rows", "with_furnace", "write_measured"]

ELEMENTS = ("Fe", "B", "Si")


def compositions(n_papers: int, n_per_paper: int, rng: np.random.Generator) -> FloatArray:
    """Return Fe-B-Si alloys in series that differ by at.% steps, shape ``(n_papers * n_per_paper, 3)``."""
    boron = np.repeat(rng.integers(8, 16, n_papers), n_per_paper)
    silicon = np.repeat(rng.integers(2, 10, n_papers), n_per_paper) + np.tile(range(n_per_paper), n_papers)
    return np.column_stack([100 - boron - silicon, boron, silicon]) / 100.0


def measured_rows(
    *,
    n_papers: int = 12,
    n_per_paper: int = 5,
    seed: int = 0,
    paper_spread: float = 0.05,
    slope: float = 3.0,
    with_process: bool = False,
) -> TrainingRows:
    """Return alloys whose value rises with Fe, shifted by an offset that the rows of a paper share."""
    rng = np.random.default_rng(seed)
    fractions = compositions(n_papers, n_per_paper, rng)
    n = len(fractions)
    papers = np.repeat(np.arange(n_papers), n_per_paper)
    offset = rng.normal(0.0, paper_spread, n_papers)[papers]
    values = 1.5 + slope * (fractions[:, 0] - 0.8) + offset + rng.normal(0.0, 0.01, n)
    temperature = rng.choice([600.0, 700.0, 800.0, np.nan], n)[:, None]
    return TrainingRows(
        elements=ELEMENTS,
        fractions=fractions,
        process=temperature if with_process else np.empty((n, 0)),
        values=values,
        groups=tuple(f"paper {paper}" for paper in papers),
        formulas=tuple(_formula(row) for row in fractions),
        references=tuple(f"doi {paper}" for paper in papers),
        grouped_by="paper",
    )


def with_furnace(rows: TrainingRows, *, first: int = 0) -> TrainingRows:
    """Return the rows with the number of their paper's furnace, which gives the paper away."""
    furnace = first + rows.group_codes.astype(np.float64)[:, None]
    return replace(rows, process=furnace)


def write_measured(path: Path, *, seed: int = 0, n_papers: int = 12, n_per_paper: int = 5) -> Path:
    """Write a table with Bs_T, Hc_A_per_m, is_glass, paper, an anneal and a route; return its path."""
    rows = measured_rows(seed=seed, n_papers=n_papers, n_per_paper=n_per_paper)
    rng = np.random.default_rng([seed, 1])
    lines = ["formula,paper,Bs_T,Hc_A_per_m,is_glass,anneal_K,route"]
    for i in range(len(rows)):
        coercivity = 10 ** (3.0 * rows.values[i] - 3.0 + rng.normal(0.0, 0.1))
        anneal = "" if i % 7 == 0 else str(rng.choice([650, 700, 750]))
        is_glass = int(rows.fractions[i, 1] + rng.normal(0.0, 0.01) > 0.11)
        route = ("ribbon", "rod", "")[i % 3]
        lines.append(
            f"{rows.formulas[i]},{rows.groups[i]},{rows.values[i]:.4f},{coercivity:.4g},{is_glass},{anneal},{route}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def edit_cells(path: Path, column: str, cells: Mapping[int, str]) -> None:
    """Replace cells of a column of a table on disk, by row counted from 0."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    position = header.split(",").index(column)
    table = [line.split(",") for line in lines]
    for row, cell in cells.items():
        table[row][position] = cell
    path.write_text("\n".join([header, *(",".join(line) for line in table)]) + "\n", encoding="utf-8")


def _formula(fractions: FloatArray) -> str:
    amounts = zip(ELEMENTS, fractions, strict=True)
    return "".join(f"{symbol}{round(100 * share)}" for symbol, share in amounts)
