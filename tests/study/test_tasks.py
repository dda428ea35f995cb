"""A run in tasks that share a folder: any order, killed and repeated, merged to the bytes of one run."""

from __future__ import annotations

import functools
import json
import threading
from pathlib import Path

import pytest

from moalloy.build.models import fit
from moalloy.build.problem import Problem, build_problem
from moalloy.errors import InputError, RunFolderError
from moalloy.optimize import exhaustive
from moalloy.runs import RunFolder
from moalloy.spec import parse_spec
from moalloy.study.merging import merge
from moalloy.study.study import Progress, run
from moalloy.study.tasks import Task, run_task
from moalloy.study.verification import verify
from tests.small_problem import BARE_SPACE, small

TEXT = (
    BARE_SPACE
    + """\
objectives:
  dilution_ceiling_T: {goal: max}
  cost_USD_per_kg: {goal: min}
optimize: {algorithm: nsga2, population: 20, generations: 3, seeds: [1, 2, 3], window: none}
"""
)
WAYS = {
    "seeds": (),
    "systems": ("optimize.per_system=true", "optimize.seeds=[1]"),
    "exhaustive": ("optimize.algorithm=exhaustive", "space.constraints=[Fe >= 80]"),
}


@functools.cache
def problem(*changes: str) -> Problem:
    return build_problem(parse_spec(TEXT, overrides=changes))


