"""Benchmarks still measure what they say, on a space that is known in full without any surrogate."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

SMALL = """\
version: 1
name: small
space: {elements: {Fe: [40, 90], Co: [0, 50], B: [5, 20], Si: [0, 20]}, step: 1}
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}
"""


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    found = importlib.import_module("search_quality")
    exact_front = importlib.import_module("exact_front")
    monkeypatch.setattr(exact_front, "FOLDER", tmp_path)
    monkeypatch.setitem(exact_front.PROBLEMS, "small", ("small.yaml", []))
    monkeypatch.setattr(found, "SHARE", 0.2)
    return found


@pytest.mark.slow
def test_searches_of_alloys_near_the_exact_front_and_beat_chance(benchmarks: ModuleType) -> None:
    found = {line["method"]: line["share_of_exact"] for line in benchmarks.alloys("small", range(1, 3), None)}
    assert found["nsga2"] > 0.97
    assert 0.5 < found["random"] < found["nsga2"] <= 1.0
    assert 0.5 < found["differential evolution on weighted sums"] <= 1.0
