"""Temperatures counted from random sums: who draws them, that they stay, and what reasons make of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import RunFolderError
from moalloy.runs.cards.card import model_card
from moalloy.surrogates.background import Background
from moalloy.surrogates.explanation import contributions, directions
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.parts import TREATMENT, parts_of
from moalloy.surrogates.store import load_surrogate, save_surrogate
from moalloy.surrogates.tilts import N_TILTS, tilts
from moalloy.surrogates.training import TrainingRows
from moalloy.surrogates.transitions import Relative
from tests.measured_alloys import ELEMENTS
from tests.small_problem import small
from tests.surrogates.small import small_plan
from tests.surrogates.test_transitions import ANNEALED, SPACE, planted

TEMPERATURE = "anneal_K"


def rows() -> TrainingRows:
    return replace(planted(), tilted=(TEMPERATURE,))


@pytest.fixture(scope="module")
def fitted() -> FittedSurrogate:
    model, out_of_fold = fit_property("Hc", "A/m", rows(), ANNEALED, plan=small_plan(n_members=3))
    return FittedSurrogate(model, SPACE, {}, model_values(model, out_of_fold.mean))


def model_values(model: PropertyModel, scores: np.ndarray) -> np.ndarray:
    return np.asarray(10.0**scores if model.scale == "log" else scores, dtype=np.float64)


def test_chance_is_that_of_the_seed() -> None:
    one, same, other = (tilts(["T"], ELEMENTS, seed=seed) for seed in ([3, 1], [3, 1], [4, 1]))
    assert len(one) == N_TILTS
    assert all(a.slopes.tobytes() == b.slopes.tobytes() for a, b in zip(one, same, strict=True))
    assert any(a.slopes.tobytes() != b.slopes.tobytes() for a, b in zip(one, other, strict=True))
    assert tilts([], ELEMENTS, seed=1) == ()


def test_a_sum_holds_a_quarter_of_the_elements_by_some_kelvin_per_percent() -> None:
    elements = [f"E{i}" for i in range(40)]
    drawn = [tilt for seed in range(30) for tilt in tilts(["T"], elements, seed=seed)]
    assert np.mean([len(tilt.elements) for tilt in drawn]) == pytest.approx(10.0, rel=0.1)
    slopes = np.concatenate([tilt.slopes for tilt in drawn])
    assert slopes.std() / 100.0 == pytest.approx(20.0, rel=0.05)
    assert {tilt.process for tilt in drawn} == {"T"} and {tilt.intercept for tilt in drawn} == {0.0}


def test_they_know_nothing_of_the_values() -> None:
    plain = rows()
    none_out = np.zeros(len(plain), dtype=np.bool_)
    wild = replace(plain, values=plain.values[::-1].copy())
    first, second = (
        Background.of(item, ANNEALED).transitions_without(none_out, seed=5)[1:] for item in (plain, wild)
    )
    assert len(first) == N_TILTS
    assert all(a.slopes.tobytes() == b.slopes.tobytes() for a, b in zip(first, second, strict=True))


def test_every_member_has_its_own(fitted: FittedSurrogate) -> None:
    members = [member for member in fitted.model.members if isinstance(member, Relative)]
    assert [len(member.transitions) for member in members] == [1 + N_TILTS] * 3
    drawn = [b"".join(tilt.slopes.tobytes() for tilt in member.transitions[1:]) for member in members]
    assert len(set(drawn)) == 3


def test_a_model_that_is_read_again_predicts_the_same(fitted: FittedSurrogate, tmp_path: Path) -> None:
    save_surrogate(fitted, tmp_path)
    again = load_surrogate(tmp_path, SPACE)
    X = SPACE.sample(60, seed=2)
    assert again.predict_mean(X).tobytes() == fitted.predict_mean(X).tobytes()
    assert again.model.rows.tilted == (TEMPERATURE,)
    assert again.packed().predict_mean(X).tobytes() == fitted.predict_mean(X).tobytes()


def test_models_of_before_are_refused(fitted: FittedSurrogate, tmp_path: Path) -> None:
    save_surrogate(fitted, tmp_path)
    path = tmp_path / "model.json"
    text = path.read_text(encoding="utf-8")
    assert '"format": 5' in text
    path.write_text(text.replace('"format": 5', '"format": 4'), encoding="utf-8")
    with pytest.raises(RunFolderError, match="model format 4, this version reads 5"):
        load_surrogate(tmp_path, SPACE)


def test_reasons_name_them_once_and_still_add_up(fitted: FittedSurrogate) -> None:
    (part,) = parts_of(fitted.model)
    model = fitted.model
    alloys = Alloys(model.rows.fractions[:20], ELEMENTS, model.rows.process[:20])
    found = contributions(part, alloys)
    assert part.labels[-2:] == ("anneal_K − estimated Tx2_K", "anneal_K against composition")
    assert part.kinds[-1] == TREATMENT
    assert found.by_member.shape[2] == found.features.shape[1] == len(part.labels)
    np.testing.assert_allclose(found.score, model._score(alloys), atol=1e-5)
    assert np.abs(found.mean[:, -1]).max() > 0
    # Sums that differ from member to member have no value, hence no direction.
    assert np.isnan(found.features[:, -1]).all() and np.isnan(directions(found)[-1])


def test_the_card_counts_them(fitted: FittedSurrogate) -> None:
    surrogate = small().models["Hc"]
    tilted = replace(
        surrogate, model=replace(surrogate.model, rows=replace(surrogate.model.rows, tilted=("anneal_K",)))
    )

    def facts(item: FittedSurrogate) -> dict[str, str]:
        return dict(model_card(item, spec=small().problem.spec, hashes={}).sections[0].facts)

    before, after = facts(surrogate), facts(tilted)
    assert f"anneal_K against {N_TILTS} random sums of amounts" in after["From the treatment"]
    numbers = [int(item["From the composition"].split(": ")[1].split()[0]) for item in (before, after)]
    assert numbers[1] == numbers[0] + N_TILTS
