"""The exceptions that moalloy raises on purpose.

::

    MoalloyError
    ├── InputError                something the user wrote can't be used
    │   ├── ProblemFileError      faults in a problem file, all of them at once
    │   ├── TableError            a table or one of its cells
    │   ├── CompositionError      a formula or a composition
    │   │   └── SumError          its amounts don't sum to 100
    │   ├── SpaceError            a space or a constraint that can't be built
    │   └── RunFolderError        a run folder that is missing, taken or of another problem
    ├── EmptySpaceError           the constraints leave no alloy
    ├── DifferenceError           a run isn't what it says, or can't be repeated
    ├── NoFeasibleAlloyError      alloys exist, but none meets limits, domain or targets
    └── MachineError              the machine's fault: a full disk, a folder without write permission
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "CompositionError",
    "DifferenceError",
    "EmptySpaceError",
    "Fault",
    "InputError",
    "MachineError",
    "MoalloyError",
    "NoFeasibleAlloyError",
    "ProblemFileError",
    "RunFolderError",
    "SpaceError",
    "SumError",
    "TableError",
]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or worth saying, at one place in a file.

    ``place`` is the dotted path of the key (``space.elements.Si``), ``found`` and
    ``expected`` complete the sentence, ``hint`` says what to do. Empty strings are left out.
    """

    file: str
    line: int | None
    place: str
    found: str
    expected: str = ""
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        text = f"{where}: " + (f"{self.place}: " if self.place else "") + self.found
        if self.expected:
            text += f"; expected {self.expected}"
        text += "." if not text.endswith((".", "?", "!")) else ""
        return f"{text} {self.hint}".rstrip()


class MoalloyError(Exception):
    """Base of every exception that moalloy raises on purpose."""


class InputError(MoalloyError):
    """Something that the user wrote can't be used as it stands."""


class ProblemFileError(InputError):
    """A problem file with faults; ``faults`` holds every one that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))

    def __reduce__(self) -> tuple[type[ProblemFileError], tuple[list[Fault]]]:
        return type(self), (list(self.faults),)


class TableError(InputError):
    """A table, or one of its columns or cells, can't be used."""


class CompositionError(InputError):
    """A formula or a composition can't be read or isn't one."""


class SumError(CompositionError):
    """The amounts of a composition don't sum to 100; ``total`` is what they sum to, in percent."""

    def __init__(self, message: str, *, total: float = math.nan) -> None:
        self.total = total
        super().__init__(message)


class SpaceError(InputError):
    """A space or a constraint that can't be built, or a question it can't answer."""


class RunFolderError(InputError):
    """A run folder is missing, taken, damaged or belongs to another problem."""


class EmptySpaceError(MoalloyError):
    """The constraints leave no alloy at all."""


class DifferenceError(MoalloyError):
    """A run isn't what its manifest says, or running it again gives another front."""


class NoFeasibleAlloyError(MoalloyError):
    """There are alloys, but none of them meets the limits or targets."""


class MachineError(MoalloyError):
    """The machine's fault and not the user's: a full disk, a folder without write permission."""
