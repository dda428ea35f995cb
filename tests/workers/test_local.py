"""Threads and processes of this machine: the same results in the order of the items."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from moalloy.optimize.record import GenerationReport
from moalloy.runs import open_run
from moalloy.study.mailbox import Mailbox
from moalloy.study.one_search import SearchUnit
from moalloy.study.preparation import checked_starts, prepared
from moalloy.study.side_searches import sent, side_by_side
from moalloy.study.stages import Progress, Stages
from moalloy.study.stopping import budget_of
from moalloy.workers import ALONE, Local, Processes, Workers, in_order, suited
from tests.small_problem import small

ORPHAN = """\
import sys, time
from pathlib import Path
from moalloy.workers import Processes
from tests.workers.test_local import beat
list(Processes(2).finished(beat, Path(sys.argv[1]), [1, 2]))
"""


def power(base: int, exponent: int) -> int:
    return int(base**exponent)


def refuse(shared: str, item: int) -> int:
    raise ValueError(f"{shared} {item}")


def beat(folder: Path, item: int) -> None:
    while True:
        (folder / str(item)).write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(0.02)


def own_number(_: None, item: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def refuse_or_beat(folder: Path, item: int) -> None:
    if item == 1:
        beat(folder, item)
    while not (folder / "1").is_file():
        time.sleep(0.02)
    raise ValueError(str(item))


def listener(heard: list[tuple[int, GenerationReport]]) -> Callable[[int, GenerationReport], None]:
    return lambda seed, report: heard.append((seed, report))


@pytest.mark.parametrize(
    "workers", [ALONE, Local(3), pytest.param(Processes(2), marks=pytest.mark.slow)], ids=str
)
def test_results_come_in_the_order_of_the_items(workers: Workers) -> None:
    assert list(in_order(workers, power, 2, [3, 1, 4, 1, 5])) == [8, 2, 16, 2, 32]
    assert list(in_order(workers, power, 2, [])) == []


@pytest.mark.parametrize(
    "workers", [ALONE, Local(2), pytest.param(Processes(2), marks=pytest.mark.slow)], ids=str
)
def test_what_a_unit_raises_is_raised_to_the_caller(workers: Workers) -> None:
    with pytest.raises(ValueError, match="shared"):
        list(in_order(workers, refuse, "shared", [1, 2]))


def test_units_that_nobody_asks_for_are_not_begun() -> None:
    begun: list[int] = []
    finished = ALONE.finished(lambda _, item: begun.append(item), None, range(5))
    next(finished)
    finished.close()
    assert begun == [0]


@pytest.mark.slow
def test_processes_stay_for_the_next_stage_and_end_with_units_that_nobody_asks_for(tmp_path: Path) -> None:
    first, second = (set(in_order(Processes(2), own_number, None, range(20))) for _ in range(2))
    assert len(first) == 2
    assert first == second
    finished = Processes(2).finished(refuse_or_beat, tmp_path, [1, 2])
    with pytest.raises(ValueError, match="2"):
        next(finished)
    before = (tmp_path / "1").stat().st_mtime_ns
    time.sleep(0.5)
    assert (tmp_path / "1").stat().st_mtime_ns == before
    assert first.isdisjoint(in_order(Processes(2), own_number, None, range(20)))


def test_reports_of_other_processes_arrive_in_order() -> None:
    heard: list[object] = []
    progress = Progress(message=heard.append, generation=lambda seed, report: heard.append((seed, report)))
    report = GenerationReport(3, 60, 0.5, 7)
    with Mailbox(progress) as mailbox:
        sender = mailbox.as_progress()
        sender.message("begun: 5 at.%")
        sender.generation(2, report)
    assert heard == ["begun: 5 at.%", (2, report)]


def test_only_long_searches_are_worth_processes() -> None:
    problem = small().problem
    starts, stages = checked_starts(problem, is_fitted=True), Stages(None, Progress())
    plan = prepared(problem, small().models, starts, stages, workers=ALONE, cache=None).plan
    assert suited(Local(2), sent(plan), seconds=3600.0) == Processes(2)
    assert suited(Local(2), sent(plan), seconds=1.0) == ALONE
    assert suited(ALONE, sent(plan), seconds=3600.0) == ALONE


def test_what_cannot_be_sent_stays_in_threads() -> None:
    assert suited(Local(2), threading.Lock(), seconds=3600.0) == Local(2)


@pytest.mark.slow
def test_searches_in_processes_leave_and_tell_what_threads_do(tmp_path: Path) -> None:
    problem = small().problem
    left: list[dict[str, bytes]] = []
    told: list[list[tuple[int, GenerationReport]]] = []
    for name, workers in (("threads", Local(2)), ("processes", Processes(2))):
        heard: list[tuple[int, GenerationReport]] = []
        progress = Progress(generation=listener(heard))
        folder = open_run(tmp_path / name, problem, resume=False)
        starts, stages = checked_starts(problem, is_fitted=True), Stages(folder, progress)
        plan = prepared(problem, small().models, starts, stages, workers=ALONE, cache=None).plan
        units = [SearchUnit(seed, budget_of(problem.spec.optimize)) for seed in (1, 2)]
        side_by_side(plan, units, workers=workers, tell=lambda unit, record, is_done: None)
        search = folder.path / "search"
        left.append({str(p.relative_to(search)): p.read_bytes() for p in search.rglob("*") if p.is_file()})
        told.append(sorted(heard, key=lambda item: (item[0], item[1].generation)))
    assert left[0] == left[1]
    assert told[0] == told[1]
    assert len(told[0]) == 2 * problem.spec.optimize.generations


@pytest.mark.slow
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ORPHAN, str(tmp_path)], cwd=Path(__file__).parents[2])
    while len(list(tmp_path.iterdir())) < 2:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        before = [path.stat().st_mtime_ns for path in sorted(tmp_path.iterdir())]
        time.sleep(0.5)
        if before == [path.stat().st_mtime_ns for path in sorted(tmp_path.iterdir())]:
            return
    pytest.fail("the orphans go on")
