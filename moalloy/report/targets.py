"""What inverse design found, in a table and in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from moalloy.features.descriptors import get_descriptor
from moalloy.report.curse import group_word
from moalloy.report.summary import told_alloys
from moalloy.report.wording import amounts_text, counted, domain_sentences, joined
from moalloy.study.design import DesignResult, SupportedTargets
from moalloy.study.front import composition_columns

__all__ = ["designed_alloys", "supported_sentences", "unsupported_text"]


def designed_alloys(result: DesignResult) -> pd.DataFrame:
    """Return the likeliest alloys as a table for people.

    Columns: rank, formula or wt.% and treatment, the targeted properties with their intervals, the chance to
    meet all targets, as it is and by models that never saw what is near, domain and nearest measured alloy.
    """
    table = result.table
    columns: dict[str, object] = {"rank": np.arange(1, len(table) + 1)}
    units = {target.name: target.unit for target in result.targets}
    units |= {limit.name: get_descriptor(limit.name).unit for limit in result.limits}
    chances = {"p_target": "p_target", "p_target_unseen": "unseen"}
    return pd.DataFrame(columns | told_alloys(table, result.problem, units, chances))


def supported_sentences(result: DesignResult) -> list[str]:
    """Return what is to be known of the alloys that were found, in sentences."""
    table = result.table
    unseen = table["p_target_unseen"].to_numpy(np.float64)
    known = unseen[np.isfinite(unseen)]
    found = (
        f"{counted(result.n_supported, 'composition')} found with a chance of {result.min_probability:g} or"
        f" more to meet {_all_of(result)}{_independent(result)}, among"
        f" {counted(result.n_evaluated, 'evaluated alloy')}; the table has"
        f" {'it' if result.n_supported == 1 else f'the likeliest, {len(table)}'}."
    )
    said = [found]
    if len(known):
        lost = f" ({len(unseen) - len(known)} can't be judged so)" if len(known) < len(unseen) else ""
        said.append(
            f"By models that never saw the {_groups(result)} near each alloy their chance is"
            f" {np.median(known):.3g} in the median, {known.min():.3g} to {known.max():.3g}{lost}: whoever"
            " picks the likeliest picks lucky errors too."
        )
    else:
        said.append(f"Without the {_groups(result)} near them too little is left to judge any of them again.")
    return [*said, *domain_sentences(table, whose="these")]


def unsupported_text(result: DesignResult) -> str:
    """Return why no alloy is printed, and which targets the data support, in lines."""
    lines = [
        f"not supported by the data: none of {counted(result.n_evaluated, 'evaluated alloy')} has a chance of"
        f" {result.min_probability:g} to meet {_all_of(result)}{_independent(result)}; the largest is"
        f" {result.largest:.3g}. --min-probability asks for less."
    ]
    if not result.nearest:
        return f"{lines[0]}\nWhatever is asked of them, none has: such a chance is beyond what is known."
    lines.append("What comes nearest, each with an alloy that has this chance:")
    lines += [f"  {_nearest(item, result)}" for item in result.nearest]
    stuck = [t.name for t in result.targets if (t.name,) not in {item.relaxed for item in result.nearest}]
    if len(result.targets) > 1 and stuck:
        lines.append(f"To give way in {' or '.join(stuck)} alone isn't enough.")
    return "\n".join(lines)


def _all_of(result: DesignResult) -> str:
    limits = [f"{limit.name} >= {limit.minimum:g}" for limit in result.limits if limit.minimum is not None]
    limits += [f"{limit.name} <= {limit.maximum:g}" for limit in result.limits if limit.maximum is not None]
    within = f", within {joined(limits)}" if limits else ""
    return joined([str(target) for target in result.targets]) + within


def _independent(result: DesignResult) -> str:
    return " (errors taken as independent)" if len(result.targets) > 1 else ""


def _groups(result: DesignResult) -> str:
    return group_word(result.models[target.name] for target in result.targets)


def _nearest(item: SupportedTargets, result: DesignResult) -> str:
    """Return relaxed targets and the alloy that meets them, with both of its chances."""
    which = "all" if len(item.relaxed) == len(result.targets) > 1 else joined(list(item.relaxed))
    wanted = joined([str(target) for target in item.targets])
    said = [_alloy(item, result), f"chance {item.chance:.3g}"]
    if np.isfinite(item.chance_unseen):
        said.append(f"{item.chance_unseen:.3g} by models that never saw the {_groups(result)} near it")
    if not item.in_domain:
        said.append("outside the domain")
    return f"{which} relaxed: {wanted} ({', '.join(said)})"


def _alloy(item: SupportedTargets, result: DesignResult) -> str:
    """Return an alloy as it can be weighed in, with its treatment."""
    space = result.problem.space
    columns = composition_columns(result.problem, item.X)
    formula = str(columns["formula"][0])
    if space.composition.basis == "wt%":
        formula = f"{amounts_text({symbol: columns[f'{symbol}_wt'][0] for symbol in space.elements})} wt.%"
    values = zip(space.process, item.X[0, space.n_elements :], strict=True)
    treatment = [f"{variable.name} = {variable.text(value)}" for variable, value in values]
    return f"{formula} at {', '.join(treatment)}" if treatment else formula
