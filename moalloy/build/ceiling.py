"""The physical ceiling of a property: asked for, or known to hold for what it is."""

from __future__ import annotations

from dataclasses import dataclass

from moalloy.spec import ProblemSpec, PropertySpec
from moalloy.surrogates.ceiling import Ceiling
from moalloy.surrogates.training import TrainingRows
from moalloy.tables.audit.quantities import quantity_named

__all__ = ["CeilingChoice", "choose_ceiling"]

_NONE = "none"
_DILUTION = "dilution_ceiling_T"
# Alloys pass a ceiling that isn't theirs: Fe-Ni the dilution ceiling, whose iron gains moment.
_MOST_ABOVE = 0.02


@dataclass(frozen=True, slots=True)
class CeilingChoice:
    """A ceiling, or none, and how the measured rows stand to it."""

    ceiling: Ceiling | None
    metrics: dict[str, object]
    warnings: tuple[str, ...] = ()


def choose_ceiling(spec: ProblemSpec, name: str, rows: TrainingRows) -> CeilingChoice:
    """Return what predictions of property ``name`` must not pass.

    One that the problem file names is kept; the one for Bs is left out, with a warning, if more than
    2 % of the measured rows pass it.
    """
    item = spec.properties[name]
    descriptor = _DILUTION if item.ceiling is None and _is_flux_density(name, item) else item.ceiling
    if descriptor in (None, _NONE):
        return CeilingChoice(None, {})
    ceiling = Ceiling(descriptor)
    n_above = int((rows.values > ceiling.highest(rows.fractions, rows.elements)).sum())
    found = f"{n_above} of {len(rows)} measured values of {name} pass {descriptor} by more than 3 %"
    if item.ceiling is None and n_above > _MOST_ABOVE * len(rows):
        return CeilingChoice(None, {}, (f"{found}; it is not used as their ceiling",))
    warnings = (found,) if n_above else ()
    return CeilingChoice(ceiling, {"ceiling": {"descriptor": descriptor, "rows_above": n_above}}, warnings)


def _is_flux_density(name: str, item: PropertySpec) -> bool:
    held = quantity_named(item.column, "T")
    is_named = name in ("Bs", "Js") or (held is not None and held.name == "saturation flux density")
    return item.unit == "T" and item.scale == "linear" and is_named
