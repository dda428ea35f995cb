"""Which features drive each property of a run, and in how many members they stay important."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from moalloy.domain.elements import atomic_number
from moalloy.domain.values import FloatArray, IntArray
from moalloy.study.front import round_significant
from moalloy.surrogates.explanation import Importance, contributions, directions, importance
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.neighbors import align
from moalloy.surrogates.parts import Grouping, Part, parts_of

__all__ = [
    "GROUPINGS",
    "TOP",
    "Drivers",
    "driver_table",
    "find_drivers",
    "most_important",
    "what_is_left_out",
]

GROUPINGS: tuple[Grouping, ...] = ("feature", "family", "kind")
# Among how many a feature has to be to count as important in a member.
TOP = 10
# TreeSHAP takes 1 to 2 ms for one alloy of one member; this keeps a run of three properties below 20 s.
_MOST_ALLOYS = 100
# Below this rank correlation more of a feature neither raises nor lowers.
_CLEAR = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Drivers:
    """What one part of a property's prediction hangs on.

    Attributes:
        part: What is predicted.
        shares: Importance of features, of families of them and of kinds: single ones, and sums in which
            what they take from each other is balanced.
        direction: Per feature, -1 to 1; NaN where a feature or what it adds is constant.
        n_alloys: Measured alloys that it was found on.
    """

    part: Part
    shares: Mapping[Grouping, Importance]
    direction: FloatArray
    n_alloys: int

    def in_words(self, feature: int) -> str:
        """Return what more of a feature does: ``raises``, ``lowers`` or ``mixed``; empty for nothing."""
        direction = self.direction[feature]
        if np.isnan(direction):
            return ""
        if abs(direction) < _CLEAR:
            return "mixed"
        return "raises" if direction > 0 else "lowers"


def what_is_left_out(models: Mapping[str, FittedSurrogate]) -> tuple[str, ...]:
    """Return in words what TreeSHAP leaves unexplained; nothing where all is XGBoost's."""
    names_of: dict[str, list[str]] = {}
    for name, surrogate in models.items():
        words = _left_out(surrogate.model)
        if words:
            names_of.setdefault(words, []).append(name)
    return tuple(f"{', '.join(names)}: {words}" for words, names in names_of.items())


def _left_out(model: PropertyModel) -> str:
    """Return what of one model isn't explained; empty if nothing is."""
    kinds = " and ".join(kind for kind in model.kinds if kind != "xgboost")
    parts = {part.what: part for part in parts_of(model)}
    if "value" not in parts:
        chance = "; of its hurdle, which is XGBoost's, it is shown" if "chance" in parts else ""
        return (
            f"the model is {kinds}, and importance by TreeSHAP is for XGBoost only{chance}; what a change"
            " does to its predictions, the figure effects shows"
        )
    if not parts["value"].others:
        return ""
    return (
        f"XGBoost is one of {len(model.kinds)} models that are averaged, and TreeSHAP explains it alone;"
        f" {kinds} may go by other features"
    )


def find_drivers(models: Mapping[str, FittedSurrogate], names: Sequence[str]) -> tuple[Drivers, ...]:
    """Return the drivers of the properties ``names``, part by part.

    A value is explained on its own measured alloys. A chance is explained on those of all properties of
    ``models``: its own property's are the ones that have it, and tell nothing from the others. What isn't
    XGBoost's has no drivers, see `what_is_left_out`.
    """
    found = []
    for name in names:
        model = models[name].model
        rows = model.rows
        for part in parts_of(model):
            is_value = part.what == "value"
            alloys = Alloys(rows.fractions, rows.elements, rows.process) if is_value else _all_alloys(models)
            found.append(_drivers(part, _thinned(alloys)))
    return tuple(found)


def driver_table(found: Sequence[Drivers], *, n: int = TOP, by: Grouping = "feature") -> pd.DataFrame:
    """Return the most important features of each part, or families or kinds of them, a row each.

    Columns: property, part, feature, the median of its share of importance over the members with its range,
    in how many members it is among the top ten, of how many, and for single features what more of it does.
    The part says where XGBoost is one of several models that are averaged.

    Args:
        found: From `find_drivers`.
        n: Rows per part at most.
        by: What a row is.
    """
    columns = ["property", "part", by, "share", "share_low", "share_high", f"in_top_{TOP}", "members"]
    columns += ["more_of_it"] if by == "feature" else []
    return pd.DataFrame([row for item in found for row in _rows(item, n, by)], columns=columns)


def _rows(item: Drivers, n: int, by: Grouping) -> list[dict[str, object]]:
    shares = item.shares[by]
    median, lowest, highest = (
        round_significant(part, 3) for part in (shares.median, shares.lowest, shares.highest)
    )
    in_top = shares.n_in_top(TOP)
    rows = []
    for i in most_important(shares)[:n]:
        row: dict[str, object] = {"property": item.part.name, "part": item.part.with_share(item.part.what)}
        row |= {by: shares.names[i], "share": median[i], "share_low": lowest[i], "share_high": highest[i]}
        row |= {f"in_top_{TOP}": int(in_top[i]), "members": shares.n_members}
        if by == "feature":
            row |= {"more_of_it": item.in_words(int(i))}
        rows.append(row)
    return rows


def most_important(shares: Importance) -> IntArray:
    """Return the indices of what any member uses, the most important first."""
    return shares.order[shares.highest[shares.order] > 0]


def _drivers(part: Part, alloys: Alloys) -> Drivers:
    found = contributions(part, alloys)
    return Drivers(
        part=part,
        shares={by: importance(found, part.grouped(by)) for by in GROUPINGS},
        direction=directions(found),
        n_alloys=len(alloys),
    )


def _all_alloys(models: Mapping[str, FittedSurrogate]) -> Alloys:
    """Return every composition that was measured for any property, once, without a treatment."""
    rows = [surrogate.model.rows for surrogate in models.values()]
    elements = tuple(sorted({symbol for item in rows for symbol in item.elements}, key=atomic_number))
    stacked = np.concatenate([align(item.fractions, item.elements, elements) for item in rows])
    _, first = np.unique(stacked, axis=0, return_index=True)
    fractions = stacked[np.sort(first)]
    return Alloys(fractions, elements, np.empty((len(fractions), 0)))


def _thinned(alloys: Alloys) -> Alloys:
    """Return at most as many alloys as time allows, evenly from first to last: no paper is favored."""
    chosen = np.unique(np.linspace(0, len(alloys) - 1, min(len(alloys), _MOST_ALLOYS)).round().astype(int))
    return Alloys(alloys.fractions[chosen], alloys.elements, alloys.process[chosen])
