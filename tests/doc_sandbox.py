"""Where what the documentation says is run: a folder of its own, small tables, tiny budgets."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pytest

from moalloy.build.problem import load_problem
from moalloy.cli import app
from moalloy.cli.app import run_command_line
from moalloy.runs import new_run_path
from moalloy.spec import ProblemSpec, dump, load_spec
from moalloy.study.study import run
from moalloy.tables import builtin_names, builtin_path
from tests.doc_pages import ROOT, Block, page
from tests.small_problem import write_table

__all__ = ["TINY", "Sandbox", "commands_of", "make_base", "parse", "run_home"]

TINY = (
    "model.members=2",
    "model.repeats=1",
    "model.features=[fractions]",
    "model.settings={n_trees: 10, depth: 3}",
    "optimize.population=16",
    "optimize.generations=3",
)
"""What a command that takes a problem is told besides, so that it takes a second or two."""

# Rows of each built-in table that the problems learn from here.
_EXCERPT = 150
# Flags that have the last word, and what they become.
_SHORTER = {"--evaluations": "48", "--repeats": "1", "--seeds": "2"}
_EXIT_CODE = re.compile(r"#.*exit code (\d+)")
_DEV = ("python3", "dev.py")
# `dev.py` hands these to pytest and to the linters; CI runs them.
_NOT_OURS = ("test", "lint")


@dataclass(eq=False)
class Sandbox:
    """A folder in which the blocks of one page are run, in their order."""

    folder: Path
    names: dict[str, Any] = field(default_factory=dict)

    def run(self, block: Block) -> None:
        """Run a block by its language; one that needs nothing done is passed over."""
        if "file" in block.note:
            (self.folder / block.note["file"]).write_text(block.text, encoding="utf-8")
        elif "not run" in block.note:
            return
        elif block.language == "sh":
            for line in block.text.splitlines():
                self._line(line, block)
        elif block.language == "python":
            exec(compile(block.text, block.place, "exec"), self.names)

    def _line(self, line: str, block: Block) -> None:
        expected = int(found[1]) if (found := _EXIT_CODE.search(line)) else 0
        given = b""
        for words, target in commands_of(line):
            if words[0] == "printf":
                given = words[1].encode().decode("unicode_escape").encode()
            elif words[0] == "$EDITOR":
                assert (self.folder / words[1]).is_file(), f"{block.place}: {line}"
            elif arguments := _arguments(words):
                code, out, err = _call(arguments, given)
                assert code == expected, f"{block.place}: {line}\nended with {code}:\n{err}"
                assert "Traceback" not in err
                if target:
                    (self.folder / target).write_text(out, encoding="utf-8")


def commands_of(line: str) -> Iterator[tuple[list[str], str]]:
    """Yield the commands of a shell line, each as its words and the file that it is written into.

    >>> list(commands_of("moalloy runs > runs.txt   # all of them"))
    [(['moalloy', 'runs'], 'runs.txt')]
    """
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|>")
    lexer.whitespace_split = True
    words: list[str] = []
    target = ""
    tokens = [*lexer, "|"]
    for word, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if word == "|":
            if words:
                yield words, target
            words, target = [], ""
        elif word == ">":
            target = following
        elif not target:
            words.append(word)


def parse(words: Sequence[str]) -> None:
    """Let click read a command without running it.

    Raises:
        click.UsageError: There is no such command or flag, or a value can't be read.
    """
    context = click.Context(app._root)
    command: click.Command = app._root
    arguments = list(words)
    while isinstance(command, click.Group):
        name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=name)
    command.make_context(" ".join(words), arguments, parent=context.parent)


def make_base(folder: Path) -> Path:
    """Fill a folder with what all pages start from, and return it: problems and small tables."""
    (folder / "problems").mkdir(parents=True)
    for name in builtin_names():
        header, *rows = builtin_path(name).read_text(encoding="utf-8").splitlines()
        excerpt = "\n".join([header, *rows[:: len(rows) // _EXCERPT]]) + "\n"
        (folder / "problems" / f"{name}.csv").write_text(excerpt, encoding="utf-8")
    for path in (ROOT / "problems").glob("*.yaml"):
        text = re.sub(r"builtin:(\w+)", r"\1.csv", dump(_reduced(load_spec(path, TINY))))
        (folder / "problems" / path.name).write_text(text, encoding="utf-8")
    table = pd.read_csv(write_table(folder / "my_alloys.csv")).drop(columns="Dmax_mm")
    table.to_csv(folder / "my_alloys.csv", index=False)
    (folder / "wishes.csv").write_text("formula,anneal_K\nFe80B12Si8,750\nFe82B13Si5,\n", encoding="utf-8")
    (block,) = (block for block in page("README.md").blocks if block.language == "yaml")
    (folder / "my.yaml").write_text(block.text.replace("name: my-alloy", "name: my"), encoding="utf-8")
    return folder


def _reduced(spec: ProblemSpec) -> ProblemSpec:
    """Return a problem without what lies behind a hurdle, whose classifier takes as long as all else."""
    left_out = {name for name, item in spec.properties.items() if item.hurdle is not None}
    properties = {name: item for name, item in spec.properties.items() if name not in left_out}
    tables = {item.data for item in properties.values()}
    changes = {
        "properties": properties,
        "objectives": {name: item for name, item in spec.objectives.items() if name not in left_out},
        "data": {name: item for name, item in spec.data.items() if name in tables},
    }
    return spec.model_copy(update=changes)


def run_home(folder: Path, cache: Path) -> None:
    """Run the home problem where commands look for runs, without figures and report, which take longest."""
    home = load_problem(folder / "problems" / "fe_soft_magnetic_glass.yaml")
    run(home, out=new_run_path(home, results=folder / "results"), cache=cache)


def _arguments(words: Sequence[str]) -> list[str]:
    """Return the arguments of moalloy in a line, at a tiny budget; none for what isn't ours to run."""
    if tuple(words[:2]) == _DEV:
        words = ["moalloy", *words[2:]]
    assert words[0] == "moalloy", f"{' '.join(words)}: no command that the documentation may have"
    if words[1] in _NOT_OURS:
        return []
    arguments = list(words[1:])
    parse(arguments)
    is_search = arguments[0] in ("check", "fit", "run", "design", "compare") and any(
        word.endswith(".yaml") for word in arguments[1:2]
    )
    return [*arguments, *_budget(arguments)] if is_search else arguments


def _budget(arguments: Sequence[str]) -> list[str]:
    """Return what makes a command short; models so small support next to no target."""
    changes = [word for change in TINY for word in ("--set", change)]
    if arguments[0] == "check":
        return changes
    if arguments[0] == "design" and "--min-probability" not in arguments:
        changes += ["--min-probability", "0.01"]
    changes += [word for flag in _SHORTER if flag in arguments for word in (flag, _SHORTER[flag])]
    return [*changes, "--jobs", "1"]


def _call(arguments: Sequence[str], given: bytes) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        code = run_command_line(arguments)
    return code, out.getvalue(), err.getvalue()
