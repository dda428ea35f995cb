"""What inverse design found, in a table and in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from moalloy.report.curse import group_word
from moalloy.report.summary import told_alloys
from moalloy.report.wording import counted, domain_sentences, joined
from moalloy.study.design import DesignResult, SupportedTargets

__all__ = ["designed_alloys", "supported_sentences", "unsupported_text"]


def designed_alloys(result: DesignResult) -> pd.DataFrame:
    """Return the likeliest alloys as a table for people.

    Columns: rank, formula or wt.% and treatment, the targeted properties with their intervals, the chance to
    meet all targets, as it is and by models that never saw what is near, domain and nearest measured alloy.
    """
    table = result.table
    columns: dict[str, object] = {"rank": np.arange(1, len(table) + 1)}
    names = {target.name: target.unit for target in result.targets}
    chances = {"p_target": "p_target", "p_target_unseen": "unseen"}
    return pd.DataFrame(columns | told_alloys(table, result.problem, names, chances))


def supported_sentences(result: DesignResult) -> list[str]:
    """Return what is to be known of the alloys that were found, in sentences."""
    groups = group_word(result.models.values())
    unseen = result.table["p_target_unseen"].to_numpy(np.float64)
    found = (
        f"{counted(result.n_supported, 'composition')} of {counted(result.n_evaluated, 'evaluated alloy')}"
        f" {'has' if result.n_supported == 1 else 'have'} a chance of {result.min_probability:g} or more to"
        f" meet {_all_of(result)}, errors taken as independent; the table has the likeliest"
        f" {'one' if len(result.table) == 1 else len(result.table)}."
    )
    said = [found]
    if np.isfinite(unseen).any():
        said.append(
            f"By models that never saw the {groups} near each alloy their chance is"
            f" {np.nanmedian(unseen):.2g} in the median, {np.nanmin(unseen):.2g} to {np.nanmax(unseen):.2g}:"
            " whoever picks the likeliest picks lucky errors too."
        )
    return [*said, *domain_sentences(result.table, whose="these")]


def unsupported_text(result: DesignResult) -> str:
    """Return why no alloy is printed, and which targets the data support, in lines."""
    lines = [
        f"not supported by the data: of {counted(result.n_evaluated, 'evaluated alloy')} none has a chance of"
        f" {result.min_probability:g} to meet {_all_of(result)}; the largest is {result.largest:.2g}."
    ]
    if not result.nearest:
        lines.append("Even targets that are easier by four standard deviations of what was measured aren't.")
        return "\n".join(lines)
    lines.append("What comes nearest, each with an alloy that has this chance:")
    lines += [f"  {_nearest(item, n_targets=len(result.targets))}" for item in result.nearest]
    stuck = [t.name for t in result.targets if (t.name,) not in {item.relaxed for item in result.nearest}]
    if len(result.targets) > 1 and stuck:
        lines.append(f"To give way in {' or '.join(stuck)} alone isn't enough.")
    lines.append("--min-probability asks for less.")
    return "\n".join(lines)


def _all_of(result: DesignResult) -> str:
    return joined([str(target) for target in result.targets])


def _nearest(item: SupportedTargets, *, n_targets: int) -> str:
    which = f"{'all' if len(item.relaxed) == n_targets > 1 else joined(list(item.relaxed))} relaxed"
    at = f" at {', '.join(item.treatment)}" if item.treatment else ""
    outside = "" if item.in_domain else ", outside the domain"
    wanted = joined([str(target) for target in item.targets])
    return f"{which}: {wanted} ({item.formula}{at}, chance {item.chance:.2g}{outside})"
