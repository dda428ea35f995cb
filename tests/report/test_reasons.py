"""Figures of reasons and calibration, and what the report says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import StepPatch

from moalloy.build.models import fit
from moalloy.domain.values import FloatArray
from moalloy.report.effects import effect_table, effects
from moalloy.report.figures import Omitted, Picture, draw, print_figures, write_figures
from moalloy.report.html.report import report_html
from moalloy.report.plots.coverage import CoveragePanel, coverage_figure
from moalloy.report.plots.effects import Effect, effects_figure, stretches, unbroken
from moalloy.report.plots.importance import importance_figure
from moalloy.report.quantities import Driver, Quantity
from moalloy.report.reasons import drivers_of, importance_panels, reasons_figure
from moalloy.report.run_data import RunData
from moalloy.report.validation import coverage_panel
from moalloy.runs import RunFolder
from moalloy.study.query import parse_query
from moalloy.study.reasons import Step, explain_alloy
from moalloy.surrogates.fitted import FittedSurrogate
from tests.other_kinds import averaged, of_another_kind
from tests.small_problem import small

pytestmark = pytest.mark.slow

BS = Quantity("Bs", "Bs", "T")


def effect(at: list[float], data: list[float] | None, *, driver: Driver | None = None) -> Effect:
    values = np.linspace(1.0, 1.5, len(at))
    return Effect(
        driver=driver or Driver("Si", "Si (at.%)"),
        quantity=BS,
        at=np.array(at),
        lower=values - 0.1,
        median=values,
        upper=values + 0.1,
        data=None if data is None else np.array(data),
    )


def bars(axes: Axes) -> FloatArray:
    """Return the heights of the bars that were drawn last."""
    found = [patch for patch in axes.patches if isinstance(patch, StepPatch)]
    return np.asarray(found[-1].get_data()[0])


def hurdled() -> FittedSurrogate:
    """Return a model of a property that only rods have."""
    problem = small().variant("properties.Dmax.hurdle={data: measured, column: route, positive: rod}")
    return fit(problem, cache=small().cache)["Dmax"]


def with_models(run: RunData, of_kind: Callable[[FittedSurrogate], FittedSurrogate], *names: str) -> RunData:
    models = {name: of_kind(item) if name in names else item for name, item in run.models.items()}
    return replace(run, models=models)


def test_importance_draws_the_shares_with_their_range(run: RunData) -> None:
    items = importance_panels(drivers_of(run))
    figure = importance_figure(items)
    assert [axes.get_title() for axes in figure.axes] == ["Bs", "Hc"]
    for axes, item in zip(figure.axes, items, strict=True):
        assert axes.get_xlabel() == "share of importance (%)"
        bars = [patch.get_width() for patch in axes.patches]  # type: ignore[attr-defined]
        np.testing.assert_allclose(bars, 100.0 * item.share)
        assert (item.low <= item.share).all()
        assert (item.share <= item.high).all()
        assert any("2/2" in text.get_text() for text in axes.texts)
        assert sum(share for _, share, *_ in item.by_kind) == pytest.approx(1.0, abs=0.05)


def test_importance_says_that_it_is_no_cause(run: RunData) -> None:
    drawn = draw(run, "importance")
    assert isinstance(drawn, Picture)
    assert "Importance is no cause" in drawn.caption
    assert "features that rise and fall together share it" in drawn.caption


def test_importance_of_models_of_another_kind_is_left_out_with_the_reason(run: RunData) -> None:
    drawn = draw(with_models(run, of_another_kind, "Bs", "Hc"), "importance")
    assert isinstance(drawn, Omitted)
    assert drawn.reason.startswith(
        "Bs, Hc: the model is ridge, and importance by TreeSHAP is for XGBoost only"
    )


def test_a_property_that_cannot_be_explained_is_named_beside_those_that_can(run: RunData) -> None:
    drawn = draw(with_models(run, of_another_kind, "Hc"), "importance")
    assert isinstance(drawn, Picture)
    assert [axes.get_title() for axes in drawn.figure.axes] == ["Bs"]
    assert "Importance is no cause" in drawn.caption
    assert "Hc: the model is ridge, and importance by TreeSHAP is for XGBoost only" in drawn.caption


def test_importance_of_an_average_says_whose_it_is(run: RunData) -> None:
    drawn = draw(with_models(run, averaged, "Bs", "Hc"), "importance")
    assert isinstance(drawn, Picture)
    titles = [axes.get_title() for axes in drawn.figure.axes]
    assert titles == [f"{name} (XGBoost, 1 of 2 averaged)" for name in ("Bs", "Hc")]
    assert "XGBoost is one of 2 models that are averaged, and TreeSHAP explains it alone" in drawn.caption


def test_the_report_says_what_importance_leaves_out_and_that_it_is_no_cause(run: RunData) -> None:
    changed = with_models(run, of_another_kind, "Bs", "Hc")
    html = report_html(changed, print_figures(changed, ["importance", "effects"], is_for_page=True))
    reasons = html[html.index('id="reasons"') : html.index('id="cards"')]
    assert "Importance is no cause" in reasons
    assert "Bs, Hc: the model is ridge, and importance by TreeSHAP is for XGBoost only" in reasons
    assert "read the shares of whole kinds" not in reasons
    assert "Under each panel the alloys that the model learned from" in reasons


def test_the_table_of_effects_is_what_the_figure_shows(run: RunData) -> None:
    found = effects(with_models(run, averaged, "Bs"))
    table = effect_table(found, ["Bs"]).set_index("changed")
    item = next(row[0] for row in found.rows if row[0].driver.name == "B")
    row = table.loc["B (at.%), for Fe"]
    assert row["most"] == pytest.approx(item.median.max(), rel=1e-4)
    assert row["least_at"] == item.at[item.median.argmin()]
    _, counts, is_empty = stretches(item)
    assert (row["measured"], row["without_data"]) == (counts.sum(), pytest.approx(is_empty.mean(), abs=1e-3))
    assert "route" not in table.index
    nothing = effect_table(replace(found, rows=()), ["Bs"]).set_index("changed")
    assert list(nothing.columns) == list(table.columns)


@pytest.mark.parametrize("name", ["importance", "effects", "calibration"])
def test_without_models_there_is_nothing_to_explain(run: RunData, name: str) -> None:
    drawn = draw(replace(run, models={}), name)
    assert isinstance(drawn, Omitted)
    assert "nothing was learned" in drawn.reason


def test_effects_ask_about_alloys_of_the_space_only(run: RunData) -> None:
    found = effects(run)
    space = run.problem.space
    assert found.balance == "Fe"
    assert found.n_alloys == min(40, len(run.front))
    drivers = {row[0].driver.name: row for row in found.rows}
    assert "Fe" not in drivers
    silicon, boron = drivers["Si"][0], drivers["B"][0]
    assert set(silicon.at) <= {0.0, *range(1, 11)}
    assert set(boron.at) <= set(range(5, 21))
    for row in found.rows:
        for item in row:
            assert (item.lower <= item.median).all()
            assert (item.median <= item.upper).all()
    anneal = next(v for v in space.process if v.name == "annealing_temperature_K")
    assert anneal.levels is not None
    assert set(drivers["annealing_temperature_K"][0].at) <= set(anneal.levels)


def test_an_effect_is_the_median_over_the_alloys_that_may_take_the_value(run: RunData) -> None:
    found = effects(run)
    item = next(row[0] for row in found.rows if row[0].driver.name == "B")
    space, column = run.problem.space, run.problem.space.elements.index("B")
    iron, value = space.elements.index("Fe"), item.at[3]
    chosen = np.unique(np.linspace(0, len(run.X) - 1, found.n_alloys).round().astype(int))
    X = run.X[chosen].copy()
    X[:, iron] += X[:, column] - value / 100.0
    X[:, column] = value / 100.0
    allowed = space.contains(X)
    expected = run.models["Bs"].predict_mean(X[allowed])
    assert item.median[3] == pytest.approx(np.median(expected))


def test_effects_of_a_space_in_weight_percent_run_over_weight_percent(wt_run: RunData) -> None:
    found = effects(wt_run)
    boron = next(row[0] for row in found.rows if row[0].driver.name == "B")
    assert boron.driver.label == "B (wt.%)"
    assert set(boron.at) <= set(np.arange(1.0, 6.5, 0.5))


def test_a_property_that_does_not_read_a_treatment_has_no_data_for_it(run: RunData) -> None:
    found = effects(run)
    route = [row for row in found.rows if row[0].driver.name == "route"]
    assert route, "the route moves Hc, so it is among the drivers that are shown"
    bs, hc = route[0]
    assert bs.data is None
    assert hc.data is not None
    assert np.ptp(bs.median) == 0


def test_effects_stand_over_the_measured_alloys_and_gray_where_there_are_none() -> None:
    item = effect([float(i) for i in range(21)], [0.0] * 5 + [10.0, 10.2])
    figure = effects_figure([[item]], balance="Fe")
    panel, strip = figure.axes
    assert (panel.get_ylabel(), strip.get_ylabel()) == ("Bs (T)", "rows")
    assert strip.get_xlabel() == "Si (at.%), for Fe"
    edges, counts, is_empty = stretches(item)
    assert counts.sum() == 7
    assert counts[0] == 5
    np.testing.assert_allclose(10.0 ** bars(strip), np.maximum(counts, 0.7))
    assert [text.get_text() for text in strip.get_yticklabels()] == ["1", "10"]
    assert is_empty[np.searchsorted(edges, 5.0)]
    assert not is_empty[np.searchsorted(edges, 10.0) - 1]
    assert panel.get_xlim() == strip.get_xlim()
    drawn = panel.get_lines()[0]
    np.testing.assert_array_equal(drawn.get_ydata(), item.median)


def test_amounts_that_the_space_forbids_are_not_bridged_by_a_line() -> None:
    figure = effects_figure([[effect([0.0, 2.0, 2.5, 3.0], [2.0])]], balance="Fe")
    lines = [len(np.asarray(line.get_xdata())) for line in figure.axes[0].get_lines()]
    assert max(lines) == 3
    assert unbroken(np.array([1.0])) == [slice(0, 1)]


def test_named_choices_are_whiskers_over_their_names() -> None:
    driver = Driver("route", "route", ("ribbon", "rod"))
    figure = effects_figure([[effect([0.0, 1.0], [0.0, 0.0, 1.0], driver=driver)]], balance="Fe")
    strip = figure.axes[1]
    assert [text.get_text() for text in strip.get_xticklabels()] == ["ribbon", "rod"]
    np.testing.assert_allclose(10.0 ** bars(strip), [2, 1])


def test_calibration_draws_held_against_promised_coverage_with_the_width() -> None:
    item = CoveragePanel(
        "Bs", np.array([0.5, 0.8, 0.9]), np.array([0.45, 0.7, 0.86]), ("0.1 T", "0.2 T", "0.4 T")
    )
    axes = coverage_figure([item]).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("promised coverage (%)", "values inside (%)")
    points = axes.get_lines()[-1]
    np.testing.assert_allclose(np.asarray(points.get_xdata(), float), [50, 80, 90])
    np.testing.assert_allclose(np.asarray(points.get_ydata(), float), [45, 70, 86])
    assert axes.texts[0].get_text() == "50 %: 45 %, 0.1 T\n80 %: 70 %, 0.2 T\n90 %: 86 %, 0.4 T"


def test_calibration_of_an_older_run_has_the_one_level_that_it_measured(run: RunData) -> None:
    newer = run.models["Hc"].metrics
    assert coverage_panel("Hc", newer).promised.tolist() == [0.5, 0.8, 0.9]
    older = {name: value for name, value in newer.items() if name != "coverage_levels"}
    panel = coverage_panel("Hc", older)
    assert panel.promised.tolist() == [0.9]
    assert panel.held[0] == older["coverage_on_unseen_groups"]
    assert panel.widths[0].startswith("a factor ")


def test_the_way_to_a_prediction_is_drawn_from_base_to_end() -> None:
    models = small().models
    query = parse_query("Fe80B12Si8", ["anneal_K=750", "route=rod"], models)
    reasons = explain_alloy(models, query)
    figure = reasons_figure(query, reasons)
    assert [axes.get_xlabel() for axes in figure.axes] == ["Bs (T)", "Hc (A/m)", "Dmax (mm)"]
    assert [axes.get_xscale() for axes in figure.axes] == ["linear", "log", "linear"]
    for axes, item in zip(figure.axes, reasons, strict=True):
        ends = [line for line in axes.get_lines() if line.get_marker() == "o"]
        assert ends[0].get_xdata() == pytest.approx(item.prediction.mean, rel=1e-4)
        assert "[" in axes.get_title()
        labels = [text.get_text().replace("\u00a0", " ") for text in axes.get_yticklabels()]
        assert labels[0] == "base"
        assert any(label == "Fe (at.%) = 80" for label in labels)


def test_a_step_keeps_its_number_with_the_sign_and_says_what_is_not_given() -> None:
    query = parse_query("Fe80B12Si8", ["anneal_K=750"], small().models)
    (item,) = explain_alloy({"Hc": small().models["Hc"]}, query)
    long = Step("magnetic valence moment (μB/atom)", 1.659, (0.1, 0.2))
    longer = replace(item, parts=(replace(item.parts[0], steps=(long, *item.parts[0].steps)),))
    axes = reasons_figure(query, [longer]).axes[0]
    labels = [text.get_text().replace("\u00a0", " ") for text in axes.get_yticklabels()]
    assert labels[1] == "magnetic valence moment (μB/atom)\n= 1.659"
    assert "anneal (K) = 750" in labels
    assert {"route = ribbon: not given", "route = rod: not given"} & {*labels}


def test_figures_can_go_to_another_folder(run_folder: RunFolder, run: RunData, tmp_path: Path) -> None:
    paths = write_figures(run_folder, names=["calibration"], formats=["png"], run=run, out=tmp_path / "here")
    assert paths == [tmp_path / "here" / "calibration.png"]
    assert paths[0].read_bytes()[:4] == b"\x89PNG"


def test_the_report_gives_reasons_and_cards_and_says_what_they_are_not(run: RunData) -> None:
    html = report_html(run, print_figures(run, ["importance", "calibration"], is_for_page=True))
    trust, _, rest = html.partition('id="reasons"')
    reasons, _, cards = rest.partition('id="cards"')
    assert 'id="figure-calibration"' in trust
    assert 'id="figure-importance"' in reasons
    assert "Importance is no cause" in reasons
    assert cards.count("<details>") == 2
    assert "Known weak spots" in cards
    # The unit of Bs is a script tag.
    assert "<summary><b>Bs (&lt;script&gt;T&lt;/script&gt;)</b></summary>" in cards


def test_a_report_of_computed_objectives_has_neither_reasons_nor_cards(run: RunData) -> None:
    problem = replace(run.problem, limits=())
    html = report_html(replace(run, problem=problem, models={}), {})
    assert 'id="reasons"' not in html
    assert 'id="cards"' not in html


@pytest.mark.slow
def test_a_certain_chance_is_drawn_within_the_axis() -> None:
    models = {"Dmax": hurdled()}
    query = parse_query("Fe80B12Si8", [], models)
    (item,) = explain_alloy(models, query)
    value, chance = item.parts
    certain = replace(item, parts=(value, replace(chance, base=60.0)))
    figure = reasons_figure(query, [certain])
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "Dmax where it exists (mm)",
        "chance of Dmax (0 to 1)",
    ]
    assert figure.axes[1].get_xscale() == "logit"
    assert figure.axes[1].get_title().startswith("chance of Dmax; value times chance: Dmax\n")
    assert np.isfinite(figure.axes[1].get_xlim()).all()
    assert any(text.get_text().startswith("odds ×") for text in figure.axes[1].texts)
