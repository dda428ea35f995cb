"""Which columns speak for a property where it wasn't measured: known, asked for, turned off, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moalloy.build.checks import inspect_problem
from moalloy.build.columns import missing_columns
from moalloy.build.models import fit
from moalloy.build.problem import Problem, load_problem
from moalloy.build.proxies import proxy_warnings
from moalloy.build.training import read_tables
from moalloy.errors import ProblemFileError, TableError
from moalloy.surrogates.training import TrainingRows
from tests.build.problems import property_training_rows
from tests.measured_alloys import measured_rows

_PROBLEM = """
version: 1
name: soft
space:
  elements: {Fe: [70, 90], B: [5, 20], Si: [0, 20]}
  step: 1
data:
  soft: {table: alloys.csv, group_by: paper}
properties:
  Hc: {data: soft, column: Hc_A_per_m, unit: A/m, scale: log}
objectives:
  Hc: {goal: min}
model: {members: 2, repeats: 1, kind: ridge}
"""


def write_soft(folder: Path, *, column: str = "permeability_1kHz", n_both: int = 40) -> Path:
    """Write 60 alloys: all have the proxy, the first ``n_both`` of them a coercivity, too."""
    rows = measured_rows()
    lines = [f"formula,paper,Hc_A_per_m,{column}"]
    for i, (formula, group, value) in enumerate(zip(rows.formulas, rows.groups, rows.values, strict=True)):
        coercivity = f"{10**value:.5g}" if i < n_both else ""
        lines.append(f"{formula},{group},{coercivity},{1e5 / 10**value:.5g}")
    path = folder / "alloys.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _problem(folder: Path, *overrides: str) -> Problem:
    path = folder / "soft.yaml"
    path.write_text(_PROBLEM, encoding="utf-8")
    return load_problem(path, overrides)


def _rows(problem: Problem) -> TrainingRows:
    return property_training_rows(problem, "Hc")


def test_a_coercivity_is_learned_from_permeabilities_too(tmp_path: Path) -> None:
    write_soft(tmp_path)
    rows = _rows(_problem(tmp_path))
    (proxy,) = rows.proxies
    assert (len(rows), len(proxy), proxy.column, proxy.scale) == (40, 20, "permeability_1kHz", "log")
    assert proxy.groups == tuple(f"paper {i}" for i in range(8, 12) for _ in range(5))
    assert np.isfinite(proxy.beside).all()


def test_metrics_say_how_well_the_proxy_speaks(tmp_path: Path) -> None:
    write_soft(tmp_path)
    metrics: Mapping[str, Any] = fit(_problem(tmp_path))["Hc"].metrics
    (found,) = metrics["proxies"]
    assert (found["column"], found["rows"], found["rows_with_both"]) == ("permeability_1kHz", 20, 40)
    assert found["r2"] == pytest.approx(1.0, abs=1e-4)


def test_check_tells_that_a_proxy_is_used(tmp_path: Path) -> None:
    write_soft(tmp_path)
    assert inspect_problem(_problem(tmp_path)).notes[-1] == (
        "Hc: 20 rows that lack it are learned from by their permeability_1kHz (r² 1.00 over 40 rows that have"
        " both); proxies: {} does without"
    )


@pytest.mark.parametrize("override", ["properties.Hc.proxies={}", "properties.Hc.scale=linear"])
def test_it_can_be_told_not_to_and_knows_it_of_logarithms_only(tmp_path: Path, override: str) -> None:
    write_soft(tmp_path)
    assert _rows(_problem(tmp_path, override)).proxies == ()


def test_another_column_has_to_be_named(tmp_path: Path) -> None:
    write_soft(tmp_path, column="mu")
    assert _rows(_problem(tmp_path)).proxies == ()
    (proxy,) = _rows(_problem(tmp_path, "properties.Hc.proxies={mu: log}")).proxies
    assert (proxy.column, len(proxy)) == ("mu", 20)


def test_rows_of_elements_that_the_property_never_saw_are_left_aside(tmp_path: Path) -> None:
    path = write_soft(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "Fe80Nb20,paper 99,,5000\nFe80B20,paper 98,,5000\n", encoding="utf-8")
    (proxy,) = _rows(_problem(tmp_path)).proxies
    assert (len(proxy), proxy.groups[-1]) == (21, "paper 98")


def test_a_proxy_beside_few_values_is_let_be_unless_it_is_asked_for(tmp_path: Path) -> None:
    write_soft(tmp_path, n_both=19)
    assert _rows(_problem(tmp_path)).proxies == ()
    expected = (
        r"column 'permeability_1kHz' \(a proxy of Hc\): 19 rows of 4 groups \(by paper\) have a value"
        r" of both; to tell from it what Hc may be takes 20 rows of 5 groups, whose values differ\. Leave"
    )
    with pytest.raises(TableError, match=expected):
        _rows(_problem(tmp_path, "properties.Hc.proxies={permeability_1kHz: log}"))


def test_a_value_without_a_logarithm_is_named_with_its_line(tmp_path: Path) -> None:
    path = write_soft(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0] + ",0"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    expected = r"scale is log, but 1 values are 0 or below \(line 4\); blank them, or .* by proxies: \{\}\."
    with pytest.raises(TableError, match=expected):
        _rows(_problem(tmp_path, "properties.Hc.proxies={permeability_1kHz: log}"))


def test_a_column_that_the_table_lacks_is_a_fault_with_its_line(tmp_path: Path) -> None:
    write_soft(tmp_path)
    (fault,) = missing_columns(_problem(tmp_path, "properties.Hc.proxies={permeability: log}").spec)
    assert fault.found == "the table soft has no column 'permeability'"
    assert "permeability_1kHz" in fault.hint


def test_a_scale_that_is_none_is_refused(tmp_path: Path) -> None:
    write_soft(tmp_path)
    with pytest.raises(ProblemFileError, match=r"properties\.Hc\.proxies\.permeability_1kHz.*linear.*log"):
        _problem(tmp_path, "properties.Hc.proxies={permeability_1kHz: logarithmic}")


@pytest.mark.parametrize(("cell", "words"), [("0", "0 or below"), (">10000", "aren't numbers")])
def test_a_proxy_that_nobody_asked_for_stops_no_fit(tmp_path: Path, cell: str, words: str) -> None:
    path = write_soft(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0] + f",{cell}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    problem = _problem(tmp_path)
    assert _rows(problem).proxies == ()
    item, tables = problem.spec.properties["Hc"], read_tables(problem.spec)
    (warning,) = proxy_warnings("Hc", item, tables["soft"])
    assert warning.startswith("Hc: nothing is learned from by its proxy. ")
    assert words in warning
    assert warning in inspect_problem(problem).warnings
    metrics: Mapping[str, Any] = fit(problem)["Hc"].metrics
    assert warning in metrics["warnings"]
    with pytest.raises(TableError, match=f"{words}|isn't a value"):
        _rows(_problem(tmp_path, "properties.Hc.proxies={permeability_1kHz: log}"))


def test_a_proxy_that_no_other_row_has_is_refused_where_it_is_named(tmp_path: Path) -> None:
    write_soft(tmp_path, n_both=60)
    assert _rows(_problem(tmp_path)).proxies == ()
    with pytest.raises(TableError, match=r"no row has it and lacks Hc, so there is nothing to learn"):
        _rows(_problem(tmp_path, "properties.Hc.proxies={permeability_1kHz: log}"))


def test_a_proxy_that_no_member_can_use_is_said(tmp_path: Path) -> None:
    write_soft(tmp_path, n_both=25)
    metrics: Mapping[str, Any] = fit(_problem(tmp_path))["Hc"].metrics
    assert metrics["proxies"][0]["members"] == 0
    assert metrics["warnings"][-1] == (
        "Hc: no member learned from permeability_1kHz: without the groups that it leaves out, fewer than 20"
        " rows of 5 groups have both"
    )


def test_a_proxy_that_says_nothing_is_said(tmp_path: Path) -> None:
    path = write_soft(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    noise = np.random.default_rng(0).uniform(1.0, 2.0, len(lines))
    mixed = [lines[0], *(f"{a.rsplit(',', 1)[0]},{b:.4g}" for a, b in zip(lines[1:], noise, strict=False))]
    path.write_text("\n".join(mixed) + "\n", encoding="utf-8")
    metrics: Mapping[str, Any] = fit(_problem(tmp_path))["Hc"].metrics
    assert metrics["proxies"][0]["r2"] < 0.1
    assert metrics["warnings"][-1].startswith("Hc: permeability_1kHz says next to nothing of it (r² 0.0")
