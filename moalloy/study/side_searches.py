"""Searches handed to workers, each kept as soon as it is finished, wherever that was."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace

from moalloy.optimize.record import SearchRecord
from moalloy.study.mailbox import Mailbox
from moalloy.study.one_search import SearchPlan, SearchUnit, kept_search
from moalloy.study.stages import Progress, Stages
from moalloy.workers import Workers

__all__ = ["Tell", "sent", "side_by_side"]

Tell = Callable[[SearchUnit, SearchRecord, bool], None]
"""Told each search, its record and whether it was finished before, as they arrive."""


def sent(plan: SearchPlan) -> SearchPlan:
    """Return what of a plan other processes are given: all but where it is kept and told of."""
    return replace(plan, stages=Stages(None, Progress()))


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
    asked = [units[number] for number in missing]
    with closing(workers.finished(kept_search, sent(plan), asked)) as finished:
        for place, (record, _) in finished:
            _keep(plan, asked[place], record)
            yield missing[place], record, False


def _keep(plan: SearchPlan, unit: SearchUnit, record: SearchRecord) -> None:
    folder = plan.stages.folder
    if folder is not None:
        folder.write_search(record, plan.problem, system=unit.system)
        # Of an earlier attempt on one machine.
        folder.journal(plan.algorithm, unit.seed, system=unit.system).clear()
