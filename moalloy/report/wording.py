"""Words that figures and the HTML report share."""

from __future__ import annotations

import re
import textwrap

__all__ = ["counted", "grouping", "joined", "judged_by", "percent_unit", "plural", "wrapped"]

_JUDGED_BY = {
    "mean": "the prediction",
    "lower": "the unfavorable end of the interval",
    "p_all": "the chance to meet each threshold",
}


def plural(noun: str) -> str:
    """Return a noun's plural.

    >>> plural("paper"), plural("study")
    ('papers', 'studies')
    """
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def counted(n: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "alloy"), counted(12000, "alloy")
    ('1 alloy', '12\u202f000 alloys')
    """
    return f"{n:,} {noun if n == 1 else plural(noun)}".replace(",", "\u202f")


def grouping(group_by: str) -> str:
    """Return what rows of one group share, from the name of the column that says so.

    >>> grouping("paper_group"), grouping("chemical system"), grouping("melt_no")
    ('paper', 'chemical system', 'melt no')
    """
    name = group_by.lower()
    is_source = any(word in name for word in ("paper", "doi", "reference", "publication"))
    return "paper" if is_source else group_by.replace("_", " ")


def joined(parts: list[str]) -> str:
    """Return parts as a list in a sentence.

    >>> joined(["Bs", "Hc", "Dmax"])
    'Bs, Hc and Dmax'
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def judged_by(risk: str) -> str:
    """Return what a search with some ``risk`` judges an alloy by.

    >>> judged_by("lower")
    'the unfavorable end of the interval'
    """
    return _JUDGED_BY[risk]


def percent_unit(basis: str) -> str:
    """Return how amounts in a space's basis are written.

    >>> percent_unit("wt%")
    'wt.%'
    """
    return {"at%": "at.%", "wt%": "wt.%"}[basis]


def wrapped(label: str, width: int) -> str:
    """Return a label in lines of at most ``width`` characters; what stands in brackets stays together.

    >>> wrapped("ideal mixing entropy (J/(mol K))", 28)
    'ideal mixing entropy\\n(J/(mol\\xa0K))'
    """
    held = re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", lambda match: match.group().replace(" ", "\u00a0"), label)
    return "\n".join(textwrap.wrap(held, width, break_on_hyphens=False))
