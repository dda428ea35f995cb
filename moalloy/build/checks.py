"""What `check` says about a problem beyond its syntax: size, clashes, support by the data, expected time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from moalloy.build.choice import Choice, choose_algorithm, expected_window_seconds, suggestion
from moalloy.build.columns import missing_columns
from moalloy.build.effort import (
    affordable_repeats,
    drawing_seconds,
    rescoring_seconds,
    scoring_seconds,
    training_seconds,
)
from moalloy.build.hurdle import classifier_rows
from moalloy.build.learners import device_warnings, learner_warnings, learning
from moalloy.build.models import HURDLE_MEMBERS
from moalloy.build.problem import Problem
from moalloy.build.proxies import proxy_metrics, proxy_notes, proxy_warnings
from moalloy.build.starts import read_starts
from moalloy.build.training import (
    process_inputs,
    property_rows,
    read_tables,
    surrogate_inputs,
)
from moalloy.build.weak_data import data_warnings
from moalloy.domain.composition_space import PointCount
from moalloy.domain.process import ProcessVariable
from moalloy.domain.tightness import Removal, removals
from moalloy.domain.values import FloatArray
from moalloy.errors import ProblemFileError, TableError
from moalloy.spec.process import ChoiceProcessSpec
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.tables import AlloyTable

__all__ = ["Inspection", "check_tables", "inspect_problem", "support_warnings"]

# An element range may pass the data by so much before it is said.
_TOLERATED_AT_PCT = 2.0
# A share of a treatment's steps that was never measured with an element is worth a word.
_LARGE_SHARE = 0.3
# Times and temperatures are rounded and converted.
_SAME_TREATMENT = 0.01
_SAMPLE = 4000


@dataclass(frozen=True, slots=True)
class Inspection:
    """Facts about a problem whose file is sound.

    Attributes:
        n_compositions: Grid compositions that satisfy all constraints, with some treatment.
        n_alloys: The same times the treatments; None where a process variable is continuous.
        choice: The algorithm that will search, and why.
        suggestion: Why an exhaustive search would be better; empty if it wouldn't.
        seconds: Expected time of `run` on one core, good to a factor of three.
        warnings: What the data don't support, and what the constraints make unreachable.
        notes: What was assumed or normalized while the tables were read, and which alloys are started from.
        rows: Training rows per property.
        removals: What each constraint removes by itself of the compositions, the most first.
    """

    n_compositions: PointCount
    n_alloys: PointCount | None
    seconds: float
    choice: Choice
    suggestion: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    rows: Mapping[str, int]
    removals: tuple[Removal, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Training:
    """What one property is going to be trained on."""

    rows: TrainingRows
    inputs: Inputs
    hurdle: TrainingRows | None


def inspect_problem(problem: Problem) -> Inspection:
    """Return what there is to say about a problem.

    Raises:
        TableError: A table can't be trained on.
        ProblemFileError: A table, a column or a file to start from isn't there; each with its line.
    """
    tables, training = _read(problem)
    rows = {name: item.rows for name, item in training.items()}
    count = problem.space.n_compositions()
    choice = choose_algorithm(problem)
    is_continuous = any(variable.is_continuous for variable in problem.space.process)
    warnings = device_warnings(problem.spec)
    warnings += [
        text
        for name, item in training.items()
        for text in data_warnings(problem.spec, name, item.rows, item.hurdle)
    ]
    warnings += [
        text for name, item in rows.items() for text in learner_warnings(problem.spec, name, len(item))
    ]
    warnings += [
        text
        for name, item in problem.spec.properties.items()
        for text in proxy_warnings(name, item, tables[item.data])
    ]
    notes = [note for table in tables.values() for note in table.notes]
    notes += [
        note
        for name, item in rows.items()
        for note in proxy_notes(name, proxy_metrics(item, problem.spec.properties[name].scale))
    ]
    if count:
        starts = read_starts(problem)
        warnings += _support(problem, rows) + _unreachable(problem) + list(starts.warnings)
        notes += starts.said
    return Inspection(
        n_compositions=count,
        n_alloys=None if is_continuous else problem.space.n_points(),
        seconds=_fitting_seconds(problem, training) + choice.seconds + _finishing_seconds(problem, training),
        choice=choice,
        suggestion=suggestion(problem),
        warnings=tuple(warnings),
        notes=tuple(notes),
        rows={name: len(item) for name, item in rows.items()},
        removals=tuple(removals(problem.space.composition)) if count else (),
    )


def check_tables(problem: Problem) -> None:
    """Read every table and choose the training rows of every property, for the faults in them alone.

    Raises:
        TableError: A table can't be trained on.
        ProblemFileError: A table or a column isn't there; each with its line.
    """
    _read(problem)


def support_warnings(problem: Problem, models: Mapping[str, FittedSurrogate]) -> list[str]:
    """Return what to be wary of in fitted surrogates: few groups, and where the space leaves their data."""
    said = [str(text) for model in models.values() for text in cast(list[object], model.metrics["warnings"])]
    return said + _support(problem, {name: model.model.rows for name, model in models.items()})


def _read(problem: Problem) -> tuple[Mapping[str, AlloyTable], Mapping[str, _Training]]:
    """Return the tables and what is learned from them."""
    try:
        tables = read_tables(problem.spec)
        return tables, _all_training(problem, tables)
    except TableError:
        faults = missing_columns(problem.spec)
        if faults:
            raise ProblemFileError(faults) from None
        raise


def _all_training(problem: Problem, tables: Mapping[str, AlloyTable]) -> dict[str, _Training]:
    """Return the training rows of every property, or raise with what is wrong with each."""
    training, faults = {}, []
    for name in problem.spec.properties:
        try:
            training[name] = _training(problem, name, tables)
        except TableError as error:
            faults.append(str(error))
    if faults:
        raise TableError("\n".join(dict.fromkeys(faults)))
    return training


def _training(problem: Problem, name: str, tables: Mapping[str, AlloyTable]) -> _Training:
    process = process_inputs(problem.spec.properties[name].inputs, problem.space.process)
    rows = property_rows(problem.spec, name, tables, process)
    inputs = surrogate_inputs(problem.spec, name, rows, process)
    return _Training(rows, inputs, classifier_rows(problem.spec, name, tables))


def _support(problem: Problem, training: Mapping[str, TrainingRows]) -> list[str]:
    warnings: list[str] = []
    sample = problem.space.sample(_SAMPLE, seed=0)
    reached = 100.0 * sample[:, : problem.space.n_elements]
    for name, rows in training.items():
        unknown = [s for s in problem.space.elements if s not in rows.elements or not _amounts(rows, s).any()]
        if unknown:
            warnings.append(
                f"{name}: no measured alloy holds {', '.join(unknown)};"
                f" what the model says of alloys with {'it' if len(unknown) == 1 else 'them'} is a guess"
            )
        for i, symbol in enumerate(problem.space.elements):
            if symbol not in unknown:
                warnings += _range_warning(name, symbol, reached[:, i], _amounts(rows, symbol))
        warnings += _process_warnings(problem, name, rows)
    return warnings


def _amounts(rows: TrainingRows, symbol: str) -> FloatArray:
    return 100.0 * rows.fractions[:, rows.elements.index(symbol)]


def _range_warning(name: str, symbol: str, reached: FloatArray, measured: FloatArray) -> list[str]:
    low, high = float(reached.min()), float(reached.max())
    if low >= measured.min() - _TOLERATED_AT_PCT and high <= measured.max() + _TOLERATED_AT_PCT:
        return []
    return [
        f"{name}: the space holds {symbol} from {low:g} to {high:g} at.%,"
        f" measured alloys from {measured.min():g} to {measured.max():g}"
    ]


def _process_warnings(problem: Problem, name: str, rows: TrainingRows) -> list[str]:
    by_name = {variable.name: variable for variable in problem.space.process}
    warnings = []
    for column, variable_name in enumerate(problem.spec.properties[name].inputs):
        known = rows.process[:, column][np.isfinite(rows.process[:, column])]
        variable = by_name[variable_name]
        window = _window_warnings(variable, known)
        warnings += [
            f"{name}: {text}" for text in window or _window_by_element(problem, variable, rows, column)
        ]
    return warnings


def _window_by_element(
    problem: Problem, variable: ProcessVariable, rows: TrainingRows, column: int
) -> list[str]:
    """Return with which elements a choice, or a good part of a range, was never measured."""
    is_choice = isinstance(problem.spec.space.process[variable.name], ChoiceProcessSpec)
    steps = np.asarray(variable.levels if variable.levels is not None else [variable.lower, variable.upper])
    untried: dict[float, list[str]] = {}
    narrower = []
    for symbol in problem.space.elements:
        holds = _amounts(rows, symbol) > 0 if symbol in rows.elements else np.zeros(len(rows), dtype=np.bool_)
        known = rows.process[holds, column]
        known = known[np.isfinite(known)]
        if len(known) == 0:
            continue
        if is_choice:
            for level in steps.tolist():
                if not np.isclose(known, level, rtol=_SAME_TREATMENT, atol=0.0).any():
                    untried.setdefault(level, []).append(symbol)
        elif ((steps < known.min()) | (steps > known.max())).mean() >= _LARGE_SHARE:
            narrower.append(f"with {symbol} from {known.min():g} to {known.max():g}")
    names = variable.names
    told = [
        f"no measured row has {variable.name} = {names[int(level)] if names else f'{level:g}'}"
        f" with {' or '.join(symbols)}"
        for level, symbols in untried.items()
    ]
    if narrower:
        span = f"{variable.name} runs from {variable.lower:g} to {variable.upper:g}"
        told.append(f"{span}, but in measured rows {', '.join(narrower)}")
    return told


def _window_warnings(variable: ProcessVariable, known: FloatArray) -> list[str]:
    """Return where a process variable leaves the treatments that were measured."""
    if len(known) == 0:
        return [f"no measured row has {variable.name}; the model can't tell its effect"]
    if variable.names is not None:
        unseen = [label for i, label in enumerate(variable.names) if i not in known]
        return [f"no measured row has {variable.name} = {', '.join(unseen)}"] if unseen else []
    if variable.lower >= known.min() and variable.upper <= known.max():
        return []
    return [
        f"{variable.name} runs from {variable.lower:g} to {variable.upper:g},"
        f" measured rows from {known.min():g} to {known.max():g}"
    ]


def _unreachable(problem: Problem) -> list[str]:
    """Return which parts of the element ranges no valid composition uses."""
    space = problem.space.composition
    warnings = []
    for item, used in zip(space.ranges, problem.space.amounts_in_use(), strict=True):
        present = used[used > 0]
        step = float(space.step)
        if len(present) == 0 and item.upper > 0:
            warnings.append(f"{item.symbol} can't be present: the constraints leave no alloy with it")
        elif len(present) and (present.min() > max(item.lower, 1) or present.max() < item.upper):
            warnings.append(
                f"{item.symbol} may be {item.lower * step:g} to {item.upper * step:g} {space.basis}, but the"
                f" constraints leave {present.min() * step:g} to {present.max() * step:g}"
            )
    return warnings


def _fitting_seconds(problem: Problem, training: Mapping[str, _Training]) -> float:
    """Return the expected time of fits and scores on one core."""
    model, by, fitting = problem.spec.model, learning(problem.spec), 0.0
    for item in training.values():
        n_features = len(item.inputs.names)
        n_repeats = model.repeats or affordable_repeats(
            len(item.rows), n_features, n_properties=len(training), by=by
        )
        # Stand-ins of proxies are rows to fit, too.
        n_rows = len(item.rows) + sum(map(len, item.rows.proxies))
        fitting += training_seconds(n_rows, n_features, n_members=model.members, by=by)
        fitting += scoring_seconds(n_rows, n_features, n_repeats=n_repeats, by=by)
        if item.hurdle is not None:
            by_trees = replace(by, kinds=("xgboost",))
            fitting += training_seconds(len(item.hurdle), n_features, n_members=HURDLE_MEMBERS, by=by_trees)
    return fitting


def _finishing_seconds(problem: Problem, training: Mapping[str, _Training]) -> float:
    """Return the expected time on one core of windows, the second opinion and figures, after the search."""
    by, judging = learning(problem.spec), drawing_seconds(len(training))
    for item in training.values():
        n_features = len(item.inputs.names)
        judging += rescoring_seconds(len(item.rows), n_features, by=by)
        if item.hurdle is not None:
            judging += rescoring_seconds(len(item.hurdle), n_features, by=replace(by, kinds=("xgboost",)))
    return expected_window_seconds(problem) + judging
