"""The code that decides what a run finds, as one hash."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from moalloy.files import sha256_of

__all__ = ["code_hash"]

# What shows results decides none of them.
_BYSTANDERS = frozenset({"cli", "report"})


@functools.cache
def code_hash() -> str:
    """Return the SHA-256 over moalloy's own code and data, all but what prints and draws.

    Two copies of one version hash the same wherever they are installed; an edited one doesn't.
    """
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.is_file() and "__pycache__" not in parts and parts[0] not in _BYSTANDERS:
            digest.update(f"{'/'.join(parts)} {sha256_of(path)}\n".encode())
    return digest.hexdigest()
