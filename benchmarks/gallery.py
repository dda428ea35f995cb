"""Draw every figure of a run into a folder, with a page to leaf through.

    python benchmarks/gallery.py RUN_FOLDER GALLERY_FOLDER

Writes each figure as PNG, SVG and PDF, and index.html with headings and captions.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from moalloy.files import write_bytes, write_text
from moalloy.report.figures import FIGURES, Omitted, draw
from moalloy.report.html.markup import Markup, tag
from moalloy.report.html.page import page
from moalloy.report.run_data import RunData, read_run_data
from moalloy.report.style import FORMATS, to_bytes
from moalloy.runs import RunFolder


def main() -> None:
    """Read the two folders from the command line and make the gallery."""
    parser = argparse.ArgumentParser(description="Draw every figure of a run into a folder.")
    parser.add_argument("run", type=Path, help="a finished run's folder")
    parser.add_argument("gallery", type=Path, help="the folder to write into")
    arguments = parser.parse_args()
    print(make_gallery(read_run_data(RunFolder(arguments.run)), arguments.gallery))


def make_gallery(run: RunData, gallery: Path) -> Path:
    """Write all figures of a run in all formats and return the page that shows them."""
    path = gallery / "index.html"
    write_text(path, page(run.problem.name, *(_exhibit(run, name, gallery) for name in FIGURES)))
    return path


def _exhibit(run: RunData, name: str, gallery: Path) -> Markup:
    drawn = draw(run, name)
    heading = tag("h2", f"{name}: {FIGURES[name].title}")
    if isinstance(drawn, Omitted):
        return tag("section", heading, tag("p", f"Not drawn, for {drawn.reason}."))
    for fmt in FORMATS:
        write_bytes(gallery / f"{name}.{fmt}", to_bytes(drawn.figure, fmt))
    image = Markup(f'<img alt="{name}" src="{name}.svg">')
    return tag("section", heading, tag("figure", image, tag("figcaption", drawn.caption)))


if __name__ == "__main__":
    main()
