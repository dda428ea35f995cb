"""From a table and a property of the problem file to the rows that its surrogate trains on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from moalloy.build.proxies import proxy_rows
from moalloy.build.transitions import tilted_temperatures, transition_columns, transition_rows
from moalloy.build.wording import lines_at_most_zero
from moalloy.domain.process import ProcessVariable
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import TableError
from moalloy.features.featurizer import Featurizer
from moalloy.features.trial import try_features
from moalloy.spec import ProblemSpec
from moalloy.spec.process import ChoiceProcessSpec, ProcessSpec, RangeProcessSpec
from moalloy.surrogates.fitting import N_FOLDS
from moalloy.surrogates.training import Inputs, ProcessInput, TrainingRows
from moalloy.tables import AlloyTable, is_missing, read_table

__all__ = [
    "chosen_rows",
    "process_inputs",
    "property_featurizer",
    "property_rows",
    "read_tables",
    "require_rows",
    "surrogate_inputs",
]

# Below this, five folds leave too little to learn from or to score on.
_FEWEST_ROWS = 10


def read_tables(spec: ProblemSpec) -> dict[str, AlloyTable]:
    """Read every table that the problem names.

    Raises:
        TableError: A table or one of its cells can't be used.
    """
    return {
        name: read_table(
            item.table,
            name=name,
            composition=item.composition if isinstance(item.composition, str) else dict(item.composition),
            basis=item.basis,
            group_by=item.group_by,
            reference=item.reference,
            folder=spec.folder,
            bad_rows=item.bad_rows,
            sheet=item.sheet,
            numeric=_numeric_columns(spec, name),
        )
        for name, item in spec.data.items()
    }


def _numeric_columns(spec: ProblemSpec, table: str) -> tuple[str, ...]:
    """Return the columns of a table that the problem's properties read as numbers."""
    columns = []
    for item in spec.properties.values():
        if item.data == table:
            columns += [
                item.column,
                *transition_columns(item),
                *(item.proxies or ()),
                *(name for name in item.inputs if not _is_named(spec.space.process[name])),
            ]
    return tuple(dict.fromkeys(columns))


def _is_named(spec: ProcessSpec) -> bool:
    if isinstance(spec, RangeProcessSpec):
        return False
    options = spec.choices if isinstance(spec, ChoiceProcessSpec) else (spec.value,)
    return isinstance(options[0], str)


def process_inputs(names: Sequence[str], process: Sequence[ProcessVariable]) -> tuple[ProcessInput, ...]:
    """Return the process inputs of a property, in the order that the problem file lists them."""
    by_name = {variable.name: variable for variable in process}
    return tuple(ProcessInput(name, by_name[name].names) for name in names)


def surrogate_inputs(
    spec: ProblemSpec, name: str, rows: TrainingRows, process: tuple[ProcessInput, ...] = ()
) -> Inputs:
    """Return what the model of property ``name`` sees: the elements of its rows, and ``process``.

    Raises:
        SpaceError: Features of an installed package can't be used.
    """
    return Inputs(property_featurizer(spec, name, rows), process)


def property_featurizer(
    spec: ProblemSpec, name: str, rows: TrainingRows, *, without: tuple[str, ...] = ()
) -> Featurizer:
    """Return the features of property ``name`` over the elements of some rows, tried out on those.

    Args:
        spec: The problem file.
        name: The property.
        rows: What is learned from.
        without: Names of features to leave out.

    Raises:
        SpaceError: Features of an installed package can't be used.
    """
    featurizer = Featurizer(spec.model.features_of(name), rows.used_elements, without)
    try_features(featurizer, rows.fractions, rows.elements)
    return featurizer


