"""Rows that have a proxy of a property alone: what it says, who joins in, and that it helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.surrogates.background import Background
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.kinds import get_learner
from moalloy.surrogates.learner import Learner
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.near_groups import groups_near
from moalloy.surrogates.proxies import Line, ProxyRows
from moalloy.surrogates.store import load_surrogate, save_surrogate
from moalloy.surrogates.training import TrainingRows
from moalloy.surrogates.trees import TreeLearner
from moalloy.surrogates.unseen import predict_unseen
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.surrogates.small import INPUTS, SMALL, small_plan
from tests.surrogates.test_transitions import SPACE as ANNEALED_SPACE

SPACE = replace(ANNEALED_SPACE, process=())


def with_proxies(rows: TrainingRows, others: TrainingRows, *, noise: float = 0.1) -> TrainingRows:
    """Return rows with a proxy ten to the minus twice their value, and others that have nothing else."""
    rng = np.random.default_rng(7)
    proxy = ProxyRows(
        column="permeability",
        scale="log",
        fractions=others.fractions,
        process=others.process,
        values=_proxy(others.values, noise, rng),
        groups=others.groups,
        beside=_proxy(rows.values, noise, rng),
    )
    return replace(rows, proxies=(proxy,))


def _proxy(values: FloatArray, noise: float, rng: np.random.Generator) -> FloatArray:
    return np.asarray(10.0 ** (-2.0 * values + rng.normal(0.0, noise, len(values))))


def planted(*, n_papers: int = 12, noise: float = 0.1) -> TrainingRows:
    """Return measured rows, and twice as many that have the proxy only, half of them of the same papers."""
    return with_proxies(measured_rows(n_papers=n_papers), measured_rows(n_papers=24, seed=1), noise=noise)


def test_the_line_is_that_of_least_squares() -> None:
    rows = planted()
    (proxy,) = rows.proxies
    is_in = np.arange(len(rows)) < 40
    line = proxy.line(rows.values, rows.groups, is_in)
    slope, intercept = np.polyfit(np.log10(proxy.beside[is_in]), rows.values[is_in], 1)
    r = np.corrcoef(np.log10(proxy.beside[is_in]), rows.values[is_in])[0, 1]
    assert line is not None
    assert (line.slope, line.intercept, line.r2) == pytest.approx((slope, intercept, r**2))
    assert line.n_rows == 40


@pytest.mark.parametrize("n_rows", [0, 19])
def test_too_few_rows_with_both_draw_no_line(n_rows: int) -> None:
    rows = planted()
    assert rows.proxies[0].line(rows.values, rows.groups, np.arange(len(rows)) < n_rows) is None


def test_too_few_groups_or_a_constant_draw_no_line() -> None:
    rows = measured_rows(n_papers=4, n_per_paper=10)
    everywhere = np.ones(len(rows), dtype=np.bool_)
    few = with_proxies(rows, rows).proxies[0]
    assert few.line(rows.values, rows.groups, everywhere) is None
    many = planted()
    constant = replace(many.proxies[0], beside=np.full(len(many), 3.0))
    assert constant.line(many.values, many.groups, np.ones(len(many), dtype=np.bool_)) is None


def test_a_share_of_the_rows_joins_in_that_is_the_squared_correlation() -> None:
    others = measured_rows(n_papers=200)
    (proxy,) = with_proxies(measured_rows(), others).proxies
    everyone = np.ones(len(others), dtype=np.bool_)
    line = Line(-0.5, 0.1, 0.6, 60, -np.inf, np.inf)
    found = proxy.stand_ins(line, everyone, seed=3)
    assert len(found.rows) / len(others) == pytest.approx(0.6, abs=0.05)
    np.testing.assert_allclose(found.target, 0.1 - 0.5 * np.log10(proxy.values[found.rows]))
    again = proxy.stand_ins(line, everyone, seed=3)
    assert found.rows.tolist() == again.rows.tolist()
    assert proxy.stand_ins(line, ~everyone, seed=3).rows.size == 0


def test_a_proxy_far_beyond_those_that_the_line_goes_through_says_nothing() -> None:
    rows = planted(noise=1e-6)
    (proxy,) = rows.proxies
    wild = replace(proxy, values=np.where(np.arange(len(proxy)) < 3, [1e30], proxy.values))
    line = wild.line(rows.values, rows.groups, np.ones(len(rows), dtype=np.bool_))
    assert line is not None
    ends = np.log10([proxy.beside.min(), proxy.beside.max()])
    assert (line.least, line.most) == pytest.approx(
        (1.5 * ends[0] - 0.5 * ends[1], 1.5 * ends[1] - 0.5 * ends[0])
    )
    found = wild.stand_ins(line, np.ones(len(proxy), dtype=np.bool_), seed=0)
    assert found.rows.min() >= 3
    assert len(found.rows) > len(proxy) / 2
    assert found.target.min() > rows.values.min() - 0.51 * np.ptp(rows.values)
    assert found.target.max() < rows.values.max() + 0.51 * np.ptp(rows.values)


def test_groups_that_are_left_out_as_a_whole_have_no_stand_ins_and_no_say() -> None:
    rows = planted()
    background = Background.of(rows, INPUTS)
    groups = np.array(rows.groups)
    is_out = np.isin(groups, ["paper 1", "paper 5"])
    wild = np.where(is_out, 1000.0, rows.values)
    features, target = background.stand_ins(wild, is_out, seed=0)
    again, same = background.stand_ins(rows.values, is_out, seed=0)
    assert target.tobytes() == same.tobytes()
    assert features.tobytes() == again.tobytes()
    (proxy,) = rows.proxies
    own = np.isin(proxy.groups, ["paper 1", "paper 5"])
    allowed = INPUTS.features(proxy.fractions[~own], ELEMENTS, proxy.process[~own])
    known = {row.tobytes() for row in allowed}
    assert own.any()
    assert len(features) > 0
    assert all(row.tobytes() in known for row in features)


def test_members_never_hear_of_the_proxies_of_groups_that_they_leave_out() -> None:
    rows = planted()
    (proxy,) = rows.proxies

    def out_of_fold(item: ProxyRows, group: str) -> FloatArray:
        learned = replace(rows, proxies=(item,))
        found = fit_property("Bs", "T", learned, INPUTS, plan=small_plan())[1]
        return np.asarray(found.predicted[:, np.array(rows.groups) == group])

    own = np.array(proxy.groups) == "paper 5"
    assert own.any()
    wild = replace(proxy, values=np.where(own, proxy.values.min(), proxy.values))
    assert out_of_fold(proxy, "paper 5").tobytes() == out_of_fold(wild, "paper 5").tobytes()
    assert out_of_fold(proxy, "paper 1").tobytes() != out_of_fold(wild, "paper 1").tobytes()


def test_a_group_of_which_a_row_is_left_keeps_its_stand_ins() -> None:
    rows = planted(noise=1e-6)
    background = Background.of(rows, INPUTS)
    first = np.arange(len(rows)) == 0
    assert len(background.stand_ins(rows.values, first, seed=0)[1]) == len(rows.proxies[0])


def test_hidden_groups_never_join_in() -> None:
    rows = planted()
    background = Background.of(rows, INPUTS)
    none = np.zeros(len(rows), dtype=np.bool_)
    everyone = frozenset(rows.proxies[0].groups)
    assert len(background.stand_ins(rows.values, none, seed=0, hidden=everyone)[1]) == 0


def test_two_proxies_draw_their_rows_apart() -> None:
    rows = planted(noise=0.5)
    twice = replace(rows, proxies=rows.proxies * 2)
    none = np.zeros(len(rows), dtype=np.bool_)
    features = Background.of(twice, INPUTS).stand_ins(rows.values, none, seed=0)[0]
    alone = Background.of(rows, INPUTS).stand_ins(rows.values, none, seed=0)[0]
    assert features[: len(alone)].tobytes() == alone.tobytes()
    assert features[len(alone) :].tobytes() != alone.tobytes()


def test_alloys_of_papers_that_nobody_measured_are_predicted_better_with_stand_ins() -> None:
    rows = measured_rows(n_papers=24, slope=6.0)
    iron_rich = rows.fractions[:, 0] > 0.82
    groups = {group for group, rich in zip(rows.groups, iron_rich, strict=True) if rich}
    is_poor = np.array([group not in groups for group in rows.groups])
    poor = replace(
        rows,
        fractions=rows.fractions[is_poor],
        process=rows.process[is_poor],
        values=rows.values[is_poor],
        groups=tuple(np.array(rows.groups)[is_poor].tolist()),
        formulas=tuple(np.array(rows.formulas)[is_poor].tolist()),
        references=tuple(np.array(rows.references)[is_poor].tolist()),
    )
    assert 20 < len(poor) < len(rows)
    others = measured_rows(n_papers=24, seed=1, slope=6.0)
    asked = Alloys(rows.fractions[iron_rich], ELEMENTS, rows.process[iron_rich])
    without, _ = fit_property("Bs", "T", poor, INPUTS, plan=small_plan())
    with_them, out_of_fold = fit_property("Bs", "T", with_proxies(poor, others), INPUTS, plan=small_plan())
    errors = [
        np.abs(model.predict(asked).mean - rows.values[iron_rich]).mean() for model in (without, with_them)
    ]
    assert errors[1] < 0.6 * errors[0]
    assert out_of_fold.predicted.shape[1] == len(poor)


@pytest.mark.parametrize("learner", [TreeLearner(SMALL), get_learner("ridge")], ids=["xgboost", "ridge"])
def test_a_surrogate_with_proxies_comes_back_from_disk(tmp_path: Path, learner: Learner) -> None:
    rows = planted()
    plan = replace(small_plan(), learners=(learner,))
    model, out_of_fold = fit_property("Bs", "T", rows, INPUTS, plan=plan)
    save_surrogate(FittedSurrogate(model, SPACE, {}, out_of_fold.mean), tmp_path)
    loaded = load_surrogate(tmp_path, SPACE).model
    asked = Alloys(rows.fractions, ELEMENTS, rows.process)
    assert loaded.predict(asked).mean.tobytes() == model.predict(asked).mean.tobytes()
    (proxy,), (back,) = rows.proxies, loaded.rows.proxies
    assert (back.column, back.scale, back.groups) == (proxy.column, proxy.scale, proxy.groups)
    for name in ("fractions", "values", "beside"):
        np.testing.assert_array_equal(getattr(back, name), getattr(proxy, name))


def test_a_second_opinion_hides_papers_near_an_alloy_that_measured_a_proxy_alone() -> None:
    rows = planted(noise=1e-6)
    (proxy,) = rows.proxies
    # The least that is believed, of the alloy and 4 at.% beside it, by a paper that measured nothing else.
    known = np.log10(proxy.beside)
    lie = 10.0 ** (known.min() - 0.49 * np.ptp(known))
    beside = np.array([[0.0, 0.0, 0.0]] * 20 + [[0.04, -0.04, 0.0]] * 20)
    liar = replace(
        proxy,
        fractions=np.concatenate([proxy.fractions, rows.fractions[0] + beside]),
        process=np.concatenate([proxy.process, np.repeat(rows.process[:1], 40, axis=0)]),
        values=np.concatenate([proxy.values, np.full(40, lie)]),
        groups=(*proxy.groups, *["liar"] * 40),
    )
    alloys = Alloys(rows.fractions[:1], ELEMENTS, rows.process[:1])
    said = []
    for item in (proxy, liar):
        model, _ = fit_property("Bs", "T", replace(rows, proxies=(item,)), INPUTS, plan=small_plan())
        said.append((model.predict(alloys).mean[0], predict_unseen(model, alloys).mean[0]))
    assert groups_near(alloys.fractions, ELEMENTS, rows).any()
    (honest, second), (misled, other) = said
    assert misled > honest + 0.1
    assert other == pytest.approx(second, abs=0.03)
