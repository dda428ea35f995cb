"""The stages of a run: what is done already is read from its folder, what isn't is done, told and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from moalloy.build.models import fit
from moalloy.build.problem import Problem
from moalloy.optimize.record import GenerationReport
from moalloy.runs import RunFolder
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.workers import Workers

__all__ = ["Progress", "Stages"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a study reports to while it works; each call is cheap and may be left out."""

    message: Callable[[str], None] = lambda text: None
    generation: Callable[[int, GenerationReport], None] = lambda seed, report: None


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """Where a study keeps what it has, and whom it tells.

    Attributes:
        folder: None where nothing is written.
        progress: Where to report to.
        seconds: By stage, as far as it has come.
    """

    folder: RunFolder | None
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, stage: str) -> _Timer:
        """Return a context that notes how long a stage takes."""
        return _Timer(stage, self.seconds)

    def say(self, text: str) -> None:
        """Tell, and keep it in run.log."""
        self.progress.message(text)
        if self.folder is not None:
            self.folder.log(text)

    def tell_folder(self) -> None:
        """Tell where the run is kept, once it is."""
        if self.folder is not None:
            self.progress.message(f"run folder: {self.folder.path}")

    def models(
        self,
        problem: Problem,
        given: Mapping[str, FittedSurrogate] | None,
        *,
        workers: Workers,
        cache: Path | None,
    ) -> Mapping[str, FittedSurrogate]:
        """Return the surrogates: as given, as the folder has them, or fitted."""
        kept = self.folder.read_models(problem) if self.folder is not None and given is None else None
        if given or kept:
            self.say("surrogates: taken as given")
        if kept is not None:
            return kept
        fitted = fit(problem, workers=workers, cache=cache, progress=self.say) if given is None else given
        if self.folder is not None:
            self.folder.write_models(fitted)
        return fitted


@dataclass(slots=True)
class _Timer:
    stage: str
    seconds: dict[str, float]
    start: float = 0.0

    def __enter__(self) -> None:
        self.start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = self.seconds.get(self.stage, 0.0) + time.perf_counter() - self.start
        self.seconds[self.stage] = round(spent, 3)
