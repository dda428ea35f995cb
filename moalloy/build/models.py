"""Fitting the surrogates of a problem, and not fitting them twice."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from moalloy.build.ceiling import choose_ceiling
from moalloy.build.effort import affordable_repeats
from moalloy.build.hurdle import classifier_rows, hurdle_inputs, hurdle_tables, n_assumed
from moalloy.build.learners import hurdle_learner, learner_warnings, learning, problem_learners
from moalloy.build.problem import Problem
from moalloy.build.proxies import proxy_metrics, proxy_warnings
from moalloy.build.training import (
    process_inputs,
    property_rows,
    read_tables,
    surrogate_inputs,
)
from moalloy.build.weak_data import data_warnings
from moalloy.domain.values import FloatArray
from moalloy.errors import MachineError, RunFolderError
from moalloy.features.blocks import feature_packages
from moalloy.files import atomic_folder
from moalloy.surrogates.classification import classifier_scores
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.fitting import FitPlan, OutOfFold, fit_hurdle, fit_property
from moalloy.surrogates.model import Alloys, BulkClassifier, PropertyModel
from moalloy.surrogates.scale import Scale
from moalloy.surrogates.store import FORMAT, load_surrogate, save_surrogate
from moalloy.surrogates.training import TrainingRows
from moalloy.surrogates.trees import ENGINE
from moalloy.surrogates.validation import Validation, validate
from moalloy.tables import AlloyTable
from moalloy.workers import Local, Workers

__all__ = ["HURDLE_MEMBERS", "cache_folder", "fit", "fit_key"]

HURDLE_MEMBERS = 5


def fit(
    problem: Problem,
    seed: int | None = None,
    jobs: int = 1,
    *,
    cache: Path | None = None,
    progress: Callable[[str], None] = lambda message: None,
    workers: Workers | None = None,
) -> dict[str, FittedSurrogate]:
    """Fit and score a surrogate for every property of the problem.

    Args:
        problem: What to fit.
        seed: Of the models; ``model.seed`` of the problem where omitted.
        jobs: Models trained at a time. The result doesn't depend on it.
        cache: A folder to take finished fits from and to leave new ones in; None for none.
        progress: Called with a line for people before each property.
        workers: Who trains, in place of ``jobs`` threads.

    Returns:
        Surrogates by property, each with ``predict(X)``, ``metrics`` and its out-of-fold predictions.

    Raises:
        TableError: A table can't be trained on.
    """
    seed = problem.spec.model.seed if seed is None else seed
    tables = read_tables(problem.spec)
    models = {}
    for name in problem.spec.properties:
        key = fit_key(problem, name, tables, seed=seed)
        known = _from_cache(cache, key, problem)
        if known is not None:
            progress(f"{name}: taken from the cache of fits")
        else:
            progress(f"{name}: {_work(problem)}")
            known = _fit_one(problem, name, tables, seed=seed, workers=workers or Local(jobs))
            _to_cache(cache, key, known)
        models[name] = known
    return models


def cache_folder() -> Path:
    """Return where fits are kept between runs: ``MOALLOY_CACHE``, or the user's cache folder."""
    chosen = os.environ.get("MOALLOY_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "moalloy"


def fit_key(problem: Problem, name: str, tables: Mapping[str, AlloyTable], *, seed: int) -> str:
    """Return the hash of everything that decides a fit: data, settings, seed, and the code that fits.

    Ranges and levels of process variables, and features of other properties, don't count: the same fit
    serves another space.
    """
    spec = problem.spec
    item = spec.properties[name]
    names = dict.fromkeys((item.data, *hurdle_tables(spec, name)))
    content = {
        "property": [name, item.model_dump(mode="json")],
        "model": spec.model.model_dump(mode="json", exclude={"features", "seed"}),
        "features": spec.model.features_of(name),
        "seed": seed,
        "tables": [[spec.data[n].model_dump(mode="json"), tables[n].sha256] for n in names],
        "process": [[p.name, p.names] for p in process_inputs(item.inputs, problem.space.process)],
        # Properties share the time for validation, so their number decides the repeats.
        "properties": len(spec.properties),
        "code": [_code_hash(), FORMAT, ENGINE, np.__version__],
        "engines": [learner.engine for learner in problem_learners(spec)],
        "feature_packages": feature_packages(spec.model.features_of(name)),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@functools.cache
def _code_hash() -> str:
    """Return the hash of moalloy's own code and data up to here: a change in them makes old fits void."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for layer in ("build", "domain", "features", "surrogates", "tables"):
        for path in sorted((package / layer).rglob("*")):
            if path.suffix in (".py", ".csv"):
                digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _fit_one(
    problem: Problem, name: str, tables: Mapping[str, AlloyTable], *, seed: int, workers: Workers
) -> FittedSurrogate:
    spec, model_spec = problem.spec.properties[name], problem.spec.model
    process = process_inputs(spec.inputs, problem.space.process)
    rows = property_rows(problem.spec, name, tables, process)
    inputs = surrogate_inputs(problem.spec, name, rows, process)
    plan = FitPlan(
        scale=spec.scale,
        interval=model_spec.interval,
        n_members=model_spec.members,
        seed=seed,
        learners=problem_learners(problem.spec),
        n_tune=model_spec.tune,
        workers=workers,
    )
    hurdle_rows = classifier_rows(problem.spec, name, tables)
    hurdle, hurdle_metrics = _fit_hurdle(problem, name, tables, hurdle_rows, plan)
    chosen = choose_ceiling(problem.spec, name, rows)
    model, out_of_fold = fit_property(
        name, spec.unit or "", rows, inputs, plan=plan, hurdle=hurdle, ceiling=chosen.ceiling
    )
    n_repeats = model_spec.repeats or affordable_repeats(
        len(rows),
        len(inputs.names),
        n_properties=len(problem.spec.properties),
        by=learning(problem.spec),
    )
    validation = validate(rows, inputs, out_of_fold, plan=plan, n_repeats=n_repeats)
    proxies = proxy_metrics(rows, plan.scale, out_of_fold.is_left_out)
    metrics: dict[str, object] = {
        "property": name,
        "unit": model.unit,
        "scale": model.scale,
        "table": tables[spec.data].source,
        "group_by": rows.grouped_by,
        "warnings": data_warnings(problem.spec, name, rows, hurdle_rows)
        + proxy_warnings(name, spec, tables[spec.data], proxies)
        + _constant_warnings(name, model)
        + learner_warnings(problem.spec, name, len(rows))
        + list(chosen.warnings),
        **_scores(validation, model),
        **chosen.metrics,
        **hurdle_metrics,
        "proxies": proxies,
        "kinds": list(model_spec.kinds),
        "tune": plan.n_tune,
        "settings_given": model_spec.settings_given,
        "settings": _settings(model),
    }
    return FittedSurrogate(model, problem.space, metrics, _in_unit(out_of_fold, model.scale))


def _fit_hurdle(
    problem: Problem,
    name: str,
    tables: Mapping[str, AlloyTable],
    rows: TrainingRows | None,
    plan: FitPlan,
) -> tuple[BulkClassifier | None, dict[str, object]]:
    if rows is None:
        return None, {}
    inputs = hurdle_inputs(problem.spec, name, rows)
    classifier, out_of_fold = fit_hurdle(
        rows,
        inputs,
        plan=replace(plan, n_members=HURDLE_MEMBERS),
        learner=hurdle_learner(problem.spec),
    )
    scores = {
        "rows": len(rows),
        "groups": rows.n_groups,
        "group_by": rows.grouped_by,
        "positive": int(rows.values.sum()),
        "assumed_negative": n_assumed(problem.spec, name, tables, rows),
        **classifier_scores(rows, out_of_fold).to_dict(),
    }
    return classifier, {"hurdle": scores}


def _scores(validation: Validation, model: PropertyModel) -> dict[str, object]:
    """Return the scores, and how far the domain reaches beside how it did."""
    scores = validation.to_dict()
    return scores | {"domain": {"reach_at_pct": model.domain.reach_at_pct, **validation.domain_to_dict()}}


def _constant_warnings(name: str, model: PropertyModel) -> list[str]:
    """Return a warning where a model predicts one value for alloys whose measured values differ."""
    rows = model.rows
    said = model.predict_mean(Alloys(rows.fractions, rows.elements, rows.process))
    if np.ptp(said) > 0 or np.ptp(rows.values) == 0:
        return []
    return [
        f"{name}: one value is predicted for every alloy ({said[0]:.4g}): the settings of the model leave it"
        " nothing to learn"
    ]


def _work(problem: Problem) -> str:
    """Return what a fit takes, in words."""
    model = problem.spec.model
    kinds = "" if model.kind == "xgboost" else f" {' and '.join(model.kinds)}"
    tuning = f", settings tried in every fold: {model.tune}" if model.tune else ""
    return f"fitting and scoring{kinds}{tuning}"


def _settings(model: PropertyModel) -> list[dict[str, object]]:
    """Return the kinds and settings of the members, each once."""
    learners = dict.fromkeys(learner for member in model.members for learner in member.learners)
    return [{"kind": learner.kind, **learner.settings_to_dict()} for learner in learners]


def _in_unit(out_of_fold: OutOfFold, scale: Scale) -> FloatArray:
    return 10.0**out_of_fold.mean if scale == "log" else out_of_fold.mean


def _from_cache(cache: Path | None, key: str, problem: Problem) -> FittedSurrogate | None:
    if cache is None:
        return None
    try:
        return load_surrogate(cache / "fits" / key, problem.space)
    except RunFolderError:
        return None  # not there yet, or damaged: fitted anew and replaced


def _to_cache(cache: Path | None, key: str, surrogate: FittedSurrogate) -> None:
    if cache is None:
        return
    try:
        with atomic_folder(cache / "fits" / key) as folder:
            save_surrogate(surrogate, folder)
    except (MachineError, OSError):
        return  # a cache that can't be written costs the next run time, and nothing else
