"""Members on disk: XGBoost's in its own format, those of other kinds as what it takes to fit them again.

A pickle would run whatever it holds and be void after an update. Instead a member's settings, its seed
and the groups that it left out are written down, and the rows lie beside them: fitting anew gives the
same member, at the time of a fit. That it is the same, its out-of-fold predictions show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import RunFolderError
from moalloy.surrogates.background import Background
from moalloy.surrogates.estimators import steady
from moalloy.surrogates.kinds import get_learner
from moalloy.surrogates.learner import Average, Features, Origin, Scorer
from moalloy.surrogates.transitions import Relative, Transition
from moalloy.surrogates.trees import Trees, TreeSettings

__all__ = ["Evidence", "engines", "load_members", "load_trees", "save_member", "save_members"]

# Beyond rounding: another library, or another processor, fits something else.
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The rows that members are fitted to again, and what they predicted when they were new.

    Attributes:
        features: Shape ``(n_rows, n_features)``.
        target: On the fitted scale, shape ``(n_rows,)``.
        background: What members may know beside the rows.
        predicted: Out-of-fold predictions on the fitted scale, shape ``(n_rows,)``.
        packages: Packages that some of the features come from, with their versions.
    """

    features: Features
    target: FloatArray
    background: Background
    predicted: FloatArray
    packages: Sequence[str] = ()


def engines(members: Sequence[Scorer], packages: Sequence[str] = ()) -> list[str]:
    """Return the libraries that fitted the members, with their versions; numpy and scipy among them.

    Args:
        members: The members.
        packages: Those that features come from.
    """
    named = {*packages, *(learner.engine for member in members for learner in member.learners)}
    return sorted(named | {f"{name} {version(name)}" for name in ("numpy", "scipy")})


def save_member(scorer: Scorer, path: Path) -> dict[str, object]:
    """Return the entry of one model in model.json; a boosted one is written to ``path`` too."""
    (learner,) = scorer.learners
    entry: dict[str, object] = {"kind": learner.kind, "settings": learner.settings_to_dict()}
    if isinstance(scorer, Trees):
        scorer.save(path)
        entry["file"] = path.name
    return entry


def load_trees(entry: Mapping[str, Any], folder: Path) -> Trees:
    """Read the boosted model of an entry.

    Raises:
        RunFolderError: The file is missing or isn't a model.
    """
    return Trees.load(folder / entry["file"], TreeSettings(**entry["settings"]))


def save_members(
    members: Sequence[Scorer], origins: Sequence[Origin], folder: Path
) -> list[dict[str, object]]:
    """Write what can be written of the members and return an entry of each."""
    return [
        {
            "seed": origin.seed,
            "left_out": list(origin.left_out),
            # No two models of a member are of one kind, so one name serves the boosted one.
            "models": [save_member(scorer, folder / f"member-{i:03d}.ubj") for scorer in _parts(member)],
            "transitions": [_transition_to_dict(item) for item in _transitions(member)],
        }
        for i, (member, origin) in enumerate(zip(members, origins, strict=True))
    ]


def load_members(
    entries: Sequence[Mapping[str, Any]], fitted_with: Sequence[str], folder: Path, evidence: Evidence
) -> tuple[tuple[Scorer, ...], tuple[Origin, ...]]:
    """Read the members, and fit those anew that have no file.

    Args:
        entries: What `save_members` returned.
        fitted_with: What `engines` returned then.
        folder: Where the files lie.
        evidence: The rows that they were fitted to.

    Raises:
        RunFolderError: A file can't be read, or a member isn't what it was.
    """
    origins = tuple(Origin(entry["seed"], tuple(entry["left_out"])) for entry in entries)
    is_out = [np.isin(evidence.background.groups, origin.left_out) for origin in origins]
    with steady():
        members = tuple(
            _load_member(entry, folder, evidence, origin.seed, is_left_out)
            for entry, origin, is_left_out in zip(entries, origins, is_out, strict=True)
        )
        if evidence.packages or any("file" not in model for entry in entries for model in entry["models"]):
            _check(members, is_out, evidence, f"{folder}: its models, fitted with {', '.join(fitted_with)},")
    return members, origins


def _parts(member: Scorer) -> tuple[Scorer, ...]:
    if isinstance(member, Relative):
        return _parts(member.scorer)
    return member.scorers if isinstance(member, Average) else (member,)


def _transitions(member: Scorer) -> tuple[Transition, ...]:
    return member.transitions if isinstance(member, Relative) else ()


def _transition_to_dict(transition: Transition) -> dict[str, object]:
    slopes = dict(zip(transition.elements, map(float, transition.slopes), strict=True))
    return {"process": transition.process, "intercept": transition.intercept, "slopes": slopes}


def _transition_from_dict(data: Mapping[str, Any]) -> Transition:
    slopes = data["slopes"]
    return Transition(data["process"], tuple(slopes), np.array(list(slopes.values())), data["intercept"])


def _load_member(
    entry: Mapping[str, Any], folder: Path, evidence: Evidence, seed: int, is_left_out: BoolArray
) -> Scorer:
    def fitted_anew(model: Mapping[str, Any]) -> Scorer:
        learner = get_learner(model["kind"]).with_settings(model["settings"])
        features, target = evidence.features, evidence.target
        return evidence.background.fit((learner,), features, target, is_left_out, seed=seed)

    transitions = tuple(_transition_from_dict(item) for item in entry["transitions"])
    scorers = tuple(
        load_trees(model, folder) if "file" in model else _parts(fitted_anew(model))[0]
        for model in entry["models"]
    )
    scorer = scorers[0] if len(scorers) == 1 else Average(scorers)
    return Relative(scorer, transitions, evidence.background.names) if transitions else scorer


def _check(members: Sequence[Scorer], is_out: Sequence[BoolArray], evidence: Evidence, what: str) -> None:
    """Refuse members whose out-of-fold predictions, averaged over members, aren't those on record."""
    total, count = np.zeros(len(evidence.target)), np.zeros(len(evidence.target))
    for member, is_left_out in zip(members, is_out, strict=True):
        total[is_left_out] += member.predict(evidence.features[is_left_out])
        count[is_left_out] += 1
    # Relative to the spread of the values too: a prediction near 0 has no relative error to speak of.
    scale = np.abs(evidence.predicted) + evidence.target.std()
    error = float(np.max(np.abs(total / count - evidence.predicted) / scale))
    if not error <= _TOLERANCE:
        raise RunFolderError(
            f"{what} can't be had again: here, with {', '.join(engines(members, evidence.packages))}, they"
            f" predict their own rows otherwise, by up to {error:.1g} of the values; install those versions,"
            " or fit the problem again"
        )
