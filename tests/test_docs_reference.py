"""The documentation is complete: every flag, key, default, column and name is where one looks it up."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pytest

import moalloy
from moalloy.cli import app
from moalloy.cli.data_audit import _KINDS as AUDIT_KINDS
from moalloy.features.descriptors import DESCRIPTORS
from moalloy.report.figures import figure_names
from moalloy.spec import ALGORITHMS, FEATURE_SETS, KINDS, json_schema
from moalloy.spec.cluster import ClusterSpec
from moalloy.tables import builtin_names
from tests.doc_pages import PAGES, ROOT, page

COMMANDS = page("docs/commands.md")
PROBLEM_FILE = page("docs/problem-file.md")
OUTPUTS = page("docs/outputs.md")
CLUSTERS = page("docs/cluster.md").under("A cluster with Dask")


def _commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*words, name)), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*words, name))


ALL = dict(_commands(app._root))


def _flags(command: click.Command) -> set[str]:
    options = [item for item in command.params if isinstance(item, click.Option)]
    return {flag for item in options for flag in (*item.opts, *item.secondary_opts)}


@pytest.mark.parametrize("name", ALL)
def test_every_flag_of_a_command_is_in_its_table_and_no_other(name: str) -> None:
    section = COMMANDS.section(f"moalloy {name}")
    first_cells = " ".join(row[0] for row in section.rows)
    assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", first_cells)) == _flags(ALL[name])


@pytest.mark.parametrize("name", [name for name in ALL if name != "data"])
def test_every_command_says_what_it_takes(name: str) -> None:
    below = COMMANDS.section(f"moalloy {name}").below
    arguments = [item for item in ALL[name].params if isinstance(item, click.Argument)]
    for item in arguments:
        words = (item.metavar or (item.name or "").upper()).split(" | ")
        assert all(f"`moalloy {name} " in below and word.split()[0] in below for word in words)


def test_the_table_of_commands_has_each_of_them() -> None:
    listed = [row[0] for row in COMMANDS.under("Commands").rows]
    assert listed == [f"[`{name}`](#moalloy-{name})" for name in app._COMMANDS]


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    codes = (0, app.FAULT, app.BAD_INPUT, app.EMPTY_SPACE, app.INFEASIBLE, app.DIFFERENCE, app.INTERRUPTED)
    assert [int(row[0]) for row in COMMANDS.under("Exit codes").rows] == list(codes)


@pytest.mark.parametrize("name", PAGES)
def test_every_flag_that_is_named_anywhere_exists(name: str) -> None:
    known = {flag for command in ALL.values() for flag in _flags(command)}
    known |= {"--help", "-h", "--version", "--slow", "--array", "--cpus-per-task", "--time", "--set"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*\b", page(name).text)) - known == set()


def _keys(
    schema: Mapping[str, Any], definitions: Mapping[str, Any], path: str
) -> Iterator[tuple[str, str, Any]]:
    """Yield the path of its section, the key and what is said of each key of a schema."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    for way in ("oneOf", "anyOf", "allOf"):
        for item in schema.get(way, ()):
            yield from _keys(item, definitions, path)
    required = schema.get("required", ())
    for key, item in schema.get("properties", {}).items():
        yield path, key, {**item, "required": key in required}
        yield from _keys(item, definitions, f"{path}.{key}".removeprefix("."))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _keys(schema["additionalProperties"], definitions, f"{path}.*")
    if isinstance(schema.get("items"), dict):
        yield from _keys(schema["items"], definitions, path)


SCHEMA = json_schema()
KEYS = sorted({(path, key): item for path, key, item in _keys(SCHEMA, SCHEMA["$defs"], "")}.items(), key=str)
SECTIONS = {re.sub(r"\b[A-Z]+\b", "*", heading.code): heading for heading in PROBLEM_FILE.headings}
SECTIONS[""] = PROBLEM_FILE.under("The top level")


@pytest.mark.parametrize(("where", "item"), KEYS, ids=[f"{path}.{key}" for (path, key), _ in KEYS])
def test_every_key_of_a_problem_file_stands_in_its_section_with_its_default(
    where: tuple[str, str], item: Mapping[str, Any]
) -> None:
    path, key = where
    section = SECTIONS[path.removesuffix(".around") if path.startswith("space.constraints") else path]
    rows = [row for row in section.rows if row[0] == f"`{key}`"]
    if not rows:
        assert f"`{key}`" in section.below
        return
    (row,) = rows
    default = item.get("default")
    if item["required"]:
        assert row[1].startswith("required")
    elif default in (None, [], {}):
        assert row[1] in ("none", "as below") or "required for" in row[1]
    else:
        text = default if isinstance(default, str) else json.dumps(default).replace('"', "")
        assert row[1] == f"`{text}`"


@pytest.mark.parametrize("section", SECTIONS.values(), ids=[*SECTIONS])
def test_no_key_is_documented_that_a_problem_file_does_not_have(section: Any) -> None:
    known = {key for (_, key), _ in KEYS}
    keys = {row[0].strip("`") for row in section.rows if len(row) == 3 and re.fullmatch(r"`[\w%]+`", row[0])}
    assert keys - known - set(DESCRIPTORS) == set()


