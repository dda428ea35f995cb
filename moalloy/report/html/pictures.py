"""Figures inside the report, as data and never as a file to load."""

from __future__ import annotations

import base64

from moalloy.report.figures import FIGURES, Omitted, draw, rendered
from moalloy.report.html.markup import Markup, tag
from moalloy.report.run_data import RunData

__all__ = ["picture"]

_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# An SVG above this has thousands of points; a 300-dpi PNG then looks the same and opens faster.
_LARGE_SVG_BYTES = 250_000


def picture(run: RunData, name: str) -> Markup:
    """Return a figure with its heading and caption, or one line that says why there is none."""
    drawn = draw(run, name)
    title = FIGURES[name].title
    if isinstance(drawn, Omitted):
        return tag("p", f"{title}: not drawn, for {drawn.reason}.")
    content, fmt = rendered(drawn, "svg"), "svg"
    if len(content) > _LARGE_SVG_BYTES:
        content, fmt = rendered(drawn, "png"), "png"
    data = base64.b64encode(content).decode("ascii")
    # In points of 1/72 inch a column is as wide on the screen as it is on paper, a third enlarged.
    width = round(drawn.figure.get_figwidth() * 128)
    image = Markup(f'<img alt="{name}" width="{width}" src="data:{_TYPES[fmt]};base64,{data}">')
    return tag("figure", tag("h3", title), image, tag("figcaption", drawn.caption), id=f"figure-{name}")
