"""Surrogates of an earlier run, for another problem."""

from __future__ import annotations

from dataclasses import replace

from moalloy.build.problem import Problem
from moalloy.errors import RunFolderError
from moalloy.runs import RunFolder, read_run
from moalloy.spec import ProblemSpec
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import PropertyModel

__all__ = ["overruled_settings", "reusable_models"]

# What a model of another run decides, in the file's own words.
_MODEL_KEYS = ("kind", "members", "seed", "tune", "settings", "features")
_PROPERTY_KEYS = ("column", "inputs", "ceiling", "relative_to", "proxies")


def reusable_models(folder: RunFolder, problem: Problem) -> dict[str, FittedSurrogate]:
    """Return the surrogates of ``folder`` for the properties of ``problem``, bound to its space.

    Raises:
        RunFolderError: A property has no model there, or one with another unit, scale, interval or hurdle;
            or its model asks for a process variable that the problem's space lacks, or for other choices
            of it.
    """
    _, models = read_run(folder)
    missing = [name for name in problem.spec.properties if name not in models]
    if missing:
        raise RunFolderError(
            f"{folder.path} has no model of {', '.join(missing)}; it has {', '.join(models)}"
        )
    variables = {variable.name: variable.names for variable in problem.space.process}
    for name in problem.spec.properties:
        _check_meaning(folder, problem, name, models[name].model)
        for item in models[name].model.inputs.process:
            if item.name not in variables or variables[item.name] != item.names:
                raise RunFolderError(
                    f"the model of {name} in {folder.path} depends on {item.name}"
                    + (f" with the choices {', '.join(item.names)}" if item.names else "")
                    + "; add it to space.process"
                )
    return {name: replace(models[name], space=problem.space) for name in problem.spec.properties}


def overruled_settings(folder: RunFolder, problem: Problem) -> tuple[str, ...]:
    """Return the settings of ``problem`` without effect beside the surrogates of ``folder``, in words."""
    other, spec = folder.problem().spec, problem.spec
    asked, used = (
        item.model.model_dump(mode="json") | {"settings": _settings(item)} for item in (spec, other)
    )
    found = [f"model.{key} ({_text(used[key])} there)" for key in _MODEL_KEYS if asked[key] != used[key]]
    for name in spec.properties.keys() & other.properties.keys():
        asked, used = (item.properties[name].model_dump(mode="json") for item in (spec, other))
        found += [f"properties.{name}.{key}" for key in _PROPERTY_KEYS if asked[key] != used[key]]
    return tuple(sorted(found))


def _settings(spec: ProblemSpec) -> str:
    """Return the settings that a file gives, in words."""
    given = sorted(spec.model.settings_given.items())
    return ", ".join(f"{name} {value:g}" for name, value in given) or "the default ones"


def _check_meaning(folder: RunFolder, problem: Problem, name: str, model: PropertyModel) -> None:
    """Refuse a model whose numbers mean something else than the problem says."""
    item = problem.spec.properties[name]
    meanings = {
        f"properties.{name}.unit": (item.unit, model.unit),
        f"properties.{name}.scale": (item.scale, model.scale),
        "model.interval": (problem.spec.model.interval, model.interval),
        f"properties.{name}.hurdle": (
            "none" if item.hurdle is None else "there",
            "none" if model.hurdle is None else "there",
        ),
    }
    for key, (asked, used) in meanings.items():
        if asked != used:
            raise RunFolderError(
                f"the model of {name} in {folder.path} has {key} {_text(used)}, and this problem"
                f" {_text(asked)}: take the same here, or leave --model out to fit anew"
            )


def _text(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return "''" if value == "" else str(value)
