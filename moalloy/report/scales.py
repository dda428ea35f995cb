"""Axes: limits that hold the data, logarithmic or not, and ticks that can be read."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from moalloy.domain.values import FloatArray
from moalloy.report.quantities import Quantity

__all__ = ["Limits", "dress", "limits_of", "number", "ticks_between"]

Limits = tuple[float, float]

_MARGIN = 0.05
# Over more decades than this, a tick per power of ten is enough.
_FEW_DECADES = 2.0
# Below this 1, 2, 5 may leave a single tick.
_HARDLY_A_DECADE = 0.8
# Characters of a label that stand beside a panel of single-column width.
_LABEL_WIDTH = 44
_MANY_DECADES = 4.0
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def limits_of(quantity: Quantity, *parts: FloatArray) -> Limits:
    """Return limits around all finite values with a margin; what a log axis can't show is left out.

    >>> limits_of(Quantity("a", "a"), np.array([0.0, 10.0]))
    (-0.5, 10.5)
    """
    values = quantity.scaled(np.concatenate([np.ravel(part) for part in parts]))
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    margin = _MARGIN * (high - low) or (0.1 if quantity.is_log else 0.05 * abs(high) or 0.5)
    low, high = low - margin, high + margin
    return (10.0**low, 10.0**high) if quantity.is_log else (low, high)


def dress(
    axes: Axes,
    which: Literal["x", "y"],
    quantity: Quantity,
    limits: Limits,
    *,
    directed: bool = True,
    label_width: int = _LABEL_WIDTH,
) -> None:
    """Set scale, limits, ticks and label of one axis.

    Args:
        axes: The panel.
        which: Its horizontal or its vertical axis.
        quantity: What stands on it.
        limits: From `limits_of`.
        directed: Add the arrow to where it is better.
        label_width: Characters in a line of the label.
    """
    label = quantity.wrapped_label(label_width, directed=directed)
    axes.set(**{f"{which}label": label, f"{which}scale": "log" if quantity.is_log else "linear"})
    axes.set(**{f"{which}lim": limits})
    axis = axes.xaxis if which == "x" else axes.yaxis
    if not quantity.is_log:
        axis.set_major_locator(MaxNLocator(5))
        return
    axis.set_major_locator(FixedLocator(list(_log_ticks(limits))))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    # Between neighboring powers their multiples; between powers further apart the powers left out.
    is_wide = np.log10(limits[1] / limits[0]) > _MANY_DECADES
    axis.set_minor_locator(LogLocator(subs=(1.0,) if is_wide else tuple(range(2, 10)), numticks=20))
    axis.set_minor_formatter(NullFormatter())


def number(value: float) -> str:
    """Return a tick's number: plain where that is short, a power of ten elsewhere.

    >>> number(0.01), number(1500.0), number(1e6)
    ('0.01', '1500', '10⁶')
    """
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.6g}".replace("-", "−")
    exponent = int(np.floor(np.log10(abs(value)) + 1e-9))
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    mantissa = value / 10.0**exponent
    return power if np.isclose(mantissa, 1.0) else f"{mantissa:.3g}×{power}".replace("-", "−")


def ticks_between(quantity: Quantity, limits: Limits, *, n: int = 4) -> FloatArray:
    """Return a few round values inside the limits, in the quantity's unit."""
    values = _log_ticks(limits) if quantity.is_log else np.asarray(MaxNLocator(n).tick_values(*limits))
    return values[(values >= limits[0]) & (values <= limits[1])]


def _log_ticks(limits: Limits) -> FloatArray:
    """Return round values within the limits: 1, 2, 5 over few decades, else powers of ten, at most six."""
    low, high = np.log10(limits[0]), np.log10(limits[1])
    powers = np.arange(np.floor(low), np.ceil(high) + 1)
    if high - low < _HARDLY_A_DECADE:
        values = np.asarray(MaxNLocator(4).tick_values(*limits))
    elif high - low < _FEW_DECADES:
        values = np.ravel(10.0 ** powers[:, None] * np.array([1.0, 2.0, 5.0]))
    else:
        values = 10.0 ** powers[:: int(np.ceil((high - low) / 6.0))]
    return np.asarray(values[(values >= limits[0]) & (values <= limits[1])], dtype=np.float64)
