"""What only a real process can show: signals, broken pipes, kills at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moalloy.study.study import run
from tests.small_problem import small

pytestmark = pytest.mark.slow

_LONG = ("--set", "optimize.generations=60", "--jobs", "2")


@pytest.fixture(autouse=True)
def _children_hear_ctrl_c() -> Iterator[None]:
    """Whoever starts the tests in the background has them ignore Ctrl-C, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(
    *arguments: str | Path, stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[str]:
    environment = os.environ | {"MOALLOY_CACHE": str(small().cache)}
    command = [sys.executable, "-m", "moalloy", *map(str, arguments)]
    return subprocess.Popen(command, text=True, env=environment, stdout=stdout, stderr=stderr)


def wait_for(path: Path) -> None:
    """Wait until something exists, for a minute at most."""
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.1)
    pytest.fail(f"{path} never came to be")


@pytest.mark.parametrize(
    ("after", "sign", "code"),
    [
        ("search", signal.SIGINT, 130),
        ("manifest.json", signal.SIGKILL, -9),
        ("model/Dmax", signal.SIGKILL, -9),
        ("search", signal.SIGKILL, -9),
    ],
)
def test_a_run_that_is_stopped_resumes_to_the_same_bytes(
    tmp_path: Path, after: str, sign: int, code: int
) -> None:
    process = start("run", small().path, "--out", tmp_path / "run", "-q", *_LONG, stderr=subprocess.PIPE)
    wait_for(tmp_path / "run" / after)
    process.send_signal(sign)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert "Traceback" not in said
    problem = small().variant(_LONG[1])
    run(problem, out=tmp_path / "run", resume=True, cache=small().cache)
    undisturbed = run(problem, small().models).front.to_csv(index=False)
    assert (tmp_path / "run" / "pareto.csv").read_text(encoding="utf-8") == undisturbed


def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert start("fit", small().path, "--out", out, "-q", stdout=subprocess.DEVNULL).wait() == 0
    table = tmp_path / "table.csv"
    table.write_text("formula\n" + "Fe80B12Si8\n" * 5000, encoding="utf-8")
    process = start("predict", out, table, "-q", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith("formula")
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait() == 0
