"""The names that ``optimize.algorithm`` may have, and those of algorithms that were tried and left out."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from moalloy.spec.base import refusal, unrecognized
from moalloy.spec.nearest import did_you_mean, listing

__all__ = ["ALGORITHMS", "Algorithm", "known_algorithms"]

_GROUP = "moalloy.algorithms"

# Installed packages may offer more.
ALGORITHMS = (
    "nsga2",
    "nsga3",
    "unsga3",
    "gde3",
    "nsde",
    "sms_emoa",
    "rnsga2",
    "de",
    "random",
    "exhaustive",
    "auto",
)

# As measured with pymoo 0.6.2, on problems with limits.
_NUMBA = "its implementation in pymoo runs on numba, which moalloy does without"
_SEED = "its implementation in pymoo finds something else each time, at one seed"
_LEFT_OUT = {
    "age_moea": (_NUMBA, "sms_emoa"),
    "age_moea2": (_NUMBA, "sms_emoa"),
    "cmopso": (_SEED, "gde3"),
    "moead": ("its implementation in pymoo refuses every problem with limits", "nsga3"),
    "spea2": ("its implementation in pymoo fails at three objectives with a limit", "nsga2"),
}


def known_algorithms() -> tuple[str, ...]:
    """Return the built-in algorithms, then those that installed packages offer, by name alone."""
    return (*ALGORITHMS, *sorted(point.name for point in entry_points(group=_GROUP)))


def _known(value: object) -> str:
    """Return a name that there is; one that was left out is refused with the reason."""
    if not isinstance(value, str):
        raise unrecognized("the name of an algorithm, such as nsga2")
    if value in ALGORITHMS or value in known_algorithms():
        return value
    options = listing(known_algorithms())
    if value in _LEFT_OUT:
        why, instead = _LEFT_OUT[value]
        raise refusal(f"{value} isn't offered: {why}", f"one of {options}", f"Take {instead}.")
    hint = did_you_mean(value, known_algorithms()) or "Install the package that offers it."
    raise refusal(f"there is no algorithm {value!r}", f"one of {options}", hint)


Algorithm = Annotated[
    str, PlainValidator(_known), WithJsonSchema({"type": "string", "enum": list(ALGORITHMS)})
]
