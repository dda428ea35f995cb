"""Where the numbers come from: data and whom to credit, versions, seeds, hashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moalloy.optimize.algorithms import population_of
from moalloy.report.html.markup import Markup, bullets, join, reference, table, tag
from moalloy.report.html.page import section
from moalloy.report.run_data import RunData
from moalloy.report.wording import judged_by
from moalloy.spec.data import TableSpec
from moalloy.study.stopping import stop_in_words
from moalloy.tables import about

__all__ = ["provenance_section"]

_BUILT_IN = "builtin:"


def provenance_section(run: RunData) -> Markup:
    """Return the section that lets someone else repeat the run."""
    manifest = run.manifest
    hashes = [(name, tag("code", value)) for name, value in _flat(manifest["sha256"])]
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    facts = [
        f"Search: {_search(run)}; judged by {judged_by(run.problem.spec.optimize.risk)}.",
        *_early_ends(manifest),
        *_models(run),
        f"Started {manifest['started']}, finished {manifest['finished'] or '–'}, on {manifest['platform']}.",
        f"Versions: {versions}.",
    ]
    return section(
        "Where it comes from",
        tag("h3", "Data"),
        bullets(_credit(name, item) for name, item in run.problem.spec.data.items()),
        tag("h3", "How to repeat it"),
        bullets(facts),
        table(("SHA-256 of", ""), hashes),
        id_="provenance",
    )


def _models(run: RunData) -> list[str]:
    """Return what kind of models there are, and their seed unless another run's file had it."""
    models = [item.model for item in run.models.values()]
    if not models:
        return []
    kinds = " or ".join(dict.fromkeys(" and ".join(model.kinds) for model in models))
    members = " or ".join(dict.fromkeys(str(len(model.members)) for model in models))
    is_given = run.manifest.get("models") == "given"
    origin = "taken as given" if is_given else f"seed {run.manifest['seeds']['model']}"
    return [f"Models: {kinds}, {members} members, {origin}."]


def _search(run: RunData) -> str:
    """Return how the space was searched, and why so where the run chose."""
    settings, why = run.problem.spec.optimize, run.manifest["result"].get("algorithm_reason")
    chosen = f" (chosen: {why})" if why else ""
    if run.is_exhaustive:
        return f"exhaustive, every alloy of the space{chosen}"
    seeds = ", ".join(map(str, run.manifest["seeds"]["search"]))
    asked = settings.population
    population = population_of(run.algorithm, n_objectives=len(run.problem.objectives), population=asked)
    systems = f", each of {len(run.systems)} chemical systems by itself" if len(run.systems) else ""
    return (
        f"{run.algorithm}{chosen}{systems}, population {population}, "
        f"{settings.generations} generations, seeds {seeds}"
    )


def _early_ends(manifest: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each search that didn't make all its generations; older runs don't say."""
    stopped = manifest.get("result", {}).get("stopped", {})
    ends = {seed: entry for seed, entry in stopped.items() if entry["reason"] != "generations"}
    return [f"{stop_in_words(seed, **entry).capitalize()}." for seed, entry in ends.items()]


def _credit(name: str, item: TableSpec) -> Markup:
    parts: list[str] = [tag("b", name), ": ", tag("code", item.table)]
    if item.table.startswith(_BUILT_IN):
        known = about(item.table)
        parts += [f". {known.title}. ", reference(known.credit)]
    return join(parts)


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}: ")
        else:
            yield f"{prefix}{name}", str(value)
