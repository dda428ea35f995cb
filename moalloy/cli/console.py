"""What people see while a command works: messages and progress on standard error, data on standard output."""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress, TaskID

    from moalloy.optimize.record import GenerationReport
    from moalloy.study.study import Progress as StudyProgress

__all__ = ["Console", "print_table", "say_faults"]


@dataclass(eq=False)
class Console:
    """Tells of progress; a bar only where a person watches, lines only where they were asked for.

    Attributes:
        n_generations: Reports that each search will make.
        is_exhaustive: Whether they tell of parts of the space, and no seed draws anything.
    """

    n_generations: int = 0
    is_exhaustive: bool = False
    is_quiet: bool = False
    verbosity: int = 0
    _bars: dict[int, TaskID] = field(default_factory=dict)
    _progress: Progress | None = None
    _first: tuple[int, float] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Console:
        if sys.stderr.isatty() and not self.is_quiet:
            from rich.console import Console as Terminal
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed}/{task.total}"),
                TimeRemainingColumn(),
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
        state = (
            f"{report.n_evaluations} alloys, hypervolume {report.hypervolume:.4f}, front {report.front_size}"
        )
        with self._lock:
            if self._progress is not None:
                if seed not in self._bars:
                    self._bars[seed] = self._progress.add_task(
                        self._search(seed), total=self.n_generations, state=""
                    )
                self._progress.update(self._bars[seed], completed=report.generation, state=state)
            elif self.verbosity and (report.generation % 20 == 0 or self.verbosity > 1):
                self.say(f"{self._search(seed)}: {self._how_far(report)}: {state}")

    def _search(self, seed: int) -> str:
        return "every alloy" if self.is_exhaustive else f"seed {seed}"

    def _how_far(self, report: GenerationReport) -> str:
        """Return the generation; where every alloy is evaluated, the share that is done and the time left."""
        if not self.is_exhaustive:
            return f"generation {report.generation}"
        share = f"{report.generation / self.n_generations:.0%} done"
        # A search that is gone on with starts to count anew.
        self._first = self._first or (report.generation, time.monotonic())
        first, since = self._first
        if report.generation == first:
            return share
        pace = (time.monotonic() - since) / (report.generation - first)
        return f"{share}, about {pace * (self.n_generations - report.generation):.0f} s left"

    def as_progress(self) -> StudyProgress:
        """Return this console as what a study reports to."""
        from moalloy.study.study import Progress

        return Progress(message=self.say, generation=self.generation)


def print_table(table: pd.DataFrame, *, style: str, err: bool = False) -> None:
    """Print a table as aligned text, CSV or JSON, to standard output unless ``err``."""
    if style == "csv":
        text = table.to_csv(index=False, lineterminator="\n").rstrip("\n")
    elif style == "json":
        # pandas writes NaN as null; json.loads and dumps make it readable.
        text = json.dumps(json.loads(table.to_json(orient="records")), indent=2, ensure_ascii=False)
    else:
        text = _aligned(table)
    click.echo(text, err=err)


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
