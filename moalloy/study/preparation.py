"""What comes before any search: is there something to search, the surrogates, and where to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from moalloy.build.checks import check_tables, support_warnings
from moalloy.build.choice import Choice, choose_algorithm
from moalloy.build.engine import ready_to_screen, ready_to_search
from moalloy.build.problem import Problem, design_problem
from moalloy.build.starts import Starts, each_once, read_starts
from moalloy.errors import InputError
from moalloy.optimize.search import hypervolume_scale
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.study.one_search import SearchPlan
from moalloy.study.stages import Stages
from moalloy.study.start import known_alloys
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.workers import Workers

__all__ = ["Prepared", "check_given", "checked_starts", "prepared"]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A study that can be searched.

    Attributes:
        models: The surrogates.
        plan: What the searches share.
        choice: Which algorithm was chosen, and why.
        warnings: What was said of data and starts.
    """

    models: Mapping[str, FittedSurrogate]
    plan: SearchPlan
    choice: Choice
    warnings: tuple[str, ...]


def check_given(problem: Problem, models: Mapping[str, FittedSurrogate]) -> None:
    """Refuse models that a study of the problem can't use, before anything is written.

    Raises:
        InputError: One is of no property of the problem, or isn't a fitted surrogate.
        ProblemFileError: A property behind an objective or a limit has none.
    """
    names = problem.spec.properties
    for name, model in models.items():
        if name not in names:
            hint = did_you_mean(name, names)
            raise InputError(
                f"models: {name!r} is no property of {problem.name}, which has {listing(names)}."
                f" {hint}".rstrip()
            )
        if not isinstance(model, FittedSurrogate):
            raise InputError(
                f"models: {name} is a {type(model).__name__}; expected what moalloy.fit returns, which knows"
                " its rows, scores and domain. moalloy.as_pymoo takes anything with predict, predict_mean and"
                " probability; an estimator is fitted by model.kind."
            )
    design_problem(problem, models)


def checked_starts(problem: Problem, *, is_fitted: bool) -> Starts:
    """Return what to start from, before anything is fitted or written.

    An empty space, too many systems or a table without numbers would make all of it vain.

    Raises:
        EmptySpaceError: The constraints leave no alloy.
        ProblemFileError: A file to start from can't be used, or there are too many systems.
        TableError: A table can't be trained on.
    """
    problem.space.sample(1)
    starts, _ = read_starts(problem), problem.systems
    if not is_fitted:
        check_tables(problem)
    return starts


def prepared(
    problem: Problem,
    models: Mapping[str, FittedSurrogate] | None,
    starts: Starts,
    stages: Stages,
    *,
    workers: Workers,
    cache: Path | None,
) -> Prepared:
    """Return the study with its surrogates, fitted where nobody has them."""
    with stages.timed("fit"):
        fitted = stages.models(problem, models, workers=workers, cache=cache)
    for text in starts.said:
        stages.say(text)
    warnings = (*support_warnings(problem, fitted), *starts.warnings)
    for warning in warnings:
        stages.say(f"warning: {warning}")
    with stages.timed("search"):
        choice = choose_algorithm(problem)
        plan = _plan(problem, fitted, starts, stages, choice)
    return Prepared(fitted, plan, choice, warnings)


def _plan(
    problem: Problem,
    models: Mapping[str, FittedSurrogate],
    starts: Starts,
    stages: Stages,
    choice: Choice,
) -> SearchPlan:
    n_alloys, device = choice.n_evaluations, problem.spec.model.device
    searched = (
        ready_to_screen(models, n_alloys=n_alloys, device=device, say=stages.say)
        if choice.is_exhaustive
        else ready_to_search(models, n_alloys=n_alloys)
    )
    design, measured = design_problem(problem, searched), known_alloys(problem, models)
    # Without the alloys that are started from: so hypervolumes with and without them can be compared.
    scale = hypervolume_scale(design, measured)
    known = each_once(problem.space, np.concatenate([starts.X, measured]))
    return SearchPlan(problem, design, choice.algorithm, scale, known, len(starts.X), stages)
