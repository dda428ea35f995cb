"""Surrogates of an earlier run, for another problem."""

from __future__ import annotations

from dataclasses import replace

from moalloy.build.problem import Problem
from moalloy.errors import RunFolderError
from moalloy.runs import RunFolder, read_run
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["reusable_models"]


def reusable_models(folder: RunFolder, problem: Problem) -> dict[str, FittedSurrogate]:
    """Return the surrogates of ``folder`` for the properties of ``problem``, bound to its space.

    Raises:
        RunFolderError: A property has no model there, or its model asks for a process variable that the
            problem's space lacks, or for other choices of it.
    """
    _, models = read_run(folder)
    missing = [name for name in problem.spec.properties if name not in models]
    if missing:
        raise RunFolderError(
            f"{folder.path} has no model of {', '.join(missing)}; it has {', '.join(models)}"
        )
    variables = {variable.name: variable.names for variable in problem.space.process}
    for name in problem.spec.properties:
        for item in models[name].model.inputs.process:
            if item.name not in variables or variables[item.name] != item.names:
                raise RunFolderError(
                    f"the model of {name} in {folder.path} depends on {item.name}"
                    + (f" with the choices {', '.join(item.names)}" if item.names else "")
                    + "; add it to space.process"
                )
    return {name: replace(models[name], space=problem.space) for name in problem.spec.properties}
