"""Checks of ``objectives``, ``limits`` and ``optimize``."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.spec.lint.constraints import bounds_of, without_data
from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.process import RangeProcessSpec
from moalloy.spec.tree import Issue, Path

_SINGLE_OBJECTIVE = frozenset({"de"})
_SEVERAL_OBJECTIVES = frozenset({"nsga3", "unsga3", "sms_emoa", "rnsga2"})
_TAKE_WEIGHTS = frozenset({"de", "random", "exhaustive"})


def goals_are_known(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """What is wanted or limited is a property, or a descriptor with data for the elements."""
    for section, entries in (("objectives", names.objectives), ("limits", tuple(spec.limits))):
        for name in entries:
            if name in names.descriptors:
                yield from without_data((section, name), name, names)
            elif name not in names.properties:
                found = f"{name!r} is neither a property nor a descriptor"
                hint = did_you_mean(name, names.predictable)
                yield Issue((section, name), found, f"one of {listing(names.predictable)}", hint)


def limits_are_intervals(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """A limit has a bound, and leaves something between two."""
    for name, limit in spec.limits.items():
        yield from bounds_of(("limits", name), name, limit.min, limit.max)


def log_scales_are_positive(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Values on a log scale are positive, and so are the numbers they are compared with."""
    bounds: list[tuple[str, Path, float | None]] = [
        (name, ("objectives", name, "threshold"), goal.threshold) for name, goal in spec.objectives.items()
    ]
    for name, limit in spec.limits.items():
        bounds += [(name, ("limits", name, "min"), limit.min), (name, ("limits", name, "max"), limit.max)]
    for name, path, value in bounds:
        is_log = name in spec.properties and spec.properties[name].scale == "log"
        if is_log and value is not None and value <= 0:
            found = f"{value:g} for {name}, which has scale: log"
            hint = "Bounds are in the property's unit and not logarithms."
            yield Issue(path, found, "a number above 0", hint)


def properties_are_wanted(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A property that is neither objective nor limit is learned and reported, and steers nothing."""
    for name in spec.properties:
        if name not in names.objectives and name not in spec.limits:
            found = f"{name} is neither an objective nor limited: the search doesn't look at it"
            yield Issue(("properties", name), found, severity="note")


def seeds_differ(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Two searches with one seed are one search."""
    seeds = spec.optimize.seeds
    for seed in dict.fromkeys(seeds):
        if seeds.count(seed) > 1:
            yield Issue(("optimize", "seeds"), f"the seed {seed} is listed twice", "each seed once")


def algorithm_fits_the_objectives(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Some algorithms need one objective, some need several."""
    algorithm, n_objectives = spec.optimize.algorithm, len(names.objectives)
    path = ("optimize", "algorithm")
    if algorithm in _SINGLE_OBJECTIVE and n_objectives > 1 and spec.optimize.scalarize is None:
        weights = ", ".join(f"{name}: 1" for name in names.objectives)
        hint = f"Add scalarize: {{{weights}}}, or take nsga2."
        yield Issue(path, f"{algorithm} with {n_objectives} objectives", "one objective, or scalarize", hint)
    if algorithm in _SEVERAL_OBJECTIVES and n_objectives == 1:
        yield Issue(path, f"{algorithm} with one objective", "at least two objectives", "Take de.")


def weights_belong_to_objectives(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Weights are for objectives, and for algorithms that look for one optimum."""
    weights, algorithm = spec.optimize.scalarize, spec.optimize.algorithm
    path = ("optimize", "scalarize")
    if weights is None:
        return
    if algorithm not in _TAKE_WEIGHTS:
        expected = f"one of the algorithms {listing(sorted(_TAKE_WEIGHTS))}"
        hint = "Delete scalarize for a front, or take de for one optimum."
        yield Issue(path, f"scalarize with {algorithm}, which keeps objectives apart", expected, hint)
    if not weights:
        yield Issue(path, "no weights are given", "{objective: weight, ...}")
    for name in weights:
        if name not in names.objectives:
            hint = did_you_mean(name, names.objectives)
            expected = f"one of {listing(names.objectives)}"
            yield Issue((*path, name), f"{name!r} isn't among the objectives", expected, hint)
    for name in names.objectives:
        if weights and name not in weights:
            found = f"{name} has no weight: it is printed, and not optimized"
            yield Issue(path, found, severity="note")


def domains_belong_to_models(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Only what is learned has a domain."""
    if spec.optimize.domain == "inside" and not any(name in spec.properties for name in spec.objectives):
        found = "domain: inside, but no objective is learned: descriptors are computed and hold everywhere"
        hint = "Delete it, or take a property among the objectives."
        yield Issue(("optimize", "domain"), found, "an objective among the properties", hint)


def chances_have_thresholds(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """The chance to meet a threshold takes a threshold."""
    if spec.optimize.risk != "p_all" or not spec.objectives:
        return
    bare = [name for name, goal in spec.objectives.items() if goal.threshold is None]
    if len(bare) == len(spec.objectives):
        found = "risk: p_all, but no objective has a threshold to meet"
        goal = spec.objectives[bare[0]].goal
        hint = f"Add one, such as {bare[0]}: {{goal: {goal}, threshold: ...}}, or take risk: lower."
        yield Issue(("optimize", "risk"), found, "an objective with a threshold", hint)
        return
    for name in bare:
        found = f"{name} has no threshold: with risk: p_all it is judged by its prediction"
        yield Issue(("objectives", name), found, severity="note")


def random_has_a_budget(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Random search has no generations; the number still says how many alloys are drawn."""
    optimize = spec.optimize
    if optimize.algorithm == "random":
        found = f"random draws population x generations = {optimize.most_evaluations} alloys"
        if optimize.max_evaluations is not None:
            found = f"random draws at most {optimize.most_evaluations} alloys"
        yield Issue(("optimize", "algorithm"), found, severity="note")


def exhaustive_can_count(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Every alloy can be evaluated where there is a number of them."""
    if spec.optimize.algorithm != "exhaustive":
        return
    for name, variable in spec.space.process.items():
        if isinstance(variable, RangeProcessSpec) and variable.step is None:
            found = f"exhaustive with {name}, which has any value within its range"
            hint = f"Give {name} a step, or take nsga2."
            yield Issue(("optimize", "algorithm"), found, "process variables with steps or choices", hint)


def exhaustive_needs_no_budget(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Where every alloy is evaluated, population, generations and seeds change nothing."""
    optimize = spec.optimize
    if optimize.algorithm != "exhaustive":
        return
    unused = sorted(optimize.model_fields_set & {"generations", "population"})
    unused += ["seeds"] if len(optimize.seeds) > 1 else []
    if unused:
        found = f"exhaustive evaluates every alloy, once: {', '.join(unused)} change nothing"
        yield Issue(("optimize", unused[0]), found, severity="note")
