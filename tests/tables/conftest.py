"""A way to write the small files that the tests of this folder read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

WriteTable = Callable[..., Path]


@pytest.fixture
def write_table(tmp_path: Path) -> WriteTable:
    """Return a function that writes text to ``alloys.csv`` and returns its path."""

    def write(text: str, *, name: str = "alloys.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
