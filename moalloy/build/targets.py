"""Targets as people write them: ``Bs >= 1.6 T``, ``-1 <= magnetostriction <= 1 ppm``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from moalloy.build.problem import Problem
from moalloy.domain.problem import Limit
from moalloy.domain.targets import Target
from moalloy.errors import InputError
from moalloy.features.descriptors import DESCRIPTORS, get_descriptor
from moalloy.spec.nearest import did_you_mean

__all__ = ["Asked", "read_targets"]

_EXAMPLE = 'such as "Bs >= 1.6 T" or "-1 <= magnetostriction <= 1 ppm"'
_SIGN = re.compile(r"(<=|>=|≤|≥|=<|=>|<|>|==|=)")
_AT_LEAST, _AT_MOST = {">=", "≥", ">", "=>"}, {"<=", "≤", "<", "=<"}
_NUMBER = re.compile(r"\s*([-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        targets: Of properties, in the order in which they were first named; one for each.
        limits: The same of descriptors, which are computed exactly: no alloy may miss them.
    """

    targets: tuple[Target, ...]
    limits: tuple[Limit, ...]


def read_targets(problem: Problem, texts: Sequence[str]) -> Asked:
    """Return the targets that texts ask for.

    Args:
        problem: For the names and units of properties.
        texts: Each ``NAME >= VALUE [UNIT]``, ``NAME <= VALUE [UNIT]`` or ``LOW <= NAME <= HIGH [UNIT]``.

    Raises:
        InputError: A text can't be read, or asks for what can't be; with every fault that was found.
    """
    faults: list[str] = []
    found: dict[str, Target] = {}
    for text in texts:
        try:
            target = _read(problem, text)
            found[target.name] = _joined(found.get(target.name), target)
        except InputError as error:
            faults.append(f"--target {text!r}: {error}")
    if faults:
        raise InputError("\n".join(faults))
    targets = tuple(item for item in found.values() if problem.is_property(item.name))
    if not problem.spec.properties:
        raise InputError("this problem learns no property, so there is nothing to have a chance of")
    if not targets:
        raise InputError(
            f"there is no target on a property; give one or more, {_EXAMPLE}."
            f" The properties are {', '.join(problem.spec.properties)}."
        )
    limits = tuple(
        Limit(item.name, item.at_least, item.at_most)
        for item in found.values()
        if not problem.is_property(item.name)
    )
    return Asked(targets, limits)


def _read(problem: Problem, text: str) -> Target:
    parts = [part.strip() for part in _SIGN.split(text)]
    if len(parts) == 3 and _SIGN.fullmatch(parts[1]):
        first, sign, last = parts
        bounds = [(first, sign, last)]
    elif len(parts) == 5:
        first, sign, name, second, last = parts
        bounds = [(name, _turned(sign), first), (name, second, last)]
    else:
        raise InputError(f"expected a property, a sign and a number, {_EXAMPLE}")
    if _NUMBER.match(bounds[0][0]) and len(bounds) == 1:  # 1.6 <= Bs
        bounds = [(last, _turned(sign), first)]
    name = bounds[0][0]
    unit, is_log = _known(problem, name)
    target = Target(name, unit=unit, is_log=is_log)
    for _, sign, value in bounds:
        target = _joined(target, _one_sided(target, sign, value))
    return target


def _known(problem: Problem, name: str) -> tuple[str, bool]:
    """Return the unit of a property or descriptor, and whether a property is learned as a logarithm."""
    spec = problem.spec
    if name in spec.properties:
        return spec.properties[name].unit or "", spec.properties[name].scale == "log"
    if name in DESCRIPTORS:
        missing = get_descriptor(name).missing(problem.space.elements)
        if missing:
            raise InputError(f"{name} has no data for {', '.join(missing)}")
        return get_descriptor(name).unit, False
    hint = did_you_mean(name, [*spec.properties, *DESCRIPTORS])
    if name in problem.space.columns:
        hint = f"Bounds of {name} belong to the space: --set space.{_section(problem, name)}.{name}=..."
    raise InputError(
        f"{name!r} is no property of {problem.name} and no descriptor;"
        f" the properties are {', '.join(spec.properties)}. {hint}".rstrip()
    )


def _section(problem: Problem, name: str) -> str:
    return "elements" if name in problem.space.elements else "process"


def _one_sided(target: Target, sign: str, text: str) -> Target:
    if sign not in _AT_LEAST | _AT_MOST:
        raise InputError(f"found {sign!r}; expected >= or <=: a measured value is never met exactly")
    value = _value(target, text)
    bare = replace(target, at_least=None, at_most=None)
    return replace(bare, at_least=value) if sign in _AT_LEAST else replace(bare, at_most=value)


def _value(target: Target, text: str) -> float:
    match = _NUMBER.match(text)
    if match is None:
        raise InputError(f"found {text!r} where a number is expected, {_EXAMPLE}")
    value, unit = float(match[1].replace("−", "-")), match[2]
    if unit.startswith((",", ".")):
        raise InputError(f"found {text!r}; write decimals with a point")
    if unit and unit != target.unit:
        known = f"is in {target.unit}" if target.unit else "has no unit"
        raise InputError(f"found the unit {unit!r}, but {target.name} {known}; write the number in that")
    if not math.isfinite(value):
        raise InputError(f"found {text!r}; expected a finite number")
    if target.is_log and value <= 0:
        raise InputError(f"{target.name} is learned as a logarithm; expected a number above 0, not {value:g}")
    return value


def _joined(one: Target | None, other: Target) -> Target:
    """Return both sides of a target that was given in two parts."""
    if one is None:
        return other
    twice = (one.at_least is not None and other.at_least is not None) or (
        one.at_most is not None and other.at_most is not None
    )
    if twice:
        raise InputError(f"{one.name} has a bound on this side already; keep one")
    low = one.at_least if other.at_least is None else other.at_least
    high = one.at_most if other.at_most is None else other.at_most
    if low is not None and high is not None and low > high:
        raise InputError(f"{one.name} can't be at least {low:g} and at most {high:g}")
    return replace(one, at_least=low, at_most=high)


def _turned(sign: str) -> str:
    """Return the sign as it reads from the other end."""
    return ">=" if sign in _AT_MOST else "<=" if sign in _AT_LEAST else sign
