"""Gradient-boosted trees: the one module that imports XGBoost.

Training and prediction use one thread a model. Models are trained side by side instead: two OpenMP
threads on a busy machine were measured at 25 times the time of one for a population-sized batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
import xgboost

from moalloy.domain.values import FloatArray
from moalloy.errors import InputError, RunFolderError
from moalloy.surrogates.learner import Features, Setting, squared_error
from moalloy.surrogates.random_thresholds import Gaps, places, restore_values

__all__ = [
    "CLASSIFIER",
    "DEFAULT_SETTINGS",
    "ENGINE",
    "Device",
    "Features",
    "GpuTrees",
    "TreeLearner",
    "TreeSettings",
    "Trees",
    "fit_trees",
    "why_no_gpu",
]

# What fits the trees, for the hash of a fit.
ENGINE = f"xgboost {xgboost.__version__}"

Device = Literal["cpu", "cuda"]

# Thresholds drawn anew for every round score no better, and take longer to draw than the trees to grow.
_ROUNDS_PER_DRAW = 20


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """Settings of one boosted model, named as XGBoost names them but for ``n_trees`` and ``depth``.

    ``n_parallel`` trees are grown a round; one round of many, at rate 1, is a random forest. Every feature
    has ``n_thresholds`` thresholds, drawn at random every few rounds (see `random_thresholds`); with 0 of
    them XGBoost places its own, ``max_bin`` at most.
    """

    n_trees: int = 300
    depth: int = 6
    learning_rate: float = 0.05
    subsample: float = 0.7
    colsample_bynode: float = 0.2
    min_child_weight: float = 1.0
    reg_lambda: float = 2.0
    max_bin: int = 128
    n_parallel: int = 1
    n_thresholds: int = 8

    def to_dict(self) -> dict[str, Setting]:
        return asdict(self)

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> TreeSettings:
        """Return settings drawn at random, rates on logarithmic scales."""
        return cls(
            n_trees=int(rng.choice([150, 300, 600])),
            depth=int(rng.integers(2, 8)),
            learning_rate=float(np.round(10 ** rng.uniform(-2.0, -0.8), 4)),
            subsample=float(np.round(rng.uniform(0.5, 1.0), 2)),
            colsample_bynode=float(np.round(10 ** rng.uniform(-1.0, 0.0), 2)),
            min_child_weight=float(rng.choice([1.0, 2.0, 4.0, 8.0])),
            reg_lambda=float(np.round(10 ** rng.uniform(-1.0, 1.5), 2)),
            n_thresholds=int(rng.choice([4, 8, 16])),
        )


DEFAULT_SETTINGS = TreeSettings()


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """One fitted model and its settings; it predicts on the CPU, wherever it was trained."""

    booster: xgboost.Booster
    settings: TreeSettings

    @property
    def learners(self) -> tuple[TreeLearner, ...]:
        return (TreeLearner(self.settings),)

    def predict(self, features: Features) -> FloatArray:
        """Return the raw scores, shape ``(n_alloys,)``: the target's scale, or log-odds."""
        scores = self.booster.inplace_predict(features, predict_type="margin", validate_features=False)
        return np.asarray(scores, dtype=np.float64)

    def contributions(self, features: Features) -> FloatArray:
        """Return what each feature adds to the raw score of each alloy (exact TreeSHAP).

        Returns:
            Shape ``(n_alloys, n_features + 1)``; the last column is the base, the same for every alloy.
            A row sums to ``predict`` within float32's precision.

        Source: Lundberg et al., Nat. Mach. Intell. 2 (2020) 56, doi:10.1038/s42256-019-0138-9.
        """
        data = xgboost.DMatrix(features, nthread=1)
        shares = self.booster.predict(data, pred_contribs=True, validate_features=False)
        return np.asarray(shares, dtype=np.float64)

    def save(self, path: Path) -> None:
        """Write the model in XGBoost's UBJSON format."""
        path.write_bytes(self.booster.save_raw("ubj"))

    @classmethod
    def load(cls, path: Path, settings: TreeSettings) -> Trees:
        """Read a model; the format holds numbers only, so nothing in it can run.

        XGBoost ends the whole process at some damaged files: check a hash before you load one.

        Raises:
            RunFolderError: The file is missing or isn't a model.
        """
        try:
            return cls(_booster(path.read_bytes()), settings)
        except (OSError, xgboost.core.XGBoostError) as error:
            raise RunFolderError(f"{path} can't be read as a model: {str(error).splitlines()[0]}") from None


