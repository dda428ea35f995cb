"""What the models go by, and why that is no cause."""

from __future__ import annotations

from moalloy.report.html.markup import Markup, bullets
from moalloy.report.html.page import section
from moalloy.report.run_data import RunData

__all__ = ["reasons_section"]

_WORDS = (
    "Importance is no cause. It says what the models use to tell the measured alloys apart, not what would"
    " happen in the furnace: a paper that anneals its best alloys longest makes time look important.",
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
    return section("Reasons", bullets(_WORDS), *figures, id_="reasons")
