"""Mismatch of the atomic radii, one of Inoue's conditions for glass forming."""

from __future__ import annotations

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.features.element_data import element_column
from moalloy.features.formula import FormulaDescriptor
from moalloy.features.present import PresentElements

__all__ = ["RADIUS_MISMATCH", "radius_mismatch_pct"]


def radius_mismatch_pct(present: PresentElements) -> FloatArray:
    """Return ``100 sqrt(sum_i c_i (1 - r_i / r)^2)`` with ``r = sum_i c_i r_i``, shape ``(n_alloys,)``.

    Source: Zhang et al., Adv. Eng. Mater. 10 (2008) 534, doi:10.1002/adem.200700240; radii in
    metallic glasses of Miracle et al., Int. Mater. Rev. 55 (2010) 218,
    doi:10.1179/095066010X12646898728200.

    >>> from moalloy.features.present import present_elements
    >>> radius_mismatch_pct(present_elements(np.array([[0.8, 0.2], [1.0, 0.0]]), ["Fe", "B"])).round(3)
    array([12.585,  0.   ])
    """
    radii = _radii_pm()
    mean = present.weighted_sum(radii)
    total = np.zeros(present.n_alloys)
    for indices, fractions in present.slots():
        deviation = 1.0 - radii[indices] / mean
        total += fractions * (deviation * deviation)
    return 100.0 * np.sqrt(total)


def _radii_pm() -> FloatArray:
    return element_column("MiracleRadius")


RADIUS_MISMATCH = FormulaDescriptor(
    name="radius_mismatch_pct",
    title="atomic radius mismatch",
    unit="%",
    source=(
        "Zhang et al., Adv. Eng. Mater. 10 (2008) 534, doi:10.1002/adem.200700240; radii of Miracle "
        "et al., Int. Mater. Rev. 55 (2010) 218, doi:10.1179/095066010X12646898728200"
    ),
    formula=radius_mismatch_pct,
    constants=_radii_pm,
)
