"""Alloys that a problem names to start from: which are used, which aren't, and why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.build.problem import Problem, load_problem
from moalloy.build.starts import read_starts, start_hashes
from moalloy.domain.composition import parse_formula
from moalloy.errors import ProblemFileError
from tests.small_problem import PROBLEM, write_problem

HEADER = "formula,anneal_K,route\n"


def problem(folder: Path, start: str, *changes: str) -> Problem:
    text = PROBLEM.replace("seeds: [1, 2]", f"seeds: [1, 2], start: {start}")
    return load_problem(write_problem(folder, text), changes)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_alloys_of_a_table_are_taken_with_their_treatment(tmp_path: Path) -> None:
    write(tmp_path, "wishes.csv", HEADER + "Fe78B10Si9Nb3,730,rod\nFe80B12Si8,,ribbon\n")
    starts = read_starts(problem(tmp_path, "wishes.csv"))
    assert starts.X.tolist() == [[0.78, 0.1, 0.09, 0.03, 730.0, 1.0], [0.8, 0.12, 0.08, 0.0, 750.0, 0.0]]
    assert starts.said == ("start: 2 of 2 alloys of wishes.csv are used",)
    assert starts.warnings == ()


def test_element_columns_and_weight_percent_are_read_by_their_headers(tmp_path: Path) -> None:
    wt_pct = parse_formula("Fe78B10Si9Nb3").wt_pct
    header = ",".join(f"{symbol}_wt%" for symbol in wt_pct)
    write(tmp_path, "wt.csv", f"{header}\n{','.join(f'{float(pct):.3f}' for pct in wt_pct.values())}\n")
    here = problem(tmp_path, "wt.csv")
    assert here.space.percent(read_starts(here).X).tolist() == [[78.0, 10.0, 9.0, 3.0]]


def test_a_run_gives_its_front(tmp_path: Path) -> None:
    write(tmp_path, "first/pareto.csv", "formula,Fe,B,Si,Nb,anneal_K\nFe78B10Si9Nb3,78,10,9,3,710\n")
    starts = read_starts(problem(tmp_path, "[first]"))
    assert starts.X[:, 4].tolist() == [710.0]
    assert starts.said == ("start: 1 of 1 alloys of first are used",)


def test_what_is_near_is_snapped_and_what_isnt_is_left_out_with_the_reason(tmp_path: Path) -> None:
    rows = ("Fe78.2B9.9Si9Nb2.9", "Fe78B10Si9Mo3", "Fe90B10", "steel", "Fe78B10Si9Nb3")
    write(tmp_path, "wishes.csv", "formula\n" + "\n".join(rows) + "\n")
    here = problem(tmp_path, "wishes.csv")
    starts = read_starts(here)
    assert here.space.percent(starts.X).tolist() == [[78.0, 10.0, 9.0, 3.0]]  # the last is the same alloy
    assert starts.said == (
        "start: 2 of 5 alloys of wishes.csv are used; left out: 1 (holds Mo, which the space lacks),"
        f" 1 ({tmp_path / 'wishes.csv'}, line 5: 'steel' is a name, not a formula),"
        " 1 (more than 1 at.% from any alloy of the space)",
    )


def test_alloys_come_once_in_the_order_of_their_sources(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", HEADER + "Fe80B12Si8,700,rod\nFe78B10Si9Nb3,700,rod\n")
    write(tmp_path, "b.csv", HEADER + "Fe78B10Si9Nb3,700,rod\nFe78B10Si9Nb3,720,rod\n")
    X = read_starts(problem(tmp_path, "[a.csv, b.csv]")).X
    assert [(round(row[0], 2), row[4]) for row in X] == [(0.8, 700.0), (0.78, 700.0), (0.78, 720.0)]


def test_a_file_without_a_usable_alloy_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, "copper.csv", "formula\nCu60Zr40\n")
    starts = read_starts(problem(tmp_path, "copper.csv"))
    assert starts.X.shape == (0, 6)
    (warning,) = starts.warnings
    assert warning == (
        "start: none of 1 alloys of copper.csv are used; left out: 1 (holds Cu, Zr, which the space lacks)"
    )


def test_no_start_is_no_alloy_and_no_word(tmp_path: Path) -> None:
    starts = read_starts(load_problem(write_problem(tmp_path)))
    assert (len(starts.X), starts.said, starts.warnings) == (0, (), ())


def test_files_that_cannot_be_used_are_named_at_once_with_their_line(tmp_path: Path) -> None:
    write(tmp_path, "notes.csv", "day,who\nMonday,me\n")
    (tmp_path / "unfinished").mkdir()
    here = problem(tmp_path, "[nowhere.csv, notes.csv, unfinished]")
    with pytest.raises(
        ProblemFileError, match=r"optimize\.start#1: There is no file .*nowhere\.csv"
    ) as caught:
        read_starts(here)
    line = next(i for i, text in enumerate(PROBLEM.splitlines(), start=1) if text.startswith("optimize"))
    assert [fault.line for fault in caught.value.faults] == [line] * 3
    texts = [str(fault) for fault in caught.value.faults]
    assert "no column of compositions" in texts[1]
    assert "a folder without pareto.csv; name a finished run, or a table" in texts[2]


def test_hashes_are_of_what_the_files_hold(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "formula\nFe80B12Si8\n")
    write(tmp_path, "first/pareto.csv", "formula\nFe80B12Si8\n")
    here = problem(tmp_path, "[a.csv, first]")
    before = start_hashes(here)
    assert list(before) == ["1. a.csv", "2. first"]
    assert len(set(before.values())) == 1
    write(tmp_path, "first/pareto.csv", "formula\nFe81B11Si8\n")
    after = start_hashes(here)
    assert after["1. a.csv"] == before["1. a.csv"]
    assert after["2. first"] != before["2. first"]


def test_named_choices_and_numbers_that_say_nothing_become_the_middle(tmp_path: Path) -> None:
    write(tmp_path, "wishes.csv", HEADER + "Fe80B12Si8,hot,sheet\n")
    here = problem(tmp_path, "wishes.csv", "space.process.route={choices: [ribbon, rod, wire]}")
    assert np.array_equal(read_starts(here).X[:, 4:], [[750.0, 1.0]])
