"""A starter problem made from a table is sound, and says where it guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moalloy.build.checks import inspect_problem
from moalloy.build.problem import build_problem
from moalloy.build.starter import Starter, starter_problem
from moalloy.errors import TableError
from moalloy.spec import parse_spec
from moalloy.tables import builtin_names, detect_table
from tests.small_problem import write_table


def _starter(source: str, name: str = "mine") -> str:
    return starter_problem(Starter(name, detect_table(source), source))


def test_starter_of_a_users_table_is_a_problem_that_checks(tmp_path: Path) -> None:
    text = _starter(str(write_table(tmp_path / "alloys.csv")))
    problem = build_problem(parse_spec(text))
    inspection = inspect_problem(problem)
    assert inspection.n_compositions > 0
    assert set(problem.space.elements) == {"Fe", "B", "Si", "Nb"}
    assert "guess" in text


@pytest.mark.parametrize("name", builtin_names())
def test_starter_of_a_builtin_table_is_a_sound_problem(name: str) -> None:
    problem = build_problem(parse_spec(_starter(f"builtin:{name}")))
    assert problem.space.sample(3).shape == (3, len(problem.space.columns))


def test_values_over_decades_are_fitted_on_their_logarithm(tmp_path: Path) -> None:
    text = _starter(str(write_table(tmp_path / "alloys.csv")))
    hc = next(line for line in text.splitlines() if "column: Hc_A_per_m" in line)
    assert "scale: log" in hc
    assert 'unit: "A/m"' in hc


def test_columns_of_amounts_become_elements_and_not_properties(tmp_path: Path) -> None:
    rows = [f"{80 - i},{20 - 2 * i},{3 * i},{1.5 + 0.01 * i}" for i in range(6) for _ in range(3)]
    path = tmp_path / "columns.csv"
    path.write_text(
        "Fe,B,Si,Bs (T)\n" + "\n".join(f"{row}{k}" for k, row in enumerate(rows)) + "\n", encoding="utf-8"
    )
    text = _starter(str(path))
    problem = build_problem(parse_spec(text))
    assert list(problem.spec.properties) == ["Bs"]
    assert problem.spec.properties["Bs"].unit == "T"
    assert "cost_USD_per_kg" in problem.spec.objectives


def _table(folder: Path, header: str, row: str, n_rows: int = 24) -> str:
    path = folder / "table.csv"
    lines = [row.format(cu=64 - i, zr=36 + i, value=990 + i, doi=f"10.1/{i // 4}") for i in range(n_rows)]
    path.write_text(header + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_table_in_weight_percent_makes_a_problem_in_weight_percent(tmp_path: Path) -> None:
    rows = [f"bal.,{1 + i / 4},{i % 3},{100 + i}" for i in range(16)]
    path = tmp_path / "aluminium.csv"
    path.write_text("\n".join(["Al (wt%),Cu (wt%),Mg (wt%),Hardness (HV)", *rows]) + "\n", encoding="utf-8")
    spec = parse_spec(_starter(str(path)))
    assert (spec.space.basis, spec.data["mine"].basis) == ("wt%", "wt%")
    ranges = {symbol: (item.min, item.max) for symbol, item in spec.space.elements.items()}
    assert ranges["Cu"] == (1, 5)
    assert ranges["Mg"] == (1, 2)
    assert len(build_problem(spec).space.sample(5)) == 5


def test_treatments_are_no_objectives_whatever_their_columns_are_called(tmp_path: Path) -> None:
    rows = [
        f"Al{97 - i / 10:g}Cu{3 + i / 10:g},{400 + 10 * (i % 5)},{1 + i % 4},T{4 + 2 * (i % 2)},{90 + i}"
        for i in range(20)
    ]
    path = tmp_path / "aluminium.csv"
    header = "formula,Ageing temperature (K),ageing_time_h,temper,Hardness (HV)"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    text = _starter(str(path))
    problem = build_problem(parse_spec(text))
    assert list(problem.spec.properties) == ["Hardness"]
    assert [variable.name for variable in problem.space.process] == ["ageing_time_h"]
    assert "reference" not in text
    grouped = header + ",source"
    path.write_text(
        "\n".join([grouped, *(f"{row},S{i // 4}" for i, row in enumerate(rows))]), encoding="utf-8"
    )
    data = parse_spec(_starter(str(path))).data["mine"]
    assert (data.group_by, data.reference) == ("source", "source")
    assert "#   temper: {choices: [T4, T6]}" in text
    assert "to Ageing_temperature_K, and put it under 'process'" in text


def test_round_thousands_are_written_as_yaml_reads_them(tmp_path: Path) -> None:
    text = _starter(_table(tmp_path, "formula,Tm_K", "Cu{cu}Zr{zr},{value}"))
    assert "e+" not in text
    assert parse_spec(text).objectives["Tm_K"].threshold == 1000  # thulium has the short name


def test_properties_are_called_as_their_columns_without_the_unit(tmp_path: Path) -> None:
    header = "formula,Bs_T,Hc_A_per_m,Hc_Oe,Tc_K,Loss (W/kg),elongation_pct"
    text = _starter(_table(tmp_path, header, "Cu{cu}Zr{zr},{value},{value},{cu},{value},{zr},{cu}"))
    names = re.findall(r"^  (?:# )?(\w+): \{data", text, re.MULTILINE)
    assert names == ["Bs", "Hc_A_per_m", "Hc_Oe", "Tc_K", "Loss", "elongation"]


def test_a_doi_in_capitals_groups_rows_and_names_their_source(tmp_path: Path) -> None:
    text = _starter(_table(tmp_path, "Alloy (at.%),Tm_K,DOI", "Cu{cu}Zr{zr},{value},{doi}"))
    table = parse_spec(text).data["mine"]
    assert (table.composition, table.group_by, table.reference) == ("Alloy (at.%)", "DOI", "DOI")


def test_row_numbers_are_neither_nobelium_nor_a_property(tmp_path: Path) -> None:
    lines = [f"{i + 1};{64 - i};{36 + i};{5 + i % 7};{10 + i}" for i in range(24)]
    (tmp_path / "table.csv").write_text("\n".join(["No;Cu;Zr;Dmax (mm);C (%)", *lines]), encoding="utf-8")
    problem = build_problem(parse_spec(_starter(str(tmp_path / "table.csv"))))
    assert set(problem.space.elements) == {"Cu", "Zr"}
    # Carbon's symbol can't name a property, and "No" would be read as false.
    assert list(problem.spec.properties) == ["Dmax", "property_C"]


def test_a_table_without_numbers_to_learn_is_refused(tmp_path: Path) -> None:
    source = _table(tmp_path, "formula,Tm_K", "Cu{cu}Zr{zr},{value}", n_rows=3)
    with pytest.raises(TableError, match="nothing to learn"):
        _starter(source)


def test_a_rare_element_has_amounts_to_choose_from_within_what_was_measured(tmp_path: Path) -> None:
    rows = [
        f"{97 - i / 10:.2f},{3 - 0.05 * (i % 3) + i / 10:.2f},{0.05 * (i % 3):g},{100 + i}" for i in range(20)
    ]
    path = tmp_path / "dilute.csv"
    path.write_text("\n".join(["Cu_wt,Ni_wt,Zr_wt,hardness_HV", *rows]), encoding="utf-8")
    spec = parse_spec(starter_problem(Starter("dilute", detect_table(path), "dilute.csv")))
    assert str(spec.space.step) == "0.01"
    zirconium = spec.space.elements["Zr"]
    assert (zirconium.min, zirconium.max, zirconium.or_zero) == (0.05, 0.1, True)
