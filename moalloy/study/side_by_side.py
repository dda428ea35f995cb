"""Several finished runs on one scale, and what keeps their numbers from being held against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray
from moalloy.errors import RunFolderError
from moalloy.optimize.record import SearchRecord
from moalloy.pareto import HypervolumeScale, generalized_spread, igd_plus, non_dominated
from moalloy.runs import RunFolder
from moalloy.study.comparison import Comparison, Trial, joined, judge, trial_of
from moalloy.study.printed_alloys import allowed

__all__ = ["FinishedRun", "SideBySide", "compare_runs"]

# The reference point lies beyond the worst of the fronts by this share of their range, so that their ends
# count: Ishibuchi et al., Evol. Comput. 26 (2018) 411, doi:10.1162/evco_a_00226.
_BEYOND = 0.1
# Budgets within a tenth of each other are called equal.
_EQUAL_BUDGETS = 1.1


@dataclass(frozen=True, slots=True, eq=False)
class FinishedRun:
    """A run as it is compared.

    Attributes:
        label: What it is called: its folder's name, or the path where names are the same.
        problem: As it was run.
        design: Its objectives without surrogates: what turns scores into numbers to minimize.
        front: The rows of pareto.csv.
        F: Their minimized objectives as printed, in the order of the first run's objectives.
        records: Its searches; none where they were deleted.
        manifest: What manifest.json holds.
    """

    label: str
    problem: Problem
    design: DesignProblem
    front: pd.DataFrame
    F: FloatArray
    records: tuple[SearchRecord, ...]
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class SideBySide:
    """Runs held against each other.

    Attributes:
        runs: In the order given.
        table: One row per run: its front, on the joint scale.
        comparison: Their searches on the same scale; None where a run has none left, where surrogates
            differ, since ranks would then tell models apart and not searches, and where a run minimized a
            single sum, which leaves no front.
        scale: Spanned by all fronts.
        design: Gives the points their units.
        warnings: What the runs don't share.
    """

    runs: tuple[FinishedRun, ...]
    table: pd.DataFrame
    comparison: Comparison | None
    scale: HypervolumeScale
    design: DesignProblem
    warnings: tuple[str, ...]

    @property
    def content(self) -> dict[str, object]:
        """What was compared, for a file."""
        return {
            "format": 1,
            "kind": "runs",
            "runs": [run.label for run in self.runs],
            "sha256": {run.label: dict(run.manifest["sha256"]) for run in self.runs},
            "hypervolume_ideal": self.design.in_units(self.scale.ideal),
            "hypervolume_reference": self.design.in_units(self.scale.reference),
            "warnings": list(self.warnings),
        }


def compare_runs(folders: Sequence[RunFolder]) -> SideBySide:
    """Return finished runs with the same objectives side by side.

    Hypervolume, IGD+ and spread are counted on one scale: from the best to the worst of all fronts and a
    tenth beyond. They differ from those in the manifests.

    Raises:
        RunFolderError: There are fewer than two runs, one isn't finished, or their objectives differ.
    """
    paths = [folder.path.resolve() for folder in folders]
    if len(set(paths)) < 2 or len(set(paths)) < len(paths):
        raise RunFolderError("compare needs two runs or more, each once; `moalloy runs` lists them")
    is_clear = len({path.name for path in paths}) == len(paths)
    labels = [folder.path.resolve().name if is_clear else str(folder.path) for folder in folders]
    runs = _read_all(folders, labels)
    scale = _joint_scale([run.F for run in runs])
    front = np.concatenate([run.F for run in runs])
    trials = [trial for run in runs for trial in _trials(run, runs[0])]
    has_all = all(run.records for run in runs) and all(len(trial.F) for trial in trials)
    is_fair = not any(_models(runs[0], run) or _weights(runs[0], run) for run in runs[1:])
    rows = [_row(run, runs, scale, front) for run in runs]
    return SideBySide(
        runs=runs,
        table=pd.DataFrame(rows),
        comparison=judge(trials, scale=scale, front=front) if has_all and is_fair else None,
        scale=scale,
        design=runs[0].design,
        warnings=_warnings(runs),
    )


def _trials(run: FinishedRun, first: FinishedRun) -> list[Trial]:
    """Return the searches of a run as they are judged: all chemical systems with one seed are one."""
    by_seed: dict[int, list[Trial]] = {}
    for record in run.records:
        trial = trial_of(_in_order(record, run, first), run.problem.space, contender=run.label)
        by_seed.setdefault(trial.seed, []).append(trial)
    return [joined(trials) for trials in by_seed.values()]


def _read_all(folders: Sequence[RunFolder], labels: Sequence[str]) -> tuple[FinishedRun, ...]:
    runs: list[FinishedRun] = []
    for folder, label in zip(folders, labels, strict=True):
        if not folder.is_finished:
            folder.refuse_unfinished("there is no front to compare")
        run = _read(folder, label, like=runs[0].problem if runs else None)
        runs.append(run)
    return tuple(runs)


def _read(folder: RunFolder, label: str, *, like: Problem | None) -> FinishedRun:
    problem, front = folder.problem(), folder.read_front()
    if like is not None:
        _check_objectives(like, problem, label)
    design = DesignProblem(problem.space, problem.objectives, {}, risk=problem.spec.optimize.risk)
    ending = "" if design.risk == "mean" else "_score"
    scores = front[[f"{o.name}{ending}" for o in problem.objectives]].to_numpy(np.float64)
    F = design.minimized(scores)[:, _order(like or problem, problem)]
    manifest = folder.manifest
    return FinishedRun(label, problem, design, front, F, _records(folder, problem), manifest)


def _records(folder: RunFolder, problem: Problem) -> tuple[SearchRecord, ...]:
    names = [path.parent.name.rpartition("-s") for path in (folder.path / "search").glob("*/hypervolume.csv")]
    found = [folder.read_search(name, int(seed), problem) for name, _, seed in sorted(names)]
    return tuple(record for record in found if record is not None)


def _order(first: Problem, problem: Problem) -> list[int]:
    names = [o.name for o in problem.objectives]
    return [names.index(o.name) for o in first.objectives]


def _in_order(record: SearchRecord, run: FinishedRun, first: FinishedRun) -> SearchRecord:
    order = _order(first.problem, run.problem)
    return replace(record, F=record.F[:, order])


def _check_objectives(first: Problem, problem: Problem, label: str) -> None:
    """Refuse a run whose fronts lie in another space of objectives."""
    here, there = _said(first), _said(problem)
    missing = [name for name in here if name not in there]
    added = [name for name in there if name not in here]
    changed = [
        f"{name} ({there[name]}; there {here[name]})"
        for name in here
        if name in there and here[name] != there[name]
    ]
    parts = [f"it lacks {', '.join(missing)}"] * bool(missing)
    parts += [f"it has {', '.join(added)} besides"] * bool(added)
    parts += [f"other aims: {', '.join(changed)}"] * bool(changed)
    risks = first.spec.optimize.risk, problem.spec.optimize.risk
    if risks[0] != risks[1]:
        parts.append(
            f"it was searched with risk: {risks[1]} and not {risks[0]}, so other numbers were judged"
        )
    if parts:
        raise RunFolderError(
            f"{label} can't be held against the first run: {'; '.join(parts)}. Compare runs with the same "
            "objectives"
        )


def _said(problem: Problem) -> dict[str, str]:
    """Return what makes two objectives the same, in words, by name."""
    is_chance = problem.spec.optimize.risk == "p_all"
    return {
        o.name: f"{o.goal}"
        + (f", {o.unit}" if o.unit else "")
        + (", log scale" if o.is_log else "")
        + (f", threshold {o.threshold:g}" if is_chance and o.threshold is not None else "")
        for o in problem.objectives
    }


def _joint_scale(fronts: Sequence[FloatArray]) -> HypervolumeScale:
    spanned = HypervolumeScale.around(np.concatenate(fronts))
    ideal, worst = np.array(spanned.ideal), np.array(spanned.reference)
    return HypervolumeScale(spanned.ideal, tuple(map(float, worst + _BEYOND * (worst - ideal))))


def _row(
    run: FinishedRun, runs: Sequence[FinishedRun], scale: HypervolumeScale, front: FloatArray
) -> dict[str, object]:
    result, scaled = run.manifest["result"], scale.scaled(run.F)
    reference = scale.scaled(front[non_dominated(front)])
    elsewhere = np.logical_and.reduce([allowed(run.problem, run.front, other.problem) for other in runs])
    return {
        "run": run.label,
        "algorithm": result.get("algorithm", run.problem.spec.optimize.algorithm),
        "seeds": len(run.manifest["seeds"]["search"]),
        "alloys_evaluated": result["alloys_evaluated"],
        "front_size": len(run.front),
        "hypervolume": scale.hypervolume(run.F),
        "igd_plus": igd_plus(scaled, reference),
        "spread": generalized_spread(scaled, reference),
        "in_domain_share": float(run.front["in_domain"].mean()),
        "valid_share": float(allowed(run.problem, run.front, run.problem).mean()),
        "valid_in_all_share": float(elsewhere.mean()),
        "kept_when_judged_again": _kept(result.get("winners_curse") or {}),
        "search_seconds": run.manifest["seconds"].get("search", float("nan")),
    }


def _kept(drop: Mapping[str, Any]) -> float:
    """Return the share of the run's own hypervolume that models leave which never saw what is near."""
    if not drop or not drop["hypervolume"]:
        return float("nan")
    return float(drop["hypervolume_unseen"] / drop["hypervolume"])


