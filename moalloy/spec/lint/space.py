"""Checks of the ``space`` section, except its constraints."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from moalloy.domain.elements import SYMBOLS, is_element
from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.process import ChoiceProcessSpec, RangeProcessSpec
from moalloy.spec.tree import Issue


def elements_exist(_spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """An element is written with its symbol."""
    for name in names.elements:
        if not is_element(name):
            hint = did_you_mean(name, SYMBOLS)
            yield Issue(("space", "elements", name), f"{name!r} is no element", "a symbol such as Fe", hint)


def bounds_are_percentages(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Bounds ascend and lie between 0 and 100."""
    for name, bounds in spec.space.elements.items():
        path = ("space", "elements", name)
        if bounds.min > bounds.max:
            found = f"{name} has min {bounds.min:g} > max {bounds.max:g} {spec.space.basis}"
            yield Issue(path, found, "min <= max", "Swap them.")
        if bounds.min < 0 or bounds.max > 100:
            found = f"{name} from {bounds.min:g} to {bounds.max:g} {spec.space.basis}"
            yield Issue(path, found, f"amounts from 0 to 100 {spec.space.basis}")


def bounds_lie_on_the_grid(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """A bound between two multiples of the step is never reached."""
    step = _exact(spec.space.step)
    for name, bounds in spec.space.elements.items():
        low, high = ceil(_exact(bounds.min) / step) * step, _exact(bounds.max) // step * step
        if (low, high) == (_exact(bounds.min), _exact(bounds.max)) or bounds.min > bounds.max:
            continue
        found = f"the bounds of {name} are no multiples of the step {spec.space.step:g}"
        reached = f"{float(low):g} to {float(high):g}" if low <= high else "no amount at all"
        hint = f"Amounts of {name} that can be weighed: {reached}."
        yield Issue(("space", "elements", name), found, hint=hint, severity="warning")


def zero_is_allowed_once(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """``or_zero`` says nothing where zero is within the bounds, and an element of 0 to 0 is none."""
    for name, bounds in spec.space.elements.items():
        path = ("space", "elements", name)
        if bounds.max == 0:
            yield Issue(path, f"{name} is always absent", hint="Delete it.", severity="warning")
        elif bounds.or_zero and bounds.min == 0:
            found = f"or_zero says nothing new, since {name} may be 0 by its min"
            yield Issue(path, found, hint="Delete or_zero, or give a min above 0.", severity="warning")


def step_divides_100(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Amounts that are multiples of the step can sum to 100 only if 100 is one too."""
    if (100 / _exact(spec.space.step)).denominator != 1:
        expected = "a step that divides 100, such as 0.1, 0.2, 0.25, 0.5 or 1"
        yield Issue(("space", "step"), f"100 is no multiple of {spec.space.step:g}", expected)


def step_is_given(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """The step decides what is printed, so a default is said."""
    if "step" not in spec.space.model_fields_set:
        found = f"step is not given: amounts are multiples of {spec.space.step:g} {spec.space.basis}"
        yield Issue(("space",), found, severity="note")


def count_fits_the_elements(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """An alloy can't have more elements than there are."""
    count, n_elements = spec.space.count, len(names.elements)
    if count is None or not names.elements:
        return
    largest = n_elements if count.max is None else count.max
    if count.max is not None and count.min > count.max:
        found = f"count has min {count.min} > max {count.max}"
        yield Issue(("space", "count"), found, "min <= max", "Swap them.")
    elif max(count.min, largest) > n_elements:
        found = f"{max(count.min, largest)} elements are to be present"
        yield Issue(("space", "count"), found, f"at most {n_elements}, the number of elements listed")


def groups_hold_elements(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A group is a sum of elements of the space, each once."""
    for group, members in spec.space.groups.items():
        path = ("space", "groups", group)
        if not members:
            yield Issue(path, f"the group {group} is empty", "a list of elements")
        for member in dict.fromkeys(members):
            if member not in names.elements:
                found = f"{member!r} isn't among space.elements"
                yield Issue(path, found, "elements of the space", did_you_mean(member, names.elements))
            elif members.count(member) > 1:
                yield Issue(path, f"{member} is listed twice", "each element once")


def process_ranges_ascend(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """A range has its lower end first."""
    for name, process in spec.space.process.items():
        if isinstance(process, RangeProcessSpec) and process.range[0] > process.range[1]:
            found = f"the range of {name} begins at {process.range[0]:g} and ends at {process.range[1]:g}"
            yield Issue(("space", "process", name, "range"), found, "[lowest, highest]", "Swap them.")


def process_steps_reach_the_end(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Steps count from the lower bound; where they miss the upper one, it is never used."""
    for name, process in spec.space.process.items():
        if not isinstance(process, RangeProcessSpec) or process.step is None:
            continue
        low, high = (_exact(bound) for bound in process.range)
        last = low + (high - low) // _exact(process.step) * _exact(process.step)
        if low <= last < high:
            found = f"steps of {process.step:g} from {process.range[0]:g} end at {float(last):g}"
            expected = f"steps that reach {process.range[1]:g}"
            yield Issue(("space", "process", name, "step"), found, expected, severity="warning")


def process_choices_differ(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Choices are of one kind, and no two of them are the same."""
    for name, process in spec.space.process.items():
        if not isinstance(process, ChoiceProcessSpec):
            continue
        path = ("space", "process", name, "choices")
        if len({isinstance(choice, str) for choice in process.choices}) > 1:
            yield Issue(path, f"the choices of {name} mix numbers and names", "all numbers or all names")
        if len(set(process.choices)) < len(process.choices):
            yield Issue(path, f"a choice of {name} is listed twice", "each choice once")


def _exact(value: float) -> Fraction:
    """Return the decimal that was written, 1/10 for 0.1, and not the double beside it."""
    return Fraction(repr(value))