def files(folder: Path) -> dict[str, bytes]:
    """Return what a run found: its front, and its searches file by file."""
    found = [folder / "pareto.csv", *(path for path in (folder / "search").rglob("*") if path.is_file())]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def stamps(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.fixture
def parts_of_100(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small spaces into parts, too."""
    for function in (exhaustive.n_parts, exhaustive.search_parts, exhaustive.search_everything):
        defaults = function.__kwdefaults__
        assert defaults is not None
        monkeypatch.setitem(defaults, "chunk", 100)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("parts_of_100")
def test_tasks_in_any_order_merge_to_the_bytes_of_one_run(way: str, tmp_path: Path) -> None:
    here = problem(*WAYS[way])
    run(here, {}, out=tmp_path / "one")
    for number in (3, 1, 2):
        run_task(here, {}, Task(number, 3), out=tmp_path / "tasks")
    folder = RunFolder(tmp_path / "tasks")
    assert not (folder.path / "pareto.csv").exists()
    merge(folder, folder.problem())
    assert files(folder.path) == files(tmp_path / "one")
    assert json.loads((folder.path / "manifest.json").read_text(encoding="utf-8"))["finished"]


@pytest.mark.usefixtures("parts_of_100")
def test_what_an_exhaustive_run_leaves_to_each_task_is_more_than_one_part() -> None:
    assert exhaustive.n_parts(problem(*WAYS["exhaustive"]).space) > 3


@pytest.mark.slow
def test_tasks_with_other_surrogates_are_refused(tmp_path: Path) -> None:
    here = small().problem
    other = fit(here, seed=7)
    run_task(here, small().models, Task(1, 2), out=tmp_path)
    run_task(here, small().models, Task(2, 2), out=tmp_path)
    before = stamps(tmp_path)
    with pytest.raises(RunFolderError, match=r"another surrogate of Bs, and a run keeps to one"):
        run_task(here, other, Task(2, 2), out=tmp_path)
    assert stamps(tmp_path) == before
    with pytest.raises(RunFolderError, match="another surrogate of Bs"):
        run(here, other, out=tmp_path, resume=True)
    (tmp_path / "run.log").unlink()
    assert stamps(tmp_path).items() <= before.items()


def test_a_merged_run_can_be_verified(tmp_path: Path) -> None:
    for number in (1, 2):
        run_task(problem(), {}, Task(number, 2), out=tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    merge(folder, folder.problem())
    assert verify(folder).is_same


def test_merging_names_what_is_missing_and_which_task_to_repeat(tmp_path: Path) -> None:
    run_task(problem(), {}, Task(2, 2), out=tmp_path)
    before = stamps(tmp_path)
    with pytest.raises(RunFolderError, match=r"lacks seed 1; seed 3; wait .*--task 1/2\. Nothing was"):
        merge(RunFolder(tmp_path), problem())
    assert stamps(tmp_path) == before


@pytest.mark.usefixtures("parts_of_100")
def test_a_plain_run_goes_on_with_the_parts_that_tasks_left(tmp_path: Path) -> None:
    here = problem(*WAYS["exhaustive"])
    run(here, {}, out=tmp_path / "one")
    run_task(here, {}, Task(2, 3), out=tmp_path / "tasks")
    said: list[str] = []
    run(here, {}, out=tmp_path / "tasks", resume=True, progress=Progress(message=said.append))
    assert any(text.startswith("search: finished before: ") for text in said)
    assert files(tmp_path / "tasks") == files(tmp_path / "one")


@pytest.mark.usefixtures("parts_of_100")
def test_merging_names_missing_parts_of_the_space(tmp_path: Path) -> None:
    here = problem(*WAYS["exhaustive"])
    run_task(here, {}, Task(1, 2), out=tmp_path)
    with pytest.raises(RunFolderError, match=r"lacks part 2 of \d+; part 4 .*--task 2/2\."):
        merge(RunFolder(tmp_path), here)


def test_a_task_that_is_started_again_does_only_what_is_missing(tmp_path: Path) -> None:
    said: list[str] = []

    def press(text: str) -> None:
        if text.startswith("search: seed 1:"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_task(problem(), {}, Task(1, 1), out=tmp_path, progress=Progress(message=press))
    run_task(problem(), {}, Task(1, 1), out=tmp_path, progress=Progress(message=said.append))
    told = [text for text in said if text.startswith("search: seed")]
    assert told == [
        "search: seed 1: was finished before",
        "search: seed 2: 60 alloys",
        "search: seed 3: 60 alloys",
    ]


def test_tasks_may_begin_at_the_same_moment(tmp_path: Path) -> None:
    here = problem()
    faults: list[BaseException] = []

    def do(number: int) -> None:
        try:
            run_task(here, {}, Task(number, 3), out=tmp_path / "run")
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=do, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(merge(RunFolder(tmp_path / "run"), here).records) == 3


def test_more_tasks_than_units_leave_some_without_work(tmp_path: Path) -> None:
    said: list[str] = []
    run_task(problem(), {}, Task(5, 5), out=tmp_path, progress=Progress(message=said.append))
    assert said[-1].startswith(
        "task 5 of 5 is done, 0 units, since there are fewer than tasks; once all are: moalloy merge"
    )


def test_a_merged_run_has_nothing_left_for_a_task(tmp_path: Path) -> None:
    run_task(problem(), {}, Task(1, 1), out=tmp_path)
    merge(RunFolder(tmp_path), problem())
    said: list[str] = []
    run_task(problem(), {}, Task(1, 1), out=tmp_path, progress=Progress(message=said.append))
    assert said == ["task 1 of 1: the run is merged already; nothing to do"]


def test_another_number_of_tasks_is_refused(tmp_path: Path) -> None:
    run_task(problem(), {}, Task(1, 3), out=tmp_path)
    with pytest.raises(RunFolderError, match=r"begun with --task I/3, and this is one of 4"):
        run_task(problem(), {}, Task(1, 4), out=tmp_path)


def test_another_problem_is_refused(tmp_path: Path) -> None:
    run_task(problem(), {}, Task(1, 3), out=tmp_path)
    with pytest.raises(RunFolderError, match="holds a run of another problem"):
        run_task(problem("optimize.generations=4"), {}, Task(2, 3), out=tmp_path)


def test_a_run_without_tasks_is_neither_joined_nor_merged(tmp_path: Path) -> None:
    run(problem(), {}, out=tmp_path)
    with pytest.raises(RunFolderError, match="wasn't begun with --task; go on with --resume"):
        run_task(problem(), {}, Task(1, 3), out=tmp_path)
    with pytest.raises(RunFolderError, match="wasn't begun with --task; go on with moalloy run"):
        merge(RunFolder(tmp_path), problem())


def test_a_folder_of_something_else_stays_untouched(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunFolderError, match="isn't empty; choose another folder"):
        run_task(problem(), {}, Task(1, 3), out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("text", ["0/3", "4/3", "1/0"])
def test_a_task_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="there is no task"):
        Task.parse(text)


@pytest.mark.parametrize("text", ["", "2", "/8", "a/b", "1/2/3", "-1/3"])
def test_what_is_no_task_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected I/N"):
        Task.parse(text)
