"""How quickly the command line starts, and what a prediction loads.

    python benchmarks/startup.py [--rounds 15]

Wall time, since that is what someone at a prompt waits for: `moalloy --help` over a bare interpreter
(`python -c pass`), in turns, median and range of the ratios round by round; and over one that doesn't look at
installed packages (`python -S`), where installed ones hook into each start. Then `moalloy predict` on ten
alloys with models fitted for the purpose: how long it takes, and which of the large libraries it loads.
Neither the search engine nor the figures may be among them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
LARGE = {
    "joblib", "matplotlib", "moocore", "numba", "numpy", "pandas", "pyarrow", "pydantic", "pymoo",
    "rich", "ruamel", "scipy", "sklearn", "xgboost",
}  # fmt: skip
FORBIDDEN = {"matplotlib", "pymoo"}
N_ALLOYS = 10


def main() -> None:
    """Time both and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    n_rounds = parser.parse_args().rounds
    sides = {
        "help": ("-m", "moalloy", "--help"),
        "python": ("-c", "pass"),
        "python_without_site": ("-S", "-c", "pass"),
    }
    for arguments in sides.values():
        wall_seconds(*arguments)
    rounds = [{name: wall_seconds(*arguments) for name, arguments in sides.items()} for _ in range(n_rounds)]
    with tempfile.TemporaryDirectory() as folder:
        prediction = predicting(Path(folder))
    print(
        json.dumps(
            {
                "benchmark": "startup",
                "help_over_python": spread([one["help"] / one["python"] for one in rounds]),
                "help_over_python_without_site": spread(
                    [one["help"] / one["python_without_site"] for one in rounds]
                ),
                "ms": {
                    name: round(1e3 * float(np.median([one[name] for one in rounds])), 1) for name in sides
                },
                "rounds": n_rounds,
                "predict": prediction,
                "versions": {"python": sys.version.split()[0], "moalloy": moalloy.__version__},
            }
        )
    )


def wall_seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def spread(ratios: list[float]) -> list[float]:
    """Return the median, the least and the greatest."""
    return [round(float(value), 2) for value in (np.median(ratios), min(ratios), max(ratios))]


def predicting(folder: Path) -> dict[str, object]:
    """Predict ten alloys in a fresh process; return its wall time and what it loads."""
    fitted = ("fit", str(HOME), "--set", "model.repeats=1", "--out", str(folder / "run"))
    subprocess.run([sys.executable, "-m", "moalloy", *fitted], check=True, capture_output=True)
    table = folder / "alloys.csv"
    rows = [f"Fe{80 + i / 2}B{12 - i / 2}Si8,{693 + 10 * i},600" for i in range(N_ALLOYS)]
    header = "formula,annealing_temperature_K,annealing_time_s"
    table.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    asked = ("-m", "moalloy", "predict", str(folder / "run"), str(table))
    seconds = wall_seconds(*asked)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *asked], check=True, capture_output=True, text=True
    )
    assert len(done.stdout.splitlines()) == N_ALLOYS + 1
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    return {
        "wall_s": round(seconds, 2),
        "large_libraries": sorted(loaded & LARGE),
        "forbidden": sorted(loaded & FORBIDDEN),
    }


if __name__ == "__main__":
    main()
