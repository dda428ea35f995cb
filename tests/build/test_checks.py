"""What `check` says beyond syntax: size, support by the data, what can't be reached, time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from moalloy.build import learners
from moalloy.build.checks import Inspection, inspect_problem, support_warnings
from moalloy.build.models import fit
from moalloy.errors import TableError
from tests.build.problems import GLASS, small_problem
from tests.measured_alloys import write_measured


def _inspect(folder: Path, *overrides: str) -> Inspection:
    write_measured(folder / "alloys.csv")
    return inspect_problem(small_problem(folder, *overrides))


def test_a_supported_problem_has_its_size_and_no_warnings(tmp_path: Path) -> None:
    inspection = _inspect(tmp_path)
    # B 8..15 by Si 2..10 are 72 pairs; three sum to less than 12 and one to more than 24.
    assert inspection.n_compositions == 68
    assert inspection.n_alloys == 68 * 3 * 2
    assert inspection.rows == {"Bs": 60, "Hc": 60}
    assert inspection.warnings == ()


@pytest.mark.parametrize(
    ("changes", "is_warned"),
    [
        (["model.device=cuda"], True),
        (["model.device=cuda", "model.kind=[ridge, xgboost]"], True),
        (["model.device=cuda", "model.kind=ridge", GLASS], True),
        (["model.device=cuda", "model.kind=ridge"], False),
        ([], False),
    ],
)
def test_a_gpu_that_a_fit_would_miss_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: list[str], is_warned: bool
) -> None:
    monkeypatch.setattr(learners, "why_no_gpu", lambda: "XGBoost finds no CUDA device here")
    found = [text for text in _inspect(tmp_path, *changes).warnings if "cuda" in text]
    expected = (
        "model.device is 'cuda', but XGBoost finds no CUDA device here: a fit is refused;"
        " set model.device to cpu"
    )
    assert found == [expected] * is_warned
    monkeypatch.setattr(learners, "why_no_gpu", lambda: None)
    assert not any("cuda" in text for text in _inspect(tmp_path, *changes).warnings)


def test_notes_of_the_tables_are_passed_on(tmp_path: Path) -> None:
    assert any("reference" in note for note in _inspect(tmp_path).notes)


def test_a_continuous_treatment_has_no_number_of_alloys(tmp_path: Path) -> None:
    inspection = _inspect(tmp_path, "space.process.anneal_K={range: [650, 750]}")
    assert inspection.n_alloys is None
    assert inspection.n_compositions == 68


def test_elements_that_no_row_holds_are_named_for_each_property(tmp_path: Path) -> None:
    warnings = _inspect(tmp_path, "space.elements.Nb=[0, 3]", "space.elements.Cu=[0, 1]").warnings
    for name in ("Bs", "Hc"):
        expected = (
            f"{name}: no measured alloy holds Nb, Cu; what the model says of alloys with them is a guess"
        )
        assert expected in warnings


def test_ranges_that_pass_the_data_are_named(tmp_path: Path) -> None:
    warnings = _inspect(tmp_path, "space.elements.B=[8, 30]", "space.elements.Fe=[60, 90]").warnings
    assert any(
        text.startswith("Bs: the space holds B from 8 to 30 at.%, measured alloys") for text in warnings
    )


def test_treatments_that_pass_the_data_are_named(tmp_path: Path) -> None:
    warnings = _inspect(tmp_path, "space.process.anneal_K={range: [600, 900], step: 50}").warnings
    assert warnings == ("Hc: anneal_K runs from 600 to 900, measured rows from 650 to 750",)


def test_choices_that_were_never_measured_are_named(tmp_path: Path) -> None:
    warnings = _inspect(
        tmp_path, "properties.Bs.inputs=[route]", "space.process.route={choices: [rod, wire, foil]}"
    ).warnings
    assert warnings[-1] == "Bs: no measured row has route = wire, foil"


def test_a_treatment_that_no_row_knows_is_named(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    text = (tmp_path / "alloys.csv").read_text(encoding="utf-8")
    for cell in (",650,", ",700,", ",750,"):
        text = text.replace(cell, ",,")
    (tmp_path / "alloys.csv").write_text(text, encoding="utf-8")
    warnings = inspect_problem(small_problem(tmp_path)).warnings
    assert warnings == ("Hc: no measured row has anneal_K; the model can't tell its effect",)


def test_what_the_constraints_leave_of_a_range_is_named(tmp_path: Path) -> None:
    warnings = _inspect(tmp_path, "space.constraints=[B + Si <= 17]").warnings
    assert "Si may be 2 to 10 at%, but the constraints leave 2 to 9" in warnings
    assert not any(text.startswith("B may be") for text in warnings)


def test_an_element_that_the_constraints_exclude_is_named(tmp_path: Path) -> None:
    warnings = _inspect(
        tmp_path, "space.elements.Nb={min: 5, max: 8, or_zero: true}", "space.constraints=[Nb <= 4]"
    )
    assert "Nb can't be present: the constraints leave no alloy with it" in warnings.warnings


def test_an_empty_space_is_no_reason_to_stop_reading(tmp_path: Path) -> None:
    inspection = _inspect(tmp_path, "space.constraints=[B + Si <= 5]")
    assert (inspection.n_compositions, inspection.warnings) == (0, ())


def test_treatments_that_were_never_measured_with_an_element_are_named(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    table = pd.read_csv(tmp_path / "alloys.csv")
    with_nb = table.index[:12]
    table.loc[with_nb, "formula"] = [f"Fe{79 - i / 10:g}B12Si6Nb{3 + i / 10:g}" for i in range(12)]
    table.loc[with_nb, "anneal_K"] = 650
    table.loc[with_nb, "route"] = "rod"
    table.to_csv(tmp_path / "alloys.csv", index=False)
    changes = ["space.elements.Nb={min: 1, max: 4, or_zero: true}", "properties.Bs.inputs=[anneal_K, route]"]
    warnings = inspect_problem(small_problem(tmp_path, *changes)).warnings
    assert "Bs: anneal_K runs from 650 to 750, but in measured rows with Nb from 650 to 650" in warnings
    assert "Bs: no measured row has route = ribbon with Nb" in warnings


def test_few_groups_are_warned_of(tmp_path: Path) -> None:
    warnings = _inspect(tmp_path, "data.mine.group_by=is_glass", "properties.Hc.inputs=[]").warnings
    assert "Bs: only 2 groups by is_glass, hence 2 folds; scores and intervals are rough" in warnings


def test_a_hurdle_that_cannot_be_learned_is_found_before_the_fit(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="0 of 60 rows say '7', but a hurdle needs both kinds"):
        _inspect(tmp_path, GLASS.replace("positive: 1", "positive: 7"))


def test_values_that_say_an_alloy_lacks_the_property_are_refused_behind_a_hurdle(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    table = pd.read_csv(tmp_path / "alloys.csv")
    table.loc[[0, 3], "Bs_T"] = [0.0, -0.2]
    table.to_csv(tmp_path / "alloys.csv", index=False)
    assert inspect_problem(small_problem(tmp_path)).rows["Bs"] == 60
    with pytest.raises(TableError, match=r"2 of 60 values are 0 or below \(lines 2, 5\).* blank them"):
        inspect_problem(small_problem(tmp_path, GLASS))


def test_more_work_takes_longer(tmp_path: Path) -> None:
    small = _inspect(tmp_path)
    assert 0.0 < small.seconds < _inspect(tmp_path, "optimize.generations=400").seconds
    assert small.seconds < _inspect(tmp_path, "model.members=20").seconds
    assert small.seconds < _inspect(tmp_path, "model.tune=5").seconds
    assert small.seconds < _inspect(tmp_path, GLASS).seconds
    assert small.seconds > _inspect(tmp_path, "optimize.window=none").seconds


def test_fitted_surrogates_warn_of_the_same(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=3, n_per_paper=6)
    problem = small_problem(tmp_path, "space.elements.Nb=[0, 3]", only_bs=True)
    inspected = inspect_problem(problem).warnings
    assert tuple(support_warnings(problem, fit(problem))) == inspected
    assert any("only 3 groups" in text for text in inspected)
    assert any("holds Nb" in text for text in inspected)
