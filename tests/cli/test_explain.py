"""``moalloy explain``: reasons on standard output, cautions on standard error."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from moalloy.runs import RunFolder
from moalloy.study.study import run
from tests.cli.conftest import Command, Outcome
from tests.small_problem import small

# Its run fits and searches for real.
pytestmark = pytest.mark.slow


def rows_of(outcome: Outcome) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(outcome.out)))


def test_a_run_is_explained_by_a_table_figures_and_a_caution(
    moalloy: Command, finished: Path, tmp_path: Path
) -> None:
    outcome = moalloy("explain", finished, "--format", "csv", "--out", tmp_path / "figures")
    rows = rows_of(outcome)
    assert outcome.code == 0
    assert list(rows[0]) == [
        "property",
        "part",
        "feature",
        "share",
        "share_low",
        "share_high",
        "in_top_10",
        "members",
        "more_of_it",
    ]
    assert {row["property"] for row in rows} == {"Bs", "Hc", "Dmax"}
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {"importance.png", "effects.png"}
    assert "Importance is what the model uses, and no cause" in outcome.err


@pytest.mark.parametrize("kinds", ["[xgboost, ridge]", "ridge"])
def test_averages_and_other_kinds_are_explained_as_far_as_they_can_be(
    moalloy: Command, tmp_path: Path, kinds: str
) -> None:
    is_averaged = kinds != "ridge"
    folder, figures = tmp_path / "run", tmp_path / "figures"
    run(small().variant(f"model.kind={kinds}"), out=folder, cache=small().cache)
    for asked in ((), ("--row", "1")):
        read = moalloy("explain", folder, *asked, "--format", "json", "--no-figures")
        outcome = moalloy("explain", folder, *asked, "--format", "csv", "--out", figures)
        rows = rows_of(outcome)
        assert outcome.code == read.code == 0
        assert {row["property"] for row in rows} == {"Bs", "Hc", "Dmax"}
        assert [list(row) for row in json.loads(read.out)] == [list(row) for row in rows]
        said = "XGBoost is one of 2 models" if is_averaged else "importance by TreeSHAP is for XGBoost only"
        assert said in outcome.err
        assert "Importance is what the model uses, and no cause" in outcome.err
    names = {path.stem for path in figures.iterdir()}
    assert {"effects", "importance"} & names == ({"effects", "importance"} if is_averaged else {"effects"})
    assert any(name.startswith("reasons-") for name in names) == is_averaged


def test_one_property_and_kinds_can_be_asked_for_without_figures(
    moalloy: Command, finished: Path, tmp_path: Path
) -> None:
    chosen = ("--property", "Hc", "--by", "kind", "--format", "json", "-q", "--no-figures")
    outcome = moalloy("explain", finished, *chosen)
    rows = json.loads(outcome.out)
    assert {row["kind"] for row in rows} == {"element amounts", "treatment"}
    assert {row["property"] for row in rows} == {"Hc"}
    assert outcome.err == ""
    assert not list(tmp_path.iterdir())


def test_an_alloy_is_explained_with_interval_and_nearest_alloys(
    moalloy: Command, finished: Path, tmp_path: Path
) -> None:
    treated = ("-p", "anneal_K=750", "-p", "route=rod", "-n", "2", "--out", tmp_path)
    outcome = moalloy("explain", finished, "--alloy", "Fe80B12Si8", *treated, "--format", "csv")
    rows = rows_of(outcome)
    bs = [row for row in rows if row["property"] == "Bs"]
    assert outcome.code == 0
    assert bs[0]["feature"] == "(base)"
    assert "other features" in bs[-2]["feature"]
    assert float(bs[-1]["low"]) <= float(bs[-1]["total"]) <= float(bs[-1]["high"])
    assert "Fe80B12Si8 at anneal_K=750, route=rod" in outcome.err
    assert "90% interval" in outcome.err
    assert outcome.err.count("measured: ") == 9
    assert len(list(tmp_path.glob("reasons-Fe80B12Si8-*.png"))) == 1


def test_an_alloy_of_the_front_is_explained_as_pareto_csv_has_it(moalloy: Command, finished: Path) -> None:
    front = RunFolder(finished).read_front()
    outcome = moalloy("explain", finished, "--row", "2", "--format", "csv", "--no-figures")
    ends = {row["property"]: row for row in rows_of(outcome) if row["part"] == "prediction"}
    assert float(ends["Hc"]["total"]) == pytest.approx(front["Hc"].iloc[1], rel=1e-4)
    assert float(ends["Hc"]["high"]) == pytest.approx(front["Hc_high"].iloc[1], rel=1e-4)
    assert f"{front['formula'].iloc[1]} at anneal_K=" in outcome.err


def test_an_unseen_element_and_a_missing_treatment_are_said(moalloy: Command, finished: Path) -> None:
    outcome = moalloy("explain", finished, "--alloy", "Fe70Zr30", "--no-figures")
    assert outcome.code == 0
    assert "none of its measured alloys holds Zr" in outcome.err
    assert "OUTSIDE the domain" in outcome.err
    assert outcome.err.count("anneal_K isn't given; predicted as missing") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--alloy", "Xx50Fe50"), "Xx"),
        (("--alloy", "Fe80B20", "-p", "aneal_K=700"), "Did you mean 'anneal_K'?"),
        (("--alloy", "Fe80B20", "-p", "route=sheet"), "route is one of ribbon, rod"),
        (("--alloy", "Fe80B20", "--row", "1"), "name two alloys"),
        (("-p", "anneal_K=700"), "--process goes with --alloy"),
        (("--row", "100000"), "pareto.csv has"),
        (("--property", "bs"), "Did you mean 'Bs'?"),
    ],
)
def test_what_cannot_be_explained_is_bad_input(
    moalloy: Command, finished: Path, arguments: tuple[str, ...], said: str
) -> None:
    outcome = moalloy("explain", finished, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_an_unknown_run_is_bad_input(moalloy: Command) -> None:
    outcome = moalloy("explain", "nothing")
    assert outcome.code == 2
    assert "'nothing' is neither a run folder nor the name of a problem" in outcome.err


def test_a_run_without_a_front_is_bad_input(moalloy: Command, tmp_path: Path) -> None:
    assert moalloy("fit", small().path, "--out", tmp_path / "fitted").code == 0
    outcome = moalloy("explain", tmp_path / "fitted")
    assert outcome.code == 2
    assert "has no pareto.csv" in outcome.err


def test_a_run_leaves_cards_beside_its_models(finished: Path) -> None:
    assert {path.parent.name for path in finished.glob("model/*/card.md")} == {"Bs", "Hc", "Dmax"}


@pytest.mark.slow
def test_a_run_draws_what_its_models_go_by(moalloy: Command, tmp_path: Path) -> None:
    assert moalloy("run", small().path, "--out", tmp_path / "run", "-q").code == 0
    figures = {path.stem for path in (tmp_path / "run" / "figures").iterdir()}
    assert {"importance", "effects", "calibration"} <= figures


def test_a_treatment_that_is_given_twice_is_refused(moalloy: Command, finished: Path) -> None:
    asked = ("--alloy", "Fe80B12Si8", "-p", "route=ribbon", "-p", "route=rod")
    outcome = moalloy("explain", finished, *asked)
    assert outcome.code == 2
    assert "-p route is given more than once" in outcome.err
