"""All descriptors by name: numbers that a composition alone decides.

Another package adds one by an entry point of the group ``moalloy.descriptors``: its name, and an
object that satisfies ``moalloy.domain.values.Descriptor``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from moalloy.domain.values import Descriptor, FloatArray
from moalloy.features.cost import cost, cost_descriptor
from moalloy.features.criticality import critical_share
from moalloy.features.density import density
from moalloy.features.dilution_ceiling import DILUTION_CEILING
from moalloy.features.enthalpy import MIXING_ENTHALPY
from moalloy.features.entropy import MIXING_ENTROPY
from moalloy.features.magnetic_valence import magnetic_valence
from moalloy.features.present import PresentElements
from moalloy.features.radii import RADIUS_MISMATCH
from moalloy.features.registry import Registry
from moalloy.features.valence import valence_electron_concentration

__all__ = ["DESCRIPTORS", "cost_descriptor", "get_descriptor", "physics_descriptors"]


class SlotDescriptor(Descriptor, Protocol):
    """A descriptor that also takes alloys that are already in slots."""

    def of(self, present: PresentElements) -> FloatArray:
        """Return the values, shape ``(n_alloys,)``."""
        ...


def physics_descriptors() -> tuple[SlotDescriptor, ...]:
    """Return the descriptors that enter the features of a surrogate, in their order.

    Cost and criticality are left out: no property follows from a price.
    """
    return (
        MIXING_ENTHALPY,
        MIXING_ENTROPY,
        RADIUS_MISMATCH,
        valence_electron_concentration(),
        density(),
        DILUTION_CEILING,
        magnetic_valence(),
    )


_REGISTRY: Registry[Descriptor] = Registry(
    "descriptor",
    group="moalloy.descriptors",
    built_in={
        "mixing_enthalpy_kJ_per_mol": lambda: MIXING_ENTHALPY,
        "mixing_entropy_J_per_mol_K": lambda: MIXING_ENTROPY,
        "radius_mismatch_pct": lambda: RADIUS_MISMATCH,
        "valence_electron_concentration": valence_electron_concentration,
        "density_g_per_cm3": density,
        "cost_USD_per_kg": cost,
        "dilution_ceiling_T": lambda: DILUTION_CEILING,
        "magnetic_valence_muB": magnetic_valence,
        "critical_wt_pct": critical_share,
    },
    accepts=lambda thing: isinstance(thing, Descriptor),
)

DESCRIPTORS: Mapping[str, Descriptor] = _REGISTRY
"""Every descriptor by name; made, or imported from another package, when first looked up."""


def get_descriptor(name: str) -> Descriptor:
    """Return the descriptor called ``name``.

    Raises:
        SpaceError: There is none; the message names the nearest. Or another package offers one
            that can't be used.

    >>> get_descriptor("density_g_per_cm3").unit
    'g/cm3'
    """
    return _REGISTRY.named(name)
