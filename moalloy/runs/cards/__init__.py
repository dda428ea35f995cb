"""Model cards: one page per fitted property that says what it stands on and where it is weak."""

from moalloy.runs.cards.card import Card, CardSection, model_card
from moalloy.runs.cards.markdown import card_markdown

__all__ = ["Card", "CardSection", "card_markdown", "model_card"]
