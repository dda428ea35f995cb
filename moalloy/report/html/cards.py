"""Model cards inside the report: closed until someone asks."""

from __future__ import annotations

from moalloy.report.html.markup import Markup, bullets, join, tag
from moalloy.report.html.page import section
from moalloy.report.run_data import RunData
from moalloy.runs.cards import CardSection, model_card

__all__ = ["cards_section"]


def cards_section(run: RunData) -> Markup:
    """Return a card per fitted property, the same as its card.md; nothing where nothing was learned."""
    if not run.models:
        return Markup("")
    hashes = run.manifest["sha256"]["data"]
    cards = [model_card(model, spec=run.problem.spec, hashes=hashes) for model in run.models.values()]
    return section(
        "Model cards",
        tag("p", "A page per property: what its model stands on, how well it does, where it is weak."),
        *(
            tag("details", tag("summary", tag("b", card.title)), *map(_section, card.sections))
            for card in cards
        ),
        id_="cards",
    )


def _section(item: CardSection) -> Markup:
    facts = [join([tag("b", name), f": {value}"]) for name, value in item.facts]
    return join([tag("h3", item.heading), bullets([*facts, *item.remarks])])
