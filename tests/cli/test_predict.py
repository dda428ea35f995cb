"""``moalloy predict``: a table in, the same table with predictions out."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest

from moalloy.surrogates.model import Alloys
from tests.cli.conftest import Command, Outcome
from tests.small_problem import small

TABLE = """\
id,formula,anneal_K,route
a,Fe80B12Si8,750,rod
b,Fe80B12Si8,750,rod
c,Xx50Fe50,750,rod
d,Zr60Cu30Al10,,ribbon
e,Si8B12Fe80,750,rod
"""


def rows_of(outcome: Outcome) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(outcome.out)))


@pytest.fixture
def predict(moalloy: Command, finished: Path, tmp_path: Path) -> Command:
    """Return a function that predicts a table given as text."""

    def call(text: str, *arguments: str) -> Outcome:
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        return moalloy("predict", finished, tmp_path / "table.csv", *arguments)

    return call


def test_rows_come_out_as_they_went_in(predict: Command) -> None:
    outcome = predict(TABLE)
    rows = rows_of(outcome)
    assert outcome.code == 0
    assert [row["id"] for row in rows] == list("abcde")
    assert [row["formula"] for row in rows] == [line.split(",")[1] for line in TABLE.splitlines()[1:]]


def test_columns_are_the_tables_and_then_the_predictions(predict: Command) -> None:
    predicted = [name + ending for name in ("Bs", "Hc", "Dmax") for ending in ("", "_low", "_high")]
    ground = ["in_domain", "nearest_formula", "nearest_distance_at_pct", "nearest_reference"]
    assert list(rows_of(predict(TABLE))[0]) == ["id", "formula", "anneal_K", "route", *predicted, *ground]


def test_repeats_and_other_orders_of_elements_predict_the_same(predict: Command) -> None:
    a, b, _, _, e = rows_of(predict(TABLE))
    assert a["Bs"] == b["Bs"] == e["Bs"]
    assert float(a["Bs_low"]) <= float(a["Bs"]) <= float(a["Bs_high"])


def test_a_bad_row_gets_blanks_and_a_message(predict: Command) -> None:
    outcome = predict(TABLE)
    bad = rows_of(outcome)[2]
    assert {bad[name] for name in ("Bs", "Hc_low", "in_domain", "nearest_formula")} == {""}
    assert "Xx" in outcome.err
    assert "line 4" in outcome.err


def test_the_domain_is_judged_with_the_treatment(predict: Command) -> None:
    models = small().models
    rows = models["Hc"].model.rows
    lines = ["formula,anneal_K,route"]
    for formula, (anneal_K, route) in zip(rows.formulas, rows.process, strict=True):
        lines.append(f"{formula},{'' if np.isnan(anneal_K) else anneal_K},{('ribbon', 'rod')[int(route)]}")
    is_inside = np.logical_and.reduce(
        [
            m.model.is_in_domain(Alloys(rows.fractions, rows.elements, m.model.rows.process))
            for m in models.values()
        ]
    )
    found = [row["in_domain"] == "True" for row in rows_of(predict("\n".join(lines) + "\n"))]
    assert 0 < sum(found) < len(rows)
    assert found == is_inside.tolist()


def test_a_treatment_that_was_never_measured_is_outside_the_domain_and_said_so(predict: Command) -> None:
    rows = small().models["Hc"].model.rows
    inside = small().models["Hc"].model.is_in_domain(Alloys(rows.fractions, rows.elements, rows.process))
    formula = rows.formulas[int(np.flatnonzero(inside)[0])]
    outcome = predict(f"formula,anneal_K,route\n{formula},-200,ribbon\n{formula},1400,rod\n")
    assert [row["in_domain"] for row in rows_of(outcome)] == ["False", "False"]
    assert "anneal_K: 2 of 2 rows lie outside what was measured for Hc" in outcome.err


def test_elements_and_amounts_that_were_never_measured_are_named(predict: Command) -> None:
    said = predict("formula,anneal_K,route\nFe70B12Si8Zr10,700,rod\nFe60B32Si8,700,rod\n").err
    assert "Bs: no measured row holds Zr (1); predictions of such rows are guesses" in said
    assert re.search(r"Bs: no measured row holds more B than [\d.]+ at\.% \(1\); predictions", said)


def test_an_alloy_outside_the_space_is_predicted_and_said_to_be_far(predict: Command) -> None:
    far = rows_of(predict(TABLE))[3]
    assert far["in_domain"] == "False"
    assert float(far["Dmax"]) > 0
    assert float(far["Bs_high"]) == 0  # nothing in it is magnetic, and no prediction passes that ceiling
    assert float(far["nearest_distance_at_pct"]) > 50


def test_a_blank_treatment_is_predicted_as_missing_and_said_so(predict: Command) -> None:
    assert "anneal_K: 1 of 4 rows are predicted as missing" in predict(TABLE).err


def test_an_absent_treatment_is_predicted_as_missing_and_said_so(predict: Command) -> None:
    outcome = predict("formula\nFe80B12Si8\n")
    assert outcome.code == 0
    assert "anneal_K: the table has no such column; predicted as missing" in outcome.err


def test_quiet_says_nothing(predict: Command) -> None:
    assert predict("formula\nFe80B12Si8\n", "-q").err == ""


@pytest.mark.parametrize("text", ["formula\nXx1\nYy2\n", "name\nMetglas\n", "", "formula\n"])
def test_a_table_without_one_readable_row_is_bad_input(predict: Command, text: str) -> None:
    outcome = predict(text)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("moalloy: ")


def test_element_columns_and_weight_percent_will_do(predict: Command) -> None:
    by_formula = rows_of(predict("formula\nFe50B50\n"))[0]
    masses = "Fe,B\n83.7793,16.2207\n"  # 55.845 : 10.81
    by_columns = rows_of(predict(masses, "--basis", "wt%"))[0]
    assert float(by_columns["Bs"]) == pytest.approx(float(by_formula["Bs"]), rel=1e-3)


def test_a_column_named_like_a_prediction_is_kept_under_another_name(predict: Command) -> None:
    outcome = predict("formula,Bs\nFe80B12Si8,1.6\n")
    assert rows_of(outcome)[0]["Bs_table"] == "1.6"
    assert "Bs -> Bs_table" in outcome.err


def test_predicting_its_own_output_twice_keeps_every_column(predict: Command) -> None:
    again = predict(predict("formula,Bs\nFe80B12Si8,1.6\n").out)
    assert again.code == 0
    assert list(rows_of(again)[0])[1:3] == ["Bs_table", "Bs_table1"]
    assert predict(again.out).code == 0


def test_a_choice_that_is_none_is_told_with_the_nearest(predict: Command) -> None:
    outcome = predict("formula,anneal_K,route\nFe80B12Si8,750,Ribbon\nFe80B12Si8,750,rod\n", "-q")
    assert outcome.code == 0
    assert "route: 1 of 2 rows say 'Ribbon', which is none of ribbon, rod" in outcome.err
    assert "Did you mean 'ribbon'?" in outcome.err


def test_quiet_still_tells_what_went_wrong(predict: Command) -> None:
    outcome = predict("formula,anneal_K,route\nFe80B12Si8,750,rod\nXx80B20,750,rod\n", "-q")
    assert "Xx80B20" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_standard_input_may_be_encoded_as_excel_does(
    moalloy: Command, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "formula;anneal_K;route;Güte\nFe80B12Si8;750;rod;mäßig\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode("cp1252"))))
    outcome = moalloy("predict", finished, "-")
    assert outcome.code == 0
    assert rows_of(outcome)[0]["Güte"] == "mäßig"


def test_a_dash_reads_standard_input(
    moalloy: Command, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.TextIOWrapper(io.BytesIO(b"formula,anneal_K,route\nFe80B12Si8,750,rod\n"))
    monkeypatch.setattr("sys.stdin", piped)
    outcome = moalloy("predict", finished, "-")
    assert outcome.code == 0
    assert len(rows_of(outcome)) == 1


def test_a_file_can_take_the_output(predict: Command, tmp_path: Path) -> None:
    outcome = predict(TABLE, "--out", str(tmp_path / "predicted.csv"))
    assert (outcome.code, outcome.out) == (0, "")
    assert len((tmp_path / "predicted.csv").read_text(encoding="utf-8").splitlines()) == 6


def test_a_missing_table_is_bad_input(moalloy: Command, finished: Path) -> None:
    outcome = moalloy("predict", finished, "nothing.csv")
    assert outcome.code == 2
    assert "nothing.csv" in outcome.err


def test_predictions_of_measured_alloys_name_them_as_nearest(predict: Command) -> None:
    formula = small().models["Bs"].model.rows.formulas[0]
    row = rows_of(predict(f"formula\n{formula}\n"))[0]
    assert (row["nearest_formula"], float(row["nearest_distance_at_pct"])) == (formula, 0.0)
