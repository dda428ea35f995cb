"""Blocks of features that installed packages offer: what they return is checked, and blamed by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.errors import SpaceError
from moalloy.features.block import Block
from moalloy.features.present import PresentElements

__all__ = ["blaming", "guarded"]

# Models read features in single precision.
_LARGEST = float(np.finfo(np.float32).max)


def guarded(block: Block, name: str, source: str) -> Block:
    """Return a block that raises a `SpaceError` in place of whatever else goes wrong in ``block``.

    Args:
        block: What the package offers.
        name: Under which name.
        source: Where, such as ``mine:twice``.
    """
    guard = _Guard(block, name, source)
    return Block(guard.names, guard.values, block.is_general)


@contextmanager
def blaming(name: str, source: str, what: str) -> Iterator[None]:
    """Turn whatever another package's block raises into a message that names the package.

    Raises:
        SpaceError: Something was raised.
    """
    try:
        yield
    except Exception as error:
        raise SpaceError(
            f"the features {name!r} of an installed package ({source}) {what}: {type(error).__name__}:"
            f" {error}. Mend the package, or leave {name!r} out of model.features."
        ) from error


@dataclass(frozen=True, slots=True)
class _Guard:
    """The two functions of a block, checked."""

    block: Block
    name: str
    source: str

    def names(self, elements: Sequence[str]) -> tuple[str, ...]:
        with blaming(self.name, self.source, "can't be named"):
            names = tuple(self.block.names(elements))
            if not names or not all(isinstance(name, str) and name for name in names):
                raise TypeError(f"expected a name for each feature, found {names!r}")
            if len(set(names)) < len(names):
                raise ValueError(f"two have one name among {', '.join(names)}")
            return names

    def values(self, present: PresentElements, elements: Sequence[str]) -> FloatArray:
        shape = (present.n_alloys, len(self.names(elements)))
        with blaming(self.name, self.source, "can't be computed"):
            values = np.asarray(self.block.values(present, elements), dtype=np.float64)
            if values.shape != shape:
                alloys, names = shape
                raise ValueError(f"{alloys} alloys and {names} names gave values of shape {values.shape}")
            if (np.abs(values) > _LARGEST).any():
                raise ValueError("some values are infinite, or too large for single precision")
            return values
