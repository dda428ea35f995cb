"""One search of a study, which can be killed at any moment: what it evaluates is kept while it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from moalloy.build.problem import Problem
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.optimize.record import SearchRecord
from moalloy.optimize.recorder import ReplayError
from moalloy.optimize.search import search
from moalloy.optimize.stopping import Budget
from moalloy.pareto import HypervolumeScale
from moalloy.runs.journal import Journal
from moalloy.study.stages import Stages
from moalloy.study.stopping import counted

__all__ = ["SearchPlan", "SearchUnit", "kept_search"]


@dataclass(frozen=True, slots=True, eq=False)
class SearchPlan:
    """What all searches of a study share.

    Attributes:
        problem: What to search.
        design: The same with its surrogates.
        algorithm: A name that `run_algorithm` knows.
        scale: For the hypervolume.
        known: Alloys to start from, shape ``(n_known, n_columns)``.
        n_named: How many of them, from the first, the user names: all of those are started from.
        stages: Where searches are kept and told of.
    """

    problem: Problem
    design: DesignProblem
    algorithm: str
    scale: HypervolumeScale
    known: FloatArray
    n_named: int
    stages: Stages

    @property
    def reference_points(self) -> FloatArray | None:
        """What `rnsga2` aims at, as minimized objectives, shape ``(n_points, n_objectives)``."""
        points = self.problem.spec.optimize.reference_points
        if points is None:
            return None
        names = [objective.name for objective in self.design.objectives]
        return self.design.minimized(np.array([[point[name] for name in names] for point in points]))


@dataclass(frozen=True, slots=True, eq=False)
class SearchUnit:
    """One search: what tells it from the others.

    Attributes:
        seed: As the user counts it.
        budget: What it may spend.
        system: The chemical system, where systems are searched one by one.
        space: Of that system.
        drawn_from: The seed of its random numbers.
        known: Which of the plan's known alloys lie in its space; all where omitted.
    """

    seed: int
    budget: Budget
    system: str = ""
    space: DesignSpace | None = None
    drawn_from: int | None = None
    known: BoolArray | None = None

    @property
    def name(self) -> str:
        return f"{self.system}, seed {self.seed}" if self.system else f"seed {self.seed}"


def kept_search(plan: SearchPlan, unit: SearchUnit) -> tuple[SearchRecord, bool]:
    """Return the record of one search, and whether it was finished before.

    An interrupted one goes on where its journal ends; the record is the same as if nothing had happened.

    Raises:
        RunFolderError: What the run folder has of it is damaged.
    """
    folder = plan.stages.folder
    if folder is None:
        return _as_counted(_searching(plan, unit)(), unit), False
    journal = folder.journal(plan.algorithm, unit.seed, system=unit.system)
    record = folder.read_search(plan.algorithm, unit.seed, plan.problem, system=unit.system)
    is_done = record is not None
    if record is None:
        record = _as_counted(_gone_on_with(plan, unit, journal), unit)
        folder.write_search(record, plan.problem, system=unit.system)
    journal.clear()
    return record, is_done


def _as_counted(record: SearchRecord, unit: SearchUnit) -> SearchRecord:
    """Return a record under the seed that the user counts by."""
    return replace(record, seed=unit.seed)


def _gone_on_with(plan: SearchPlan, unit: SearchUnit, journal: Journal) -> SearchRecord:
    searching = _searching(plan, unit)
    earlier = journal.read()
    if earlier:
        plan.stages.say(f"search: {unit.name} goes on after {counted(len(earlier), 'generation')}")
    try:
        return searching(earlier=earlier, keep=journal.add)
    except ReplayError:
        plan.stages.say(
            f"search: {unit.name} begins anew: moalloy or a package below it has changed since it stopped"
        )
        journal.clear()
        return searching(earlier=[], keep=journal.add)
    except BaseException:
        journal.flush()
        raise


def _searching(plan: SearchPlan, unit: SearchUnit) -> partial[SearchRecord]:
    """Return the search, to be called with what is known of it already."""
    progress = plan.stages.progress.generation
    is_known = np.ones(len(plan.known), dtype=np.bool_) if unit.known is None else unit.known
    return partial(
        search,
        plan.design if unit.space is None else replace(plan.design, space=unit.space),
        algorithm=plan.algorithm,
        budget=unit.budget,
        seed=unit.seed if unit.drawn_from is None else unit.drawn_from,
        scale=plan.scale,
        known=plan.known[is_known],
        n_named=int(is_known[: plan.n_named].sum()),
        reference_points=plan.reference_points,
        progress=None if unit.system else lambda report: progress(unit.seed, report),
    )