def _warnings(runs: Sequence[FinishedRun]) -> tuple[str, ...]:
    """Return what the runs don't share, most serious first."""
    first, others = runs[0], runs[1:]
    found = [text for check in _CHECKS for other in others if (text := check(first, other))]
    return tuple(found)


def _models(first: FinishedRun, other: FinishedRun) -> str:
    here, there = first.manifest["sha256"]["model"], other.manifest["sha256"]["model"]
    names = [o.name for o in first.problem.objectives if here.get(o.name) != there.get(o.name)]
    if not names:
        return ""
    return (
        f"the surrogates of {', '.join(names)} differ between {first.label} and {other.label}: their "
        "predictions can't be compared, and a larger hypervolume may only be a rosier model. Run one again "
        "with --model and the other's folder"
    )


def _spaces(first: FinishedRun, other: FinishedRun) -> str:
    if first.problem.spec.space == other.problem.spec.space:
        return ""
    into = int(allowed(first.problem, first.front, other.problem).sum())
    back = int(allowed(other.problem, other.front, first.problem).sum())
    return (
        f"the spaces differ: {into} of {len(first.front)} alloys of {first.label} are allowed in "
        f"{other.label}, {back} of {len(other.front)} the other way round"
    )


def _limits(first: FinishedRun, other: FinishedRun) -> str:
    if first.problem.limits == other.problem.limits:
        return ""
    return f"the limits differ between {first.label} and {other.label}"


