"""Whether anything invalid ever leaves a composition space, on many random problems.

    python benchmarks/space_proof.py [10000] [--first 0]

Problems of 2 to 20 elements with every kind of constraint, as the property tests draw them. What is sampled,
repaired from near and far, crossed, mutated and enumerated goes to the independent checker of the tests.
Prints the number of failures, of problems and of alloys looked at; exits with 1 if there was a failure.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from moalloy.build.space import build_space
from moalloy.domain.design_space import DesignSpace
from moalloy.optimize.moves import cross, mutate
from moalloy.spec import parse_spec
from tests.domain.checker import Words, complaints, to_yaml
from tests.domain.random_words import random_words

N_SAMPLED = 3
N_ENUMERATED = 5


def main() -> int:
    """Draw problems, have everything judged, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", type=int, nargs="?", default=10_000)
    parser.add_argument("--first", type=int, default=0, help="The first seed.")
    arguments = parser.parse_args()
    started = time.perf_counter()
    kinds: Counter[str] = Counter()
    n_alloys = n_failures = 0
    for seed in range(arguments.first, arguments.first + arguments.n):
        words = random_words(seed)
        kinds.update(kinds_of(words))
        try:
            rows = everything(build_space(parse_spec(to_yaml(words)).space), seed)
            found = [text for row in rows for text in complaints(words, row)]
            n_alloys += len(rows)
        except Exception as error:  # whatever it is, it is a failure of this problem
            found = [f"{type(error).__name__}: {error}"]
        if found:
            n_failures += 1
            print(f"seed {seed}: {found[:3]}\n{to_yaml(words)}", file=sys.stderr)
    seconds = round(time.perf_counter() - started)
    facts = {"failures": n_failures, "problems": arguments.n, "alloys": n_alloys, "seconds": seconds}
    print(json.dumps(facts | {"problems_with": dict(sorted(kinds.items()))}))
    return 1 if n_failures else 0


def everything(space: DesignSpace, seed: int) -> np.ndarray:
    """Return alloys from every way out of a space."""
    rng = np.random.default_rng(seed)
    X = space.sample(N_SAMPLED, seed)
    wild = [space.repair(X + rng.normal(0, scale, X.shape)) for scale in (0.01, 1.0, 1e7)]
    parts = [X, *wild, cross(space, X, X[::-1], rng), mutate(space, X, rng)]
    if not any(variable.is_continuous for variable in space.process):
        start = int(rng.integers(max(1, min(space.n_ranks, 2**62))))
        parts += list(space.enumerate(start=start, stop=start + N_ENUMERATED))
    return np.concatenate(parts)


def kinds_of(words: Words) -> set[str]:
    """Return which kinds of constraints a problem has."""
    kinds = {type(item).__name__.lower() for item in words.relations}
    if words.count is not None:
        kinds.add("element count")
    if any(zero for _, _, zero in words.ranges.values()):
        kinds.add("or_zero")
    kinds |= {"ratio" if item.over else "linear" for item in words.linear}
    kinds |= {"other basis" for item in words.linear if item.basis not in (None, words.basis)}
    return kinds | {item.descriptor for item in words.limits} | {"process" for _ in words.process}


if __name__ == "__main__":
    sys.exit(main())
