"""What a report reads of a run folder, in the shapes that figures and tables take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem, design_problem
from moalloy.domain.values import FloatArray, IntArray, Surrogate
from moalloy.features.descriptors import get_descriptor
from moalloy.optimize.record import EXHAUSTIVE
from moalloy.report.quantities import Estimates, Quantity, titled
from moalloy.report.wording import amounts_text, judged_by, percent_unit
from moalloy.runs import RunFolder, read_run
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.units import at_pct_to_fractions

__all__ = ["RunData", "SearchTrace", "objective_quantities", "property_quantity", "read_run_data"]


@dataclass(frozen=True, slots=True, eq=False)
class SearchTrace:
    """Hypervolume of one search against evaluated alloys, both of shape ``(n_generations,)``.

    ``system`` is the chemical system that it was restricted to; empty where it was free to choose.
    """

    algorithm: str
    seed: int
    evaluations: IntArray
    hypervolume: FloatArray
    system: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RunData:
    """A finished run.

    Attributes:
        problem: The problem as it was run.
        models: The fitted properties by name.
        surrogates: Of each objective and limit by name, descriptors included.
        front: The rows of pareto.csv.
        X: The same alloys in the columns of the space, shape ``(n_alloys, n_columns)``.
        searches: One trace per seed, and per chemical system where each had its own searches.
        manifest: What manifest.json holds.
        systems: The rows of systems.csv; none where one search was for all.
    """

    problem: Problem
    models: Mapping[str, FittedSurrogate]
    surrogates: Mapping[str, Surrogate]
    front: pd.DataFrame
    X: FloatArray
    searches: tuple[SearchTrace, ...]
    manifest: Mapping[str, Any]
    systems: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def algorithm(self) -> str:
        """The algorithm that searched; manifests of older versions leave it to the problem."""
        return str(self.manifest["result"].get("algorithm", self.problem.spec.optimize.algorithm))

    @property
    def is_exhaustive(self) -> bool:
        """Whether every alloy of the space was evaluated."""
        return self.algorithm == EXHAUSTIVE

    @property
    def interval(self) -> float:
        """The share of measurements that printed intervals are meant to hold, as the models have it."""
        found = [item.model.interval for item in self.models.values()]
        return found[0] if found else self.problem.spec.model.interval

    @property
    def objectives(self) -> tuple[Quantity, ...]:
        """The objectives in file order."""
        return objective_quantities(self.problem)

    @property
    def remarks(self) -> str:
        """What is to be said of objectives that their axes have no room for, as sentences; may be empty."""
        said = [f"{q.title.capitalize()}: {q.remark}." for q in self.objectives if q.remark]
        risk = self.problem.spec.optimize.risk
        if risk != "mean":
            said.append(
                f"The search judged by {judged_by(risk)}: alloys may look beaten in the predictions, and "
                "none is in what was judged."
            )
        return " ".join(said)

    @property
    def percent(self) -> FloatArray:
        """The front's amounts in percent of the space's basis, shape ``(n_alloys, n_elements)``."""
        return self.problem.space.percent(self.X)

    @property
    def percent_unit(self) -> str:
        """``at.%`` or ``wt.%``."""
        return percent_unit(self.problem.space.composition.basis)

    def composition(self, alloy: int) -> str:
        """Return an alloy of the front in words: its formula, or its amounts where they are in wt.%."""
        if self.percent_unit == "at.%":
            return str(self.front["formula"].iloc[alloy])
        amounts = dict(zip(self.problem.space.elements, self.percent[alloy].tolist(), strict=True))
        return f"{amounts_text(amounts)} wt.%"

    @property
    def judged(self) -> tuple[Quantity, ...]:
        """The objectives as the search saw them: chances where it judged by those."""
        if self.problem.spec.optimize.risk != "p_all":
            return self.objectives
        return tuple(
            q
            if q.threshold is None
            else Quantity(q.name, f"chance of {q.worth_having}", goal="max", is_chance=True)
            for q in self.objectives
        )

    @property
    def estimates(self) -> tuple[Estimates, ...]:
        """The front in each objective."""
        return tuple(self.estimates_of(quantity) for quantity in self.objectives)

    def estimates_of(self, quantity: Quantity) -> Estimates:
        """Return the front in one quantity that pareto.csv has."""
        columns = (quantity.name, f"{quantity.name}_low", f"{quantity.name}_high")
        mean, low, high = (self.front[column].to_numpy(np.float64) for column in columns)
        return Estimates(quantity, mean, low, high)

    def property_quantity(self, name: str) -> Quantity:
        """Return the axis of a fitted property, objective or not."""
        return property_quantity(self.problem, self.models[name])


def read_run_data(folder: RunFolder) -> RunData:
    """Read a finished run.

    Raises:
        RunFolderError: The run isn't finished, or a file of it can't be read.
    """
    front = folder.read_front()
    problem, models = read_run(folder)
    manifest = folder.manifest
    return RunData(
        problem=problem,
        models=models,
        surrogates=design_problem(problem, models).surrogates,
        front=front,
        X=_alloys(problem, front),
        searches=_traces(folder),
        manifest=manifest,
        systems=folder.read_systems(),
    )


def objective_quantities(problem: Problem) -> tuple[Quantity, ...]:
    """Return the axes of a problem's objectives in file order."""
    found = []
    for o in problem.objectives:
        title, remark = _title(problem, o.name)
        found.append(Quantity(o.name, title, o.unit, o.is_log, o.goal, o.threshold, remark))
    return tuple(found)


def property_quantity(problem: Problem, surrogate: FittedSurrogate) -> Quantity:
    """Return the axis of a fitted property, objective or not."""
    model = surrogate.model
    known = {quantity.name: quantity for quantity in objective_quantities(problem)}
    return known.get(model.name) or Quantity(model.name, model.name, model.unit, model.scale == "log")


def _title(problem: Problem, name: str) -> tuple[str, str]:
    return (name, "") if problem.is_property(name) else titled(get_descriptor(name).title)


def _alloys(problem: Problem, front: pd.DataFrame) -> FloatArray:
    """Return the front's alloys as fractions and process values; repair takes out the rounding of print."""
    space = problem.space
    columns = [at_pct_to_fractions(front[list(space.elements)].to_numpy(np.float64))]
    for variable in space.process:
        values = front[variable.name]
        if variable.names is not None:
            values = values.map({name: float(i) for i, name in enumerate(variable.names)})
        columns.append(values.to_numpy(np.float64))
    return space.repair(np.column_stack(columns))


def _traces(folder: RunFolder) -> tuple[SearchTrace, ...]:
    traces = []
    for path in (folder.path / "search").glob("*/hypervolume.csv"):
        name, _, seed = path.parent.name.rpartition("-s")
        algorithm, _, system = name.partition("-")
        table = pd.read_csv(path)
        traces.append(
            SearchTrace(
                algorithm,
                int(seed),
                table["evaluations"].to_numpy(np.int64),
                table["hypervolume"].to_numpy(np.float64),
                system,
            )
        )
    return tuple(sorted(traces, key=lambda trace: (trace.algorithm, trace.system, trace.seed)))
