"""What a member may know beside the rows that it is fitted to: transitions of alloys, and stand-ins.

Both come from whole tables, and are had anew for every member from the groups that it may see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray
from moalloy.surrogates.learner import Features, Learner, Scorer
from moalloy.surrogates.proxies import ProxyRows
from moalloy.surrogates.tilts import tilts
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.transitions import Transition, TransitionRows, fit_relative

__all__ = ["Background"]

_PROXY_STREAM, _TILT_STREAM = 9, 10


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The background of some training rows.

    Attributes:
        names: Names of the features; fractions are ``x_<element>``.
        groups: The group of each training row.
        transitions: Measured transitions that treatments are counted from.
        proxies: Rows without the property but with a proxy of it, and their features.
        tilted: Temperatures that are also counted from random sums.
    """

    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transitions: tuple[TransitionRows, ...] = ()
    proxies: tuple[tuple[ProxyRows, Features], ...] = ()
    tilted: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: TrainingRows, inputs: Inputs) -> Background:
        """Return the background of training rows whose features ``inputs`` makes."""
        proxies = tuple(
            (item, inputs.features(item.fractions, rows.elements, item.process)) for item in rows.proxies
        )
        return cls(inputs.names, rows.groups, rows.transitions, proxies, rows.tilted)

    def transitions_without(self, is_left_out: BoolArray, *, seed: int) -> tuple[Transition, ...]:
        """Return the transitions as estimated from all groups but those that are left out whole, and tilts.

        Args:
            is_left_out: Shape ``(n_rows,)``.
            seed: Of the tilts.
        """
        left_out = self._left_out(is_left_out)
        known = [name.removeprefix("x_") for name in self.names if name.startswith("x_")]
        estimated = tuple(item.estimate(left_out, known) for item in self.transitions)
        return estimated + tilts(self.tilted, known, seed=[seed, _TILT_STREAM])

    def stand_ins(
        self,
        target: FloatArray,
        is_left_out: BoolArray,
        *,
        seed: int,
        hidden: frozenset[str] = frozenset(),
    ) -> tuple[Features, FloatArray]:
        """Return features and targets of stand-ins from groups that aren't left out whole.

        Args:
            target: Of all training rows, on the fitted scale, shape ``(n_rows,)``; only those that are not
                left out have a say.
            is_left_out: Same shape.
            seed: Decides which rows of a proxy join in.
            hidden: Groups that must not, beside those that are left out whole: they may have no other row.
        """
        left_out = self._left_out(is_left_out) | hidden
        features = [np.empty((0, len(self.names)), dtype=np.float32)]
        targets = [np.empty(0)]
        for number, (proxy, own) in enumerate(self.proxies):
            line = proxy.line(target, self.groups, ~is_left_out)
            if line is None:
                continue
            may_join = np.array([group not in left_out for group in proxy.groups], dtype=np.bool_)
            found = proxy.stand_ins(line, may_join, seed=[seed, _PROXY_STREAM, number])
            features.append(own[found.rows])
            targets.append(found.target)
        return np.concatenate(features), np.concatenate(targets)

    def fit(
        self,
        learners: tuple[Learner, ...],
        features: Features,
        target: FloatArray,
        is_left_out: BoolArray,
        *,
        seed: int,
        hidden: frozenset[str] = frozenset(),
    ) -> Scorer:
        """Return learners fitted to the rows that aren't left out, with what may be known beside them.

        Args:
            learners: Of which the average is taken.
            features: Of all rows, shape ``(n_rows, n_features)``.
            target: Shape ``(n_rows,)``.
            is_left_out: Same shape.
            seed: Of the fits and of the draw of stand-ins.
            hidden: As for `stand_ins`.
        """
        kept = ~is_left_out
        more, of_more = self.stand_ins(target, is_left_out, seed=seed, hidden=hidden)
        return fit_relative(
            learners,
            np.concatenate([features[kept], more]) if len(more) else features[kept],
            np.concatenate([target[kept], of_more]),
            seed=seed,
            transitions=self.transitions_without(is_left_out, seed=seed),
            names=self.names,
        )

    def _left_out(self, is_left_out: BoolArray) -> frozenset[str]:
        """Return the groups none of whose rows is left."""
        if not (self.transitions or self.proxies):
            return frozenset()
        labels = np.array(self.groups)
        return frozenset(labels[is_left_out].tolist()) - frozenset(labels[~is_left_out].tolist())
