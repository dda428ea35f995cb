"""Files that are either old or new: what stands there when writing fails half-way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from moalloy.errors import MachineError
from moalloy.files import atomic_folder, machine_faults, sha256_of, write_bytes, write_json, write_text


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_its_folders_and_nothing_beside(tmp_path: Path) -> None:
    write_text(tmp_path / "deep" / "down" / "a.txt", "Fe–B\n")
    assert (tmp_path / "deep" / "down" / "a.txt").read_bytes() == "Fe–B\n".encode()
    assert _names(tmp_path / "deep" / "down") == ["a.txt"]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a.bin", b"a long old content")
    write_bytes(tmp_path / "a.bin", b"new")
    assert (tmp_path / "a.bin").read_bytes() == b"new"


def test_a_new_file_can_be_read_by_others(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "x")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "a.txt", "old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MachineError, match=r"can't write .*a\.txt: the disk is full"):
        write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "old"
    assert _names(tmp_path) == ["a.txt"]


def test_a_path_through_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MachineError, match="a part of the path is a file, not a folder"):
        write_text(tmp_path / "file" / "a.txt", "x")


def test_ctrl_c_leaves_no_scraps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(tmp_path / "a.txt", "x")
    assert _names(tmp_path) == []


def test_an_error_without_words_of_ours_keeps_the_systems(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="Is a directory"), machine_faults(tmp_path):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))


def test_json_is_readable_and_refuses_what_json_does_not_know(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"formula": "Fe–B", "n": 1})
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"formula": "Fe–B", "n": 1}
    assert "Fe–B" in text
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"r2": float("nan")})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == text


def test_a_folder_appears_when_it_is_complete(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "model") as folder:
        (folder / "a.txt").write_text("1", encoding="utf-8")
        assert not (tmp_path / "model").exists()
    assert _names(tmp_path) == ["model"]
    assert _names(tmp_path / "model") == ["a.txt"]


def test_a_folder_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    for name in ("old.txt", "new.txt"):
        with atomic_folder(tmp_path / "model") as folder:
            (folder / name).write_text("1", encoding="utf-8")
    assert _names(tmp_path) == ["model"]
    assert _names(tmp_path / "model") == ["new.txt"]


def test_of_folders_that_several_make_the_first_one_stays(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "model", replaces=False) as slow:
        (slow / "slow.txt").write_text("1", encoding="utf-8")
        with atomic_folder(tmp_path / "model", replaces=False) as quick:
            (quick / "quick.txt").write_text("1", encoding="utf-8")
    assert _names(tmp_path) == ["model"]
    assert _names(tmp_path / "model") == ["quick.txt"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_folder_that_fails_leaves_the_old_one_and_no_scraps(
    tmp_path: Path, error: type[BaseException]
) -> None:
    with atomic_folder(tmp_path / "model") as folder:
        (folder / "old.txt").write_text("1", encoding="utf-8")
    with pytest.raises(error), atomic_folder(tmp_path / "model") as folder:  # noqa: PT012, RUF100
        (folder / "new.txt").write_text("1", encoding="utf-8")
        raise error
    assert _names(tmp_path) == ["model"]
    assert _names(tmp_path / "model") == ["old.txt"]


def test_a_folder_that_cannot_move_into_place_puts_the_old_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with atomic_folder(tmp_path / "model") as folder:
        (folder / "old.txt").write_text("1", encoding="utf-8")
    move, moved = Path.replace, []

    def second_move_fails(path: Path, target: Path) -> Path:
        moved.append(path)
        if len(moved) == 2:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return move(path, target)

    monkeypatch.setattr(Path, "replace", second_move_fails)
    with (
        pytest.raises(MachineError, match="no permission to write there"),
        atomic_folder(tmp_path / "model") as folder,
    ):
        (folder / "new.txt").write_text("1", encoding="utf-8")
    assert _names(tmp_path) == ["model"]
    assert _names(tmp_path / "model") == ["old.txt"]


def test_a_folder_below_a_file_is_a_fault_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(MachineError, match=r"can't write .*model: a part of the path is a file"),
        atomic_folder(tmp_path / "file" / "model"),
    ):
        pass


def test_a_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()
