"""``moalloy data``: a look at tables before they are trusted."""

from __future__ import annotations

import json
from pathlib import Path

from moalloy.tables import builtin_names, builtin_path
from tests.cli.conftest import Command


def test_list_names_every_builtin_table(moalloy: Command) -> None:
    rows = json.loads(moalloy("data", "list", "--format", "json").out)
    assert [row["table"] for row in rows] == [f"builtin:{name}" for name in builtin_names()]


def test_show_credits_the_compilation_beside_the_rows(moalloy: Command) -> None:
    outcome = moalloy("data", "show", "fe_soft_magnetic", "-n", "3", "--format", "csv")
    assert "Wang et al." in outcome.err
    assert len(outcome.out.splitlines()) == 4


def test_describe_tells_missing_values_and_ranges(moalloy: Command) -> None:
    rows = json.loads(moalloy("data", "describe", "fe_soft_magnetic", "--format", "json").out)
    by_column = {row["column"]: row for row in rows}
    assert by_column["Bs_T"]["n_values"] == 262
    assert by_column["Bs_T"]["unit"] == "T"
    assert by_column["Hc_A_per_m"]["n_missing"] == 1219 - 637


def test_describe_says_when_a_unit_looks_wrong(moalloy: Command, tmp_path: Path) -> None:
    rows = "".join(f"Fe{80 - i}B{20 + i},{0.01 + 0.001 * i}\n" for i in range(12))
    (tmp_path / "oersted.csv").write_text("formula,Hc_A_per_m\n" + rows, encoding="utf-8")
    outcome = moalloy("data", "describe", "oersted.csv")
    assert outcome.code == 0
    assert "Oe" in outcome.err


def test_export_writes_the_table_as_it_is_and_keeps_what_exists(moalloy: Command, tmp_path: Path) -> None:
    assert moalloy("data", "export", "fe_glass_dmax", "--out", "copy.csv").out.strip() == "copy.csv"
    original = builtin_path("builtin:fe_glass_dmax").read_bytes()
    assert (tmp_path / "copy.csv").read_bytes() == original
    again = moalloy("data", "export", "fe_glass_dmax", "--out", "copy.csv")
    assert again.code == 2
    assert "Nothing was touched" in again.err


def test_a_builtin_table_that_does_not_exist_is_refused_with_the_nearest(moalloy: Command) -> None:
    outcome = moalloy("data", "export", "fe_soft_magnetics")
    assert outcome.code == 2
    assert "fe_soft_magnetic" in outcome.err


def test_describe_names_the_cells_that_are_not_numbers(moalloy: Command, tmp_path: Path) -> None:
    rows = [f"Fe{80 - i}B{20 + i},{1.2 + 0.01 * i}" for i in range(8)] + ["Fe60B40,<0.5"]
    (tmp_path / "odd.csv").write_text("formula,Bs_T\n" + "\n".join(rows) + "\n", encoding="utf-8")
    outcome = moalloy("data", "describe", "odd.csv")
    assert "1 of 9 cells aren't numbers, such as '<0.5' (line 10)" in outcome.err
