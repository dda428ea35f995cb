"""Reading the CSV files of a run: text stays the text that it was."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

__all__ = ["read_csv"]

_TEXT = ("formula", "nearest_formula", "nearest_reference", "algorithm", "system", "stopped")


def read_csv(path: Path, *, named: Collection[str] = ()) -> pd.DataFrame:
    """Return a table of a run folder; blank cells are missing.

    Args:
        path: The file.
        named: Columns of names that people chose, such as None or 010, which are none of pandas' business.
    """
    header = pd.read_csv(path, nrows=0).columns
    text = dict.fromkeys((*_TEXT, *named), str)
    blank = {name: [""] for name in header if name not in named}
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=blank)
