"""Numbers of metrics.json in words; what an older version didn't measure is said to be so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "NOT_MEASURED",
    "TOLERANCE",
    "CoverageLevel",
    "coverage_levels",
    "error_in_words",
    "number",
    "percent",
    "plain",
    "rows_in_words",
    "spread_in_words",
    "width_in_words",
]

NOT_MEASURED = "not measured"
# Coverage further than this from what an interval promises counts as a weak spot.
TOLERANCE = 0.03


@dataclass(frozen=True, slots=True)
class CoverageLevel:
    """What intervals of one nominal level hold: shares from 0 to 1; the width is on the fitted scale."""

    level: float
    coverage: float
    mean_width: float

    @property
    def gap(self) -> float:
        """How far the interval is from its word, in shares; below 0 it holds too little."""
        return self.coverage - self.level


def coverage_levels(metrics: Mapping[str, Any]) -> tuple[CoverageLevel, ...]:
    """Return coverage on unseen groups, level by level, rising; of older runs the one level they have.

    >>> coverage_levels({"interval": 0.9, "coverage_on_unseen_groups": 0.88, "mean_interval_width": 0.4})
    (CoverageLevel(level=0.9, coverage=0.88, mean_width=0.4),)
    """
    levels = metrics.get("coverage_levels") or [
        {
            "level": metrics["interval"],
            "coverage": metrics["coverage_on_unseen_groups"],
            "mean_width": metrics["mean_interval_width"],
        }
    ]
    found = [CoverageLevel(item["level"], item["coverage"], item["mean_width"]) for item in levels]
    return tuple(sorted(found, key=lambda item: item.level))


def error_in_words(mae: float | None, *, scale: str, unit: str) -> str:
    """Return a mean absolute error on the fitted scale as people read it.

    >>> error_in_words(0.14, scale="linear", unit="T"), error_in_words(0.6, scale="log", unit="A/m")
    ('0.14 T', 'a factor 4')
    """
    if mae is None or math.isnan(mae):
        return NOT_MEASURED
    return _in_unit(mae, scale=scale, unit=unit)


def width_in_words(width: float, *, scale: str, unit: str) -> str:
    """Return the width of a whole interval; on a log scale its high end over its low end.

    >>> width_in_words(2.0, scale="log", unit="A/m")
    'a factor 100'
    """
    return _in_unit(width, scale=scale, unit=unit)


def spread_in_words(spread: Mapping[str, Any], *, digits: int = 2) -> str:
    """Return a score's median with its range over repeats.

    >>> spread_in_words({"median": 0.7, "min": 0.63, "max": 0.73, "repeats": 20})
    '0.70 (0.63 to 0.73 over 20 repeats)'
    """
    if spread["repeats"] == 0:
        return number(spread["median"], digits)
    if spread["repeats"] == 1:
        return f"{number(spread['median'], digits)} (a single repeat: its range isn't known)"
    low, high = number(spread["min"], digits), number(spread["max"], digits)
    return f"{number(spread['median'], digits)} ({low} to {high} over {spread['repeats']} repeats)"


def number(value: float | None, digits: int = 2) -> str:
    """Return a score, which JSON writes as null where it has no meaning.

    >>> number(-0.071), number(None)
    ('−0.07', 'none')
    """
    return "none" if value is None or math.isnan(value) else f"{value:.{digits}f}".replace("-", "−")


def plain(value: float, digits: int = 4) -> str:
    """Return a number to significant digits, without a power of ten where it is of everyday size.

    >>> plain(10150.2), plain(0.2913)
    ('10150', '0.2913')
    """
    return f"{float(f'{value:.{digits}g}'):.10g}"


def rows_in_words(n_rows: int) -> str:
    """Return a number of rows with its noun.

    >>> rows_in_words(1), rows_in_words(12)
    ('1 row', '12 rows')
    """
    return "1 row" if n_rows == 1 else f"{n_rows} rows"


def percent(share: float) -> str:
    """Return a share from 0 to 1 as people read it.

    >>> percent(0.876)
    '88 %'
    """
    return f"{100.0 * share:.0f} %"


def _in_unit(size: float, *, scale: str, unit: str) -> str:
    """Return a size on the fitted scale with two digits: a factor for decades, else in the unit."""
    value = 10.0**size if scale == "log" else size
    return f"a factor {plain(value, 2)}" if scale == "log" else f"{plain(value, 2)} {unit}".strip()
