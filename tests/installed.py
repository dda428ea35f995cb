"""Packages put on the path with their entry points, as pip would."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.features.blocks import BLOCKS
from moalloy.features.descriptors import DESCRIPTORS

__all__ = ["install"]


def install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, group: str, code: str, entry_points: str
) -> None:
    """Install a package of one module into ``folder``, which goes on the path.

    Args:
        folder: Where to put it.
        monkeypatch: Takes the folder off the path again.
        name: Of package and module; one that no other test imports.
        group: The entry-point group.
        code: The module.
        entry_points: Lines ``name = module:thing``.
    """
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{group}]\n{entry_points}\n", encoding="utf-8")
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    # What the session knows to be installed is forgotten with the folder.
    for registry in (BLOCKS, DESCRIPTORS):
        monkeypatch.setattr(registry, "_plugins", None)
