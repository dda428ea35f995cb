"""The documentation as data: pages with their headings, links, tables and fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["PAGES", "ROOT", "Block", "Heading", "Page", "page"]

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
)
"""Every page, relative to the repository."""

_NOTE = re.compile(r"<!-- doc: (?:(not run): (.+)|(\w+)=(\S+)) -->")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; ``note`` is what the comment before it says, such as ``{"file": "slurm.yaml"}``."""

    page: str
    line: int
    language: str
    text: str
    note: Mapping[str, str]

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with the text below it, down to the next heading of any level."""

    level: int
    text: str
    below: str

    @property
    def anchor(self) -> str:
        """The heading's anchor, as GitHub and MyST make it.

        >>> Heading(2, "The space: `space`", "").anchor
        'the-space-space'
        """
        kept = re.sub(r"[^\w\- ]", "", self.text.lower())
        return kept.replace(" ", "-")

    @property
    def code(self) -> str:
        """What stands in backticks in the heading; empty if nothing does."""
        found = re.search(r"`([^`]+)`", self.text)
        return found[1] if found else ""

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the tables below it, cell by cell, without their headers."""
        lines = [line for line in self.below.splitlines() if line.startswith("| ")]
        tables = "\n".join(self.below.splitlines())
        rules = set(re.findall(r"^(\|.*)\n\|[-|]+$", tables, re.MULTILINE))
        return [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
            for line in lines
            if line not in rules
        ]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the documentation."""

    name: str
    text: str
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    links: tuple[str, ...]

    @property
    def prose(self) -> str:
        """The text without its blocks."""
        return re.sub(r"^```.*?^```$", "", self.text, flags=re.MULTILINE | re.DOTALL)

    def section(self, code: str) -> Heading:
        """Return the only heading with ``code`` in backticks."""
        (found,) = (heading for heading in self.headings if heading.code == code)
        return found

    def under(self, text: str) -> Heading:
        """Return the only heading that reads ``text``."""
        (found,) = (heading for heading in self.headings if heading.text == text)
        return found


@cache
def page(name: str) -> Page:
    """Return a page, read once."""
    text = (ROOT / name).read_text(encoding="utf-8")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return Page(
        name, text, tuple(_headings(text, tokens)), tuple(_blocks(name, tokens)), tuple(_links(tokens))
    )


def _headings(text: str, tokens: list[Token]) -> Iterator[Heading]:
    lines = text.splitlines()
    found = [(i, token) for i, token in enumerate(tokens) if token.type == "heading_open"]
    starts = [token.map[0] for _, token in found if token.map]
    for (i, token), start, end in zip(found, starts, [*starts[1:], len(lines)], strict=True):
        below = "\n".join(lines[start + 1 : end])
        yield Heading(int(token.tag[1]), tokens[i + 1].content, below)


def _blocks(name: str, tokens: list[Token]) -> Iterator[Block]:
    note: dict[str, str] = {}
    for token in tokens:
        if token.type == "html_block":
            note = _note(token.content)
        elif token.type == "fence":
            assert token.map
            yield Block(name, token.map[0] + 1, token.info.strip(), token.content, note)
            note = {}


def _note(comment: str) -> dict[str, str]:
    found = _NOTE.fullmatch(comment.strip())
    if found is None:
        return {}
    return {found[1]: found[2]} if found[1] else {found[3]: found[4]}


def _links(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        for child in token.children or ():
            target = child.attrs.get("href") if child.type == "link_open" else child.attrs.get("src")
            if target is not None and child.type in ("link_open", "image"):
                yield str(target)
