"""Random relations that a hidden composition keeps, with a hidden treatment."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .relations import Amounts, Around, Condition, Count, Forbid, Groups, Relation, Require, Side, Treatment
from .relations import is_kept as kept


@dataclass(frozen=True)
class Variable:
    """A process variable: some of its values, and whether they are a continuous range."""

    name: str
    values: tuple[float | str, ...]
    is_range: bool


@dataclass(frozen=True)
class Scene:
    """What relations are drawn around."""

    hidden: Amounts
    groups: Groups
    treatment: Treatment
    step: Fraction
    basis: str
    variables: Sequence[Variable]

    @property
    def elements(self) -> list[str]:
        return list(self.hidden)

    def amount(self, name: str) -> Fraction:
        return sum((self.hidden[symbol] for symbol in self.groups.get(name, (name,))), start=Fraction(0))


def random_relations(draw: random.Random, scene: Scene) -> Iterator[Relation]:
    """Yield up to three relations of different kinds."""
    kinds = [_count, _forbid, _require, _around, _condition, _condition, _condition]
    for kind in draw.sample(kinds, draw.choice([0, 0, 1, 2, 3])):
        item = kind(draw, scene)
        if item is not None and kept(item, scene.hidden, scene.groups, scene.treatment):
            yield item


def _count(draw: random.Random, scene: Scene) -> Relation:
    some = tuple(draw.sample(scene.elements, draw.randint(1, len(scene.elements))))
    names = draw.choice([("inner",), some])
    symbols = {symbol for name in names for symbol in scene.groups.get(name, (name,))}
    n_present = sum(scene.hidden[symbol] > 0 for symbol in symbols)
    least, most = draw.randint(0, n_present), n_present + draw.randint(0, 1)
    return Count(names, *draw.choice([(least, None), (None, most), (least, most)]))


def _forbid(draw: random.Random, scene: Scene) -> Relation:
    return Forbid(tuple(draw.sample(scene.elements, draw.randint(2, min(3, len(scene.elements))))))


def _require(draw: random.Random, scene: Scene) -> Relation:
    names = [*scene.elements, *scene.groups]
    return Require(draw.choice(names), draw.choice(names))


def _around(draw: random.Random, scene: Scene) -> Relation | None:
    if scene.basis == "wt%":
        return None
    alloy = dict(scene.hidden)
    one, other = draw.choices(list(alloy), k=2)
    shift = min(alloy[one], Fraction(draw.randint(0, 20), 10))
    alloy[one] -= shift
    alloy[other] += shift
    return Around(alloy, shift + Fraction(draw.randint(1, 50), 10), is_nested=draw.random() < 0.5)


def _condition(draw: random.Random, scene: Scene) -> Relation | None:
    for _ in range(20):
        item = Condition(_side(draw, scene), _side(draw, scene))
        if kept(item, scene.hidden, scene.groups, scene.treatment):
            return item
    return None


def _side(draw: random.Random, scene: Scene) -> Side:
    if scene.variables and draw.random() < 0.5:
        variable = draw.choice(scene.variables)
        value = draw.choice(variable.values)
        if isinstance(value, str):
            return Side(variable.name, "==", value)
        signs = ["<=", ">="] if variable.is_range else ["<=", ">=", "=="]
        return Side(variable.name, draw.choice(signs), Fraction(str(value)))
    name = draw.choice([*scene.elements, *scene.groups])
    if draw.random() < 0.4:
        return Side(name, draw.choice([">", "=="]), Fraction(0))
    shift = draw.randint(-3, 3) * scene.step
    return Side(name, draw.choice(["<=", ">=", ">=", "=="]), max(scene.amount(name) + shift, scene.step))
