"""What validation found, as figures: parity and calibration, of a run or of models alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from moalloy.build.problem import Problem
from moalloy.files import write_bytes
from moalloy.report.plots.coverage import CoveragePanel, coverage_caption, coverage_figure
from moalloy.report.plots.parity import ParityPanel, parity_caption, parity_figure
from moalloy.report.quantities import Quantity
from moalloy.report.run_data import property_quantity
from moalloy.report.style import to_bytes
from moalloy.report.wording import grouping, plural
from moalloy.runs.cards.metrics import coverage_levels, width_in_words
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["coverage_of", "coverage_panel", "parity_of", "write_validation"]


def coverage_of(models: Mapping[str, FittedSurrogate]) -> tuple[Figure, str]:
    """Return the figure of calibration of all properties, and its caption."""
    items = [coverage_panel(name, surrogate.metrics) for name, surrogate in models.items()]
    groupings = dict.fromkeys(grouping(str(item.metrics["group_by"])) for item in models.values())
    return coverage_figure(items), coverage_caption(" or ".join(plural(word) for word in groupings))


def parity_of(models: Mapping[str, FittedSurrogate], problem: Problem) -> tuple[Figure, str]:
    """Return the figure of parity of all properties, and its caption."""
    items = [_parity_panel(item, property_quantity(problem, item)) for item in models.values()]
    return parity_figure(items), parity_caption(items)


def write_validation(folder: Path, models: Mapping[str, FittedSurrogate], problem: Problem) -> list[Path]:
    """Write both figures as PNG (300 dpi) and SVG into ``folder`` and return the files; none of no models.

    Raises:
        MachineError: A file can't be written.
    """
    if not models:
        return []
    paths = []
    for name, (figure, _) in {
        "parity": parity_of(models, problem),
        "calibration": coverage_of(models),
    }.items():
        for fmt in ("png", "svg"):
            paths.append(folder / f"{name}.{fmt}")
            write_bytes(paths[-1], to_bytes(figure, fmt))
    return paths


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


def _parity_panel(surrogate: FittedSurrogate, quantity: Quantity) -> ParityPanel:
    """Return the scored rows of a property with what was predicted of them out of fold."""
    rows, metrics = surrogate.model.rows, surrogate.metrics
    scored = rows.has_known_treatment & np.isfinite(surrogate.predicted)
    return ParityPanel(
        quantity,
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