VARIANTS = {
    "weight": ("space.basis=wt%", "optimize.risk=p_all"),
    "systems": ("optimize.per_system=true",),
}
PROBLEM = """\
version: 1
name: bare
space:
  elements: {Fe: [50, 90], Co: {min: 5, max: 30, or_zero: true}, B: [5, 15]}
  step: 1
  process: {time_s: {choices: [60, 600]}}
objectives:
  cost_USD_per_kg: {goal: min, threshold: 5}
  dilution_ceiling_T: {goal: max, threshold: 1.5}
optimize: {population: 8, generations: 2}
"""


def _columns(of_run: Path, table: str = "pareto.csv") -> set[str]:
    """Return the columns of a run's table, with names of elements, properties and treatments as patterns."""
    problem = moalloy.load_problem(of_run / "problem.yaml")
    patterns = {variable.name: "process" for variable in problem.space.process}
    patterns |= dict.fromkeys(problem.space.elements, "El")
    patterns |= dict.fromkeys((objective.name for objective in problem.objectives), "name")
    found = set()
    for column in pd.read_csv(of_run / table, nrows=1).columns:
        stem = max(
            (name for name in patterns if re.match(rf"(best_)?{name}(_|$)", column)), key=len, default=""
        )
        found.add(column.replace(stem, f"<{patterns[stem]}>", 1) if stem else column)
    return found


def _documented(heading: str) -> set[str]:
    return {name for row in OUTPUTS.under(heading).rows for name in re.findall(r"`([^`]+)`", row[0])}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return a run of learned properties, and some that have every other column between them."""
    folder = tmp_path_factory.mktemp("columns")
    (folder / "bare.yaml").write_text(PROBLEM, encoding="utf-8")
    for name, changes in VARIANTS.items():
        moalloy.run(moalloy.load_problem(folder / "bare.yaml", changes), out=folder / name)
    return [ROOT / "results" / "example", *(folder / name for name in VARIANTS)]


def test_every_column_of_a_front_is_documented_and_no_other(runs: list[Path]) -> None:
    found = {column for run in runs for column in _columns(run)}
    assert _documented("The columns of `pareto.csv`") == found


def test_every_column_of_the_systems_is_documented_and_no_other(runs: list[Path]) -> None:
    assert _documented("The columns of `systems.csv`") == _columns(runs[-1], "systems.csv")


def test_the_examples_of_columns_are_the_first_alloy_of_the_committed_run() -> None:
    with (ROOT / "results" / "example" / "pareto.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    shown = [row[2] for row in OUTPUTS.under("The columns of `pareto.csv`").rows if row[2]]
    pairs = [pair for cell in shown for pair in re.findall(r"`(\w+)`: ([^,]+)", cell)]
    assert len(pairs) > 15
    assert {name: first[name] for name, _ in pairs} == dict(pairs)


def test_the_worked_example_of_trust_is_that_alloy() -> None:
    with (ROOT / "results" / "example" / "pareto.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    text = " ".join(page("docs/trust.md").text.split())
    hc, low, high, again = (float(first[f"Hc{end}"]) for end in ("", "_low", "_high", "_unseen"))
    assert f"is {first['formula']}, with a predicted Hc of {hc:.0f} A/m" in text
    assert f"interval is {low:.1f} to {high:.0f} A/m" in text
    assert f"expect {again:.0f} A/m" in text
    assert first["in_domain"] == "False"


def test_every_file_of_a_finished_run_is_documented(runs: list[Path]) -> None:
    names = {path.name for run in runs for path in run.iterdir()} - {"README.md"}
    listed = OUTPUTS.under("The run folder").below
    assert [name for name in names if f"`{name}" not in listed] == []


@pytest.mark.parametrize(
    ("name", "heading", "names"),
    [
        ("docs/outputs.md", "Figures", figure_names()),
        ("docs/algorithms.md", "The algorithms", ALGORITHMS),
        ("docs/problem-file.md", "Descriptors", tuple(DESCRIPTORS)),
        ("docs/tables.md", "Audit", AUDIT_KINDS),
        ("docs/tables.md", "The built-in tables", tuple(f"builtin:{name}" for name in builtin_names())),
        ("docs/trust.md", "Other kinds of models", KINDS),
    ],
)
def test_a_table_has_every_name_and_no_other(name: str, heading: str, names: tuple[str, ...]) -> None:
    rows = page(name).under(heading).rows
    listed = [found for row in rows for found in re.findall(r"`([a-z_\-]+(?::\w+)?\w*)`", row[0])]
    assert set(listed) == set(names)


def test_kinds_of_models_and_sets_of_features_are_named_where_they_are_chosen() -> None:
    below = PROBLEM_FILE.section("model").below
    assert [name for name in (*KINDS, *FEATURE_SETS) if f"`{name}`" not in below] == []


def test_every_key_of_a_cluster_file_is_documented() -> None:
    listed = {key for row in CLUSTERS.rows for key in re.findall(r"`(\w+)`", row[0])}
    assert listed == set(ClusterSpec.model_fields)


def test_the_public_names_are_on_the_page_of_python() -> None:
    text = page("docs/python.md").text
    functions = [name for name in moalloy.__all__ if name[0].islower()]
    assert [name for name in functions if f"`{name}`" not in text] == []
    assert "moalloy.MoalloyError" in text
