"""Every test that is written is run: no folder's name may hide one from pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """Return the files that ``pytest`` takes tests from when it is called without any path."""
    command = [sys.executable, "-m", "pytest", "-m", "", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.rpartition(":")[0].split("::")[0] for line in done.stdout.splitlines() if ".py:" in line}


def _files(pattern: str, *folders: str) -> set[str]:
    found = (path for folder in folders for path in (ROOT / folder).rglob(pattern))
    return {path.relative_to(ROOT).as_posix() for path in found}


def test_every_test_file_is_collected(collected: set[str]) -> None:
    files = _files("test_*.py", "tests", "moalloy", "benchmarks", "tools")
    assert len(files) > 100
    assert files - collected == set()


def test_every_doctest_of_the_package_is_collected(collected: set[str]) -> None:
    with_examples = {
        name
        for name in _files("*.py", "moalloy")
        if any(line.strip().startswith(">>> ") for line in (ROOT / name).read_text("utf-8").splitlines())
    }
    assert len(with_examples) > 30
    assert with_examples - collected == set()


def test_no_test_hides_outside_of_where_pytest_looks() -> None:
    everywhere = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("test_*.py")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    }
    assert everywhere == _files("test_*.py", "tests", "moalloy")
