"""The tables that come with moalloy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import MachineError, TableError
from moalloy.tables import about, builtin_names, builtin_path, describe, export, read_table, suspicions


@pytest.mark.parametrize(
    ("name", "n_rows", "group_by", "counts"),
    [
        (
            "fe_soft_magnetic",
            1219,
            "paper_group",
            {"Bs_T": 262, "Hc_A_per_m": 637, "magnetostriction_ppm": 210, "grain_diameter_nm": 222},
        ),
        ("fe_glass_dmax", 438, "paper_group", {"Dmax_mm": 438}),
        pytest.param("glass_forming", 6853, None, {"Dmax_mm": 1093}, marks=pytest.mark.slow),
    ],
)
def test_a_built_in_table_reads_cleanly(
    name: str, n_rows: int, group_by: str | None, counts: dict[str, int]
) -> None:
    table = read_table(f"builtin:{name}", group_by=group_by, numeric=list(counts))
    assert len(table) == n_rows
    assert table.source == f"builtin:{name}"
    np.testing.assert_allclose(table.fractions.sum(axis=1), 1, rtol=0, atol=1e-15)
    assert {column: int(np.isfinite(table.numbers(column)).sum()) for column in counts} == counts
    assert suspicions(table) == ()
    assert not any("Left out" in note for note in table.notes)


def test_formulas_that_sum_to_100_are_already_canonical() -> None:
    table = read_table("builtin:fe_soft_magnetic", group_by="paper_group")
    changed = [i for i, text in enumerate(table.labels("formula")) if text != table.formulas[i]]
    assert len(changed) == 14
    assert any("Amounts that sum to 100.01 were divided by their sum: 14 rows" in n for n in table.notes)


def test_a_glass_of_unknown_diameter_has_a_blank_kind() -> None:
    kinds = read_table("builtin:glass_forming").labels("dmax_kind")
    assert set(kinds) == {"measured", "ribbon_only_censored", "not_glass", ""}
    assert kinds.count("") == 310


def test_finemet_has_the_values_of_its_paper() -> None:
    # Yoshizawa et al. (1988), doi:10.1063/1.342149: 1.24 T, 0.53 to 0.56 A/m.
    table = read_table("builtin:fe_soft_magnetic", group_by="paper_group")
    rows = [
        i
        for i, doi in enumerate(table.references)
        if doi == "10.1063/1.342149" and table.formulas[i] == "Fe73.5Si13.5B9Nb3Cu1"
    ]
    assert np.nanmin(table.numbers("Hc_A_per_m")[rows]) == pytest.approx(0.555, abs=0.01)


def test_each_built_in_table_credits_its_compilation() -> None:
    credit = {name: about(f"builtin:{name}").credit for name in builtin_names()}
    assert "Acta Materialia 194 (2020) 144" in credit["fe_soft_magnetic"]
    assert "Metals 15 (2025) 763" in credit["fe_glass_dmax"]
    assert "d2dd00026a" in credit["glass_forming"]


def test_an_unknown_built_in_table_is_named_with_its_nearest_match() -> None:
    with pytest.raises(
        TableError, match=r"no built-in table 'glass_formin'\. Did you mean 'glass_forming'\?"
    ):
        read_table("builtin:glass_formin")


def test_a_built_in_table_is_exported_as_it_is(tmp_path: Path) -> None:
    into_folder = export("fe_glass_dmax", tmp_path)
    assert into_folder == tmp_path / "fe_glass_dmax.csv"
    assert into_folder.read_bytes() == builtin_path("fe_glass_dmax").read_bytes()
    assert export("builtin:fe_glass_dmax", tmp_path / "mine.csv") == tmp_path / "mine.csv"


def test_an_export_overwrites_nothing_and_says_what_stopped_it(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("precious", encoding="utf-8")
    with pytest.raises(TableError, match=r"mine\.csv exists"):
        export("fe_glass_dmax", tmp_path / "mine.csv")
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "precious"
    with pytest.raises(MachineError, match="can't be written: No such file or directory"):
        export("fe_glass_dmax", tmp_path / "absent" / "mine.csv")


def test_a_description_has_a_row_per_column_with_its_unit() -> None:
    table = read_table("builtin:fe_soft_magnetic", group_by="paper_group")
    rows = {row.column: row for row in describe(table)}
    assert tuple(rows) == table.columns
    assert (rows["Bs_T"].n_values, rows["Bs_T"].n_missing, rows["Bs_T"].unit) == (262, 957, "T")
    assert (rows["Bs_T"].minimum, rows["Bs_T"].maximum) == (0.18924, 1.94)
    assert rows["state"].n_distinct == 4
    assert np.isnan(rows["state"].median)
