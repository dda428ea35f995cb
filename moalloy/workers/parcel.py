"""What units share, as bytes that another process opens once. They are never written to a file."""

from __future__ import annotations

import pickle
from typing import Any

__all__ = ["opened", "sealed"]


def sealed(shared: object) -> bytes:
    """Return an object as bytes; kinds of models may hold functions without a name."""
    import cloudpickle

    content = cloudpickle.dumps(shared)
    assert isinstance(content, bytes)
    return content


def opened(parcel: bytes) -> Any:
    """Return what was sealed."""
    return pickle.loads(parcel)
