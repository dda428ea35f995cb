"""Searches that keep to the domain of their models."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from moalloy.build.choice import expected_seconds
from moalloy.build.problem import design_problem
from moalloy.domain.printed import meets_limits_as_printed
from moalloy.domain.values import FloatArray
from moalloy.errors import NoFeasibleAlloyError, SpaceError
from moalloy.study.pymoo_view import as_pymoo
from moalloy.study.study import StudyResult, run
from moalloy.surrogates.fitted import FittedSurrogate
from tests.small_problem import small

INSIDE = "optimize.domain=inside"


@cache
def found(*changes: str) -> StudyResult:
    return run(small().variant(*changes), small().models)


def narrowed(factor: float) -> dict[str, FittedSurrogate]:
    """The models with a domain that ends where they expect so much less error."""
    return {
        name: replace(
            item,
            model=replace(
                item.model,
                difficulty=replace(item.model.difficulty, limit=factor * item.model.difficulty.mean),
            ),
        )
        for name, item in small().models.items()
    }


def asked(models: dict[str, FittedSurrogate], X: FloatArray) -> FloatArray:
    return np.column_stack([item.beyond_domain(X) for item in models.values()])


def test_a_front_lies_inside_the_domain_of_every_objective() -> None:
    assert not found().front["in_domain"].all()
    inside = found(INSIDE)
    assert inside.front["in_domain"].all()
    for model in inside.models.values():
        assert model.is_in_domain(inside.X).all()
    # It isn't what is left of the other one: the search has looked for more there.
    assert len(inside.front) > found().front["in_domain"].sum()


def test_how_far_outside_an_alloy_lies_and_whether_agree() -> None:
    X = small().problem.space.sample(400, seed=3)
    for factor in (0.8, 1.0, np.inf):
        for model in narrowed(factor).values():
            beyond = model.beyond_domain(X)
            assert np.isfinite(beyond).all()
            assert ((beyond <= 0) == model.is_in_domain(X)).all()
            assert (beyond <= 0).any() or factor < 1.0


def test_the_limit_itself_is_inside() -> None:
    X = small().problem.space.sample(200, seed=3)
    model = small().models["Bs"].model
    plain = narrowed(np.inf)["Bs"]
    ground = plain.is_in_domain(X)
    expected = model._expected_error(small().models["Bs"]._alloys(X))
    row = int(np.flatnonzero(ground)[np.argsort(expected[ground])[len(expected[ground]) // 2]])
    limit = float(expected[row])
    at = replace(plain, model=replace(model, difficulty=replace(model.difficulty, limit=limit)))
    below = float(np.nextafter(limit, 0.0))
    before = replace(plain, model=replace(model, difficulty=replace(model.difficulty, limit=below)))
    assert at.is_in_domain(X)[row] and not before.is_in_domain(X)[row]


def test_what_was_never_measured_is_outside_however_near() -> None:
    model = small().models["Hc"]
    X = np.repeat(small().problem.space.sample(50, seed=0), 2, axis=0)
    X[1::2, 4] = 900.0  # hotter than any row
    beyond = model.beyond_domain(X)
    assert (beyond[1::2] >= 1.0).all()
    assert (beyond[::2] < 1.0).any()


@pytest.mark.slow
def test_windows_stay_inside_as_well() -> None:
    changes = ("optimize.window=0.1", "optimize.generations=3", "optimize.seeds=[1]")
    space = small().problem.space
    everything = np.concatenate(list(space.enumerate()))
    percent = space.percent(everything)
    is_inside = np.logical_and.reduce([item.is_in_domain(everything) for item in small().models.values()])

    def shares_inside(*more: str) -> list[float]:
        result = run(small().variant(*changes, *more), small().models)
        shares = []
        for i in np.flatnonzero(result.front["window_complete"] & result.front["in_domain"]):
            row = result.front.iloc[i]
            here = (everything[:, space.n_elements :] == result.X[i, space.n_elements :]).all(axis=1)
            for symbol, amounts in zip(space.elements, percent.T, strict=True):
                here &= (amounts >= row[f"{symbol}_from"]) & (amounts <= row[f"{symbol}_to"])
            shares += [float(is_inside[here].mean())] if here.sum() > 1 else []
        return shares

    assert min(shares_inside(INSIDE)) == 1.0
    assert min(shares_inside()) < 1.0


@pytest.mark.slow
def test_every_algorithm_that_takes_limits_takes_the_domain() -> None:
    for algorithm in ("nsga3", "random"):
        assert found(INSIDE, f"optimize.algorithm={algorithm}").front["in_domain"].all()
    one = found(INSIDE, "optimize.algorithm=de", "objectives={Bs: {goal: max}}")
    assert one.front["in_domain"].all()


def test_where_no_alloy_lies_inside_the_nearest_is_named() -> None:
    models = narrowed(1e-6)
    with pytest.raises(
        NoFeasibleAlloyError,
        match=r"none of \d+ evaluated alloys meets domain: inside; nearest is Fe.* Hc outside its domain",
    ):
        run(small().variant(INSIDE), models)


def test_limits_and_domain_are_columns_side_by_side() -> None:
    problem = small().variant(INSIDE, "limits={Hc: {max: 1000}}")
    design = design_problem(problem, small().models)
    X = problem.space.sample(30, seed=1)
    G = design.evaluate(X).G
    assert G.shape == (30, design.n_limits) == (30, 4)
    assert np.array_equal(G[:, 1:], asked(dict(small().models), X))


def test_models_without_a_domain_are_refused() -> None:
    class Ignorant:
        def predict(self, X: FloatArray) -> object: ...

        def predict_mean(self, X: FloatArray) -> object: ...

        def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> object: ...

    models = {**small().models, "Hc": Ignorant()}
    with pytest.raises(SpaceError, match="the model of Hc knows of no domain"):
        design_problem(small().variant(INSIDE), models)  # type: ignore[arg-type]


def test_a_search_that_asks_for_the_domain_takes_longer() -> None:
    assert expected_seconds(small().variant(INSIDE), 10_000) > expected_seconds(small().problem, 10_000)


def test_models_forget_alloys_that_can_still_be_changed() -> None:
    model, X = small().models["Hc"], small().problem.space.sample(20, seed=1)
    view = X.view()
    view.flags.writeable = False
    before = model.beyond_domain(view)
    X[:] = small().problem.space.sample(20, seed=2)
    assert np.array_equal(model.beyond_domain(view), model.beyond_domain(X))
    assert not np.array_equal(model.beyond_domain(view), before)


def test_what_the_cpu_finds_outside_is_not_printed_whatever_searched() -> None:
    problem = small().variant(INSIDE)
    design = design_problem(problem, small().models)
    X = problem.space.sample(300, seed=1)
    is_inside = (asked(dict(small().models), X) <= 0).all(axis=1)
    assert 0 < is_inside.sum() < 300
    assert meets_limits_as_printed(design, X).tolist() == is_inside.tolist()


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        ("optimize.risk=p_all",),
        ("optimize.risk=lower", "limits={Hc: {max: 1000}}"),
        ("optimize.per_system=true", "space.count={min: 3, max: 3}"),
        ("optimize.algorithm=exhaustive", "space.step=2", "space.process.anneal_K={choices: [750]}"),
    ],
)
def test_the_domain_goes_with_everything_else(changes: tuple[str, ...]) -> None:
    assert run(small().variant(INSIDE, *changes), narrowed(1.2)).front["in_domain"].all()


def test_pymoo_sees_the_domain_as_constraints() -> None:
    view = as_pymoo(small().variant(INSIDE), dict(small().models))
    assert view.n_ieq_constr == 3
