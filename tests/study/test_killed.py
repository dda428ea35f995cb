"""Killed at random moments, again and again, and gone on with: the same bytes as an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moalloy.study.study import run
from tests.small_problem import small

pytestmark = pytest.mark.slow

# Searches of a few seconds, so that most kills hit one.
LONG = {
    "nsga2": ("optimize.generations=150",),
    "unsga3": ("optimize.algorithm=unsga3", "optimize.generations=120"),
    "gde3": ("optimize.algorithm=gde3", "optimize.generations=120"),
    "exhaustive": ("optimize.algorithm=exhaustive",),
}
N_KILLS = 4


@pytest.mark.parametrize("algorithm", LONG)
def test_a_run_killed_again_and_again_ends_with_the_same_bytes(tmp_path: Path, algorithm: str) -> None:
    changes, out = LONG[algorithm], tmp_path / "run"
    command = [sys.executable, "-m", "moalloy", "run", str(small().path), "--out", str(out), "--jobs", "2"]
    command += ["--resume", *(part for change in changes for part in ("--set", change))]
    moments = random.Random(algorithm)
    environment = os.environ | {"MOALLOY_CACHE": str(small().cache)}
    for _ in range(N_KILLS):
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not (out / "search").is_dir():
            time.sleep(0.01)
        time.sleep(moments.uniform(0.0, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    undisturbed = run(small().variant(*changes), small().models).front.to_csv(index=False)
    assert (out / "pareto.csv").read_text(encoding="utf-8") == undisturbed
    assert not list((out / "search").glob("*.part"))
    assert not list((out / "search").glob("*.npz"))
