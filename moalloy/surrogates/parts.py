"""What of a property model TreeSHAP can explain: the value, and with a hurdle the chance that there is one.

Only what XGBoost's trees add up can be shared out exactly and in no time. Where other kinds are averaged with
them, the trees alone are explained; where there are none, nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from scipy.special import expit

from moalloy.domain.values import FloatArray
from moalloy.features.statistics import STATISTICS as STATISTIC_NAMES
from moalloy.surrogates.learner import Average, Features, Scorer
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.tilts import N_TILTS
from moalloy.surrogates.training import Inputs
from moalloy.surrogates.transitions import Relative
from moalloy.surrogates.trees import Trees

__all__ = [
    "AMOUNTS",
    "DESCRIPTORS",
    "FAMILIES",
    "STATISTICS",
    "TREATMENT",
    "Explained",
    "Grouping",
    "Part",
    "PartScale",
    "parts_of",
]

PartScale = Literal["linear", "log", "odds"]

Grouping = Literal["feature", "family", "kind"]

AMOUNTS, STATISTICS, DESCRIPTORS = "element amounts", "element statistics", "physical descriptors"
FAMILIES, TREATMENT = "families of elements", "treatment"
_KINDS = {"fractions": AMOUNTS, "families": FAMILIES, "statistics": STATISTICS, "physics": DESCRIPTORS}
_FRACTION = "x_"


class Explained(Protocol):
    """A member that can say what each feature adds to its scores."""

    def contributions(self, features: Features) -> FloatArray:
        """Return what each feature adds, and the base in the last column; ``(n_alloys, n_features + 1)``."""
        ...

    def predict(self, features: Features) -> FloatArray:
        """Return the scores that they sum up to, shape ``(n_alloys,)``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Members that predict one number together: the mean of their scores.

    Attributes:
        name: The property that the number belongs to.
        unit: Its unit; empty for a chance.
        scale: What a score is: a value, its decimal logarithm, or the natural logarithm of the odds.
        inputs: From alloys to features.
        members: XGBoost's models, each trained without some groups.
        slope: The score is ``slope * mean + offset``; 1 but for a chance, which is calibrated.
        offset: See ``slope``.
        transitions: Names of the features that each member adds: treatments counted from transitions.
        tilted: Treatments that each member also counts from random sums; together they are one feature.
        has_hurdle: The property's prediction is a value times a chance; this is one of the two.
        averages: Where other kinds are averaged with XGBoost, the members with those in them; else none.
    """

    name: str
    unit: str
    scale: PartScale
    inputs: Inputs
    members: tuple[Explained, ...]
    slope: float = 1.0
    offset: float = 0.0
    transitions: tuple[str, ...] = ()
    tilted: tuple[str, ...] = ()
    has_hurdle: bool = False
    averages: tuple[Scorer, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """The kinds that are averaged with XGBoost and not explained."""
        kinds = dict.fromkeys(learner.kind for member in self.averages for learner in member.learners)
        return tuple(kind for kind in kinds if kind != "xgboost")

    @property
    def share(self) -> str:
        """How much of the prediction the members are, in words; empty where they are all of it."""
        return f"XGBoost, 1 of {1 + len(self.others)} averaged" if self.others else ""

    def with_share(self, words: str) -> str:
        """Return words with the share behind them in brackets, where there is one to tell of."""
        return f"{words} ({self.share})" if self.share else words

    @property
    def what(self) -> Literal["value", "chance"]:
        return "chance" if self.scale == "odds" else "value"

    @property
    def title(self) -> str:
        """What the number is, for people: ``Bs``, ``Dmax where it exists``, ``chance of Dmax``."""
        if self.what == "chance":
            return f"chance of {self.name}"
        return f"{self.name} where it exists" if self.has_hurdle else self.name

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the features for people, with units; an amount is in at.%, whatever the space's basis."""
        tilted = (f"{name} against composition" for name in self.tilted)
        kinds = zip((*self.inputs.names, *self.transitions, *tilted), self.kinds, strict=True)
        return tuple(
            f"{name.removeprefix(_FRACTION)} (at.%)" if kind == AMOUNTS else name for name, kind in kinds
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """What kind of feature each one is, in the order of the features."""
        featurizer = self.inputs.featurizer
        kinds: list[str] = []
        for block in featurizer.blocks:
            kinds += [_KINDS.get(block, block)] * len(featurizer.names_of(block))
        n_treatments = len(self.inputs.names) + len(self.transitions) + len(self.tilted) - len(kinds)
        return tuple(kinds) + (TREATMENT,) * n_treatments

    @property
    def families(self) -> tuple[str, ...]:
        """What each feature counts as where the statistics of one element property are one thing."""
        return tuple(
            _family(label) if kind == STATISTICS else label
            for label, kind in zip(self.labels, self.kinds, strict=True)
        )

    def grouped(self, by: Grouping) -> tuple[str, ...]:
        """Return the name under which each feature is counted: its own, its family's or its kind's."""
        return {"feature": self.labels, "family": self.families, "kind": self.kinds}[by]

    def features(self, alloys: Alloys) -> Features:
        """Return the features of alloys, shape ``(n_alloys, n_features)``."""
        return self.inputs.features(alloys.fractions, alloys.elements, alloys.process)

    def seen(self, features: Features) -> Features:
        """Return the features with those that members add, in the mean over members, behind them.

        What is counted from random sums, others in each member, has no value: NaN.
        """
        relative = [member for member in self.members if isinstance(member, Relative)]
        if not relative:
            return features
        n_features = features.shape[1]
        estimated = slice(n_features, n_features + len(self.transitions))
        added = np.mean([member.extended(features)[:, estimated] for member in relative], axis=0)
        unknown = np.full((len(features), len(self.tilted)), np.nan)
        return np.column_stack([features, added, unknown]).astype(np.float32)

    def folded(self, contributions: FloatArray) -> FloatArray:
        """Return contributions with those of the random sums of a treatment added up; last axis shortened."""
        n_single = contributions.shape[-1] - N_TILTS * len(self.tilted)
        sums = contributions[..., n_single:].reshape(*contributions.shape[:-1], len(self.tilted), N_TILTS)
        return np.concatenate([contributions[..., :n_single], sums.sum(axis=-1)], axis=-1)

    def as_read(self, features: Features) -> FloatArray:
        """Return features in the units of ``labels``, same shape."""
        in_percent = np.array([kind == AMOUNTS for kind in self.kinds])
        return np.where(in_percent, 100.0, 1.0) * features.astype(np.float64)

    def outcome(self, score: FloatArray) -> FloatArray:
        """Return scores as people read them: in the unit, or as a chance from 0 to 1."""
        if self.scale == "odds":
            return np.asarray(expit(score), dtype=np.float64)
        return np.asarray(10.0**score, dtype=np.float64) if self.scale == "log" else score

    def effect(self, contribution: FloatArray) -> FloatArray:
        """Return what contributions do to the outcome: an addition in the unit, or a factor.

        The factor is one of the value for a logarithm, one of the odds for a chance.
        """
        if self.scale == "linear":
            return contribution
        base = 10.0 if self.scale == "log" else np.e
        return np.asarray(base**contribution, dtype=np.float64)


def parts_of(model: PropertyModel) -> tuple[Part, ...]:
    """Return what of a prediction can be explained: the value, and the chance where there is a hurdle.

    Of an average it is XGBoost's part; a value without any is left out. A chance is XGBoost's always.
    """
    hurdle, parts = model.hurdle, []
    boosted = _boosted(model.members)
    if boosted:
        parts.append(
            Part(
                name=model.name,
                unit=model.unit,
                scale=model.scale,
                inputs=model.inputs,
                members=boosted,
                transitions=tuple(item.name for item in model.rows.transitions),
                tilted=model.rows.tilted,
                has_hurdle=hurdle is not None,
                averages=model.members if len(model.kinds) > 1 else (),
            )
        )
    if hurdle is not None:
        parts.append(
            Part(
                name=model.name,
                unit="",
                scale="odds",
                inputs=hurdle.inputs,
                members=_boosted(hurdle.members),
                slope=hurdle.slope,
                offset=hurdle.offset,
                has_hurdle=True,
            )
        )
    return tuple(parts)


def _family(statistic: str) -> str:
    """Return a statistic's name with the statistic left open.

    >>> _family("average deviation of electronegativity")
    'statistics of electronegativity'
    """
    title = next(statistic.removeprefix(word) for word in STATISTIC_NAMES if statistic.startswith(word))
    return f"statistics of{title}"


def _boosted(members: tuple[Scorer, ...]) -> tuple[Explained, ...]:
    """Return the boosted trees of each member; none at all where a member has none."""
    found = [trees for trees in map(_trees_of, members) if trees is not None]
    return tuple(found) if len(found) == len(members) else ()


def _trees_of(scorer: Scorer) -> Trees | Relative | None:
    if isinstance(scorer, Relative):
        trees = _trees_of(scorer.scorer)
        return None if trees is None else replace(scorer, scorer=trees)
    if isinstance(scorer, Average):
        return next((item for item in scorer.scorers if isinstance(item, Trees)), None)
    return scorer if isinstance(scorer, Trees) else None
