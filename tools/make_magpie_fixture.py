"""Write matminer's Magpie statistics of a few alloys, against which tests check our own.

Run once, in a throw-away environment::

    pip install "matminer==0.10.1"
    python tools/make_magpie_fixture.py tests/features/data/matminer_magpie.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from matminer.featurizers.composition import ElementProperty
from pymatgen.core import Composition

FORMULAS = (
    "Fe73.5Si13.5B9Nb3Cu1",
    "Fe83.3Si4B8P4Cu0.7",
    "Fe41Co7Cr15Mo14C15B6Y2",
    "Zr52.5Ti5Cu17.9Ni14.6Al10",
    "Fe",
)


def main(path: Path) -> None:
    """Write one row per alloy: its formula, then statistic by statistic every property."""
    featurizer = ElementProperty.from_preset("magpie")
    featurizer.stats = ["mean", "avg_dev", "minimum", "maximum", "range"]
    labels = [label.removeprefix("MagpieData ") for label in featurizer.feature_labels()]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("# matminer 0.10.1, ElementProperty.from_preset('magpie'); tools/make_magpie_fixture.py\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["formula", *labels])
        for formula in FORMULAS:
            writer.writerow([formula, *map(float, featurizer.featurize(Composition(formula)))])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
