"""The frame of the report: title, style, sections. Plain enough to be printed."""

from __future__ import annotations

from moalloy.report.html.markup import Markup, tag

__all__ = ["page", "section"]

_CSS = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: #1a1a1a;
  background: #fff; max-width: 84rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
p, ul, dl { margin: .5rem 0; max-width: 70rem; }
li { margin: .25rem 0; }
a { color: #0072b2; }
.lead { font-size: 1.08rem; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .82rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #e4e4e4; }
th { border-bottom: 1.5px solid #666; vertical-align: bottom; font-weight: 600; }
table.front td { white-space: nowrap; }
table.headline { width: 100%; }
table.headline th, table.headline td { padding: .25rem .4rem; }
table.headline td { overflow-wrap: anywhere; min-width: 3.5rem; }
table.headline td:first-child { overflow-wrap: normal; }
table.headline .range, .below { display: block; }
table.headline .range { white-space: nowrap; }
.range { color: #555; }
.warn { color: #a33f00; font-weight: 600; }
figure { margin: 1.2rem 0 2rem; break-inside: avoid; display: flex; flex-wrap: wrap; gap: .4rem 1.6rem;
  align-items: flex-start; }
figure h3 { flex: 0 0 100%; margin: 0; }
figure img { max-width: 100%; height: auto; }
figcaption { font-size: .87rem; color: #333; flex: 1 1 20rem; max-width: 60rem; margin-top: .4rem; }
code { font: .85em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
details { margin: .6rem 0; } summary { cursor: pointer; }
dt { font-weight: 600; margin-top: .5rem; }
dd { margin: 0 0 0 1.2rem; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  body { font-size: 10pt; max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; }
  table.front td { white-space: normal; }
  th, td { padding: .5mm 1.2mm; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
"""


def page(title: str, *sections: Markup) -> str:
    """Return the whole document."""
    head = tag(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", title),
        tag("style", Markup(_CSS)),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', *sections), lang='en')}\n"


def section(title: str, *content: str, id_: str) -> Markup:
    """Return a section with its heading."""
    return tag("section", tag("h2", title), *content, id=id_)
