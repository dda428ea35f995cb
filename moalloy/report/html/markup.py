"""HTML from Python: text is escaped unless it was made here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["Markup", "bullets", "join", "reference", "table", "tag"]

# A DOI within a longer text, whose closing brackets and full stops aren't part of it.
_DOI = re.compile(r"10\.\d{4,9}/[^\s;,\"<>]*[^\s;,.\"<>\])]")


class Markup(str):
    """HTML that is ready to be written; any other text is still to be escaped."""

    __slots__ = ()


def join(parts: Iterable[str], separator: str = "") -> Markup:
    """Return parts one after the other, escaping what isn't markup.

    >>> join(["a < b", Markup("<br>")])
    'a &lt; b<br>'
    """
    return Markup(_safe(separator).join(_safe(part) for part in parts))


def tag(name: str, *content: str, **attributes: str) -> Markup:
    """Return an element; a trailing underscore in an attribute's name is left out (``class_``).

    >>> tag("p", "5 < 7", class_="note")
    '<p class="note">5 &lt; 7</p>'
    """
    written = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{written}>{join(content)}</{name}>")


def bullets(items: Iterable[str]) -> Markup:
    """Return an unordered list."""
    return tag("ul", *(tag("li", item) for item in items))


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, class_: str = "") -> Markup:
    """Return a table whose header repeats on every printed page; it scrolls sideways if it must."""
    head = tag("thead", tag("tr", *(tag("th", title) for title in header)))
    body = tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))
    return tag("div", tag("table", head, body, class_=class_), class_="scroll")


def reference(text: str) -> Markup:
    """Return a reference whose DOIs are links.

    >>> reference("Smith, 10.1000/182.")
    'Smith, <a href="https://doi.org/10.1000/182">10.1000/182</a>.'
    """
    parts: list[str] = []
    end = 0
    for match in _DOI.finditer(text):
        parts += [text[end : match.start()], tag("a", match.group(), href=f"https://doi.org/{match.group()}")]
        end = match.end()
    return join([*parts, text[end:]])


def _safe(text: str) -> str:
    return text if isinstance(text, Markup) else escape(text)
