"""What the classifier of a hurdle learns from: rows that say yes or no, and alloys taken for a no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from moalloy.build.training import chosen_rows, property_featurizer, require_rows
from moalloy.build.wording import listed
from moalloy.domain.composition import parse_formula
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import TableError
from moalloy.features.families import N_ELEMENTS_FEATURE
from moalloy.spec import HurdleSpec, ProblemSpec
from moalloy.surrogates.neighbors import align, nearest
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.tables import AlloyTable, parse_numbers

__all__ = ["classifier_rows", "hurdle_inputs", "hurdle_tables", "n_assumed"]

# An alloy this near to one that has the property may well have it; half the sum of differences, in at.%.
_NEAR_AT_PCT = 1.0
# And one this near to an alloy of the hurdle's own table is that alloy.
_SAME_AT_PCT = 0.05


def hurdle_tables(spec: ProblemSpec, name: str) -> tuple[str, ...]:
    """Return the names of the tables that the hurdle of property ``name`` reads; none without one."""
    hurdle = spec.properties[name].hurdle
    return () if hurdle is None else tuple(dict.fromkeys((hurdle.data, *spec.negatives_of(hurdle))))


def hurdle_inputs(spec: ProblemSpec, name: str, rows: TrainingRows) -> Inputs:
    """Return what the classifier of a hurdle sees: the elements of its rows, but not their number.

    Compilations hold ribbons as series of few elements and bulk glasses of many. A classifier that counts
    takes any alloy of many elements for a bulk glass: Fe83.3Si4B8P4Cu0.7, which is none, with a chance of
    0.51 where the one that doesn't count says 0.06, and orders alloys of as many elements worse.

    Raises:
        SpaceError: Features of an installed package can't be used.
    """
    return Inputs(property_featurizer(spec, name, rows, without=(N_ELEMENTS_FEATURE,)))


def classifier_rows(spec: ProblemSpec, name: str, tables: Mapping[str, AlloyTable]) -> TrainingRows | None:
    """Return the rows of the hurdle of property ``name``: 1 where they say yes, else 0; None without one.

    Behind those of the hurdle's own table come the alloys of `ProblemSpec.negatives_of` it, each once, as a
    no: nobody is known to have made them with the property. What lies within 1 at.% of an alloy that has it
    is left out, and so is what the hurdle's own table knows. That unlabeled cases count as negative ones is
    the usual way to learn from positive and unlabeled data (Elkan, Noto, KDD 2008,
    doi:10.1145/1401890.1401920).

    Raises:
        TableError: The column is missing, there are too few rows, or they say only yes, or only no.
    """
    hurdle = spec.properties[name].hurdle
    if hurdle is None:
        return None
    table = tables[hurdle.data]
    labels = table.labels(hurdle.column)
    has_label = _has_label(table, hurdle)
    values = np.array([_says(label, hurdle.positive) for label in labels], dtype=np.float64)
    rows = chosen_rows(table, values, has_label, (), group_by=spec.data[hurdle.data].group_by)
    where = f"{table.place}, column '{hurdle.column}' (hurdle of {name})"
    require_rows(where, rows, "say yes or no")
    item = spec.properties[name]
    measured = tables[item.data]
    has_property = measured.fractions[np.isfinite(measured.numbers(item.column))]
    for other in spec.negatives_of(hurdle):
        rows = _with_negatives(rows, tables[other], has_property, measured.elements)
    n_positive = int(rows.values.sum())
    if not 0 < n_positive < len(rows):
        kinds = sorted({label for label in labels if label})
        raise TableError(
            f"{where}: {n_positive} of {len(rows)} rows say {_text(hurdle.positive)!r}, but a hurdle needs"
            f" both kinds. The column holds: {listed(kinds)}."
        )
    return rows


def n_assumed(spec: ProblemSpec, name: str, tables: Mapping[str, AlloyTable], rows: TrainingRows) -> int:
    """Return how many of `classifier_rows` are alloys that are taken for a no."""
    hurdle = spec.properties[name].hurdle
    return 0 if hurdle is None else len(rows) - int(_has_label(tables[hurdle.data], hurdle).sum())


def _has_label(table: AlloyTable, hurdle: HurdleSpec) -> BoolArray:
    return np.array([bool(label) for label in table.labels(hurdle.column)], dtype=np.bool_)


def _with_negatives(
    rows: TrainingRows, table: AlloyTable, has_property: FloatArray, elements: tuple[str, ...]
) -> TrainingRows:
    """Return the rows with each alloy of a table behind them, as a no, where nothing speaks against it."""
    _, first = np.unique(table.fractions.round(9), axis=0, return_index=True)
    alloys = np.sort(first)
    fractions = table.fractions[alloys]
    yes = rows.fractions[rows.values == 1]
    is_far = (
        (nearest(fractions, table.elements, yes, rows.elements)[1] > _NEAR_AT_PCT)
        & (nearest(fractions, table.elements, has_property, elements)[1] > _NEAR_AT_PCT)
        & (nearest(fractions, table.elements, rows.fractions, rows.elements)[1] > _SAME_AT_PCT)
    )
    alloys, fractions = alloys[is_far], fractions[is_far]
    union = tuple(dict.fromkeys((*rows.elements, *table.elements)))
    formulas = tuple(table.formulas[i] for i in alloys)
    return replace(
        rows,
        elements=union,
        fractions=np.concatenate(
            [align(rows.fractions, rows.elements, union), align(fractions, table.elements, union)]
        ),
        process=np.concatenate([rows.process, np.empty((len(alloys), 0))]),
        values=np.concatenate([rows.values, np.zeros(len(alloys))]),
        groups=(*rows.groups, *_groups_like(rows, formulas, tuple(table.groups[i] for i in alloys))),
        formulas=(*rows.formulas, *formulas),
        references=(*rows.references, *(table.references[i] for i in alloys)),
    )


def _groups_like(rows: TrainingRows, formulas: tuple[str, ...], groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups of further alloys in the way in which those of the rows were made."""
    if rows.grouped_by == "chemical system":
        return tuple(parse_formula(formula).system for formula in formulas)
    return formulas if rows.grouped_by in {"formula", "row"} else groups


def _says(label: str, positive: float | str) -> bool:
    """Return whether a cell says yes; ``1`` in the problem file is ``1.0`` in the table as well."""
    if isinstance(positive, str):
        return label == positive
    return bool(parse_numbers([label]).values[0] == positive)


def _text(positive: float | str) -> str:
    return positive if isinstance(positive, str) else f"{positive:g}"
