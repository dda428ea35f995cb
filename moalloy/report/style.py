"""One look for every figure: sizes of journal columns, colors that everyone can tell apart, fixed bytes."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = [
    "COLORS",
    "DOUBLE_MM",
    "FORMATS",
    "FRONT_COLOR",
    "LINES",
    "MEASURED_COLOR",
    "SINGLE_MM",
    "THRESHOLD_COLOR",
    "in_style",
    "new_figure",
    "note",
    "panels",
    "to_bytes",
]

P = ParamSpec("P")

# Column widths of the large publishers' author guides.
SINGLE_MM, DOUBLE_MM = 85.0, 178.0
_INCH_MM = 25.4

# Okabe and Ito's palette, in an order that also prints in grey; Wong, Nature Methods 8 (2011) 441.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#4D4D4D")
LINES = ("-", "--", "-.", ":")
FRONT_COLOR = COLORS[0]
THRESHOLD_COLOR = COLORS[1]
MEASURED_COLOR = "#A6A6A6"

_STYLE: dict[str, object] = {
    "axes.axisbelow": True,
    "axes.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 7.5,
    "figure.dpi": 100.0,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.4,
    "font.family": ["DejaVu Sans"],
    "font.size": 7.0,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "lines.linewidth": 1.0,
    "pdf.fonttype": 42,
    "savefig.dpi": 300.0,
    # Glyphs as outlines: the picture looks the same where the font isn't installed.
    "svg.fonttype": "path",
    "svg.hashsalt": "moalloy",
    # A dollar sign in a user's unit is a dollar sign.
    "text.parse_math": False,
    "xtick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.labelsize": 6.5,
    "ytick.major.width": 0.6,
    "ytick.minor.width": 0.4,
}
# No dates and no versions, so that the same run gives the same bytes.
_METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
FORMATS = tuple(_METADATA)
# Where a panel was put, and where it is drawn once its aspect is taken into account.
_PLACES: tuple[Literal["original", "active"], ...] = ("original", "active")


def in_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a figure function draw in moalloy's style; the caller's own settings stay as they are."""

    @functools.wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with _style():
            figure = draw(*args, **kwargs)
            # Panels are placed once, for all formats alike; it takes longer than drawing.
            figure.draw_without_rendering()
            figure.set_layout_engine("none")
            _round_places(figure)
            return figure

    return styled


def _round_places(figure: Figure) -> None:
    """Put panels where they are to six digits: the last bits depend on where things lie in memory."""
    for axes in figure.axes:
        for which in _PLACES:
            x, y, width, height = axes.get_position(original=which == "original").bounds
            axes.set_position((round(x, 6), round(y, 6), round(width, 6), round(height, 6)), which=which)


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure whose panels make room for their own labels."""
    return Figure(figsize=(width_mm / _INCH_MM, height_mm / _INCH_MM), layout="constrained")


def panels(n: int, *, n_columns: int, panel_mm: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """Return a figure with ``n`` panels of about the given width and height, row by row."""
    n_columns = min(n, n_columns)
    n_rows = -(-n // n_columns)
    figure = new_figure(n_columns * panel_mm[0], n_rows * panel_mm[1])
    return figure, [figure.add_subplot(n_rows, n_columns, i + 1) for i in range(n)]


def note(axes: Axes, text: str, *, x: float = 0.04, y: float = 0.96, alpha: float = 0.8) -> None:
    """Write a few words into a corner of a panel, over a ground that hides data by ``alpha``."""
    axes.text(
        x,
        y,
        text,
        transform=axes.transAxes,
        ha="left" if x < 0.5 else "right",
        va="top" if y > 0.5 else "bottom",
        fontsize=6.5,
        linespacing=1.25,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": alpha, "pad": 1.5},
    )


def to_bytes(figure: Figure, fmt: str) -> bytes:
    """Return a figure as ``png`` (300 dpi), ``svg`` or ``pdf``; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    with _style():
        figure.savefig(buffer, format=fmt, metadata=_METADATA[fmt])
    return buffer.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    """Draw with moalloy's settings upon matplotlib's defaults, whatever the caller's own are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        for key, value in _STYLE.items():
            mpl.rcParams[key] = value  # type: ignore[index]
        yield
