"""``--set``: settings from the command line."""

from __future__ import annotations

import pytest

from moalloy.errors import ProblemFileError
from moalloy.spec import LinearConstraintSpec, ProblemSpec, parse_spec

TEXT = """\
version: 1
name: overrides
space: {elements: {Fe: [60, 100], B: [0, 20]}, step: 1}
objectives:
  cost_USD_per_kg: {goal: min}
  density_g_per_cm3: {goal: min}
"""


def _with(*overrides: str) -> ProblemSpec:
    return parse_spec(TEXT, file="p.yaml", overrides=overrides)


def test_setting_replaces_a_value_of_the_file() -> None:
    assert _with("space.step=0.5").space.step == 0.5


def test_setting_adds_a_key_that_the_schema_knows() -> None:
    spec = _with("optimize.population=50", "optimize.seeds=[1, 2]", "limits.cost_USD_per_kg.max=5")
    assert (spec.optimize.population, spec.optimize.seeds) == (50, (1, 2))
    assert spec.limits["cost_USD_per_kg"].max == 5


def test_setting_may_be_a_whole_section() -> None:
    spec = _with("optimize={algorithm: de, scalarize: {cost_USD_per_kg: 4, density_g_per_cm3: 1}}")
    assert spec.optimize.scalarize == {"cost_USD_per_kg": 4, "density_g_per_cm3": 1}


def test_constraint_with_equals_signs_is_split_at_the_first_one() -> None:
    spec = _with('space.constraints=["Fe + B == 100"]')
    assert spec.space.constraints == (LinearConstraintSpec(text="Fe + B == 100"),)


def test_last_of_two_settings_of_one_key_wins() -> None:
    assert _with("space.step=0.5", "space.step=0.2").space.step == 0.2


def test_element_that_is_added_comes_last() -> None:
    assert list(_with("space.elements.Si=[0, 5]").space.elements) == ["Fe", "B", "Si"]


def test_without_settings_nothing_changes() -> None:
    assert _with() == parse_spec(TEXT)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("optimize.popluation=3", r"--set optimize\.popluation=3: .*Did you mean 'population'\?"),
        ("modle.seed=3", r"unknown key 'modle'.*Did you mean 'model'\?"),
        ("space.step", r"--set space\.step: no setting; expected a dotted key"),
        ("=3", r"no setting"),
        ("space..step=3", r"no setting"),
        ("space.step=", r"nothing is written after '='"),
        ("space.step=[1", r"never closed"),
        ("space.step=0.3", r"100 is no multiple of 0\.3"),
        ("space.elements.Fe.max=90", r"space\.elements\.Fe is not a mapping in the file\. Set it as a whole"),
        ("model.interval=9e-1", r"Write 9\.0e-1"),
        ("space.elements.No=[0, 1]", r"cost_USD_per_kg has no data for No"),
        ("name=!!python/name:os.system x", r"the tag !!python/name:os\.system"),
        ("optimize={seeds: [1], seeds: [2]}", r"this key is given twice"),
    ],
)
def test_faulty_setting_is_named_in_the_message(setting: str, words: str) -> None:
    with pytest.raises(ProblemFileError, match=words):
        _with(setting)


def test_faults_of_settings_come_with_those_of_the_file() -> None:
    with pytest.raises(ProblemFileError, match="nmae") as caught:
        parse_spec(TEXT.replace("name:", "nmae:"), file="p.yaml", overrides=["space.step=x", "a.b=1"])
    places = [(fault.file, fault.line) for fault in caught.value.faults]
    assert places == [("p.yaml", 2), ("--set space.step=x", None), ("--set a.b=1", None)]
