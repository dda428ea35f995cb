"""What the documentation says runs: commands, Python, problem files and fragments of them."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import moalloy
from moalloy.build.space import build_space
from moalloy.cli.app import run_command_line
from moalloy.domain.design_space import DesignSpace
from moalloy.spec import parse_spec
from moalloy.spec.cluster import read_cluster
from tests.doc_pages import PAGES, Block, page
from tests.doc_sandbox import Sandbox, commands_of, make_base, parse, run_home
from tests.installed import install

LANGUAGES = {"sh", "bash", "python", "yaml", "toml", "csv", "text"}
BLOCKS = [block for name in PAGES for block in page(name).blocks]
# These take a few seconds; the others have many commands, or draw figures.
QUICK = ("README.md", "CONTRIBUTING.md", "docs/problem-file.md", "docs/tables.md", "docs/extending.md")
RUNNABLE = [
    pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow)
    for name in PAGES
    if any(block.language in ("sh", "python") for block in page(name).blocks)
]
NOT_RUN = {
    "docs/cluster.md": ["needs a scheduler or a batch system", "a job script of SLURM"],
    "docs/speed.md": ["changes the environment"],
}
"""Every block that isn't run, and why."""

# What fragments of problem files are put into.
FRAME = """\
version: 1
name: frame
space:
  elements: {Fe: [60, 87], B: [5, 14], Si: [0, 15], P: [0, 9], Nb: [0, 4], Zr: [0, 4], Mo: [0, 4], Cu: [0, 2]}
  step: 1
  groups: {metalloid: [B, Si, P], late: [Nb, Zr, Mo]}
  process:
    annealing_temperature_K: {range: [653, 873], step: 10}
    annealing_time_s: {choices: [600, 1800, 3600]}
    route: {choices: [ribbon, rod]}
data:
  measured: {table: "builtin:fe_soft_magnetic", group_by: paper_group, reference: doi}
properties:
  Bs: {data: measured, column: Bs_T, unit: T, inputs: [annealing_temperature_K, annealing_time_s]}
  Hc: {data: measured, column: Hc_A_per_m, unit: A/m, scale: log, inputs: [annealing_temperature_K]}
  magnetostriction: {data: measured, column: magnetostriction_ppm, unit: ppm}
objectives:
  Bs: {goal: max, threshold: 1.5}
  Hc: {goal: min, threshold: 10}
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fits")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("docs") / "base")


@pytest.mark.parametrize("name", RUNNABLE)
def test_commands_and_python_of_a_page_run_in_their_order(
    name: str, base: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(base, tmp_path / "copy"))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MOALLOY_CACHE", str(cache))
    if name in QUICK:
        # They take longest; the slow pages draw them.
        monkeypatch.setattr("moalloy.cli.finishing.finish", lambda *_, **__: None)
    if name not in QUICK:
        run_home(folder, cache)
    sandbox = Sandbox(folder)
    for block in page(name).blocks:
        sandbox.run(block)


def _named(block: Block) -> str:
    return block.place


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language in ("sh", "bash")], ids=_named)
def test_every_command_can_be_read_whether_it_is_run_or_not(block: Block) -> None:
    for line in block.text.splitlines():
        for words, _ in commands_of(line):
            if words[0] == "moalloy":
                parse(words[1:])


WHOLE = [b for b in BLOCKS if b.language == "yaml" and b.text.startswith("version:")]
FRAGMENTS = [b for b in BLOCKS if b.language == "yaml" and b not in WHOLE and not b.note]


def test_there_are_whole_problems_and_fragments() -> None:
    assert {block.page for block in WHOLE} >= {"README.md", "docs/problem-file.md"}
    assert len(FRAGMENTS) >= 6


@pytest.mark.parametrize("block", WHOLE, ids=_named)
def test_every_problem_file_passes_check(
    block: Block, base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(base)
    Path("shown.yaml").write_text(block.text, encoding="utf-8")
    assert run_command_line(["check", "shown.yaml"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("block", FRAGMENTS, ids=_named)
def test_every_fragment_fits_into_a_problem(block: Block) -> None:
    merged = _merged(_load(FRAME), _load(block.text))
    spec = parse_spec(json.dumps(merged))
    assert {fault.severity for fault in spec.faults} <= {"note", "warning"}


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "toml"], ids=_named)
def test_entry_points_are_those_that_moalloy_looks_for(block: Block) -> None:
    groups = tomllib.loads(block.text)["project"]["entry-points"]
    assert set(groups) == {
        "moalloy.descriptors",
        "moalloy.featurizers",
        "moalloy.surrogates",
        "moalloy.algorithms",
    }


@pytest.mark.slow
def test_what_the_page_on_extending_installs_is_used(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = page("docs/extending.md").blocks
    groups = tomllib.loads(next(b.text for b in blocks if b.language == "toml"))["project"]["entry-points"]
    points = "\n".join(
        f"[{group}]\n" + "\n".join(f"{name} = {place}" for name, place in items.items())
        for group, items in groups.items()
    )
    install(
        tmp_path,
        monkeypatch,
        "my_package",
        group="moalloy",
        code="\n".join(block.text for block in blocks if block.language == "python"),
        entry_points=points,
    )
    (fragment,) = (block.text for block in blocks if block.note.get("frame") == "installed")
    problem = _merged(_load((base / "my.yaml").read_text(encoding="utf-8")), _load(fragment))
    short = {"model": {"members": 2, "repeats": 1}, "optimize": {"population": 9, "generations": 3}}
    (base / "extended.yaml").write_text(json.dumps(_merged(problem, short)), encoding="utf-8")
    result = moalloy.run(moalloy.load_problem(base / "extended.yaml"))
    assert set(result.front["algorithm"]) == {"rvea"}
    melting_K = [1811, 2349, 1687, 2750]
    amounts = result.front[["Fe", "B", "Si", "Nb"]].to_numpy(np.float64)
    assert len(amounts) > 0
    assert (amounts @ melting_K / 100 <= 1900).all()
    assert "V + Cr" in result.models["Bs"].model.inputs.names


def test_the_audit_of_the_page_finds_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = (b for b in page("docs/tables.md").blocks if b.note.get("file") == "furnace.csv")
    monkeypatch.chdir(tmp_path)
    Path("furnace.csv").write_text(block.text, encoding="utf-8")
    assert run_command_line(["data", "audit", "furnace.csv", "--format", "json"]) == 0
    found = [(each["severity"], each["lines"]) for each in json.loads(capsys.readouterr().out)]
    rows = [row for row in page("docs/tables.md").under("Audit").rows if row[0] in ("error", "warning")]
    assert found == [(row[0], [int(line) for line in row[1].split(",")]) for row in rows]


def test_the_file_of_a_cluster_is_read(tmp_path: Path) -> None:
    (block,) = (b for b in page("docs/cluster.md").blocks if b.note.get("file") == "slurm.yaml")
    (tmp_path / "slurm.yaml").write_text(block.text, encoding="utf-8")
    assert read_cluster(tmp_path / "slurm.yaml").kind == "slurm"


def test_every_block_has_a_language_that_is_tested() -> None:
    assert {b.place: b.language for b in BLOCKS if b.language not in LANGUAGES} == {}
    assert [b.place for b in BLOCKS if b.language == "csv" and "file" not in b.note] == []


def test_blocks_that_are_not_run_are_few_and_known() -> None:
    found: dict[str, list[str]] = {}
    for block in BLOCKS:
        if "not run" in block.note:
            found.setdefault(block.page, []).append(block.note["not run"])
    assert found == NOT_RUN
    assert [b.place for b in BLOCKS if b.language == "bash" and "not run" not in b.note] == []


def test_no_command_hides_in_a_block_of_text() -> None:
    starts = ("moalloy ", "python", "pip ", "$ ")
    hidden = [
        b.place
        for b in BLOCKS
        if b.language == "text"
        for line in b.text.splitlines()
        if line.startswith(starts)
    ]
    assert hidden == []


(CONSTRAINTS,) = (b for b in BLOCKS if b.note.get("frame") == "constraints")
ENTRIES = [line.strip().removeprefix("- ") for line in CONSTRAINTS.text.splitlines()[1:]]


def _space(entries: list[str]) -> DesignSpace:
    problem = _merged(_load(FRAME), {"space": {"constraints": [_load(entry) for entry in entries]}})
    return build_space(parse_spec(json.dumps(problem)).space)


def test_the_page_lists_the_kinds_of_constraints() -> None:
    assert len(ENTRIES) >= 12


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_constraint_leaves_some_alloys_and_removes_others(entry: str) -> None:
    free, bound = _space(["Fe >= 0"]), _space([entry])
    assert bound.contains(bound.sample(50)).all()
    assert not bound.contains(free.sample(3000)).all()


def test_all_constraints_go_together() -> None:
    here = _space(ENTRIES)
    X = here.sample(200)
    assert here.contains(X).all()
    assert (here.repair(X + np.random.default_rng(0).normal(0, 0.02, X.shape))[:, 0] > 0.5).all()


def _load(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def _merged(frame: Any, fragment: Any) -> Any:
    """Return the fragment within its frame: mappings are joined, all else is taken from the fragment."""
    if not (isinstance(frame, dict) and isinstance(fragment, dict)):
        return fragment
    return frame | {key: _merged(frame.get(key), value) for key, value in fragment.items()}
