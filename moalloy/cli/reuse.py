"""``--model RUN`` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moalloy.build.problem import Problem
    from moalloy.cli.console import Console
    from moalloy.runs import RunFolder
    from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["models_of"]


def models_of(folder: RunFolder, problem: Problem, console: Console) -> dict[str, FittedSurrogate]:
    """Return the surrogates of a run for another problem, and say which of its settings they overrule."""
    from moalloy.study.reuse import overruled_settings, reusable_models

    models = reusable_models(folder, problem)
    overruled = overruled_settings(folder, problem)
    if overruled:
        console.say(f"note: without effect beside the surrogates of {folder.path}: {', '.join(overruled)}")
    return models