def _domains(first: FinishedRun, other: FinishedRun) -> str:
    domains = first.problem.spec.optimize.domain, other.problem.spec.optimize.domain
    if domains[0] == domains[1]:
        return ""
    within = (first if domains[0] == "inside" else other).label
    return f"only {within} kept to the domain of its models (domain: inside)"


def _budgets(first: FinishedRun, other: FinishedRun) -> str:
    spent = [run.manifest["result"]["alloys_evaluated"] for run in (first, other)]
    # Repeats aside, equal budgets evaluate equally many alloys.
    if max(spent) <= _EQUAL_BUDGETS * min(spent):
        return ""
    return (
        f"{first.label} evaluated {spent[0]:,} alloys and {other.label} {spent[1]:,}: more evaluations find "
        "a better front with any algorithm"
    )


def _weights(first: FinishedRun, other: FinishedRun) -> str:
    summed = [run.label for run in (first, other) if run.problem.spec.optimize.scalarize is not None]
    if not summed:
        return ""
    return (
        f"{' and '.join(summed)} minimized one weighted sum and left no front: a hypervolume says nothing of"
        " how well"
    )


_CHECKS: tuple[Callable[[FinishedRun, FinishedRun], str], ...] = (
    _models,
    _weights,
    _spaces,
    _limits,
    _domains,
    _budgets,
)