@dataclass(frozen=True, slots=True, eq=False)
class GpuTrees:
    """Trees that XGBoost reads on the GPU, for millions of alloys.

    Sums of float32 in another order: scores differ from those of `Trees.predict` in the last bits.
    """

    trees: Trees
    booster: xgboost.Booster

    @classmethod
    def of(cls, trees: Trees) -> GpuTrees:
        """Return the same trees on the GPU, which has to be there: see `why_no_gpu`."""
        return cls(trees, _booster(trees.booster.save_raw("ubj"), device="cuda"))

    @property
    def learners(self) -> tuple[TreeLearner, ...]:
        return self.trees.learners

    def predict(self, features: Features) -> FloatArray:
        """Return the raw scores, shape ``(n_alloys,)``."""
        data = xgboost.DMatrix(features, nthread=1)
        scores = self.booster.predict(data, output_margin=True, validate_features=False)
        return np.asarray(scores, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class TreeLearner:
    """The kind ``xgboost``: reads missing values and any scale of features as they are.

    ``fixed`` names the settings that tuning leaves as they are.
    """

    settings: TreeSettings = DEFAULT_SETTINGS
    device: Device = "cpu"
    is_classifier: bool = False
    fixed: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return "xgboost"

    @property
    def engine(self) -> str:
        return ENGINE

    @property
    def most_rows(self) -> None:
        return None

    def settings_to_dict(self) -> dict[str, Setting]:
        return self.settings.to_dict()

    def with_settings(self, settings: Mapping[str, Any]) -> TreeLearner:
        return replace(self, settings=TreeSettings(**settings))

    def drawn(self, rng: np.random.Generator) -> TreeLearner:
        fixed = {name: getattr(self.settings, name) for name in self.fixed}
        return replace(self, settings=replace(TreeSettings.drawn(rng), **fixed))

    def fit(self, features: Features, target: FloatArray, *, seed: int) -> Trees:
        return fit_trees(
            features,
            target,
            settings=self.settings,
            seed=seed,
            is_classifier=self.is_classifier,
            device=self.device,
        )

    def loss(self, scores: FloatArray, target: FloatArray) -> float:
        """Return the mean squared error, or the mean negative log-likelihood of a classifier."""
        if self.is_classifier:
            return float(np.mean(np.logaddexp(0.0, scores) - target * scores))
        return squared_error(scores, target)


CLASSIFIER = TreeLearner(TreeSettings(reg_lambda=0.5, n_thresholds=0), is_classifier=True)
"""What learns the log-odds of a hurdle: of thousands of alloys, chance places no thresholds."""


def fit_trees(
    features: Features,
    target: FloatArray,
    *,
    settings: TreeSettings,
    seed: int,
    is_classifier: bool = False,
    device: Device = "cpu",
) -> Trees:
    """Fit one model.

    Args:
        features: Shape ``(n_rows, n_features)``; NaN is a missing value.
        target: Shape ``(n_rows,)``, on the scale to fit; 0 and 1 for a classifier.
        settings: The model's settings.
        seed: Decides the subsamples; below 2**31.
        is_classifier: Fit log-odds instead of the mean.
        device: Where to train.

    Raises:
        InputError: ``device`` is ``cuda`` and XGBoost finds none.
    """
    if device == "cuda":
        _require_cuda()
    parameters = {
        "objective": "binary:logistic" if is_classifier else "reg:squarederror",
        "max_depth": settings.depth,
        "learning_rate": settings.learning_rate,
        "subsample": settings.subsample,
        "colsample_bynode": settings.colsample_bynode,
        "min_child_weight": settings.min_child_weight,
        "reg_lambda": settings.reg_lambda,
        # Every place among the thresholds is a bin of its own.
        "max_bin": max(settings.max_bin, settings.n_thresholds + 2),
        "num_parallel_tree": settings.n_parallel,
        "tree_method": "hist",
        "nthread": 1,
        "seed": seed,
        "device": device,
        "verbosity": 0,
    }
    if settings.n_thresholds:
        return Trees(_boosted_at_random(features, target, parameters, settings), settings)
    data = xgboost.DMatrix(features, label=target, nthread=1)
    booster = xgboost.train(parameters, data, num_boost_round=settings.n_trees)
    # XGBoost keeps training statistics that a saved model would not have; reload so that both are one.
    return Trees(_booster(booster.save_raw("ubj")), settings)


def _boosted_at_random(
    features: Features, target: FloatArray, parameters: Mapping[str, Any], settings: TreeSettings
) -> xgboost.Booster:
    """Boost with thresholds drawn every few rounds, each time on from what there is."""
    rng = np.random.default_rng(parameters["seed"])
    gaps = Gaps.of(features)
    margin: Features | None = None
    pieces = []
    for start in range(0, settings.n_trees, _ROUNDS_PER_DRAW):
        thresholds = gaps.draw(settings.n_thresholds, rng)
        data = xgboost.DMatrix(places(features, thresholds), label=target, base_margin=margin, nthread=1)
        # Not `xgboost.train`, whose callbacks take as long as a few trees do to grow.
        booster = xgboost.Booster({**parameters, "seed": int(rng.integers(2**31))}, [data])
        for number in range(min(_ROUNDS_PER_DRAW, settings.n_trees - start)):
            booster.update(data, number)
        margin = booster.predict(data, output_margin=True)
        pieces.append(orjson.loads(booster.save_raw("json")))
        restore_values(pieces[-1]["learner"]["gradient_booster"]["model"]["trees"], thresholds)
    return _booster(orjson.dumps(_joined(pieces)))


def _joined(pieces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the first of some models in JSON form with the trees of all of them."""
    joined = pieces[0]
    models = [piece["learner"]["gradient_booster"]["model"] for piece in pieces]
    trees = [tree for model in models for tree in model["trees"]]
    for number, tree in enumerate(trees):
        tree["id"] = number
    sizes = [np.diff(model["iteration_indptr"]) for model in models]
    models[0]["trees"] = trees
    models[0]["tree_info"] = [0] * len(trees)
    models[0]["iteration_indptr"] = [0, *np.cumsum(np.concatenate(sizes)).tolist()]
    models[0]["gbtree_model_param"]["num_trees"] = str(len(trees))
    return joined


def why_no_gpu() -> str | None:
    """Return why XGBoost has no GPU to work on here, in words; None where it has one."""
    if not xgboost.build_info().get("USE_CUDA", False):
        return "this XGBoost is built for the CPU only (xgboost in place of xgboost-cpu knows GPUs)"
    data = xgboost.DMatrix(np.zeros((2, 1), dtype=np.float32), label=np.zeros(2))
    parameters = {"device": "cuda", "tree_method": "hist", "verbosity": 0}
    try:
        used = _device_of(xgboost.train(parameters, data, num_boost_round=1))
    except xgboost.core.XGBoostError:
        used = "none"
    return None if used.startswith("cuda") else "XGBoost finds no CUDA device here"


def _booster(content: bytes | bytearray, *, device: Device = "cpu") -> xgboost.Booster:
    booster = xgboost.Booster({"nthread": 1, "device": device})
    booster.load_model(bytearray(content))
    return booster


def _require_cuda() -> None:
    reason = why_no_gpu()
    if reason is not None:
        raise InputError(f"model.device is 'cuda', but {reason}; set model.device to cpu")


def _device_of(booster: xgboost.Booster) -> str:
    """Return where a booster was trained: without a GPU, XGBoost takes the CPU and only warns."""
    return str(orjson.loads(booster.save_config())["learner"]["generic_param"]["device"])
