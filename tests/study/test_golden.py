"""The front that this search has always found: a change of one byte is a change of what users get.

After a change that is meant, write the new front with `python -m tests.study.test_golden`. The surrogates are
descriptors, so no version of a learner plays a part.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from moalloy.build.problem import load_problem
from moalloy.study.study import run
from tests.study.test_battery import BARE

GOLDEN = Path(__file__).parent / "golden.csv"


def found(folder: Path, *, jobs: int) -> bytes:
    path = folder / "battery.yaml"
    path.write_text(BARE, encoding="utf-8")
    problem = load_problem(path, ["optimize.window=0.02"])
    run(problem, out=folder / f"run-{jobs}", jobs=jobs)
    return (folder / f"run-{jobs}" / "pareto.csv").read_bytes()


@pytest.mark.parametrize("jobs", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_the_front_is_the_same_to_the_last_byte(tmp_path: Path, jobs: int) -> None:
    assert found(tmp_path, jobs=jobs) == GOLDEN.read_bytes()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        GOLDEN.write_bytes(found(Path(temporary), jobs=1))
