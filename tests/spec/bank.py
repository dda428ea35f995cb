"""The bank of problem files, and what their comments say about them.

In a file of the bank ``# expect: words`` (or ``# warning:``, ``# note:``) stands on the line where
moalloy must say these words; ``&&`` parts several on one line. Where the line can't carry a comment,
``# expect 4: words`` stands anywhere, and ``# expect -:`` is for a fault without a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moalloy.errors import Fault

FOLDER = Path(__file__).parent
VALID = sorted((FOLDER / "valid").glob("*.yaml"))
INVALID = sorted((FOLDER / "invalid").glob("*.yaml"))

_COMMENT = re.compile(r"# (expect|warning|note)(?: (\d+|-))?: (.*)$")


@dataclass(frozen=True, slots=True)
class Expectation:
    """Words that must be said of a line; None where the fault has no line."""

    line: int | None
    words: str

    def is_met_by(self, fault: Fault) -> bool:
        return fault.line == self.line and self.words in str(fault)


def expectations(path: Path) -> list[Expectation]:
    """Return what the comments of a bank file expect to be said."""
    return list(_expectations(path.read_text(encoding="utf-8")))


def _expectations(text: str) -> Iterator[Expectation]:
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _COMMENT.search(line):
            elsewhere = {None: number, "-": None}
            where = elsewhere[match[2]] if match[2] in elsewhere else int(match[2])
            for words in match[3].split(" && "):
                yield Expectation(where, words)
