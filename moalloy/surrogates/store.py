"""Surrogates on disk: boosters in XGBoost's own format, everything else as JSON and CSV.

Loading reads numbers and text; nothing in a model folder can run. ``model.json`` holds the hash of every
other file, checked before XGBoost sees one: at some damaged models it ends the process. Models of other
kinds are fitted again from the rows, which takes as long as it took at first, once per process. Where
features are another package's, their values may have changed: then members are asked for their own rows.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import FloatArray
from moalloy.errors import InputError, RunFolderError
from moalloy.features.blocks import feature_packages
from moalloy.features.featurizer import Featurizer
from moalloy.files import sha256_of, write_json
from moalloy.surrogates.background import Background
from moalloy.surrogates.calibration import Calibration
from moalloy.surrogates.ceiling import Ceiling
from moalloy.surrogates.difficulty import Difficulty, Surroundings
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.members import Evidence, engines, load_members, load_trees, save_member, save_members
from moalloy.surrogates.model import BulkClassifier, PropertyModel
from moalloy.surrogates.neighbors import Domain
from moalloy.surrogates.rows import read_rows, write_rows
from moalloy.surrogates.scale import to_scale
from moalloy.surrogates.training import Inputs, ProcessInput

__all__ = ["FORMAT", "load_surrogate", "save_surrogate"]

FORMAT = 5


def save_surrogate(surrogate: FittedSurrogate, folder: Path) -> None:
    """Write a surrogate into an existing, empty folder."""
    model = surrogate.model
    write_json(folder / "metrics.json", surrogate.metrics)
    write_rows(folder, model.rows, model.inputs, surrogate.predicted)
    content: dict[str, object] = {
        "format": FORMAT,
        "name": model.name,
        "unit": model.unit,
        "scale": model.scale,
        "interval": model.interval,
        "is_positive": model.is_positive,
        "members": save_members(model.members, model.origins, folder),
        "fitted_with": engines(model.members, _packages(model.inputs)),
        "inputs": _inputs_to_dict(model.inputs),
        "grouped_by": model.rows.grouped_by,
        "tilted": list(model.rows.tilted),
        "calibration": {"ratios": [float(ratio) for ratio in model.calibration.ratios]},
        "difficulty": {
            **save_member(model.difficulty.forest, folder / "difficulty.ubj"),
            "mean": model.difficulty.mean,
            "limit": model.difficulty.limit if np.isfinite(model.difficulty.limit) else None,
        },
        "ceiling": None if model.ceiling is None else model.ceiling.descriptor,
        "domain_reach_at_pct": model.domain.reach_at_pct,
        "domain_foreign_at_pct": model.domain.foreign_at_pct,
        "features": list(model.inputs.names),
    }
    if model.hurdle is not None:
        content["hurdle"] = {
            "members": [
                save_member(member, folder / f"hurdle-{i:03d}.ubj")
                for i, member in enumerate(model.hurdle.members)
            ],
            "inputs": _inputs_to_dict(model.hurdle.inputs),
            "slope": model.hurdle.slope,
            "offset": model.hurdle.offset,
        }
    content["sha256"] = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    write_json(folder / "model.json", content)


def load_surrogate(folder: Path, space: DesignSpace) -> FittedSurrogate:
    """Read a surrogate and bind it to the columns of ``space``.

    Raises:
        RunFolderError: A file is missing, damaged or of another format.
    """
    try:
        text = (folder / "model.json").read_text(encoding="utf-8")
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise RunFolderError(
                f"{folder}: model format {content['format']}, this version reads {FORMAT};"
                " fit the problem again"
            )
        _check_hashes(folder, content["sha256"])
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        model, predicted = _model(_Description(text, folder))
    except RunFolderError:
        raise
    except OSError as error:
        raise RunFolderError(
            f"{error.filename} can't be read: {error.strerror}; fit the problem again"
        ) from None
    except (ValueError, LookupError, TypeError, AttributeError, InputError) as error:
        raise RunFolderError(
            f"{folder} can't be read as a model ({error!r}); fit the problem again"
        ) from None
    return FittedSurrogate(model, space, metrics, predicted)


def _check_hashes(folder: Path, hashes: Mapping[str, str]) -> None:
    damaged = [name for name, expected in hashes.items() if sha256_of(folder / name) != expected]
    if damaged:
        raise RunFolderError(
            f"{folder}: {', '.join(damaged)} changed since it was written; fit the problem again"
        )


@dataclass(frozen=True, slots=True)
class _Description:
    """The text of a model.json, which holds the hashes of the files beside it: equal texts, equal models."""

    text: str
    folder: Path = field(compare=False)


@functools.lru_cache(maxsize=16)
def _model(description: _Description) -> tuple[PropertyModel, FloatArray]:
    """Return the model and its out-of-fold predictions.

    Kept, because a run asks for its models when it searches, for its figures and for its report.
    """
    content, folder = json.loads(description.text), description.folder
    inputs = _inputs_from_dict(content["inputs"])
    rows, predicted = read_rows(folder, inputs, grouped_by=content["grouped_by"])
    rows = replace(rows, tilted=tuple(content["tilted"]))
    evidence = Evidence(
        features=inputs.features(rows.fractions, rows.elements, rows.process),
        target=to_scale(rows.values, content["scale"]),
        background=Background.of(rows, inputs),
        predicted=to_scale(predicted, content["scale"]),
        packages=_packages(inputs),
    )
    members, origins = load_members(content["members"], content["fitted_with"], folder, evidence)
    model = PropertyModel(
        name=content["name"],
        unit=content["unit"],
        scale=content["scale"],
        interval=content["interval"],
        inputs=inputs,
        members=members,
        calibration=Calibration(np.array(content["calibration"]["ratios"], dtype=np.float64)),
        difficulty=_difficulty(content["difficulty"], folder),
        surroundings=Surroundings.of(rows, evidence.target, inputs.process),
        domain=Domain(
            rows.elements, rows.fractions, content["domain_reach_at_pct"], content["domain_foreign_at_pct"]
        ),
        rows=rows,
        origins=origins,
        is_positive=content["is_positive"],
        hurdle=_hurdle(content["hurdle"], folder) if "hurdle" in content else None,
        ceiling=None if content["ceiling"] is None else Ceiling(content["ceiling"]),
    )
    return model, predicted


def _difficulty(content: Mapping[str, Any], folder: Path) -> Difficulty:
    limit = np.inf if content["limit"] is None else content["limit"]
    return Difficulty(load_trees(content, folder), content["mean"], limit)


def _hurdle(content: Mapping[str, Any], folder: Path) -> BulkClassifier:
    return BulkClassifier(
        _inputs_from_dict(content["inputs"]),
        tuple(load_trees(entry, folder) for entry in content["members"]),
        content["slope"],
        content["offset"],
    )


def _packages(inputs: Inputs) -> list[str]:
    return list(feature_packages(inputs.featurizer.blocks).values())


def _inputs_to_dict(inputs: Inputs) -> dict[str, object]:
    process = [{"name": item.name, "names": item.names} for item in inputs.process]
    return {"featurizer": inputs.featurizer.to_dict(), "process": process}


def _inputs_from_dict(data: Mapping[str, Any]) -> Inputs:
    process = tuple(
        ProcessInput(item["name"], None if item["names"] is None else tuple(item["names"]))
        for item in data["process"]
    )
    return Inputs(Featurizer.from_dict(data["featurizer"]), process)
