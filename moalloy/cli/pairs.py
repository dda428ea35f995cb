"""Values by name on a command line: ``Bs=1.6,Hc=5``."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

__all__ = ["parse_pairs"]


def parse_pairs(
    option: str, text: str, names: Sequence[str], *, example: float, positive: Collection[str]
) -> dict[str, float]:
    """Return numbers by name; none for an empty text.

    Args:
        option: The flag, for messages.
        text: What stands behind it.
        names: The objectives of the run.
        example: A number to show where the text can't be read.
        positive: Names whose numbers must be above 0: weights, and values on a log scale.

    Raises:
        InputError: A part isn't ``name=number``, names no objective or one twice, or has a number that is
            out of place.

    >>> parse_pairs("--near", "Bs=1.6, Hc=5", ["Bs", "Hc"], example=1.6, positive=["Hc"])
    {'Bs': 1.6, 'Hc': 5.0}
    """
    from moalloy.errors import InputError
    from moalloy.spec.nearest import did_you_mean

    found: dict[str, float] = {}
    for part in text.split(",") if text.strip() else ():
        name, has_value, value = (piece.strip() for piece in part.partition("="))
        if not has_value:
            raise InputError(f"{option} {text}: found {part.strip()!r}, expected {names[0]}={example:g}")
        if name not in names:
            hint = did_you_mean(name, names)
            raise InputError(
                f"{option} {text}: the objectives are {', '.join(names)}, not {name!r}. {hint}".rstrip()
            )
        if name in found:
            raise InputError(f"{option} {text}: {name} stands there twice; keep one")
        found[name] = _number(f"{option} {text}: {name}", value, is_positive=name in positive)
    return found


def _number(where: str, text: str, *, is_positive: bool) -> float:
    from moalloy.errors import InputError

    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{where} is {text or 'blank'!r}; expected a number")
    if is_positive and number <= 0:
        raise InputError(f"{where} is {text}; expected a number above 0")
    return number
