"""What a search says while it works."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from moalloy.cli.console import Console, print_table
from moalloy.optimize.record import GenerationReport


def report(console: Console, *parts: int) -> None:
    with console:
        for part in parts:
            console.generation(0, GenerationReport(part, 10_000 * part, 0.5, 12))


def quarters(report: GenerationReport, _seconds: float) -> float:
    return report.generation / 4


def test_an_exhaustive_search_tells_its_share_and_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    report(Console(quarters, is_exhaustive=True, verbosity=2), 1, 2, 4)
    first, second, last = capsys.readouterr().err.splitlines()
    assert first == "every alloy: 25% done: 10000 alloys, hypervolume 0.5000, front 12"
    assert second == "every alloy: 50% done: 20000 alloys, hypervolume 0.5000, front 12, about 0 s left"
    assert last.startswith("every alloy: 100% done")


def test_a_guided_search_tells_its_seed_and_generation(capsys: pytest.CaptureFixture[str]) -> None:
    report(Console(lambda report, _: report.generation / 40, verbosity=1), 19, 20)
    said = capsys.readouterr().err
    assert said == "seed 0: generation 20: 200000 alloys, hypervolume 0.5000, front 12, about 0 s left\n"


def test_json_has_all_digits_and_null_for_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame({"D": [3.7415e-15, np.nan], "n": [1, 2], "is_in": [True, False], "name": ["a", ""]})
    print_table(table, style="json")
    assert json.loads(capsys.readouterr().out) == [
        {"D": 3.7415e-15, "n": 1, "is_in": True, "name": "a"},
        {"D": None, "n": 2, "is_in": False, "name": ""},
    ]
