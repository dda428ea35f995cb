"""Reasons as figures take them: what drives the models of a run, and why one alloy is predicted so."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from moalloy.files import write_bytes
from moalloy.report.plots.importance import ImportancePanel
from moalloy.report.plots.waterfall import WaterfallPanel, waterfall_figure
from moalloy.report.quantities import Quantity, readable
from moalloy.report.run_data import RunData
from moalloy.report.scales import number
from moalloy.report.style import to_bytes
from moalloy.runs.cards.metrics import plain
from moalloy.study.drivers import TOP, Drivers, find_drivers, most_important
from moalloy.study.query import Query
from moalloy.study.reasons import PartReasons, Reasons, Step
from moalloy.surrogates.parts import TREATMENT, Part

__all__ = ["drivers_of", "importance_panels", "reasons_figure", "write_reasons"]

_N_STEPS = 10
# A certain chance has infinite odds, which no axis has room for.
_CHANCES = (1e-6, 1.0 - 1e-6)
_ARROWS = {"raises": "↑", "lowers": "↓", "mixed": "↕", "": ""}


@functools.lru_cache(maxsize=1)
def drivers_of(run: RunData) -> tuple[Drivers, ...]:
    """Return what drives each property of a run, as far as it is XGBoost's; the last run's are remembered.

    It takes longer than all figures together, and figures, report and table ask for the same.
    """
    return find_drivers(run.models, list(run.models))


def importance_panels(found: Sequence[Drivers]) -> list[ImportancePanel]:
    """Return a panel per part, with its ten most important features."""
    return [_panel(item) for item in found]


def reasons_figure(query: Query, reasons: Sequence[Reasons]) -> Figure:
    """Draw the way from the base to the prediction for each part of each property."""
    items = [_waterfall(part.shortened(_N_STEPS), item) for item in reasons for part in item.parts]
    treatment = f", {query.words}" if query.words else ""
    return waterfall_figure(items, title=f"{query.formula}{treatment}")


def write_reasons(query: Query, reasons: Sequence[Reasons], target: Path) -> list[Path]:
    """Write the figure as PNG and SVG into a folder and return the files; none where nothing is explained."""
    if not any(item.parts for item in reasons):
        return []
    figure = reasons_figure(query, reasons)
    treatment = re.sub(r"[^\w.=]+", "-", query.words)
    stem = "-".join(part for part in ("reasons", query.formula, treatment) if part)
    paths = [target / f"{stem}.{fmt}" for fmt in ("png", "svg")]
    for path in paths:
        write_bytes(path, to_bytes(figure, path.suffix[1:]))
    return paths


def _panel(item: Drivers) -> ImportancePanel:
    shares, by_kind = item.shares["feature"], item.shares["kind"]
    top = most_important(shares)[:TOP]
    kinds = item.part.kinds
    return ImportancePanel(
        title=item.part.with_share(item.part.title),
        features=tuple(_readable(item.part, int(i)) for i in top),
        kinds=tuple(kinds[i] for i in top),
        share=shares.median[top],
        low=shares.lowest[top],
        high=shares.highest[top],
        n_in_top=shares.n_in_top(TOP)[top],
        n_members=shares.n_members,
        arrows=tuple(_ARROWS[item.in_words(int(i))] for i in top),
        by_kind=tuple(
            (
                by_kind.names[i],
                float(by_kind.median[i]),
                float(by_kind.lowest[i]),
                float(by_kind.highest[i]),
            )
            for i in most_important(by_kind)
        ),
    )


def _readable(part: Part, feature: int) -> str:
    label = part.labels[feature]
    return readable(label) if part.kinds[feature] == TREATMENT else label


def _waterfall(reasons: PartReasons, item: Reasons) -> WaterfallPanel:
    part = reasons.part
    totals = reasons.base + np.cumsum([0.0, *(step.contribution for step in reasons.path)])
    is_chance = part.what == "chance"
    quantity = Quantity(part.name, part.title, "0 to 1" if is_chance else part.unit, part.scale == "log")
    interval = None
    if not part.has_hurdle:
        interval = (float(item.prediction.low[0]), float(item.prediction.high[0]))
    return WaterfallPanel(
        title=_title(part, item),
        quantity=quantity,
        labels=tuple(_step_label(step) for step in reasons.path),
        effects=tuple(_effect_words(part, step) for step in reasons.path),
        totals=np.clip(part.outcome(totals), *_CHANCES) if is_chance else part.outcome(totals),
        interval=interval,
        is_chance=is_chance,
    )


def _title(part: Part, item: Reasons) -> str:
    mean, low, high = (
        float(values[0]) for values in (item.prediction.mean, item.prediction.low, item.prediction.high)
    )
    whole = f"{item.name} {plain(mean, 3)} [{plain(low, 3)}, {plain(high, 3)}] {item.unit}".strip()
    if not part.has_hurdle:
        return f"{whole}; steps of {part.share}" if part.share else whole
    return part.with_share(part.title) + (f"; value times chance: {whole}" if part.what == "chance" else "")


def _step_label(step: Step) -> str:
    label = readable(step.feature)
    if step.missing:
        return f"{label}: {_held(step.missing)}"
    if math.isnan(step.value):
        return label
    value = number(float(f"{step.value:.4g}"))
    return f"{label} {_held(f'= {value}')}"


def _held(words: str) -> str:
    """Return words that stay in one line."""
    return words.replace(" ", "\u00a0")


def _effect_words(part: Part, step: Step) -> str:
    effect = float(part.effect(np.array([step.contribution]))[0])
    if part.scale == "linear":
        return f"{effect:+.2g}".replace("-", "−")
    return f"odds ×{plain(effect, 3)}" if part.what == "chance" else f"×{plain(effect, 3)}"
