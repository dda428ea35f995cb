"""Words that figures, the HTML report and tables for a terminal share."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from moalloy.domain.composition import format_formula
from moalloy.domain.values import FloatArray

__all__ = [
    "amounts_text",
    "counted",
    "domain_sentences",
    "grouping",
    "joined",
    "judged_by",
    "percent_unit",
    "plural",
    "rounded_formula",
    "wrapped",
]

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


def counted(n: int, noun: str = "") -> str:
    """Return a number, with its noun if there is one.

    >>> counted(1, "alloy"), counted(12000, "alloy"), counted(1781)
    ('1 alloy', '12\u202f000 alloys', '1\u202f781')
    """
    nouns = f" {noun if n == 1 else plural(noun)}" if noun else ""
    return f"{n:,}".replace(",", "\u202f") + nouns


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


def domain_sentences(front: pd.DataFrame, *, whose: str = "this front's") -> list[str]:
    """Return how many of some alloys lie where no measurement tells, if any does.

    >>> print(*domain_sentences(pd.DataFrame({"in_domain": [True, False]})))
    1 of this front's 2 alloys lies outside the domain, where numbers are guesses (domain: inside avoids it).
    """
    n_outside = int((~front["in_domain"].to_numpy(dtype=bool)).sum())
    if n_outside == 0:
        return []
    verb = "lies" if n_outside == 1 else "lie"
    which = "All" if n_outside == len(front) else f"{counted(n_outside)} of"
    alloys = "The only alloy" if len(front) == 1 else f"{which} {whose} {counted(len(front), 'alloy')}"
    hint = "(domain: inside avoids it)"
    return [f"{alloys} {verb} outside the domain, where numbers are guesses {hint}."]


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


def amounts_text(amounts: Mapping[str, float]) -> str:
    """Return amounts in words, the largest first.

    >>> amounts_text({"Cu": 3.5, "Al": 95.5, "Zn": 0.0, "Mg": 1.0})
    'Al 95.5, Cu 3.5, Mg 1'
    """
    largest_first = sorted(amounts.items(), key=lambda item: -item[1])
    return ", ".join(f"{symbol} {amount:g}" for symbol, amount in largest_first if amount > 0)


def rounded_formula(elements: Sequence[str], at_pct: FloatArray) -> str:
    """Return a formula to a tenth of an at.% that sums to 100.

    >>> rounded_formula(["Al", "Mg"], np.array([96.65, 3.35]))
    'Al96.7Mg3.3'
    """
    tenths = 10.0 * at_pct
    kept = np.floor(tenths)
    # The tenths that rounding down leaves over go to the amounts that it cut most.
    lacking = round(1000.0 - kept.sum())
    kept[np.argsort(kept - tenths, kind="stable")[:lacking]] += 1.0
    return format_formula(elements, kept / 10.0)


def wrapped(label: str, width: int) -> str:
    """Return a label in lines of at most ``width`` characters; what stands in brackets stays together.

    >>> wrapped("ideal mixing entropy (J/(mol K))", 28)
    'ideal mixing entropy\\n(J/(mol\\xa0K))'
    """
    held = re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", lambda match: match.group().replace(" ", "\u00a0"), label)
    return "\n".join(textwrap.wrap(held, width, break_on_hyphens=False))
