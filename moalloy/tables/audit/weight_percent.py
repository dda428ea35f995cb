"""Weight percent in a table of atomic percent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.spatial import KDTree

from moalloy.domain.composition import Composition
from moalloy.domain.elements import masses_u
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.tables.audit.columns import Column, composition_headers
from moalloy.tables.audit.findings import Finding
from moalloy.tables.audit.table import AuditTable
from moalloy.tables.wording import listing
from moalloy.units import weight_to_atomic_fractions

__all__ = ["weight_for_atomic_percent"]

# Alloys are designed in steps of 0.5 at.%; amounts in wt.% of such an alloy land this close to them.
_STEP_AT_PCT = 0.5
_ROUND_AT_PCT = 0.04
# With fewer elements, round numbers and near alloys come about by chance.
_FEWEST_ELEMENTS = 4
# Read as wt.%, a row must land on a known alloy, and move away from where it stood.
_ON_AT_PCT = 0.4
_AWAY_AT_PCT = 3.0
_N_NEAREST = 40
# A group is taken as a whole if most of its rows, and this many, are found.
_FEWEST_FOUND = 3
_LISTED = 3


def weight_for_atomic_percent(table: AuditTable) -> Iterator[Finding]:
    """Rows of at.% that make sense as wt.%, and not as at.%.

    Read as wt.% they land on an alloy of another group, or on multiples of 0.5 at.%; as at.% they do
    neither. A row by itself must also be far from the alloys of all other groups. Where most of a group
    is found, so are its other rows, but for those that are round as they stand and not as wt.%.
    """
    rows = np.flatnonzero(table.has_alloy & _teaches(table))
    if table.basis != "at%" or not len(rows):
        return
    written, codes = table.fractions[rows], table.group_codes[rows]
    meant = weight_to_atomic_fractions(written, masses_u(table.elements))
    moved = 50.0 * np.abs(meant - written).sum(axis=1)
    is_candidate = (written > 0).sum(axis=1) >= _FEWEST_ELEMENTS
    is_candidate &= (moved > _AWAY_AT_PCT) & ~_is_round(written)
    becomes_round = is_candidate & _is_round(meant)
    is_at_home = _nearest_of_others(written, written, codes) <= _AWAY_AT_PCT
    lands = _nearest_of_others(meant, written, codes) <= _ON_AT_PCT
    is_slip = is_candidate & ~is_at_home & (lands | becomes_round)
    goes_along = (moved > 0) & (~_is_round(written) | _is_round(meant))
    for code in np.unique(codes[is_slip | becomes_round]):
        is_group = codes == code
        found = is_group & (is_slip | becomes_round)
        is_whole = found.sum() >= _FEWEST_FOUND and 2 * found.sum() > is_group.sum()
        members = is_group & (found | goes_along) if is_whole else is_group & is_slip
        if members.any():
            yield _finding(table, rows[members], n_along=int((members & ~found).sum()))


def _teaches(table: AuditTable) -> BoolArray:
    """Return which rows hold a measured value; all of them in a table of nothing but compositions."""
    if not table.measured:
        return np.ones(len(table), dtype=np.bool_)
    return np.asarray(np.any([np.isfinite(column.values) for column in table.measured], axis=0))


def _is_round(fractions: FloatArray) -> BoolArray:
    """Whether all amounts of an alloy are multiples of 0.5 at.%."""
    steps = 100.0 * fractions / _STEP_AT_PCT
    return np.asarray((np.abs(steps - np.round(steps)) * _STEP_AT_PCT <= _ROUND_AT_PCT).all(axis=1))


def _nearest_of_others(points: FloatArray, known: FloatArray, codes: IntArray) -> FloatArray:
    """Return the distance in at.% of each point to the nearest known alloy of another group."""
    distance, index = KDTree(50.0 * known).query(
        50.0 * points, k=min(_N_NEAREST, len(known)), p=1, distance_upper_bound=_AWAY_AT_PCT + 1e-9
    )
    distance, index = distance.reshape(len(points), -1), index.reshape(len(points), -1)
    is_other = codes[np.minimum(index, len(known) - 1)] != codes[:, None]
    return np.asarray(np.where(is_other, distance, np.inf).min(axis=1))


def _finding(table: AuditTable, rows: IntArray, *, n_along: int) -> Finding:
    """Return the finding for some rows, of which ``n_along`` go with the others of their group."""
    alloys = [entry for row in rows if isinstance(entry := table.entries[row], Composition)]
    meant = [Composition.from_percent(alloy.at_pct, basis="wt%") for alloy in alloys]
    pairs = [
        f"{table.labels[row]} would be about {_rounded(alloy)}"
        for row, alloy in zip(rows, meant, strict=True)
    ]
    follow = "row follows from the others of its" if n_along == 1 else "rows follow from the others of their"
    along = f" {n_along} {follow} group alone." if n_along else ""
    return Finding(
        "unit-slip",
        "warning",
        table.lines(rows),
        composition_headers(table.composition),
        listing([table.labels[row] for row in rows], limit=_LISTED),
        "Read as wt.%, these amounts are round numbers or an alloy of another group; as at.% they are "
        f"neither, and far from all others.{along} In at.%, "
        f"{listing(pairs, limit=_LISTED, separator='; ')}.",
        "If the source gives wt.%, convert them (or read a table that is wt.% throughout with basis wt%).",
        suspects=tuple(
            cell for column in table.measured for cell in table.cells(column, _given(column, rows))
        ),
    )


def _rounded(alloy: Composition) -> str:
    amounts = sorted(alloy.at_pct.items(), key=lambda amount: -amount[1])
    return "".join(f"{symbol}{float(amount):.1f}".removesuffix(".0") for symbol, amount in amounts)


def _given(column: Column, rows: IntArray) -> IntArray:
    return rows[np.isfinite(column.values[rows])]
