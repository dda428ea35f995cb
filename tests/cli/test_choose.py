"""``moalloy choose``: alloys on standard output, the rule in words on standard error."""

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


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that was made without figures and report."""
    folder = tmp_path_factory.mktemp("choose") / "run"
    run(small().problem, small().models, seed=1, out=folder)
    return folder


def rows_of(outcome: Outcome) -> list[dict[str, str]]:
    assert outcome.code == 0, outcome.err
    return list(csv.DictReader(io.StringIO(outcome.out)))


def test_without_a_rule_every_rule_that_applies_gets_a_line(moalloy: Command, searched: Path) -> None:
    outcome = moalloy("choose", searched)
    assert outcome.code == 0
    for rule in ("best Bs", "best Hc", "best Dmax", "knee", "compromise", "likeliest"):
        assert rule in outcome.out
        assert f"{rule.split()[0]}: " in outcome.err
    assert "Bs (T)" in outcome.out
    assert "nearest (at.%)" in outcome.out
    assert "Objectives are counted in their spans" in outcome.err


def test_csv_has_the_row_and_all_columns_of_the_front(moalloy: Command, searched: Path) -> None:
    rows = rows_of(moalloy("choose", searched, "--knee", "--diverse", "3", "--format", "csv"))
    front = RunFolder(searched).read_front()
    assert [row["rule"] for row in rows] == ["knee", "diverse 1", "diverse 2", "diverse 3"]
    assert list(rows[0]) == ["rule", "row", *front.columns]
    for row in rows:
        assert row["formula"] == front["formula"].iloc[int(row["row"]) - 1]


def test_a_point_in_units_finds_the_alloy_that_was_aimed_at(moalloy: Command, searched: Path) -> None:
    third = RunFolder(searched).read_front().iloc[2]
    aim = ",".join(f"{name}={third[name]}" for name in ("Bs", "Hc", "Dmax"))
    (row,) = json.loads(moalloy("choose", searched, "--near", aim, "--format", "json").out)
    assert row["row"] == 3


def test_a_heavy_weight_finds_the_best_of_that_objective(moalloy: Command, searched: Path) -> None:
    (row,) = rows_of(moalloy("choose", searched, "--compromise", "Bs=1e6", "--format", "csv"))
    front = RunFolder(searched).read_front()
    assert float(row["Bs"]) == front["Bs"].max()


def test_a_bare_compromise_weighs_all_alike(moalloy: Command, searched: Path) -> None:
    bare = rows_of(moalloy("choose", searched, "--format", "csv", "--compromise"))
    even = rows_of(moalloy("choose", searched, "--compromise", "Bs=1,Hc=1,Dmax=1", "--format", "csv"))
    assert bare[0]["row"] == even[0]["row"]
    assert bare[0]["rule"] == "compromise"


def test_more_alloys_than_the_front_has_are_all_of_them(moalloy: Command, searched: Path) -> None:
    n_front = len(RunFolder(searched).read_front())
    outcome = moalloy("choose", searched, "--likeliest", "999", "--format", "csv")
    rows = rows_of(outcome)
    assert sorted(int(row["row"]) for row in rows) == list(range(1, n_front + 1))
    chances = [float(row["p_all"]) for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert f"The front has {n_front} alloys." in outcome.err


def test_quiet_says_nothing_beside_the_alloys(moalloy: Command, searched: Path) -> None:
    outcome = moalloy("choose", searched, "-q", "--diverse", "2", "--diverse-in", "objectives")
    assert (outcome.code, outcome.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--near", "bs=1"), "the objectives are Bs, Hc, Dmax, not 'bs'. Did you mean 'Bs'?"),
        (("--near", "Bs"), "found 'Bs', expected Bs="),
        (("--near", ""), "no point is given; expected NAME=VALUE, such as Bs="),
        (("--near", "Bs=1,Bs=2"), "Bs stands there twice; keep one"),
        (("--near", "Hc=-3"), "Hc is -3; expected a number above 0"),
        (("--compromise", "Bs=0"), "Bs is 0; expected a number above 0"),
        (("--compromise", "Bs=-1,Hc=2"), "Bs is -1; expected a number above 0"),
        (("--compromise", "Bs=much"), "Bs is 'much'; expected a number"),
        (("--compromise", "Bs=nan"), "Bs is 'nan'; expected a number"),
        (("--diverse", "0"), "0 is not in the range x>=1"),
    ],
)
def test_what_cannot_be_read_is_said(
    moalloy: Command, searched: Path, arguments: tuple[str, str], message: str
) -> None:
    outcome = moalloy("choose", searched, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_a_value_below_zero_may_be_near_on_a_plain_scale(moalloy: Command, searched: Path) -> None:
    assert moalloy("choose", searched, "--near", "Bs=-1").code == 0


def test_likeliest_is_refused_without_a_threshold(moalloy: Command, tmp_path: Path) -> None:
    problem = small().variant("objectives={Bs: {goal: max}, Hc: {goal: min}}", "optimize.generations=2")
    run(problem, small().models, seed=1, out=tmp_path / "run")
    outcome = moalloy("choose", tmp_path / "run", "--likeliest", "2")
    assert (outcome.code, outcome.out) == (2, "")
    assert "no objective of this run has a threshold" in outcome.err
    assert "likeliest" not in moalloy("choose", tmp_path / "run").out


def test_a_run_without_a_front_is_refused(moalloy: Command, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _interrupted(tmp_path / "run")
    outcome = moalloy("choose", tmp_path / "run")
    assert outcome.code == 2
    assert "go on with --resume" in outcome.err


def _interrupted(folder: Path) -> None:
    from moalloy.study.study import Progress

    def press(text: str) -> None:
        if text.startswith("search:"):
            raise KeyboardInterrupt

    run(small().problem, small().models, seed=1, out=folder, progress=Progress(message=press))


def test_what_diverse_measures_needs_diverse(moalloy: Command, searched: Path) -> None:
    outcome = moalloy("choose", searched, "--diverse-in", "objectives")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--diverse-in says what --diverse measures; add --diverse K" in outcome.err
