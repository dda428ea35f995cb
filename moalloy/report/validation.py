"""What validation found, as the figures of parity and calibration take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from moalloy.report.plots.coverage import CoveragePanel
from moalloy.report.plots.parity import ParityPanel
from moalloy.report.run_data import RunData
from moalloy.report.wording import grouping
from moalloy.runs.cards.metrics import coverage_levels, width_in_words

__all__ = ["coverage_panel", "parity_panel"]


def coverage_panel(name: str, metrics: Mapping[str, Any]) -> CoveragePanel:
    """Return promised and held coverage of one property; one level only in runs of older versions."""
    levels = coverage_levels(metrics)
    return CoveragePanel(
        title=name,
        promised=np.array([item.level for item in levels]),
        held=np.array([item.coverage for item in levels]),
        widths=tuple(
            width_in_words(item.mean_width, scale=metrics["scale"], unit=metrics["unit"]) for item in levels
        ),
    )


def parity_panel(run: RunData, name: str) -> ParityPanel:
    """Return the scored rows of a property with what was predicted of them out of fold."""
    surrogate = run.models[name]
    rows, metrics = surrogate.model.rows, surrogate.metrics
    scored = rows.has_known_treatment & np.isfinite(surrogate.predicted)
    return ParityPanel(
        run.property_quantity(name),
        rows.values[scored],
        surrogate.predicted[scored],
        r2=_median_r2(metrics, "by_group"),
        r2_random=_median_r2(metrics, "random"),
        grouping=grouping(str(metrics["group_by"])),
        n_groups=rows.n_groups,
    )


def _median_r2(metrics: Mapping[str, object], split: str) -> float:
    scores: Mapping[str, Mapping[str, float | None]] = metrics[split]  # type: ignore[assignment]
    median = scores["r2"]["median"]
    return float("nan") if median is None else median
