"""What the models go by, and why that is no cause."""

from __future__ import annotations

from moalloy.report.html.markup import Markup, bullets
from moalloy.report.html.page import section
from moalloy.report.run_data import RunData
from moalloy.study.drivers import what_is_left_out
from moalloy.surrogates.parts import parts_of

__all__ = ["reasons_section"]

_NO_CAUSE = (
    "Importance is no cause. It says what the models use to tell the measured alloys apart, not what would"
    " happen in the furnace: a paper that anneals its best alloys longest makes time look important."
)
_SHARES = (
    "Features that rise and fall together share importance, and another model may share it out differently."
    " Most features are computed from the same few amounts, so read the shares of whole kinds before those of"
    " single features.",
    "What stays important in all members, each trained without some groups, doesn't hang on a single source."
    " What is in the top ten of a few only may.",
)


def reasons_section(run: RunData, *figures: Markup) -> Markup:
    """Return the section with the figures and how to read them; nothing where nothing was learned."""
    if not run.models:
        return Markup("")
    has_shares = any(parts_of(surrogate.model) for surrogate in run.models.values())
    words = [_NO_CAUSE, *(_SHARES if has_shares else ()), *map("{}.".format, what_is_left_out(run.models))]
    return section("Reasons", bullets(words), *figures, id_="reasons")
