"""The winner's curse in words: by how much a front drops when other models judge it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moalloy.domain.values import Objective
from moalloy.report.wording import counted, grouping, joined, plural
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["curse_sentences", "group_word"]

# Less than this share of the hypervolume is none: it would be rounded to 0 %.
_NO_DROP = 0.005


def group_word(models: Iterable[FittedSurrogate]) -> str:
    """Return what the rows of the models' groups share, in the plural: ``papers``, or ``groups`` if mixed."""
    words = {plural(grouping(str(surrogate.metrics["group_by"]))) for surrogate in models}
    return words.pop() if len(words) == 1 else "groups"


def curse_sentences(drop: Mapping[str, Any], objectives: Sequence[Objective], *, groups: str) -> list[str]:
    """Return what the manifest's ``winners_curse`` says, in sentences; none where nothing was learned.

    Args:
        drop: What `drop_of_front` returned.
        objectives: For units and directions.
        groups: From `group_word`.
    """
    if not drop:
        return []
    said = []
    if drop["alloys_judged"]:
        said = [_of_front(drop, groups), _of_values(drop, objectives), _of_intervals(drop)]
    said += [
        f"{name}: {item['share_kept']:.0%} of the alloys still keep the limit."
        for name, item in drop["limits"].items()
        if item["share_kept"] is not None
    ]
    n_blank = drop["alloys"] - drop["alloys_judged"]
    if n_blank:
        said.append(
            f"{n_blank} of {counted(drop['alloys'], 'alloy')} can't be judged that way: too little is left "
            f"to learn from without the {groups} near them. They count nowhere here."
        )
    return said


def _of_front(drop: Mapping[str, Any], groups: str) -> str:
    before, after = drop["hypervolume"], drop["hypervolume_unseen"]
    reach = f"within {drop['within_at_pct']:.2g} at.%, or else the nearest"
    where = f"Judged again by models that never saw the {groups} near each alloy ({reach}), the front"
    if drop.get("risk") == "lower":
        return (
            f"{where} has a hypervolume of {after:.3g} by what they expect, where the unfavorable ends "
            f"that the search went by promised {before:.3g}."
        )
    if after > (1.0 + _NO_DROP) * before:
        return (
            f"{where} doesn't drop: a hypervolume of {before:.3g} was promised, and they expect {after:.3g}."
        )
    if after > (1.0 - _NO_DROP) * before or before <= 0:
        return f"{where} keeps its hypervolume: {before:.3g} as promised, {after:.3g} as they expect."
    return f"{where} drops from a hypervolume of {before:.3g} to {after:.3g}, by {1.0 - after / before:.0%}."


def _of_values(drop: Mapping[str, Any], objectives: Sequence[Objective]) -> str:
    parts = [
        _change(objective, drop["objectives"][objective.name])
        for objective in objectives
        if objective.name in drop["objectives"]
    ]
    return f"In the median of the alloys, {joined(parts)} than predicted."


def _change(objective: Objective, item: Mapping[str, Any]) -> str:
    """Return one property's change, as in ``Bs is 0.05 T lower`` and ``Hc 1.6 times higher``."""
    amount = item["median_factor"] if objective.is_log else item["median_drop"]
    is_worse = amount >= (1.0 if objective.is_log else 0.0)
    way = "lower" if (objective.goal == "max") == is_worse else "higher"
    if objective.is_log:
        factor = f"{max(amount, 1.0 / amount):.2g}"
        return f"{objective.name} is {'not much' if factor == '1' else f'{factor} times'} {way}"
    return f"{objective.name} is {abs(amount):.2g} {objective.unit} {way}".replace("  ", " ")


def _of_intervals(drop: Mapping[str, Any]) -> str:
    parts = [f"{item['share_kept']:.0%} in {name}" for name, item in drop["objectives"].items()]
    return f"Of the alloys, {joined(parts)} stay on the good side of their interval's bad end."
