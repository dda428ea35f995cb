"""Who wins a tournament, by the rules and not by pymoo's unseeded dice."""

from __future__ import annotations

import numpy as np
from pymoo.core.population import Population

from moalloy.domain.values import IntArray
from moalloy.optimize.tournaments import smaller_violation, unified


def population() -> Population:
    """Return alloys 0 to 3 of one niche, 4 of another, 5 and 6 that miss a limit by 0.1 and 0.2."""
    pop = Population.new("X", np.zeros((7, 1)))
    pop.set("CV", np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.2])[:, None])
    for name, values in (("niche", [0, 0, 0, 0, 1]), ("rank", [0, 1, 1, 1, 0])):
        pop[:5].set(name, np.array(values))
    pop[:5].set("dist_to_niche", np.array([0.9, 0.1, 0.5, 0.5, 0.0]))
    return pop


def winners(pairs: list[tuple[int, int]], *, seed: int = 0) -> IntArray:
    return np.asarray(unified(population(), np.array(pairs), random_state=np.random.default_rng(seed))[:, 0])


def test_the_smaller_violation_wins_either_way_round() -> None:
    assert winners([(0, 5), (5, 0), (5, 6), (6, 5), (6, 4)]).tolist() == [0, 0, 5, 5, 4]


def test_within_a_niche_rank_comes_before_distance() -> None:
    assert winners([(0, 1), (1, 0), (1, 2), (2, 1)]).tolist() == [0, 0, 1, 1]


def test_ties_and_strangers_are_drawn_by_the_generator_that_is_handed_in() -> None:
    for pair in ((2, 3), (0, 4)):
        drawn = winners([pair] * 200)
        assert set(drawn) == set(pair)
        assert drawn.tolist() == winners([pair] * 200).tolist()
        assert drawn.tolist() != winners([pair] * 200, seed=1).tolist()


def test_nsga3s_tournament_looks_at_violations_alone() -> None:
    def drawn(pair: tuple[int, int]) -> set[int]:
        rng = np.random.default_rng(0)
        return set(smaller_violation(population(), np.array([pair] * 100), random_state=rng)[:, 0].tolist())

    assert drawn((5, 6)) == {5}
    assert drawn((0, 1)) == {0, 1}
