"""What the surrogates of the home problem say of alloys that metallurgy knows to be worse, and of ribbons.

    python benchmarks/controls.py

Three lines for each control: the coercivity by the models of a run, by members that never saw the paper, and
by refits without any paper within 3 at.%. Without phosphorus Makino et al. measured 698 against 6.6 A/m
(J. Appl. Phys. 105 (2009) 013922), without copper 495 against 2.07 A/m (J. Appl. Phys. 109 (2011) 07A302).
Then the chance of two ribbons to be bulk glasses, with and without the ribbons of the table as a no, and the
areas under the ROC curve of that classifier on chemical systems that it never saw. `tests/test_physics.py`
holds the signs.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.domain.composition import parse_formula
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.neighbors import nearest
from moalloy.surrogates.unseen import predict_unseen

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
# What lacks it, what has it, their anneal in K and s.
CONTROLS = {
    "phosphorus": ("Fe83.3Si4B12Cu0.7", "Fe83.3Si4B8P4Cu0.7", (748.0, 600.0)),
    "copper": ("Fe84Si4B8P4", "Fe82.75Si4B8P4Cu1.25", (723.0, 1800.0)),
}
RIBBONS = {"FINEMET": "Fe73.5Si13.5B9Nb3Cu1", "NANOMET": "Fe83.3Si4B8P4Cu0.7"}
WITHOUT_NEGATIVES = ["properties.Dmax.hurdle.negatives=[]"]


def main() -> None:
    """Fit twice and print."""
    models = moalloy.fit(moalloy.load_problem(HOME), jobs=2)
    for element, (lacks, has, anneal) in CONTROLS.items():
        pairs = zip(*(coercivities(models["Hc"], formula, anneal) for formula in (lacks, has)), strict=True)
        for judge, (without, with_it) in zip(
            ("models of a run", "never saw the paper", "nothing within 3 at.%"), pairs, strict=True
        ):
            print(f"{element:<12} {judge:<22} Hc {without:.3g} A/m without it, {with_it:.3g} A/m with it")
    fewer = moalloy.fit(moalloy.load_problem(HOME, WITHOUT_NEGATIVES), jobs=2)
    for name, formula in RIBBONS.items():
        chances = [bulk_chance(found["Dmax"], formula) for found in (fewer, models)]
        print(
            f"{name:<12} chance to be a bulk glass: {chances[0]:.2g}, with ribbons as a no {chances[1]:.2g}"
        )
    scores = models["Dmax"].metrics["hurdle"]
    print(
        f"area under the ROC curve {scores['auc_by_group']:.2f}, among alloys of as many elements"
        f" {scores['auc_at_equal_element_count']:.2f}"
    )


def coercivities(surrogate: FittedSurrogate, formula: str, anneal: tuple[float, float]) -> list[float]:
    """Return Hc in A/m by the three judges."""
    treated = alloy(formula, np.array([anneal]))
    rows = surrogate.model.rows
    distance = nearest(rows.fractions, rows.elements, treated.fractions, treated.elements)[1]
    is_alike = (np.abs(rows.process - np.array(anneal)) <= [3.0, 1.0]).all(axis=1)
    (row,) = np.flatnonzero((distance < 0.05) & is_alike)
    return [
        float(surrogate.model.predict_mean(treated)[0]),
        float(surrogate.predicted[row]),
        float(predict_unseen(surrogate.model, treated).mean[0]),
    ]


def bulk_chance(surrogate: FittedSurrogate, formula: str) -> float:
    """Return the chance that the hurdle gives an alloy."""
    assert surrogate.model.hurdle is not None
    return float(surrogate.model.hurdle.probability(alloy(formula, np.empty((1, 0))))[0])


def alloy(formula: str, process: np.ndarray) -> Alloys:
    """Return one alloy as models take it."""
    at_pct = parse_formula(formula).at_pct
    fractions = np.array([[float(amount) for amount in at_pct.values()]]) / 100.0
    return Alloys(fractions, tuple(at_pct), process)


if __name__ == "__main__":
    main()
