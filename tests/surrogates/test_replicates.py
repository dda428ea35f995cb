"""How far papers agree on one alloy, and which of them is predicted worst."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.surrogates.replicates import reproducibility, worst_group
from moalloy.surrogates.training import TrainingRows
from tests.measured_alloys import ELEMENTS, measured_rows


def _pairs(
    n_pairs: int,
    gap: float,
    *,
    process: FloatArray | None = None,
    step_at_pct: float = 1.0,
    shift_at_pct: float = 0.0,
) -> TrainingRows:
    """Return alloys one step apart, each reported by papers a and b, whose values differ by ``gap``."""
    silicon = np.repeat(2.0 + step_at_pct * np.arange(n_pairs), 2)
    silicon[1::2] += shift_at_pct
    n = 2 * n_pairs
    fractions = np.column_stack([90.0 - silicon, np.full(n, 10.0), silicon]) / 100.0
    return TrainingRows(
        elements=ELEMENTS,
        fractions=fractions,
        process=np.empty((n, 0)) if process is None else process,
        values=np.repeat(np.arange(1.0, n_pairs + 1.0), 2) + np.tile([0.0, gap], n_pairs),
        groups=("a", "b") * n_pairs,
        formulas=tuple(f"alloy {i // 2}" for i in range(n)),
        references=("a", "b") * n_pairs,
        grouped_by="paper",
    )


def test_planted_pairs_give_their_exact_numbers() -> None:
    # Values 1..6 twice: variance 35/12 about each mean. Pairs differ by 0.5: noise variance 0.5**2 / 2.
    rows = _pairs(6, 0.5)
    found = reproducibility(rows, rows.values)
    assert (found.n_pairs, found.n_group_pairs) == (6, 1)
    assert found.mae == pytest.approx(0.5)
    assert found.r2_ceiling == pytest.approx(1.0 - 0.125 / (35.0 / 12.0 + 0.0625))


def test_papers_that_agree_leave_room_for_a_perfect_model() -> None:
    rows = _pairs(6, 0.0)
    assert reproducibility(rows, rows.values).r2_ceiling == 1.0


@pytest.mark.parametrize(("shift_at_pct", "n_pairs"), [(0.09, 6), (0.2, 0)])
def test_compositions_rounded_to_a_tenth_are_one_alloy(shift_at_pct: float, n_pairs: int) -> None:
    rows = _pairs(6, 0.5, shift_at_pct=shift_at_pct)
    assert reproducibility(rows, rows.values).n_pairs == n_pairs


@pytest.mark.parametrize(("other_K", "n_pairs"), [(704.0, 6), (720.0, 0)])
def test_anneals_within_a_percent_are_alike(other_K: float, n_pairs: int) -> None:
    rows = _pairs(6, 0.5, process=np.tile([[700.0], [other_K]], (6, 1)))
    assert reproducibility(rows, rows.values).n_pairs == n_pairs


def test_pairs_are_found_among_more_rows_than_are_compared_at_a_time() -> None:
    rows = _pairs(700, 0.5, step_at_pct=0.11)
    found = reproducibility(rows, rows.values)
    assert (found.n_pairs, round(found.mae, 9)) == (700, 0.5)


def test_two_papers_with_a_series_count_as_much_as_two_with_one_alloy() -> None:
    # Papers a and b agree on six alloys; c and d differ by 3 on one.
    rows = _pairs(7, 0.0)
    rows = replace(rows, values=rows.values + np.eye(14)[-1] * 3.0, groups=(*rows.groups[:-2], "c", "d"))
    found = reproducibility(rows, rows.values)
    assert (found.n_pairs, found.n_group_pairs, found.mae) == (7, 2, 1.5)
    assert found.r2_ceiling == pytest.approx(1.0 - 9.0 / 2.0 / 2.0 / rows.values.var())


def test_rows_of_one_paper_are_no_pair() -> None:
    rows = _pairs(6, 0.5)
    assert reproducibility(replace(rows, groups=("a",) * 12), rows.values).n_pairs == 0


def test_few_pairs_say_nothing_of_agreement() -> None:
    rows = _pairs(4, 0.5)
    found = reproducibility(rows, rows.values)
    assert np.isnan(found.mae)
    assert found.to_dict() == {"pairs": 4, "group_pairs": 1, "mae": None, "r2_ceiling": None}


def test_the_worst_group_is_named_with_its_alloys() -> None:
    rows = measured_rows()
    of_paper = np.array(rows.groups) == "paper 7"
    found = worst_group(rows, np.where(of_paper, -2.0, 0.1))
    assert (found.group, found.n_rows, found.mae) == ("paper 7", 5, 2.0)
    own = [formula for formula, one in zip(rows.formulas, of_paper, strict=True) if one]
    assert list(found.formulas) == own[:3]


def test_a_group_of_few_rows_is_not_the_worst_by_bad_luck() -> None:
    rows = measured_rows()
    groups = ("odd one", *rows.groups[1:])
    errors = np.where(np.arange(60) == 0, 50.0, np.where(np.array(groups) == "paper 5", 1.0, 0.1))
    assert worst_group(replace(rows, groups=groups), errors).group == "paper 5"


def test_among_small_groups_the_worst_is_the_worst() -> None:
    rows = measured_rows(n_papers=10, n_per_paper=2)
    assert worst_group(rows, np.arange(20.0)).group == "paper 9"


def test_only_rows_with_a_known_treatment_make_a_group_bad() -> None:
    rows = measured_rows(with_process=True)
    unknown = np.isnan(rows.process[:, 0])
    found = worst_group(rows, np.where(unknown, 100.0, 0.5))
    assert found.mae == 0.5


def test_alloys_as_cast_are_treated_alike_without_a_time() -> None:
    process = np.tile([298.0, np.nan], (24, 1))
    rows = _pairs(12, 0.2, process=process)
    named = replace(rows, process_names=("annealing_temperature_K", "annealing_time_s"))
    assert reproducibility(rows, rows.values).n_pairs == 0
    found = reproducibility(named, rows.values)
    assert found.n_pairs == 12
    assert found.mae == pytest.approx(0.2)
