"""A real Dask cluster on this machine: the bytes of one machine, and what is lost with a worker."""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from moalloy.build.models import fit
from moalloy.cli.workers import opened_workers
from moalloy.errors import InputError, MachineError
from moalloy.files import sha256_of
from moalloy.study.study import Progress, run
from moalloy.surrogates.store import save_surrogate
from moalloy.workers import ALONE, in_order
from moalloy.workers.cluster import Cluster, connected
from tests.small_problem import small

pytest.importorskip("distributed")
# Sockets and processes are closed while the interpreter collects them, and Dask tells of each.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]

WAYS = {
    "seeds": ("optimize.seeds=[1, 2, 3]",),
    "systems": ("optimize.per_system=true", "optimize.seeds=[1]"),
    "exhaustive": ("optimize.algorithm=exhaustive", "space.constraints=[Fe >= 83, 12 <= metalloid <= 26]"),
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Yield two worker processes of one thread, each with a nanny that replaces it when it dies."""
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as scheduler,
        connected(scheduler.scheduler_address) as found,
    ):
        yield found


def files(folder: Path) -> dict[str, str]:
    found = [folder / "pareto.csv", *(path for path in (folder / "search").rglob("*") if path.is_file())]
    return {str(path.relative_to(folder)): sha256_of(path) for path in found}


@functools.cache
def shifted(shared: int, item: int) -> int:
    return shared + item


def waited(folder: Path, item: int) -> int:
    """Note that a unit was begun, wait until it may end, and return its square."""
    (folder / f"{item}-{os.getpid()}-{time.monotonic_ns()}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return item**2


def failed(shared: str, item: int) -> int:
    raise ValueError(f"{shared} {item}")


@pytest.mark.parametrize("way", WAYS)
def test_a_cluster_finds_the_bytes_of_one_machine(way: str, cluster: Cluster, tmp_path: Path) -> None:
    problem = small().variant(*WAYS[way])
    run(problem, small().models, out=tmp_path / "here")
    said: list[str] = []
    progress = Progress(message=said.append)
    run(problem, small().models, out=tmp_path / "there", workers=cluster, progress=progress)
    assert files(tmp_path / "there") == files(tmp_path / "here")
    assert any(text.startswith("search:") for text in said)


def test_a_cluster_fits_the_bytes_of_one_machine(cluster: Cluster, tmp_path: Path) -> None:
    for name, workers in (("here", ALONE), ("there", cluster)):
        (tmp_path / name).mkdir()
        save_surrogate(fit(small().problem, workers=workers)["Hc"], tmp_path / name)
    here, there = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("here", "there"))
    assert here == there


def test_a_resumed_run_sends_only_what_is_missing(cluster: Cluster, tmp_path: Path) -> None:
    problem = small().variant("optimize.seeds=[1, 2, 3]")
    run(problem, small().models, out=tmp_path / "run", workers=cluster)
    before = files(tmp_path / "run")
    (tmp_path / "run" / "search" / "nsga2-s2" / "evaluated.parquet").unlink()
    for left in (tmp_path / "run" / "search" / "nsga2-s2").iterdir():
        left.unlink()
    (tmp_path / "run" / "search" / "nsga2-s2").rmdir()
    said: list[str] = []
    progress = Progress(message=said.append)
    run(problem, out=tmp_path / "run", resume=True, workers=cluster, progress=progress)
    assert [text for text in said if "was finished before" in text] == [
        "search: seed 1 was finished before",
        "search: seed 3 was finished before",
    ]
    assert files(tmp_path / "run") == before


def test_results_come_in_the_order_of_the_items(cluster: Cluster) -> None:
    assert list(in_order(cluster, shifted, 10, range(20))) == list(range(10, 30))


def test_a_killed_worker_costs_its_unit_only(cluster: Cluster, tmp_path: Path) -> None:
    def kill() -> None:
        """Kill the worker of the first unit that begins, then let all end."""
        while not (begun := sorted(tmp_path.iterdir())):
            time.sleep(0.02)
        os.kill(int(begun[0].name.split("-")[1]), signal.SIGKILL)
        # Before its unit begins again: it may have to wait for the other worker's to end.
        (tmp_path / "go").touch()

    killer = threading.Thread(target=kill)
    killer.start()
    found = list(in_order(cluster, waited, tmp_path, range(6)))
    killer.join()
    assert found == [0, 1, 4, 9, 16, 25]
    begun = [path.name.split("-")[0] for path in tmp_path.iterdir() if path.name != "go"]
    assert sorted(begun.count(str(item)) for item in range(6)) == [1, 1, 1, 1, 1, 2]


def test_a_run_whose_worker_is_killed_ends_with_the_same_bytes(cluster: Cluster, tmp_path: Path) -> None:
    problem = small().variant("optimize.seeds=[1, 2, 3, 4]", "optimize.generations=40")
    run(problem, small().models, out=tmp_path / "here")
    pids = cluster.client.run(os.getpid)

    def kill_one(text: str) -> None:
        if text.startswith("search: nsga2"):
            threading.Timer(0.5, os.kill, (next(iter(pids.values())), signal.SIGKILL)).start()

    progress = Progress(message=kill_one)
    run(problem, small().models, out=tmp_path / "there", workers=cluster, progress=progress)
    assert set(cluster.client.run(os.getpid).values()) != set(pids.values())
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_what_a_unit_raises_is_raised_here(cluster: Cluster) -> None:
    with pytest.raises(ValueError, match="shared 0"):
        list(in_order(cluster, failed, "shared", [0]))


def test_a_worker_of_another_version_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "moalloy.workers.cluster.what_decides", lambda: {"numpy": "1.0.0", "moalloy": "0.1.0"}
    )
    with pytest.raises(MachineError, match=rf"other bytes: numpy is {np.__version__} there and 1\.0\.0 here"):
        list(in_order(cluster, shifted, 10, [0]))


def test_an_interrupted_caller_leaves_the_workers_free(cluster: Cluster, tmp_path: Path) -> None:
    finished = cluster.finished(waited, tmp_path, range(8))
    threading.Timer(0.3, (tmp_path / "go").touch).start()
    next(finished)
    finished.close()
    assert list(in_order(cluster, shifted, 1, [1])) == [2]
    assert len([path for path in tmp_path.iterdir() if path.name != "go"]) <= 8


@pytest.mark.parametrize(
    "address",
    ["tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:abc", "tcp://127.0.0.1:99999", "http://127.0.0.1:80"],
)
def test_what_is_no_address_is_bad_input_at_once(address: str) -> None:
    with pytest.raises(InputError, match="isn't the address of a scheduler"), connected(address):
        pass


@pytest.mark.slow
def test_a_scheduler_without_workers_is_told_of() -> None:
    from distributed import LocalCluster

    said: list[str] = []
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as scheduler,
        opened_workers(scheduler.scheduler_address, jobs=1, say=said.append) as workers,
    ):
        assert workers.where == "away"
    assert len(said) == 1
    assert "has no workers: work begins with the first that joins" in said[0]
