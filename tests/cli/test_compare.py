"""``moalloy compare``: the table on standard output, what can be told on standard error."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from moalloy.build.problem import load_problem
from moalloy.study.study import run
from tests.cli.conftest import Command
from tests.small_problem import write_problem

BARE = """\
version: 1
name: bare
space: {elements: {Fe: [60, 90], Co: [2, 30], B: [5, 20]}, step: 0.5}
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}
optimize: {population: 12, generations: 4}
"""


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "bare.yaml"
    path.write_text(BARE, encoding="utf-8")
    return path


def test_algorithms_are_compared_and_everything_is_written(moalloy: Command, bare: Path) -> None:
    told = ("--algorithms", "nsga2,random", "--seeds", 5, "--evaluations", 60, "--out", "cmp")
    found = moalloy("compare", bare, *told)
    assert found.code == 0
    assert [line.split()[0] for line in found.out.splitlines()[2:]] == ["nsga2", "random"]
    assert "ideal point (cost_USD_per_kg" in found.err
    assert "the exact front of all" in found.err
    assert "largest median hypervolume" in found.err
    assert "this tells searches apart, not alloys" in found.err
    names = {path.name for path in Path("cmp").rglob("*") if path.is_file()}
    assert {"comparison.csv", "summary.csv", "tests.csv", "seconds.csv", "comparison.json"} <= names
    assert {"indicators.png", "indicators.svg", "growth.png", "growth.svg"} <= names
    table = pd.read_csv("cmp/comparison.csv")
    assert table["evaluations"].unique().tolist() == [60]
    result = json.loads(Path("cmp/comparison.json").read_text(encoding="utf-8"))["result"]
    assert set(result["hypervolume_reference"]) == {"cost_USD_per_kg", "dilution_ceiling_T"}


@pytest.mark.slow
def test_a_comparison_gives_the_same_files_again_and_is_no_run(moalloy: Command, bare: Path) -> None:
    told = ("--algorithms", "nsga2", "--seeds", 2, "--evaluations", 36)
    assert moalloy("compare", bare, *told, "--out", "one").code == 0
    again = moalloy("compare", bare, *told, "--jobs", 2)
    (two,) = Path("results/bare").glob("compare-*")
    for name in ("comparison.csv", "summary.csv", "comparison.json", "figures/growth.svg"):
        assert (two / name).read_bytes() == (Path("one") / name).read_bytes()
    assert again.code == 0
    assert "compare-" not in moalloy("runs").out
    assert moalloy("plot", "bare").code == 2


@pytest.mark.slow
def test_a_comparison_is_gone_on_with(moalloy: Command, bare: Path) -> None:
    told = ("--algorithms", "random", "--evaluations", 24, "--out", "cmp")
    moalloy("compare", bare, *told, "--seeds", 1)
    taken = moalloy("compare", bare, *told, "--seeds", 2)
    assert taken.code == 2
    assert "isn't empty; add --resume" in taken.err
    resumed = moalloy("compare", bare, *told, "--seeds", 2, "--resume", "--format", "json")
    assert "random, seed 1: finished before" in resumed.err
    assert {row["contender"] for row in json.loads(resumed.out)} == {"random"}


@pytest.mark.slow
def test_finished_runs_are_put_side_by_side(moalloy: Command, bare: Path) -> None:
    # Without figures and report, which nobody compares.
    run(load_problem(bare), out="one")
    run(load_problem(bare, ["optimize.algorithm=random"]), out="two")
    found = moalloy("compare", "one", "two", "--format", "csv", "--out", "side")
    assert found.code == 0
    table = pd.read_csv(io.StringIO(found.out))
    assert table["algorithm"].tolist() == ["nsga2", "random"]
    assert table["valid_share"].tolist() == [1.0, 1.0]
    assert "a tenth beyond the worst" in found.err
    assert "With 1 seed nothing can be told" in found.err
    assert Path("side/figures/growth.png").is_file()
    assert moalloy("compare", "one", "two", "--out", "side").code == 2


@pytest.mark.parametrize(
    ("told", "match"),
    [
        (("bare.yaml", "other.yaml"), "compare one problem file, or several runs"),
        (("bare.yaml", "--resume"), "--resume needs --out"),
        (("one", "two", "--seeds", "3"), "only with a problem file: --seeds"),
        (("bare.yaml", "--evaluations", "5"), "fewer than the population of 12"),
        (("bare.yaml", "--algorithms", "auto"), "auto: it is no algorithm"),
        (("one", "two"), "'one' is neither a run folder"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    moalloy: Command, bare: Path, told: tuple[str, ...], match: str
) -> None:
    found = moalloy("compare", *told)
    assert found.code == 2
    assert match in found.err
    assert not Path("results").exists()


@pytest.mark.slow
def test_surrogates_of_a_run_are_used(moalloy: Command, problem: Path, finished: Path) -> None:
    told = ("--algorithms", "random", "--seeds", 1, "--evaluations", 20, "--out", "cmp")
    found = moalloy("compare", problem, *told, "--model", finished)
    assert found.code == 0
    content = json.loads(Path("cmp/comparison.json").read_text(encoding="utf-8"))
    assert set(content["sha256"]["models"]) == {"Bs", "Hc", "Dmax"}
    other = moalloy("compare", problem, *told, "--resume")
    assert "where the surrogates come from" in other.err


@pytest.mark.slow
def test_surrogates_of_a_fit_will_do(moalloy: Command, tmp_path: Path) -> None:
    problem = write_problem(tmp_path)
    assert moalloy("fit", problem, "--out", "fitted").code == 0
    told = ("--model", "fitted", "--seeds", 2, "--evaluations", 40)
    assert moalloy("compare", problem, *told, "--out", "cmp").code == 0
