"""The names that ``optimize.algorithm`` may have, and those of algorithms that were tried and left out."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator

from moalloy.spec.base import refusal
from moalloy.spec.nearest import listing

__all__ = ["ALGORITHMS", "Algorithm"]

_Name = Literal[
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
]
ALGORITHMS: tuple[str, ...] = get_args(_Name)

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


def _offered(value: object) -> object:
    """Refuse what was left out with the reason, and leave all else to the list of names."""
    reason = _LEFT_OUT.get(value) if isinstance(value, str) else None
    if reason is None:
        return value
    why, instead = reason
    raise refusal(f"{value} isn't offered: {why}", f"one of {listing(ALGORITHMS)}", f"Take {instead}.")


Algorithm = Annotated[_Name, BeforeValidator(_offered)]
