"""What is loaded when: a fast start is a matter of the import graph, not of the clock."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "cloudpickle", "dask", "distributed", "joblib", "matplotlib", "moocore", "numpy", "pandas", "pyarrow",
    "pydantic", "pymoo", "rich", "ruamel", "scipy", "sklearn", "xgboost",
}  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after a statement."""
    code = (
        f"{statement}\nimport sys\nsys.stderr.write(' '.join({{m.partition('.')[0] for m in sys.modules}}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import moalloy",
        "import moalloy.cli.app",
        "from moalloy.cli.app import run_command_line; run_command_line(['--help'])",
        "from moalloy.cli.app import run_command_line; run_command_line(['run', '--help'])",
    ],
)
def test_a_light_start_loads_nothing_heavy(statement: str) -> None:
    assert loaded_by(statement) & HEAVY == set()


def test_help_of_the_module_works_without_the_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "moalloy", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: moalloy")


@pytest.mark.slow
def test_predicting_loads_neither_the_search_engine_nor_the_figures() -> None:
    modules = "moalloy.cli.predict, moalloy.files, moalloy.runs, moalloy.study.prediction, moalloy.tables"
    loaded = loaded_by(f"import {modules}")
    assert "xgboost" in loaded
    assert loaded & {"pymoo", "matplotlib"} == set()


@pytest.mark.slow
def test_checking_a_problem_loads_neither_the_search_engine_nor_the_figures() -> None:
    assert loaded_by("import moalloy.build.checks") & {"pymoo", "matplotlib"} == set()
