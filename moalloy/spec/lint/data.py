"""Checks of the ``data`` and ``properties`` sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from moalloy.domain.elements import SYMBOLS, is_element
from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.process import ChoiceProcessSpec
from moalloy.spec.tree import Issue, Path


def compositions_name_elements(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Element columns are given by symbol."""
    for name, table in spec.data.items():
        if not isinstance(table.composition, Mapping):
            continue
        path = ("data", name, "composition")
        if not table.composition:
            yield Issue(path, "no columns are named", "{Fe: column of Fe, ...} or a formula column")
        for symbol in table.composition:
            if not is_element(symbol):
                hint = did_you_mean(symbol, SYMBOLS)
                yield Issue((*path, symbol), f"{symbol!r} is no element", "a symbol such as Fe", hint)


def sheets_are_in_workbooks(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Only Excel files have sheets."""
    for name, table in spec.data.items():
        if table.sheet is not None and not PurePath(table.table).suffix.lower().startswith(".xls"):
            yield Issue(
                ("data", name, "sheet"), f"{table.table} has no sheets", "an Excel file", "Delete it."
            )


def bases_are_given(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """A problem by weight has tables by weight as a rule, so one that doesn't say is pointed at."""
    for name, table in spec.data.items():
        is_open = "basis" not in table.model_fields_set and not table.table.startswith("builtin:")
        if spec.space.basis == "wt%" and is_open:
            found = "basis is not given: amounts are read as at.%, though the space is in wt%"
            yield Issue(("data", name), found, hint="Write basis: wt% or basis: at%.", severity="warning")


def tables_are_declared(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A property and its hurdle take their columns from tables under ``data``."""
    for name, prop in spec.properties.items():
        yield from _declared(("properties", name, "data"), prop.data, names)
        if prop.hurdle is not None:
            path = ("properties", name, "hurdle")
            yield from _declared((*path, "data"), prop.hurdle.data, names)
            for table in dict.fromkeys(prop.hurdle.negatives or ()):
                yield from _declared((*path, "negatives"), table, names)
                if table == prop.hurdle.data:
                    found = f"{table} is the hurdle's own table, which says itself what is a no"
                    yield Issue((*path, "negatives"), found, "other tables")
            ribbons = spec.negatives_of(prop.hurdle)
            if ribbons and prop.hurdle.negatives is None:
                found = f"negatives is not given: the ribbons of {listing(ribbons)} are taken for a no"
                yield Issue(path, found, severity="note")


def _declared(path: Path, table: str, names: Names) -> Iterator[Issue]:
    if table not in names.data:
        hint = did_you_mean(table, names.data)
        yield Issue(
            path, f"there is no table {table!r}", f"one of those under data: {listing(names.data)}", hint
        )


def tables_are_used(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A table that no property reads has no effect."""
    if set(spec.properties) != set(names.properties):
        return  # one of the properties couldn't be understood; the table may be for that one
    asked = [prop.hurdle for prop in spec.properties.values() if prop.hurdle is not None]
    hurdles = {name for hurdle in asked for name in (hurdle.data, *spec.negatives_of(hurdle))}
    for name in spec.data:
        if name not in hurdles | {prop.data for prop in spec.properties.values()}:
            yield Issue(("data", name), f"no property reads the table {name}", severity="warning")


def grouping_is_given(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """What counts as unseen decides how good the models look, so a default is said."""
    for name, table in spec.data.items():
        if table.group_by is None:
            found = "group_by is not given: rows are grouped by chemical system"
            yield Issue(("data", name), found, severity="note")


def inputs_are_process_variables(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A property can depend on what the space sets: every input is a process variable, named once."""
    for name, prop in spec.properties.items():
        path = ("properties", name, "inputs")
        for entry in dict.fromkeys(prop.inputs):
            if entry not in names.process:
                expected = f"process variables of the space: {listing(names.process)}"
                hint = did_you_mean(entry, names.process) or "Add it to space.process."
                yield Issue(path, f"{entry!r} isn't among space.process", expected, hint)
            elif prop.inputs.count(entry) > 1:
                yield Issue(path, f"{entry} is listed twice", "each input once")


def process_variables_are_used(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A process variable that no property depends on changes nothing that is predicted."""
    if set(spec.properties) != set(names.properties):
        return  # one of the properties couldn't be understood; it may be the one
    used = {entry for prop in spec.properties.values() for entry in prop.inputs}
    for name in names.process:
        if name not in used:
            found = f"no property has {name} among its inputs: it changes no prediction"
            yield Issue(("space", "process", name), found, severity="warning")


def transitions_are_of_inputs(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Only a numeric input can be counted from a transition."""
    for name, prop in spec.properties.items():
        for variable, columns in (prop.relative_to or {}).items():
            path = ("properties", name, "relative_to", variable)
            for column in sorted(set(columns)):
                if columns.count(column) > 1:
                    yield Issue(path, f"{column} is listed twice", "each column once")
                if column in (prop.column, *prop.inputs):
                    kind = f"the column of {name} itself" if column == prop.column else f"an input of {name}"
                    yield Issue(path, f"{column} is {kind}", "a temperature at which the alloy changes")
            if variable not in prop.inputs:
                hint = did_you_mean(variable, prop.inputs)
                yield Issue(path, f"{variable!r} is no input of {name}", "one of its inputs", hint)
            elif not _is_numeric(spec, variable):
                yield Issue(path, f"{variable} has names for values", "a process variable with numbers")


def proxies_are_other_columns(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """What stands in for a property is another measurement, and no treatment that it is predicted from."""
    for name, prop in spec.properties.items():
        for column in prop.proxies or {}:
            path = ("properties", name, "proxies", column)
            if column == prop.column:
                yield Issue(path, f"{column} is the column of {name} itself", "a column that goes with it")
            elif column in prop.inputs:
                yield Issue(path, f"{column} is an input of {name}", "a column that was measured")


def _is_numeric(spec: ProblemSpec, variable: str) -> bool:
    item = spec.space.process.get(variable)
    if isinstance(item, ChoiceProcessSpec):
        return not isinstance(item.choices[0], str)
    return not isinstance(getattr(item, "value", None), str)


def ceilings_are_descriptors(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A ceiling is something that can be computed from the composition."""
    for name, prop in spec.properties.items():
        if prop.ceiling not in (None, "none", *names.descriptors):
            path, hint = ("properties", name, "ceiling"), did_you_mean(str(prop.ceiling), names.descriptors)
            yield Issue(path, f"there is no descriptor {prop.ceiling!r}", "a descriptor, or none", hint)
