"""A small problem on a table of made-up alloys, with settings that fit in a second."""

from __future__ import annotations

from pathlib import Path

from moalloy.build.problem import Problem, load_problem
from moalloy.build.training import process_inputs, property_rows, read_tables
from moalloy.surrogates.training import TrainingRows

__all__ = ["GLASS", "property_training_rows", "small_problem"]

GLASS = "properties.Bs.hurdle={data: mine, column: is_glass, positive: 1}"

_TEXT = """\
version: 1
name: small
space:
  elements: {Fe: [76, 88], B: [8, 15], Si: [2, 10]}
  step: 1
  process:
    anneal_K: {range: [650, 750], step: 50}
    route: {choices: [ribbon, rod]}
data:
  mine: {table: alloys.csv, group_by: paper}
properties:
  Bs: {data: mine, column: Bs_T, unit: T}
"""
_HC = "  Hc: {data: mine, column: Hc_A_per_m, unit: A/m, scale: log, inputs: [anneal_K]}\n"
_END = """\
objectives: {Bs: {goal: max, threshold: 1.5}HC}
model: {members: 2, repeats: 1, features: [fractions], settings: {n_trees: 60, depth: 4}}
"""


def small_problem(folder: Path, *overrides: str, only_bs: bool = False) -> Problem:
    """Return the problem on ``folder / "alloys.csv"``, written to ``folder / "small.yaml"``.

    Args:
        folder: Where the table lies.
        overrides: Changes such as ``model.members=7``.
        only_bs: Leave coercivity out.
    """
    text = _TEXT + ("" if only_bs else _HC)
    text += _END.replace("HC", "" if only_bs else ", Hc: {goal: min}")
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return load_problem(path, overrides)


def property_training_rows(problem: Problem, name: str) -> TrainingRows:
    """Return what property ``name`` is trained on, its tables read anew."""
    process = process_inputs(problem.spec.properties[name].inputs, problem.space.process)
    return property_rows(problem.spec, name, read_tables(problem.spec), process)
