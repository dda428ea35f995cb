"""A model card as Markdown that reads well as plain text too."""

from __future__ import annotations

from moalloy.runs.cards.card import Card, CardSection

__all__ = ["card_markdown"]


def card_markdown(card: Card) -> str:
    """Return the card as a Markdown document."""
    parts = [f"# Model card: {_safe(card.title)}", *map(_section, card.sections)]
    return "\n\n".join(parts) + "\n"


def _section(section: CardSection) -> str:
    lines = [f"## {_safe(section.heading)}", ""]
    lines += [f"- **{_safe(name)}**: {_safe(value)}" for name, value in section.facts]
    lines += [f"- {_safe(remark)}" for remark in section.remarks]
    return "\n".join(lines)


def _safe(text: str) -> str:
    """Return text in which nothing of a user's table can act as markup.

    >>> _safe("<b>paper_group</b>\\nnext")
    '&lt;b&gt;paper_group&lt;/b&gt; next'
    """
    return " ".join(text.split()).replace("<", "&lt;").replace(">", "&gt;")
