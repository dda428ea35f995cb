"""The command line: one file per command, each loaded when it is called."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    from moalloy.cli.app import run_command_line

    sys.exit(run_command_line(sys.argv[1:]))
