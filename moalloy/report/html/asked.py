"""What was asked for: objectives, limits, and the alloys that were allowed."""

from __future__ import annotations

from moalloy.domain.process import ProcessVariable
from moalloy.features.descriptors import get_descriptor
from moalloy.report.html.markup import Markup, bullets, reference, table, tag
from moalloy.report.html.page import section
from moalloy.report.quantities import Quantity, readable
from moalloy.report.run_data import RunData
from moalloy.report.wording import joined, judged_by, percent_unit
from moalloy.spec.constraint import DescriptorLimitSpec, LinearConstraintSpec
from moalloy.spec.space import ElementRange

__all__ = ["asked_section"]


def asked_section(run: RunData) -> Markup:
    """Return the section that repeats the problem in words and units."""
    space = run.problem.spec.space
    rows = [(symbol, _bounds(item), percent_unit(space.basis)) for symbol, item in space.elements.items()]
    rows += [(readable(variable.name), _values(variable), "") for variable in run.problem.space.process]
    step = f"Amounts are multiples of {space.step:g} {percent_unit(space.basis)} and sum to exactly 100."
    rules = [*_limits(run), *_constraints(run)]
    return section(
        "What was asked",
        tag("h3", "Wanted"),
        bullets(_wish(run, quantity) for quantity in run.objectives),
        *([tag("h3", "Required"), bullets(rules)] if rules else []),
        tag("h3", "Allowed"),
        table(("", "amount", "unit"), rows),
        tag("p", step),
        id_="asked",
    )


def _wish(run: RunData, quantity: Quantity) -> Markup:
    verb = "as high as can be" if quantity.goal == "max" else "as low as can be"
    unit = f" {quantity.unit}" if quantity.unit else ""
    worth = ""
    if quantity.threshold is not None:
        side = "at least" if quantity.goal == "max" else "at most"
        worth = f"; worth having: {side} {quantity.threshold:g}{unit} (a wish, not a limit)"
    weight = (run.problem.spec.optimize.scalarize or {}).get(quantity.name)
    weighed = f"; weight {weight:g}" if weight is not None else ""
    source = ""
    if not run.problem.is_property(quantity.name):
        source = f"; computed from the composition ({get_descriptor(quantity.name).source})"
    return tag("span", tag("b", quantity.label), f": {verb}{worth}{weighed}", reference(source))


def _limits(run: RunData) -> list[str]:
    risk = run.problem.spec.optimize.risk
    judged = judged_by("mean" if risk == "p_all" else risk)
    texts = []
    for limit in run.problem.limits:
        how = f"judged by {judged}" if run.problem.is_property(limit.name) else "computed"
        texts.append(f"{_limited(run, limit.name, limit.minimum, limit.maximum)}, {how}")
    if run.problem.spec.optimize.domain == "inside":
        names = joined([q.label for q in run.objectives if run.problem.is_property(q.name)])
        texts.append(f"in the domain of the model of {names}: near enough to what was measured")
    return texts


def _constraints(run: RunData) -> list[str]:
    space = run.problem.spec.space
    texts = []
    if space.count is not None:
        most = len(space.elements) if space.count.max is None else space.count.max
        texts.append(f"{space.count.min} to {most} elements")
    for name, members in space.groups.items():
        texts.append(f"{name} means {joined(list(members))}")
    for item in space.constraints:
        if isinstance(item, LinearConstraintSpec):
            texts.append(f"{item.text} ({percent_unit(item.basis or space.basis)})")
        elif isinstance(item, DescriptorLimitSpec):
            texts.append(_limited(run, item.descriptor, item.min, item.max))
        else:
            texts.append(item.label)
    return texts


def _limited(run: RunData, name: str, lowest: float | None, highest: float | None) -> str:
    """Return a limit in words, with the title and unit of its property or descriptor."""
    known = run.property_quantity(name) if run.problem.is_property(name) else get_descriptor(name)
    sides = [f"at least {lowest:g}"] if lowest is not None else []
    sides += [f"at most {highest:g}"] if highest is not None else []
    return f"{known.title}: {' and '.join(sides)} {known.unit}".rstrip()


def _bounds(item: ElementRange) -> str:
    text = f"{item.min:g}" if item.min == item.max else f"{item.min:g} to {item.max:g}"
    return f"0, or {text}" if item.or_zero and item.min > 0 else text


def _values(variable: ProcessVariable) -> str:
    if variable.levels is None:
        return f"{variable.lower:g} to {variable.upper:g}"
    texts = [variable.text(level) for level in variable.levels]
    if len(texts) <= 6:
        return ", ".join(texts)
    return f"{texts[0]}, {texts[1]}, … {texts[-1]}"
