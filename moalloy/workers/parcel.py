"""What units share, as bytes that another process unpacks once. They are never written to a file."""

from __future__ import annotations

import functools
import pickle
from typing import Any

__all__ = ["packed", "unpacked"]


def packed(shared: object) -> bytes:
    """Return an object as bytes; kinds of models may hold functions without a name."""
    import cloudpickle

    content = cloudpickle.dumps(shared)
    assert isinstance(content, bytes)
    return content


# One at a time: a study's stages come one after the other.
@functools.lru_cache(maxsize=1)
def unpacked(parcel: bytes) -> Any:
    """Return what was packed; the same object while the same parcel comes again."""
    return pickle.loads(parcel)
