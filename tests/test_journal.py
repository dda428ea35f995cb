"""What an unfinished search keeps on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import RunFolderError
from moalloy.optimize.record import Generation
from moalloy.runs.journal import Journal


def generation(number: int) -> Generation:
    rng = np.random.default_rng(number)
    n = 3 + number
    return Generation(rng.random((n, 4)), rng.random((n, 2)), rng.random((n, 0)), float(number))


def written(folder: Path, *numbers: int) -> None:
    """Write each generation into a file of its own, behind what is there."""
    for number in numbers:
        journal = Journal(folder)
        journal.read()
        journal.add(generation(number))
        journal.flush()


def test_generations_come_back_to_the_last_bit(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "s")
    assert journal.read() == []
    for number in range(5):
        journal.add(generation(number))
    journal.flush()
    found = Journal(tmp_path / "s").read()
    assert [g.seconds for g in found] == [0.0, 1.0, 2.0, 3.0, 4.0]
    for number, back in enumerate(found):
        there = generation(number)
        for name in ("X", "scores", "G"):
            assert getattr(back, name).tobytes() == getattr(there, name).tobytes()
            assert getattr(back, name).shape == getattr(there, name).shape


def test_a_journal_that_was_read_is_added_to(tmp_path: Path) -> None:
    written(tmp_path / "s", 0, 1, 2)
    assert [g.seconds for g in Journal(tmp_path / "s").read()] == [0.0, 1.0, 2.0]


def test_a_cleared_journal_leaves_nothing(tmp_path: Path) -> None:
    written(tmp_path / "s", 0)
    journal = Journal(tmp_path / "s")
    journal.clear()
    assert not (tmp_path / "s").exists()
    assert journal.read() == []


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    written(tmp_path / "s", 0)
    (file,) = (tmp_path / "s").iterdir()
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(RunFolderError, match=r"00000000\.npz is damaged: .*--resume begins this search anew"):
        Journal(tmp_path / "s").read()


def test_what_is_behind_a_missing_file_is_made_again(tmp_path: Path) -> None:
    written(tmp_path / "s", 0, 1, 2)
    (tmp_path / "s" / "00000001.npz").unlink()
    assert [g.seconds for g in Journal(tmp_path / "s").read()] == [0.0]


def test_files_of_two_processes_may_overlap(tmp_path: Path) -> None:
    written(tmp_path / "s", 0, 1, 2)
    both = Journal(tmp_path / "other")
    for number in (0, 1, 2):
        both.add(generation(number))
    both.flush()
    first = next(iter(sorted((tmp_path / "other").iterdir())))
    first.replace(tmp_path / "s" / "00000000.npz")
    assert [g.seconds for g in Journal(tmp_path / "s").read()] == [0.0, 1.0, 2.0]
