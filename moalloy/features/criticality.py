"""Share of the alloy's weight in critical raw materials."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from functools import cache

from moalloy.domain.elements import SYMBOLS, exact_masses
from moalloy.features.ratio import RatioDescriptor

__all__ = ["EU_CRITICAL", "critical_share", "critical_share_of"]

# Then the platinum group metals, then the rare earths.
_ANNEX_II = """
Li Be Mg Sr Ba Sc Ti V Ta W Mn Co Ni Cu Nb Hf B Al Ga Si Ge P As Sb Bi F He
Ru Rh Pd Os Ir Pt
Y La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
"""

EU_CRITICAL: frozenset[str] = frozenset(_ANNEX_II.split())
"""Elements of Annex II of Regulation (EU) 2024/1252.

Ba stands for baryte, F for fluorspar, P for phosphorus and phosphate rock, Ni for its battery
grade; carbon is critical only as graphite and coking coal and so is left out.
"""


@cache
def critical_share() -> RatioDescriptor:
    """Return the share of critical raw materials by the EU's list, in wt.%.

    B, Si, P and Nb are all on the list, so no Fe-based glass is free of it: a share, not a ban.
    """
    return critical_share_of(
        EU_CRITICAL, source="Regulation (EU) 2024/1252, Annex II, OJ L 2024/1252, 3.5.2024"
    )


def critical_share_of(critical: Collection[str], *, source: str) -> RatioDescriptor:
    """Return the share of the elements ``critical`` in wt.%, for a list of one's own.

    >>> strict = critical_share_of({"Nb", "Co"}, source="our purchasing department")
    >>> strict.linear_ratio(["Fe", "Co"]).numerator
    (Fraction(0, 1), Fraction(58933, 10))
    """
    masses = dict(zip(SYMBOLS, exact_masses(SYMBOLS), strict=True))
    return RatioDescriptor(
        name="critical_wt_pct",
        title="critical raw materials",
        unit="wt%",
        source=source,
        numerator={s: 100 * mass if s in critical else Fraction(0) for s, mass in masses.items()},
        denominator=masses,
    )
