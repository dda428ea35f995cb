from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moalloy.domain.elements import SYMBOLS
from moalloy.domain.values import FloatArray
from moalloy.features.element_data import element_column
from moalloy.features.present import present_elements
from moalloy.features.statistics import PROPERTIES, STATISTICS, elemental_statistics, statistic_names

MATMINER = Path(__file__).parent / "data" / "matminer_magpie.csv"
MATMINER_STATISTICS = ("mean", "avg_dev", "minimum", "maximum", "range")
COMMON = ("Fe", "Co", "Ni", "B", "Si", "P", "C", "Nb", "Zr", "Cu", "Gd", "Pt")


def statistics(amounts: dict[str, float]) -> FloatArray:
    fractions = np.array([list(amounts.values())])
    return elemental_statistics(present_elements(fractions, list(amounts))).ravel()


def plain_statistics(amounts: dict[str, float]) -> list[float]:
    """The same in plain Python, one property and one element at a time."""
    present = [(c, SYMBOLS.index(s)) for s, c in sorted(amounts.items(), key=by_atomic_number) if c > 0]
    rows: list[list[float]] = []
    for name in PROPERTIES:
        column = element_column(name).tolist()
        values = [column[index] for _, index in present]
        mean = sum(c * column[index] for c, index in present)
        deviation = sum(c * abs(column[index] - mean) for c, index in present)
        rows.append([mean, deviation, min(values), max(values), max(values) - min(values)])
    return [row[statistic] for statistic in range(5) for row in rows]


def by_atomic_number(item: tuple[str, float]) -> int:
    return SYMBOLS.index(item[0])


@given(st.dictionaries(st.sampled_from(COMMON), st.integers(1, 200), min_size=1, max_size=9))
def test_statistics_equal_a_plain_python_reference_to_the_last_bit(parts: dict[str, int]) -> None:
    amounts = {symbol: part / sum(parts.values()) for symbol, part in parts.items()}
    assert statistics(amounts).tolist() == plain_statistics(amounts)


def test_statistics_are_those_of_matminer() -> None:
    with MATMINER.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    labels = [f"{statistic} {name}" for statistic in MATMINER_STATISTICS for name in PROPERTIES]
    assert len(rows) == 5
    for row in rows:
        parts = re.findall(r"([A-Z][a-z]?)([\d.]*)", row["formula"])
        total = sum(float(amount or 1) for _, amount in parts)
        amounts = {symbol: float(amount or 1) / total for symbol, amount in parts}
        expected = [float(row[label]) for label in labels]
        np.testing.assert_allclose(statistics(amounts), expected, rtol=1e-12, atol=1e-12)


def test_names_say_statistic_property_and_unit() -> None:
    names = statistic_names()
    assert len(names) == len(set(names)) == len(STATISTICS) * len(PROPERTIES) == 110
    assert names[3] == "mean melting temperature (K)"
    assert statistics({"Fe": 1.0})[names.index("maximum covalent radius (pm)")] == 132


def test_a_pure_element_has_no_spread() -> None:
    mean, deviation, minimum, maximum, spread = statistics({"Fe": 1.0}).reshape(5, -1)
    np.testing.assert_array_equal(mean, minimum)
    np.testing.assert_array_equal(mean, maximum)
    assert not deviation.any()
    assert not spread.any()


def test_an_element_without_data_makes_only_its_properties_nan() -> None:
    values = statistics({"Fe": 0.9, "Ar": 0.1}).reshape(5, -1)
    has_none = np.array([np.isnan(element_column(name)[SYMBOLS.index("Ar")]) for name in PROPERTIES])
    assert has_none.any()
    assert np.isnan(values[:, has_none]).all()
    assert np.isfinite(values[:, ~has_none]).all()
