"""What README.md says about problem files runs."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from moalloy.build.space import build_space
from moalloy.domain.design_space import DesignSpace
from moalloy.spec import parse_spec

README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.search(r"```yaml\nconstraints:\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
ENTRIES = [] if _BLOCK is None else [line.strip().removeprefix("- ") for line in _BLOCK[1].splitlines()]
HEAD = """\
version: 1
name: readme
space:
  elements: {Fe: [60, 87], B: [5, 14], Si: [0, 15], P: [0, 9], Nb: [0, 4], Zr: [0, 4], Mo: [0, 4], Cu: [0, 2]}
  step: 1
  groups: {metalloid: [B, Si, P], late: [Nb, Zr, Mo]}
  process:
    annealing_temperature_K: {range: [653, 873], step: 10}
    annealing_time_s: {choices: [600, 1800, 3600]}
    route: {choices: [ribbon, rod]}
  constraints:
"""
END = "objectives: {density_g_per_cm3: {goal: min}}\n"


def _space(entries: list[str]) -> DesignSpace:
    lines = "".join(f"    - {entry}\n" for entry in entries)
    return build_space(parse_spec(HEAD + lines + END).space)


def test_the_readme_lists_the_kinds_of_constraints() -> None:
    assert len(ENTRIES) >= 12


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_constraint_of_the_readme_leaves_some_alloys_and_removes_others(entry: str) -> None:
    free, bound = _space(["Fe >= 0"]), _space([entry])
    assert bound.contains(bound.sample(50)).all()
    assert not bound.contains(free.sample(3000)).all()


def test_all_constraints_of_the_readme_go_together() -> None:
    here = _space(ENTRIES)
    X = here.sample(200)
    assert here.contains(X).all()
    assert (here.repair(X + np.random.default_rng(0).normal(0, 0.02, X.shape))[:, 0] > 0.5).all()
