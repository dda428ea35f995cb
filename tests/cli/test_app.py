"""The command itself: help, versions, and what its exit codes mean."""

from __future__ import annotations

import errno

import pytest

from moalloy import __version__
from moalloy.cli import app
from moalloy.cli.app import run_command_line
from moalloy.errors import (
    DifferenceError,
    EmptySpaceError,
    MachineError,
    MoalloyError,
    NoFeasibleAlloyError,
    RunFolderError,
)
from tests.cli.conftest import Command

COMMANDS = ("check", "fit", "run", "predict", "plot", "report", "verify")


@pytest.mark.parametrize("name", list(app._COMMANDS))
def test_help_of_every_command_has_an_example(moalloy: Command, name: str) -> None:
    helped = moalloy(name, "--help")
    assert helped.code == 0
    assert f"moalloy {name}" in helped.out.partition("Example")[2]


def test_help_lists_every_command_and_every_exit_code(moalloy: Command) -> None:
    helped = moalloy("--help")
    assert helped.code == 0
    assert all(f"  {name} " in helped.out for name in COMMANDS)
    assert all(f"{code} " in helped.out.partition("Exit codes")[2] for code in (0, 1, 2, 3, 4, 5, 130))


def test_the_version_is_the_packages(moalloy: Command) -> None:
    assert moalloy("--version").out == f"moalloy, version {__version__}\n"


def test_an_unknown_command_is_answered_with_the_nearest(moalloy: Command) -> None:
    outcome = moalloy("chekc", "x.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no command 'chekc'; did you mean 'check'?" in outcome.err


def test_an_unknown_flag_is_bad_input(moalloy: Command) -> None:
    outcome = moalloy("check", "x.yaml", "--sed", "3")
    assert outcome.code == 2
    assert "No such option" in outcome.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RunFolderError("r"), 2),
        (EmptySpaceError("e"), 3),
        (NoFeasibleAlloyError("n"), 4),
        (DifferenceError("d"), 5),
        (MachineError("m"), 1),
        (MoalloyError("x"), 1),
        (OSError(errno.ENOSPC, "No space left on device", "x"), 1),
        (ZeroDivisionError("division by zero"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_failure_has_its_exit_code_and_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(app._root, "main", fail)
    assert run_command_line(["check"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip().startswith("moalloy: ")


def test_a_fault_of_ours_says_so_and_where_to_look(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(app._root, "main", fail)
    monkeypatch.setenv("MOALLOY_DEBUG", "1")
    assert run_command_line(["check"]) == 1
    said = capsys.readouterr().err
    assert "this is a fault of moalloy, not of your input: ZeroDivisionError" in said
    assert "Traceback" in said
