"""What people see while a command works: messages and progress on standard error, data on standard output."""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress, TaskID

    from moalloy.build.problem import Problem
    from moalloy.optimize.record import GenerationReport
    from moalloy.study.study import Progress as StudyProgress

__all__ = ["Console", "print_table", "say_faults", "watching"]


# Reports that the pace of a search is taken from.
_PACE_OF = 20

# How much of a search is done, from 0 to 1, by its last report and the seconds it has taken.
ShareDone = Callable[["GenerationReport", float], float]


@dataclass(eq=False)
class Console:
    """Tells of progress; a bar only where a person watches, lines only where they were asked for.

    Attributes:
        share_done: Of a search; None where nothing is searched.
        is_exhaustive: Whether reports tell of parts of the space, and no seed draws anything.
    """

    share_done: ShareDone | None = None
    is_exhaustive: bool = False
    is_quiet: bool = False
    verbosity: int = 0
    _bars: dict[int, TaskID] = field(default_factory=dict)
    _paces: dict[int, _Pace] = field(default_factory=dict)
    _progress: Progress | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Console:
        if sys.stderr.isatty() and not self.is_quiet:
            from rich.console import Console as Terminal
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TextColumn("{task.fields[state]}"),
                console=Terminal(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def say(self, text: str) -> None:
        """Print a line for people."""
        if self.is_quiet:
            return
        if self._progress is not None:
            self._progress.console.print(text, highlight=False, markup=False)
        else:
            click.echo(text, err=True)

    def generation(self, seed: int, report: GenerationReport) -> None:
        """Move the bar of one search, or print a line now and then if asked to be verbose."""
        with self._lock:
            pace = self._paces.setdefault(seed, _Pace())
            share = 0.0 if self.share_done is None else self.share_done(report, pace.seconds)
            left = pace.seconds_left(share)
            if self._progress is not None:
                if seed not in self._bars:
                    self._bars[seed] = self._progress.add_task(self._search(seed), total=1.0, state="")
                self._progress.update(self._bars[seed], completed=share, state=f"{_state(report)}{left}")
            elif self.verbosity and (report.generation % 20 == 0 or self.verbosity > 1):
                done = f"{share:.0%} done" if self.is_exhaustive else f"generation {report.generation}"
                self.say(f"{self._search(seed)}: {done}: {_state(report)}{left}")

    def _search(self, seed: int) -> str:
        return "every alloy" if self.is_exhaustive else f"seed {seed}"

    def as_progress(self) -> StudyProgress:
        """Return this console as what a study reports to."""
        from moalloy.study.study import Progress

        return Progress(message=self.say, generation=self.generation)


def watching(problem: Problem, *, is_quiet: bool = False, verbosity: int = 0) -> Console:
    """Return a console that knows how far the searches of a problem have to go."""
    from moalloy.build.choice import choose_algorithm
    from moalloy.optimize.exhaustive import n_parts
    from moalloy.optimize.stopping import share_done
    from moalloy.study.stopping import budget_of

    if choose_algorithm(problem).is_exhaustive:
        n = n_parts(problem.space)
        return Console(lambda report, _: report.generation / n, True, is_quiet, verbosity)
    budget = budget_of(problem.spec.optimize)
    return Console(
        lambda report, seconds: share_done(budget, report, seconds=seconds), False, is_quiet, verbosity
    )


class _Pace:
    """How fast one search goes lately; one that is gone on with rushes through what it did before."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._points: deque[tuple[float, float]] = deque(maxlen=_PACE_OF)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def seconds_left(self, share: float) -> str:
        """Return the time to go at this pace, as a phrase; nothing before there is a pace."""
        self._points.append((share, self.seconds))
        (first, since), (_, now) = self._points[0], self._points[-1]
        if share <= first:
            return ""
        return f", about {(now - since) / (share - first) * (1.0 - share):.0f} s left"


def _state(report: GenerationReport) -> str:
    return f"{report.n_evaluations} alloys, hypervolume {report.hypervolume:.4f}, front {report.front_size}"


def print_table(table: pd.DataFrame, *, style: str, err: bool = False) -> None:
    """Print a table as aligned text, CSV or JSON, to standard output unless ``err``."""
    if style == "csv":
        text = table.to_csv(index=False, lineterminator="\n").rstrip("\n")
    elif style == "json":
        rows = table.itertuples(index=False, name=None)
        records = [dict(zip(table.columns, map(_plain, row), strict=True)) for row in rows]
        text = json.dumps(records, indent=2, ensure_ascii=False)
    else:
        text = _aligned(table)
    click.echo(text, err=err)


def _plain(cell: object) -> object:
    """Return a cell as JSON knows it, with all its digits; what is missing is null."""
    value = cell.item() if hasattr(cell, "item") else cell
    return None if isinstance(value, float) and not math.isfinite(value) else value


def say_faults(console: Console, faults: tuple[object, ...]) -> None:
    """Print warnings and notes of a problem file, each with its line."""
    for fault in faults:
        severity = getattr(fault, "severity", "note")
        console.say(f"{severity}: {fault}")


def _aligned(table: pd.DataFrame) -> str:
    cells = [[str(name) for name in table.columns]] + [
        [_text(cell) for cell in row] for row in table.to_numpy()
    ]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([lines[0], rule, *lines[1:]])


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else f"{cell:.5g}"
    return str(cell)