def property_rows(
    spec: ProblemSpec, name: str, tables: Mapping[str, AlloyTable], inputs: Sequence[ProcessInput]
) -> TrainingRows:
    """Return the rows that have a value of property ``name``; a blank process cell stays missing.

    Raises:
        TableError: A column is missing or not numeric, there are too few rows, all values are equal,
            or a log-scaled property has values that aren't positive.
    """
    item = spec.properties[name]
    table = tables[item.data]
    values = table.numbers(item.column)
    has_value = np.isfinite(values)
    rows = chosen_rows(table, values, has_value, inputs, group_by=spec.data[item.data].group_by)
    # Where the table's groups couldn't be told apart, formulas stood in.
    groups = table.formulas if rows.groups == rows.formulas else table.groups
    transitions = transition_rows(item, table, groups)
    rows = replace(rows, transitions=transitions, tilted=tilted_temperatures(spec, name, transitions))
    where = f"{table.place}, column '{item.column}' (property {name})"
    require_rows(where, rows, "have a value")
    if np.ptp(rows.values) == 0:
        raise TableError(
            f"{where}: every one of its {len(rows)} values is {rows.values[0]:g}, so there is nothing to"
            " learn; choose another column, or leave the property out."
        )
    if item.hurdle is not None and (rows.values <= 0).any():
        n, lines = lines_at_most_zero(table.lines, values)
        raise TableError(
            f"{where}: {n} of {len(rows)} values are 0 or below ({lines}), but behind a hurdle 0 means that"
            " an alloy lacks the property; blank them, so that only the hurdle's table says which alloys do,"
            " or leave the hurdle out."
        )
    if item.scale == "log" and (rows.values <= 0).any():
        n, lines = lines_at_most_zero(table.lines, values)
        raise TableError(
            f"{where}: scale is log, but {n} of {len(rows)} values are 0 or below ({lines}), and they have no"
            " logarithm; blank what was too small to measure, or take scale: linear."
        )
    process = _process(table, inputs)
    return replace(
        rows, proxies=proxy_rows(name, item, table, rows, has_value=has_value, process=process, groups=groups)
    )


def require_rows(where: str, rows: TrainingRows, what: str) -> None:
    """Refuse rows that are too few.

    Raises:
        TableError: There are fewer than ten; the message says ``where`` and ``what`` they do.
    """
    if len(rows) < _FEWEST_ROWS:
        raise TableError(
            f"{where}: rows that {what}: {len(rows)}, but at least {_FEWEST_ROWS} are needed, for"
            f" {N_FOLDS} folds that are predicted in turn by models of the others; add measurements, or leave"
            " the property out."
        )


def chosen_rows(
    table: AlloyTable,
    values: FloatArray,
    chosen: BoolArray,
    inputs: Sequence[ProcessInput],
    *,
    group_by: str | None,
) -> TrainingRows:
    """Return some rows of a table, with a value for each row of it and the process inputs."""
    picked = np.flatnonzero(chosen)
    formulas = tuple(table.formulas[i] for i in picked)
    groups, grouped_by = _grouping(tuple(table.groups[i] for i in picked), formulas, group_by)
    return TrainingRows(
        elements=table.elements,
        fractions=table.fractions[chosen],
        process=_process(table, inputs)[chosen],
        values=values[chosen],
        groups=groups,
        formulas=formulas,
        references=tuple(table.references[i] for i in picked),
        grouped_by=grouped_by,
        process_names=tuple(item.name for item in inputs),
    )


def _grouping(
    groups: tuple[str, ...], formulas: tuple[str, ...], group_by: str | None
) -> tuple[tuple[str, ...], str]:
    """Return the groups and what they are; a single group can't be split, so something finer stands in."""
    if len(set(groups)) > 1:
        return groups, _asked_grouping(group_by)
    if len(set(formulas)) > 1:
        return formulas, "formula"
    return tuple(f"row {i + 1}" for i in range(len(groups))), "row"


def _asked_grouping(group_by: str | None) -> str:
    return group_by or "chemical system"


def _process(table: AlloyTable, inputs: Sequence[ProcessInput]) -> FloatArray:
    """Return the process columns of a table, shape ``(n_rows, n_process)``."""
    columns = [_process_column(table, item) for item in inputs]
    return np.column_stack(columns) if columns else np.empty((len(table), 0))


def _process_column(table: AlloyTable, item: ProcessInput) -> FloatArray:
    """Return a process column as numbers: as written, or the index of a named choice; NaN where blank.

    Names that are no choice have numbers of their own, below zero.
    """
    if item.names is None:
        return table.numbers(item.name)
    blank = [name for name in item.names if is_missing(name)]
    if blank:
        raise TableError(
            f"{table.place}: the choice {blank[0]!r} of {item.name} stands for a blank cell in a table, so no"
            " row can have it; name it otherwise, in the problem and in the table, such as 'untreated'."
        )
    index: Mapping[str, float] = {name: float(i) for i, name in enumerate(item.names)}
    labels = table.labels(item.name)
    # A treatment that the problem doesn't offer is known, but none of the choices, nor any other one.
    others = sorted({label for label in labels if label and label not in index})
    codes = {**index, **{label: -1.0 - i for i, label in enumerate(others)}}
    return np.array([codes[label] if label else np.nan for label in labels])
