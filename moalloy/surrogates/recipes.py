"""The kinds of models that scikit-learn fits: their settings, why, and what tuning may try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from moalloy.surrogates.estimators import EstimatorLearner, Recipe, scikit_learn
from moalloy.surrogates.learner import Setting

__all__ = ["extra_trees", "gaussian_process", "hist_gradient_boosting", "random_forest", "ridge"]

# Ten members are averaged, so a forest of a hundred trees is one of a thousand.
_N_TREES = 100
# A Gaussian process takes time with the cube of its rows: 10 s for so many, on one core.
_MOST_GP_ROWS = 1000


def random_forest() -> EstimatorLearner:
    """Breiman, Machine Learning 45 (2001) 5; a third of the features at each split, usual for regression."""
    settings: dict[str, Setting] = {"min_samples_leaf": 1, "max_features": 0.33}
    return _learner("random_forest", settings, make=_made_forest, draw=_drawn_forest)


def extra_trees() -> EstimatorLearner:
    """Geurts, Ernst, Wehenkel, Machine Learning 63 (2006) 3; all features at a split, as they advise."""
    settings: dict[str, Setting] = {"min_samples_leaf": 1, "max_features": 1.0}
    return _learner("extra_trees", settings, make=_made_extra_trees, draw=_drawn_forest)


def hist_gradient_boosting() -> EstimatorLearner:
    """Boosting as in XGBoost: as many trees at the same rate, a third of the features at a split."""
    settings: dict[str, Setting] = {
        "max_iter": 200,
        "learning_rate": 0.05,
        "max_leaf_nodes": 16,
        "min_samples_leaf": 10,
        "l2_regularization": 2.0,
        "max_features": 0.3,
    }
    return _learner("hist_gradient_boosting", settings, make=_made_boosting, draw=_drawn_boosting)


def gaussian_process() -> EstimatorLearner:
    """Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, eq. 4.17 and chapter 5.

    One length for all standardized features: one each would be 140 to find from 500 rows. Its size,
    the length and the noise are those of the largest marginal likelihood.
    """
    return _learner(
        "gaussian_process",
        {},
        make=_made_process,
        found=_found_by_process,
        is_scaled=True,
        most_rows=_MOST_GP_ROWS,
    )


def ridge() -> EstimatorLearner:
    """Hoerl & Kennard, Technometrics 12 (1970) 55: a line, as a bar for the others to clear.

    The penalty is as strong as several hundred rows: elemental statistics are nearly collinear.
    """
    return _learner("ridge", {"alpha": 300.0}, make=_made_ridge, draw=_drawn_ridge, is_scaled=True)


def _learner(kind: str, settings: Mapping[str, Setting], **recipe: Any) -> EstimatorLearner:
    return EstimatorLearner(kind, Recipe(engine=scikit_learn(), **recipe), tuple(settings.items()))


def _made_forest(settings: Mapping[str, Setting]) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(_N_TREES, **settings)


def _made_extra_trees(settings: Mapping[str, Setting]) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(_N_TREES, **settings)


def _drawn_forest(rng: np.random.Generator) -> dict[str, Setting]:
    return {
        "min_samples_leaf": int(rng.choice([1, 2, 3, 5, 8])),
        "max_features": float(np.round(10 ** rng.uniform(-1.0, 0.0), 2)),
    }


def _made_boosting(settings: Mapping[str, Setting]) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    # Early stopping would hold rows out at random, beside others of their paper.
    return HistGradientBoostingRegressor(early_stopping=False, **settings)


def _drawn_boosting(rng: np.random.Generator) -> dict[str, Setting]:
    return {
        "max_iter": int(rng.choice([150, 300, 600])),
        "learning_rate": float(np.round(10 ** rng.uniform(-2.0, -0.8), 4)),
        "max_leaf_nodes": int(rng.choice([4, 8, 16, 31])),
        "min_samples_leaf": int(rng.choice([3, 5, 10, 20])),
        "l2_regularization": float(np.round(10 ** rng.uniform(-1.0, 1.5), 2)),
        "max_features": float(np.round(10 ** rng.uniform(-1.0, 0.0), 2)),
    }


def _made_process(settings: Mapping[str, Setting]) -> Any:
    """Return a Gaussian process: with its hyperparameters if the settings have them, else to be found."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    start = settings or {"signal": 1.0, "length": 10.0, "noise": 0.1}
    kernel = ConstantKernel(start["signal"], (1e-2, 1e3)) * Matern(start["length"], (0.3, 1e3), nu=2.5)
    kernel += WhiteKernel(start["noise"], (1e-4, 10.0))
    # The target is standardized too, so the same ranges serve Tesla and decades of A/m.
    return GaussianProcessRegressor(kernel, normalize_y=True, optimizer=None if settings else "fmin_l_bfgs_b")


def _found_by_process(estimator: Any) -> dict[str, Setting]:
    """Return the hyperparameters, so that the same process can be had without a search that drifts."""
    product, noise = estimator.kernel_.k1, estimator.kernel_.k2
    return {
        "signal": float(product.k1.constant_value),
        "length": float(product.k2.length_scale),
        "noise": float(noise.noise_level),
    }


def _made_ridge(settings: Mapping[str, Setting]) -> Any:
    from sklearn.linear_model import Ridge

    return Ridge(**settings)


def _drawn_ridge(rng: np.random.Generator) -> dict[str, Setting]:
    return {"alpha": float(np.round(10 ** rng.uniform(0.0, 4.0), 2))}
