"""Commands called in this process, in an empty folder, with fits that the whole session shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from moalloy.cli.app import run_command_line
from tests.small_problem import small


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
    """Return the folder of a run that went from the command line to its report."""
    folder = tmp_path_factory.mktemp("cli") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOALLOY_CACHE", str(small().cache))
        assert run_command_line(["run", str(small().path), "--out", str(folder), "--jobs", "2"]) == 0
    return folder
