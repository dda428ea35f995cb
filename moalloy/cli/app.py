"""The ``moalloy`` command: finds the subcommand, turns what went wrong into a message and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence

import click

from moalloy import __version__
from moalloy.errors import (
    DifferenceError,
    EmptySpaceError,
    InputError,
    MachineError,
    MoalloyError,
    NoFeasibleAlloyError,
)

__all__ = ["run_command_line"]

# Exit codes; see docs/commands.md.
FAULT, BAD_INPUT, EMPTY_SPACE, INFEASIBLE, DIFFERENCE, INTERRUPTED = 1, 2, 3, 4, 5, 130

_COMMANDS: Mapping[str, str] = {
    "init": "Write a commented problem file to start from.",
    "check": "Say what is wrong with a problem file, and how large its space is.",
    "data": "List, show, describe, audit and export tables of measured alloys.",
    "fit": "Fit and score the surrogates of a problem.",
    "run": "The main job: fit, search, front, figures, report.",
    "merge": "Make one run of what all tasks of `run --task` left.",
    "design": "Find the compositions that most likely meet targets on properties.",
    "predict": "Predict the alloys of a table, with intervals.",
    "explain": "Say which features drive each property, and one alloy's prediction.",
    "choose": "Pick a handful of alloys of a run's front by a stated rule.",
    "plot": "Draw the figures of a run again.",
    "report": "Write the HTML report of a run again.",
    "compare": "Compare algorithms on one problem, or finished runs.",
    "verify": "Check a run's files, run it again, and say whether the front is the same.",
    "runs": "List the runs in results/.",
    "schema": "Print the JSON Schema of problem files, for editors.",
}

_EPILOG = """\b
Examples:
  moalloy check problems/fe_soft_magnetic_glass.yaml
  moalloy run problems/fe_soft_magnetic_glass.yaml
  moalloy COMMAND --help

\b
Exit codes:
  0 done · 1 a fault of moalloy or of the machine · 2 bad input · 3 the space is empty
  4 nothing meets limits or targets · 5 verify found a difference · 130 interrupted (go on with --resume)"""


class _Commands(click.Group):
    """Loads a command's module when it is called, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"moalloy.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            names = ", ".join(_COMMANDS)
            ctx.fail(f"there is no command {args[0]!r};{_nearest(args[0])} the commands are {names}.")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="moalloy")
def _root() -> None:
    """Multi-objective optimization of alloys.

    Write a design problem in YAML, run it, and get a Pareto front of compositions that can be weighed
    in, each with an interval, its nearest measured alloy and the paper that it comes from.
    """


def run_command_line(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; every failure is a message, never a traceback."""
    try:
        _root.main(list(arguments), prog_name="moalloy", standalone_mode=False)
    except click.exceptions.Abort:
        return _interrupted()
    except KeyboardInterrupt:
        return _interrupted()
    except click.ClickException as error:
        error.show()
        return BAD_INPUT
    except MoalloyError as error:
        click.echo(f"moalloy: {error}", err=True)
        return _code(error)
    except BrokenPipeError:
        # The reader of standard output has gone; what was written before is all it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        click.echo(f"moalloy: {error.strerror or error}: {error.filename or 'a file'}", err=True)
        return FAULT
    except Exception as error:
        if os.environ.get("MOALLOY_DEBUG"):
            traceback.print_exc()
        click.echo(
            f"moalloy: this is a fault of moalloy, not of your input: {type(error).__name__}: {error}\n"
            "Finished stages are kept. Set MOALLOY_DEBUG=1 to see where it happened, and please report it.",
            err=True,
        )
        return FAULT
    return 0


def _interrupted() -> int:
    click.echo(
        "\nmoalloy: interrupted; finished stages are kept, and a run goes on with --out and --resume",
        err=True,
    )
    return INTERRUPTED


def _code(error: MoalloyError) -> int:
    match error:
        case EmptySpaceError():
            return EMPTY_SPACE
        case NoFeasibleAlloyError():
            return INFEASIBLE
        case DifferenceError():
            return DIFFERENCE
        case InputError():
            return BAD_INPUT
        case MachineError():
            return FAULT
    return FAULT


def _nearest(name: str) -> str:
    import difflib

    matches = difflib.get_close_matches(name, _COMMANDS, n=1)
    return f" did you mean {matches[0]!r}?" if matches else ""
