"""Why one alloy is predicted as it is: from the base to the prediction, feature by feature."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from moalloy.domain.values import FloatArray, Prediction
from moalloy.study.front import round_significant
from moalloy.study.nearby import Neighbor, nearest_alloys
from moalloy.study.query import Query
from moalloy.surrogates.explanation import contributions
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.parts import TREATMENT, Grouping, Part, parts_of

__all__ = ["PartReasons", "Reasons", "Step", "explain_alloy", "reasons_table"]


@dataclass(frozen=True, slots=True)
class Step:
    """One feature, or all further ones together, on the way from the base to the prediction.

    Attributes:
        feature: Its label, with its unit; or the name of several features that count as one.
        value: Its value in the alloy; NaN where it is missing, or where these are several.
        by_member: What each member adds to the score for it.
        missing: Why a single feature has no value, in words; empty where it has one.
    """

    feature: str
    value: float
    by_member: tuple[float, ...]
    missing: str = ""

    @property
    def contribution(self) -> float:
        """What enters the prediction: the mean over the members."""
        return math.fsum(self.by_member) / len(self.by_member)


@dataclass(frozen=True, slots=True, eq=False)
class PartReasons:
    """One part of a prediction: a base on the part's scale, and what each feature adds to it.

    Attributes:
        part: What is predicted.
        base: Before anything is known of the alloy.
        steps: What each feature adds by XGBoost's models, the largest first.
        averaging: From their prediction to that of the average, where other kinds are averaged with them.
    """

    part: Part
    base: float
    steps: tuple[Step, ...]
    averaging: Step | None = None

    @property
    def path(self) -> tuple[Step, ...]:
        """All steps from the base to the prediction."""
        return self.steps if self.averaging is None else (*self.steps, self.averaging)

    @property
    def score(self) -> float:
        return self.base + sum(step.contribution for step in self.path)

    def shortened(self, n: int) -> PartReasons:
        """Return the same with the ``n`` largest steps, the others added up to one at the end."""
        kept, rest = self.steps[:n], self.steps[n:]
        if len(rest) < 2:
            return self
        by_member = tuple(map(math.fsum, zip(*(step.by_member for step in rest), strict=True)))
        return replace(self, steps=(*kept, Step(f"{len(rest)} other features", math.nan, by_member)))


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """One property of one alloy: its prediction, the parts that it comes from, and the nearest alloys.

    A part that isn't XGBoost's can't be explained and is left out.
    """

    name: str
    unit: str
    interval: float
    prediction: Prediction
    is_in_domain: bool
    parts: tuple[PartReasons, ...]
    neighbors: tuple[Neighbor, ...]
    foreign: tuple[str, ...]


def explain_alloy(
    models: Mapping[str, FittedSurrogate], query: Query, *, by: Grouping = "feature"
) -> tuple[Reasons, ...]:
    """Return why each model predicts what it predicts for one alloy.

    Args:
        models: The models to ask, by property.
        query: The alloy.
        by: Whether a step is one feature, a family or a kind of them.
    """
    return tuple(_reasons(surrogate.model, query, by) for surrogate in models.values())


def reasons_table(reasons: Sequence[Reasons], *, n: int) -> pd.DataFrame:
    """Return the steps as a table: per part the base, its ``n`` largest steps and the rest; then the sum.

    Columns: property, part, feature, its value in the alloy, the effect (in the unit, or a factor where
    ``effect_unit`` says so) with its range over the members, and the running total. The last row of a
    property is its prediction, whose range is the calibrated interval.
    """
    rows: list[dict[str, object]] = []
    for item in reasons:
        for part in item.parts:
            rows += _part_rows(part.shortened(n))
        mean, low, high = (
            _digits(float(values[0]))
            for values in (item.prediction.mean, item.prediction.low, item.prediction.high)
        )
        rows.append(_row(item.name, "prediction", "", low=low, high=high, total=mean, unit=item.unit))
    return pd.DataFrame(rows)


def _part_rows(reasons: PartReasons) -> list[dict[str, object]]:
    part, score = reasons.part, reasons.base
    unit = {"linear": part.unit, "log": "factor", "odds": "factor of the odds"}[part.scale]
    words = part.with_share(part.what)
    rows = [_row(part.name, words, "(base)", total=_outcome(part, score), unit=part.unit or part.what)]
    for step in reasons.path:
        score += step.contribution
        effect, low, high = (
            _digits(value)
            for value in part.effect(np.array([step.contribution, min(step.by_member), max(step.by_member)]))
        )
        row = _row(part.name, words, step.feature, low=low, high=high, unit=unit)
        rows.append(row | {"value": _digits(step.value), "effect": effect, "total": _outcome(part, score)})
    return rows


def _row(
    name: str,
    part: str,
    feature: str,
    *,
    unit: str,
    low: float = np.nan,
    high: float = np.nan,
    total: float = np.nan,
) -> dict[str, object]:
    return {
        "property": name,
        "part": part,
        "feature": feature,
        "value": np.nan,
        "effect": np.nan,
        "low": low,
        "high": high,
        "effect_unit": unit,
        "total": total,
    }


def _reasons(model: PropertyModel, query: Query, by: Grouping) -> Reasons:
    alloys = query.alloys([item.name for item in model.inputs.process])
    held = {symbol for i, symbol in enumerate(query.elements) if query.fractions[0, i] > 0}
    return Reasons(
        name=model.name,
        unit=model.unit,
        interval=model.interval,
        prediction=model.predict(alloys),
        is_in_domain=bool(model.is_in_domain(alloys)[0]),
        parts=tuple(_part_reasons(part, alloys, by) for part in parts_of(model)),
        neighbors=nearest_alloys(model, query),
        foreign=tuple(sorted(held - set(model.rows.used_elements))),
    )


def _part_reasons(part: Part, alloys: Alloys, by: Grouping) -> PartReasons:
    found = contributions(part, alloys)
    values = part.as_read(found.features)[0]
    members_of: dict[str, list[int]] = {}
    for i, name in enumerate(part.grouped(by)):
        members_of.setdefault(name, []).append(i)
    steps = [
        Step(
            feature=name,
            value=float(values[columns[0]]) if len(columns) == 1 else math.nan,
            by_member=tuple(map(float, found.by_member[:, 0, columns].sum(axis=1))),
            missing=_missing(part, alloys, columns[0], values) if len(columns) == 1 else "",
        )
        for name, columns in members_of.items()
    ]
    steps.sort(key=lambda step: -abs(step.contribution))
    used = tuple(step for step in steps if any(step.by_member))
    return PartReasons(part, float(found.base.mean()), used, _averaging(part, alloys))


def _missing(part: Part, alloys: Alloys, column: int, values: FloatArray) -> str:
    """Return why a feature has no value, in words; empty where it has one, or is no single number."""
    n_valued = len(part.labels) - len(part.tilted)
    if column >= n_valued:  # counted from random sums: of these only the treatment is one number
        process = [item.name for item in part.inputs.process]
        value = alloys.process[0, process.index(part.tilted[column - n_valued])]
        return "not given" if math.isnan(value) else ""
    if not math.isnan(values[column]):
        return ""
    return "not given" if part.kinds[column] == TREATMENT else "unknown"


def _averaging(part: Part, alloys: Alloys) -> Step | None:
    """Return the step from XGBoost's prediction to that of the average; None where there is no average."""
    if not part.averages:
        return None
    features = part.features(alloys)
    changes = [
        float(average.predict(features)[0] - own.predict(features)[0])
        for average, own in zip(part.averages, part.members, strict=True)
    ]
    return Step(f"(averaged with {' and '.join(part.others)})", math.nan, tuple(changes))


def _outcome(part: Part, score: float) -> float:
    return _digits(float(part.outcome(np.array([score]))[0]))


def _digits(value: float) -> float:
    return float(round_significant(np.array([value]))[0])
