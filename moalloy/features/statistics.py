"""Statistics over the elements of an alloy of 22 tabulated element properties (Magpie)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.features.element_data import element_column
from moalloy.features.present import PresentElements

__all__ = ["PROPERTIES", "STATISTICS", "elemental_statistics", "statistic_names"]

PROPERTIES: dict[str, str] = {
    "Number": "atomic number",
    "MendeleevNumber": "Mendeleev number",
    "AtomicWeight": "atomic weight (u)",
    "MeltingT": "melting temperature (K)",
    "Column": "group",
    "Row": "period",
    "CovalentRadius": "covalent radius (pm)",
    "Electronegativity": "electronegativity",
    "NsValence": "valence s electrons",
    "NpValence": "valence p electrons",
    "NdValence": "valence d electrons",
    "NfValence": "valence f electrons",
    "NValence": "valence electrons",
    "NsUnfilled": "unfilled s states",
    "NpUnfilled": "unfilled p states",
    "NdUnfilled": "unfilled d states",
    "NfUnfilled": "unfilled f states",
    "NUnfilled": "unfilled states",
    "GSvolume_pa": "ground-state volume (Å3/atom)",
    "GSbandgap": "ground-state band gap (eV)",
    "GSmagmom": "ground-state moment (μB/atom)",
    "SpaceGroupNumber": "space group number",
}
"""What people call each column of ``elements.csv`` that enters the statistics."""

STATISTICS = ("mean", "average deviation of", "minimum", "maximum", "range of")
"""The statistics of each property, in the order of the features."""


def statistic_names() -> tuple[str, ...]:
    """Return the 110 feature names, as in ``mean electronegativity``."""
    return tuple(f"{statistic} {title}" for statistic in STATISTICS for title in PROPERTIES.values())


def elemental_statistics(present: PresentElements) -> FloatArray:
    """Return five statistics of 22 element properties, shape ``(n_alloys, 110)``.

    Mean and average absolute deviation from it are weighted by atomic fraction; minimum, maximum
    and range run over the elements present. NaN where an element of the alloy has no data.

    Memory: about 2 kB an alloy.

    Source: Ward et al., npj Comput. Mater. 2 (2016) 16028, doi:10.1038/npjcompumats.2016.28.
    """
    statistics = np.zeros((len(STATISTICS), present.n_alloys, len(PROPERTIES)))
    mean, deviation, minimum, maximum, spread = statistics
    minimum[:] = maximum[:] = _table()[present.indices[0]]
    for values, fractions in _slot_values(present):
        np.minimum(minimum, values, out=minimum)
        np.maximum(maximum, values, out=maximum)
        mean += np.multiply(values, fractions, out=values)
    for values, fractions in _slot_values(present):
        distance = np.abs(np.subtract(values, mean, out=values), out=values)
        deviation += np.multiply(distance, fractions, out=values)
    np.subtract(maximum, minimum, out=spread)
    return statistics.swapaxes(0, 1).reshape(present.n_alloys, len(STATISTICS) * len(PROPERTIES))


def _slot_values(present: PresentElements) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield ``(values, fractions)`` per slot, of shapes ``(n_alloys, 22)`` and ``(n_alloys, 1)``.

    The values are in one buffer that the caller may overwrite: new arrays would cost a third more.
    """
    values = np.empty((present.n_alloys, len(PROPERTIES)))
    for indices, fractions in present.slots():
        # Indices are in range; "clip" spares the copy that the checking mode makes of ``out``.
        np.take(_table(), indices, axis=0, out=values, mode="clip")
        yield values, fractions[:, None]


@cache
def _table() -> FloatArray:
    """The properties by atomic number, shape ``(118, 22)``."""
    return np.column_stack([element_column(name) for name in PROPERTIES])
