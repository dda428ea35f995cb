"""From compositions to the columns that a surrogate learns from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moalloy.domain.elements import atomic_number
from moalloy.domain.values import FloatArray
from moalloy.errors import SpaceError
from moalloy.features.blocks import get_block
from moalloy.features.present import PresentElements, present_elements

__all__ = ["Featurizer"]


@dataclass(frozen=True, slots=True)
class Featurizer:
    """Blocks of features over a fixed list of elements.

    Attributes:
        blocks: Names of the blocks, in order: ``fractions`` (one feature per element), ``families`` (sums
            over elements of one kind), ``statistics`` (of tabulated element properties), ``physics``
            (descriptors with a physical ground), or one of another package.
        elements: Elements whose fractions are features, in order. An alloy may have others: they
            count in the other blocks.
        without: Names of features to leave out, where a block has them.

    Raises:
        SpaceError: No block, an unknown one, or a block or element named twice.
        CompositionError: One of ``elements`` is not an element symbol.

    >>> featurizer = Featurizer(blocks=("fractions", "physics"), elements=("Fe", "B"))
    >>> featurizer.names[:3]
    ('x_Fe', 'x_B', 'mixing enthalpy (kJ/mol)')
    >>> featurizer.transform(np.array([[0.2, 0.8]]), ["B", "Fe"])[:, :3].round(2)
    array([[  0.8 ,   0.2 , -16.64]], dtype=float32)
    """

    blocks: tuple[str, ...]
    elements: tuple[str, ...]
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.blocks:
            raise SpaceError("no features; name one block at least, such as fractions.")
        for what, names in (("block", self.blocks), ("element", self.elements)):
            if repeated := sorted({name for name in names if names.count(name) > 1}):
                raise SpaceError(f"features: {what} {', '.join(repeated)} named twice; name it once.")
        for symbol in self.elements:
            atomic_number(symbol)
        for block in self.blocks:
            get_block(block)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features, in the order of the columns of ``transform``."""
        return tuple(name for block in self.blocks for name in self.names_of(block))

    def names_of(self, block: str) -> tuple[str, ...]:
        """Return the names of the features that come of one of ``blocks``, in order."""
        return tuple(name for name in get_block(block).names(self.elements) if name not in self.without)

    def transform(self, fractions: FloatArray, elements: Sequence[str]) -> NDArray[np.float32]:
        """Return the features, shape ``(n_alloys, n_features)``, float32 and C-contiguous.

        Args:
            fractions: Atomic fractions, shape ``(n_alloys, n_columns)``; rows sum to 1.
            elements: Symbols of those columns; any elements in any order.

        Returns:
            The features; NaN where an element of the alloy has no data. The row of an alloy is
            the same to the last bit in any batch, any order of columns and any set of absent ones.

        Raises:
            CompositionError: ``fractions`` are no compositions of ``elements``.

        Memory: about 3 kB an alloy with all blocks.
        """
        return self.of(present_elements(fractions, elements))

    def of(self, present: PresentElements) -> NDArray[np.float32]:
        """Return ``transform`` of alloys that are already in slots; what is known of them isn't computed."""
        values = [self._values(name, present) for name in self.blocks]
        table = np.concatenate(values, axis=1, dtype=np.float32, casting="same_kind")
        if not self.without:
            return table
        all_names = (name for block in self.blocks for name in get_block(block).names(self.elements))
        is_kept = [name not in self.without for name in all_names]
        return np.ascontiguousarray(table[:, is_kept])

    def _values(self, name: str, present: PresentElements) -> FloatArray:
        block = get_block(name)
        if not block.is_general:
            return block.values(present, self.elements)
        if name not in present.known:
            present.known[name] = block.values(present, self.elements)
        return present.known[name]

    def to_dict(self) -> dict[str, list[str]]:
        """Return the featurizer as plain lists, ready for JSON."""
        record = {"blocks": list(self.blocks), "elements": list(self.elements)}
        return record | ({"without": list(self.without)} if self.without else {})

    @classmethod
    def from_dict(cls, record: Mapping[str, Sequence[str]]) -> Featurizer:
        """Return the featurizer that ``to_dict`` wrote.

        >>> Featurizer.from_dict({"blocks": ["physics"], "elements": ["Fe"]}).blocks
        ('physics',)
        """
        return cls(
            blocks=tuple(record["blocks"]),
            elements=tuple(record["elements"]),
            without=tuple(record.get("without", ())),
        )
