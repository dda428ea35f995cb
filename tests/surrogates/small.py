"""Settings and inputs with which a surrogate is fitted in a tenth of a second."""

from __future__ import annotations

from moalloy.features.featurizer import Featurizer
from moalloy.surrogates.fitting import FitPlan
from moalloy.surrogates.scale import Scale
from moalloy.surrogates.training import Inputs
from moalloy.surrogates.trees import TreeLearner, TreeSettings
from moalloy.workers import Local
from tests.measured_alloys import ELEMENTS

INPUTS = Inputs(Featurizer(("fractions",), ELEMENTS))
SMALL = TreeSettings(n_trees=25, depth=3, learning_rate=0.2, colsample_bynode=1.0, n_thresholds=0)


def small_plan(
    *, scale: Scale = "linear", n_members: int = 5, seed: int = 0, n_tune: int = 0, jobs: int = 1
) -> FitPlan:
    """Return a plan with few and shallow trees."""
    return FitPlan(
        scale=scale,
        interval=0.9,
        n_members=n_members,
        seed=seed,
        learners=(TreeLearner(SMALL),),
        n_tune=n_tune,
        workers=Local(jobs),
    )
