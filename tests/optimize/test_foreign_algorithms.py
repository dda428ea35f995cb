"""Algorithms that installed packages offer: held to the same law as ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.errors import InputError, ProblemFileError
from moalloy.study.study import run
from tests.installed import install
from tests.optimize.toy import find, problem, space
from tests.small_problem import small

CODE = """\
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.algorithms.moo.spea2 import SPEA2


def steady(setup):
    return NSGA2(pop_size=setup.budget.population, **setup.genetic())


def fickle(setup):
    # Its tournaments are drawn from a generator without a seed.
    return SPEA2(pop_size=setup.budget.population, **setup.genetic())


def wild(setup):
    # pymoo's own operators leave the space.
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.operators.mutation.pm import PM

    operators = setup.genetic() | {"crossover": SBX(), "mutation": PM()}
    del operators["repair"]
    return NSGA2(pop_size=setup.budget.population, **operators)


nothing = 3
"""


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = "\n".join(
        f"{name} = pack_of_searches:{name}" for name in ("steady", "wild", "fickle", "nothing")
    )
    folder = tmp_path / "site"
    folder.mkdir()
    install(
        folder,
        monkeypatch,
        "pack_of_searches",
        group="moalloy.algorithms",
        code=CODE,
        entry_points=points,
    )


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("name", ["steady", "wild"])
def test_what_a_package_offers_searches_valid_alloys_only_and_repeats(name: str) -> None:
    one, other = (find(name, problem(2, space()), generations=4) for _ in range(2))
    assert one.algorithm == name
    assert space().contains(one.X).all()
    assert one.reports[-1].n_evaluations == 80
    assert one.X.tobytes() == other.X.tobytes()


@pytest.mark.slow
@pytest.mark.usefixtures("_installed")
def test_a_problem_file_may_name_it() -> None:
    result = run(small().variant("optimize.algorithm=steady"), small().models)
    assert set(result.front["algorithm"]) == {"steady"}


@pytest.mark.usefixtures("_installed")
def test_what_doesn_t_repeat_itself_is_refused() -> None:
    with pytest.raises(InputError, match="'fickle' of an installed package finds something else each time"):
        find("fickle", problem(2, space()))


@pytest.mark.usefixtures("_installed")
def test_what_is_no_function_is_blamed_by_name() -> None:
    with pytest.raises(InputError, match=r"algorithm 'nothing' of an installed package .* is a int"):
        find("nothing", problem(2, space()))


def test_without_the_package_the_name_is_unknown() -> None:
    with pytest.raises(ProblemFileError, match=r"there is no algorithm 'steady'.*Install the package"):
        small().variant("optimize.algorithm=steady")
