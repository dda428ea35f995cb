"""What searches in other processes of this machine have to tell, line by line through files."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from dataclasses import astuple, dataclass
from pathlib import Path

from moalloy.optimize.record import GenerationReport
from moalloy.study.stages import Progress

__all__ = ["Mailbox"]

_SECONDS_BETWEEN_LOOKS = 0.2


class Mailbox:
    """Passes on what arrives, in a thread of its own, while it is entered."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._folder = tempfile.TemporaryDirectory(prefix="moalloy-progress-")
        self._read: dict[Path, int] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def as_progress(self) -> Progress:
        """Return what another process reports to."""
        sender = _Sender(Path(self._folder.name))
        return Progress(message=sender.message, generation=sender.generation)

    def __enter__(self) -> Mailbox:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._pass_on()
        self._folder.cleanup()

    def _watch(self) -> None:
        while not self._is_over.wait(_SECONDS_BETWEEN_LOOKS):
            self._pass_on()

    def _pass_on(self) -> None:
        for path in sorted(Path(self._folder.name).iterdir()):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                # A line that is only half there is read with the next look.
                whole, _, _ = file.read().rpartition(b"\n")
            self._read[path] = self._read.get(path, 0) + len(whole) + bool(whole)
            for line in whole.splitlines():
                self._tell(json.loads(line))

    def _tell(self, letter: dict[str, object]) -> None:
        match letter:
            case {"text": str(text)}:
                self._progress.message(text)
            case {"seed": int(seed), "report": list(report)}:
                self._progress.generation(seed, GenerationReport(*report))


@dataclass(frozen=True, slots=True)
class _Sender:
    """Writes into a file of its process."""

    folder: Path

    def message(self, text: str) -> None:
        self._send({"text": text})

    def generation(self, seed: int, report: GenerationReport) -> None:
        self._send({"seed": seed, "report": astuple(report)})

    def _send(self, letter: dict[str, object]) -> None:
        with (self.folder / str(os.getpid())).open("ab") as file:
            file.write(json.dumps(letter).encode() + b"\n")
