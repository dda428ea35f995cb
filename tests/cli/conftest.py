"""Commands called in this process, in an empty folder, with fits that the whole session shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from moalloy.cli.app import run_command_line
from moalloy.study.study import run
from tests.small_problem import small

BARE = """\
version: 1
name: bare
space: {elements: {Fe: [50, 90], Co: [0, 30], B: [5, 15]}, step: 1}
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}
optimize: {population: 20, generations: 3}
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit code and what it wrote where."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOALLOY_CACHE", str(small().cache))


@pytest.fixture
def moalloy(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command; no command may ever show a traceback."""

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run_command_line([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def problem() -> Path:
    """Return the small problem's file."""
    return small().path


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run, without the figures and the report, which take longest."""
    folder = tmp_path_factory.mktemp("cli") / "run"
    run(small().variant(), out=folder, jobs=2, cache=small().cache)
    return folder


@dataclass(frozen=True, slots=True)
class Reported:
    """A run that went from the command line to its report, of a problem that has nothing to learn."""

    problem: Path
    folder: Path


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    folder = tmp_path_factory.mktemp("reported")
    (folder / "bare.yaml").write_text(BARE, encoding="utf-8")
    found = Reported(folder / "bare.yaml", folder / "run")
    assert run_command_line(["run", str(found.problem), "--out", str(found.folder)]) == 0
    return found
