"""moalloy: multi-objective evolutionary optimization of alloys.

One YAML file becomes surrogates that are scored honestly, a Pareto front of compositions that can be
weighed in, and figures for a report::

    problem = moalloy.load_problem("problems/fe_soft_magnetic_glass.yaml")
    result = moalloy.run(problem)
    result.front

Layers, high to low; each may import what stands below it and nothing else::

    cli           one file per command
    report        figures, the HTML report
    study         one optimization: fit, search, front; or from targets to alloys
    runs          the run folder: hashes, atomic writes, resume
    build         a problem file joined with tables, features and surrogates
    spec | surrogates | optimize | tables
    features | pareto
    domain        compositions, spaces, constraints, problems: pure values and geometry
    units | errors | files | code | compiled | workers

Importing moalloy loads nothing heavy: a name is fetched from its module when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moalloy.build.models import fit
    from moalloy.build.problem import Problem, load_problem
    from moalloy.domain.design_space import DesignSpace
    from moalloy.domain.values import Prediction
    from moalloy.errors import MoalloyError
    from moalloy.study.design import DesignResult, design
    from moalloy.study.pymoo_view import as_pymoo
    from moalloy.study.study import StudyResult, run

__version__ = "0.1.0"

__all__ = [
    "DesignResult",
    "DesignSpace",
    "MoalloyError",
    "Prediction",
    "Problem",
    "StudyResult",
    "as_pymoo",
    "design",
    "fit",
    "load_problem",
    "run",
]

_HOMES = {
    "DesignResult": "moalloy.study.design",
    "DesignSpace": "moalloy.domain.design_space",
    "MoalloyError": "moalloy.errors",
    "Prediction": "moalloy.domain.values",
    "Problem": "moalloy.build.problem",
    "StudyResult": "moalloy.study.study",
    "as_pymoo": "moalloy.study.pymoo_view",
    "design": "moalloy.study.design",
    "fit": "moalloy.build.models",
    "load_problem": "moalloy.build.problem",
    "run": "moalloy.study.study",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'moalloy' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
