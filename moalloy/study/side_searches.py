"""Searches handed to workers, each kept as soon as it is finished, wherever that was."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace

from moalloy.optimize.record import SearchRecord
from moalloy.study.mailbox import Mailbox
from moalloy.study.one_search import SearchPlan, SearchUnit, kept_search
from moalloy.study.stages import Progress, Stages
from moalloy.workers import Local, Processes, Workers
from moalloy.workers.parcel import packed

__all__ = ["Tell", "side_by_side", "suited"]

Tell = Callable[[SearchUnit, SearchRecord, bool], None]
"""Told each search, its record and whether it was finished before, as they arrive."""

# Two threads wait for each other's Python between predictions: two searches were measured at half the speed
# that two processes have. These take some seconds to start.
_WORTH_PROCESSES_SECONDS = 20.0


def suited(workers: Workers, plan: SearchPlan, *, seconds: float) -> Workers:
    """Return processes in the place of threads where the searches are long enough to pay for their start.

    Nothing that is found depends on it.

    Args:
        workers: Who was asked.
        plan: What the searches share; a model of another package may not be fit to be sent.
        seconds: Expected time of all searches on one core.
    """
    if not isinstance(workers, Local) or workers.jobs == 1 or seconds < _WORTH_PROCESSES_SECONDS:
        return workers
    try:
        packed(replace(plan, stages=Stages(None, Progress())))
    except Exception:  # whatever another package's object raises when it is pickled
        return workers
    return Processes(workers.jobs)


def side_by_side(
    plan: SearchPlan, units: Sequence[SearchUnit], *, workers: Workers, tell: Tell
) -> list[SearchRecord]:
    """Return the record of each search, in the order of ``units``.

    Raises:
        RunFolderError: What the run folder has of a search is damaged.
        MachineError: The workers or the disk are gone; what is finished is kept.
    """
    ways = {"here": _here, "beside": _beside, "away": _away}
    records: dict[int, SearchRecord] = {}
    with closing(ways[workers.where](plan, units, workers)) as found:
        for number, record, is_done in found:
            records[number] = record
            tell(units[number], record, is_done)
    return [records[number] for number in range(len(units))]


_Found = Generator[tuple[int, SearchRecord, bool]]


def _here(plan: SearchPlan, units: Sequence[SearchUnit], workers: Workers) -> _Found:
    with closing(workers.finished(kept_search, plan, units)) as finished:
        for number, (record, is_done) in finished:
            yield number, record, is_done


def _beside(plan: SearchPlan, units: Sequence[SearchUnit], workers: Workers) -> _Found:
    """Search in processes that write into the run folder themselves, journals included."""
    with Mailbox(plan.stages.progress) as mailbox:
        theirs = replace(plan, stages=Stages(plan.stages.folder, mailbox.as_progress()))
        yield from _here(theirs, units, workers)


def _away(plan: SearchPlan, units: Sequence[SearchUnit], workers: Workers) -> _Found:
    """Search where nothing can be written: records are kept here, as they arrive."""
    folder = plan.stages.folder
    missing = []
    for number, unit in enumerate(units):
        record = (
            None
            if folder is None
            else folder.read_search(plan.algorithm, unit.seed, plan.problem, system=unit.system)
        )
        if record is None:
            missing.append(number)
        else:
            yield number, record, True
    theirs = replace(plan, stages=Stages(None, Progress()))
    sent = [units[number] for number in missing]
    with closing(workers.finished(kept_search, theirs, sent)) as finished:
        for place, (record, _) in finished:
            _keep(plan, sent[place], record)
            yield missing[place], record, False


def _keep(plan: SearchPlan, unit: SearchUnit, record: SearchRecord) -> None:
    folder = plan.stages.folder
    if folder is not None:
        folder.write_search(record, plan.problem, system=unit.system)
        # Of an earlier attempt on one machine.
        folder.journal(plan.algorithm, unit.seed, system=unit.system).clear()
