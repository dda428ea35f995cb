"""From the ``model`` section to what learns, and what there is to say of it."""

from __future__ import annotations

from dataclasses import replace

from moalloy.build.effort import Learning
from moalloy.spec import ProblemSpec
from moalloy.surrogates.kinds import get_learner
from moalloy.surrogates.learner import Learner
from moalloy.surrogates.trees import CLASSIFIER, TreeLearner, why_no_gpu

__all__ = [
    "device_warnings",
    "hurdle_learner",
    "learner_warnings",
    "learning",
    "n_trees",
    "problem_learners",
]


def problem_learners(spec: ProblemSpec) -> tuple[Learner, ...]:
    """Return the learners that a member averages, one for most problems.

    Raises:
        SpaceError: Another package offers something under the name of a kind that can't be used.
    """
    learners = [get_learner(kind, device=spec.model.device) for kind in spec.model.kinds]
    return tuple(_as_given(item, spec) if isinstance(item, TreeLearner) else item for item in learners)


def hurdle_learner(spec: ProblemSpec) -> TreeLearner:
    """Return what classifies for hurdles, whatever the kinds of models are."""
    return _as_given(replace(CLASSIFIER, device=spec.model.device), spec)


def learning(spec: ProblemSpec) -> Learning:
    """Return what each fit of the problem's properties takes."""
    return Learning(spec.model.kinds, spec.model.tune, n_trees(spec))


def n_trees(spec: ProblemSpec) -> int:
    """Return how many trees a model of XGBoost has."""
    return _as_given(TreeLearner(), spec).settings.n_trees


def _as_given(learner: TreeLearner, spec: ProblemSpec) -> TreeLearner:
    """Return the learner with the settings of the problem file, which tuning leaves alone."""
    given = spec.model.settings_given
    return replace(learner.with_settings(learner.settings_to_dict() | given), fixed=tuple(given))


def learner_warnings(spec: ProblemSpec, name: str, n_rows: int) -> list[str]:
    """Return which models of property ``name`` learn from a part of its rows only."""
    return [
        f"{name}: each {learner.kind} learns from {learner.most_rows} rows of {n_rows}, drawn at random,"
        " since its time grows faster than they do; another kind uses them all"
        for learner in problem_learners(spec)
        if learner.most_rows is not None and n_rows > learner.most_rows
    ]


def device_warnings(spec: ProblemSpec) -> list[str]:
    """Return why trees can't be trained here on the GPU that the problem asks for; nothing where they can."""
    reason = why_no_gpu() if spec.model.device == "cuda" and spec.grows_trees else None
    if reason is None:
        return []
    return [f"model.device is 'cuda', but {reason}: a fit is refused; set model.device to cpu"]
