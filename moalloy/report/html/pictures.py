"""Figures inside the report, as data and never as a file to load."""

from __future__ import annotations

import base64

from moalloy.report.figures import FIGURES, Omitted, Printed
from moalloy.report.html.markup import Markup, tag

__all__ = ["picture"]

_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def picture(name: str, printed: Printed | Omitted) -> Markup:
    """Return a figure with its heading and caption, or one line that says why there is none."""
    title = FIGURES[name].title
    if isinstance(printed, Omitted):
        return tag("p", f"{title}: not drawn, for {printed.reason}.")
    data = base64.b64encode(printed.files[printed.page_format]).decode("ascii")
    # In points of 1/72 inch a column is as wide on the screen as it is on paper, a third enlarged.
    width = round(printed.width_in * 128)
    image = Markup(
        f'<img alt="{name}" width="{width}" src="data:{_TYPES[printed.page_format]};base64,{data}">'
    )
    return tag("figure", tag("h3", title), image, tag("figcaption", printed.caption), id=f"figure-{name}")
