"""Figures from plain numbers: what is drawn where."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from moalloy.domain.values import FloatArray
from moalloy.report.measured import MeasuredPair
from moalloy.report.plots.composition import balance_element, composition_figure
from moalloy.report.plots.correlation import correlation_figure, rank_correlation
from moalloy.report.plots.front3d import front3d_caption
from moalloy.report.plots.hypervolume import hypervolume_caption, hypervolume_figure
from moalloy.report.plots.importance import ImportancePanel, importance_figure
from moalloy.report.plots.pareto import N_INTERVALS, pareto_caption, pareto_figure
from moalloy.report.plots.parity import ParityPanel, parity_caption, parity_figure
from moalloy.report.plots.waterfall import WaterfallPanel, waterfall_figure
from moalloy.report.quantities import Estimates, Quantity
from moalloy.report.run_data import SearchTrace

BS = Quantity("Bs", "Bs", "T", goal="max", threshold=1.5)
HC = Quantity("Hc", "Hc", "A/m", is_log=True, goal="min")


def front(n: int) -> tuple[Estimates, Estimates]:
    bs = np.linspace(1.2, 1.8, n)
    hc = np.linspace(1.0, 50.0, n)
    return Estimates(BS, bs, bs - 0.2, bs + 0.1), Estimates(HC, hc, np.zeros(n), hc * 5)


def labels(figure: Figure) -> list[tuple[str, str]]:
    return [(axes.get_xlabel(), axes.get_ylabel()) for axes in figure.axes]


def line(figure: Figure, label: str) -> tuple[list[float], list[float]]:
    found = next(line for line in figure.axes[0].get_lines() if line.get_label() == label)
    return np.asarray(found.get_xdata(), float).tolist(), np.asarray(found.get_ydata(), float).tolist()


def test_pareto_draws_the_front_in_and_outside_the_domain_apart() -> None:
    x, y = front(4)
    inside = np.array([True, False, True, True])
    figure = pareto_figure([x, y], in_domain=inside, measured={})
    assert labels(figure) == [("Bs (T)   better →", "← better   Hc (A/m)")]
    assert line(figure, "front") == (list(x.mean[inside]), list(y.mean[inside]))
    assert line(figure, "front, outside the domain") == ([x.mean[1]], [y.mean[1]])
    assert figure.axes[0].get_yscale() == "log"


def test_pareto_draws_measured_alloys_behind_and_thresholds() -> None:
    x, y = front(3)
    pair = MeasuredPair(np.array([1.1]), np.array([7.0]), np.array([1.3]), np.array([2.0, 3.0]))
    figure = pareto_figure([x, y], in_domain=np.ones(3, bool), measured={("Bs", "Hc"): pair})
    assert line(figure, "measured") == ([1.1], [7.0])
    assert [1.5, 1.5] in [np.asarray(found.get_xdata()).tolist() for found in figure.axes[0].get_lines()]


def test_measured_alloys_far_from_the_front_leave_the_axes_alone_and_are_not_drawn() -> None:
    x, y = front(3)
    bare = pareto_figure([x, y], in_domain=np.ones(3, bool), measured={}).axes[0]
    golden = MeasuredPair(np.array([1.1, 900.0]), np.array([7.0, 7.0]), np.array([-5.0]), np.empty(0))
    figure = pareto_figure([x, y], in_domain=np.ones(3, bool), measured={("Bs", "Hc"): golden})
    assert figure.axes[0].get_xlim() == bare.get_xlim()
    assert line(figure, "measured") == ([1.1], [7.0])
    assert "The axes follow the front" in pareto_caption(3, n_outside=0, interval=0.9)


@pytest.mark.parametrize(("threshold", "is_shown"), [(2.2, True), (30.0, False)])
def test_only_a_threshold_near_the_front_widens_the_axis(threshold: float, is_shown: bool) -> None:
    x, y = front(3)
    x = replace(x, quantity=replace(BS, threshold=threshold))
    axes = pareto_figure([x, y], in_domain=np.ones(3, bool), measured={}).axes[0]
    assert bool(axes.get_xlim()[1] > threshold) is is_shown


def test_pareto_intervals_that_reach_zero_end_at_the_edge_of_a_log_axis() -> None:
    x, y = front(3)
    axes = pareto_figure([x, y], in_domain=np.ones(3, bool), measured={}).axes[0]
    ends = [segment[:, 1].min() for bars in axes.collections for segment in bars.get_segments()]  # type: ignore[attr-defined]
    assert min(ends) == pytest.approx(axes.get_ylim()[0])


def test_pareto_of_one_alloy_can_be_drawn() -> None:
    x, y = front(1)
    assert line(pareto_figure([x, y], in_domain=np.ones(1, bool), measured={}), "front") == ([1.2], [1.0])


def test_pareto_shows_few_intervals_and_says_so() -> None:
    x, y = front(300)
    axes = pareto_figure([x, y], in_domain=np.ones(300, bool), measured={}).axes[0]
    assert [len(bars.get_segments()) for bars in axes.collections] == [N_INTERVALS] * 2  # type: ignore[attr-defined]
    assert f"{N_INTERVALS} alloys spread over the front" in pareto_caption(300, n_outside=0, interval=0.9)
    assert "each alloy" in pareto_caption(3, n_outside=0, interval=0.9)


def four_objectives() -> list[Estimates]:
    x, y = front(5)
    names = ("valence electrons per atom", "saturation magnetization at room temperature")
    return [x, y, *(Estimates(Quantity(n, n, "g/cm3", goal="min"), x.mean, x.low, x.high) for n in names)]


def test_every_pair_of_four_objectives_has_its_panel() -> None:
    figure = pareto_figure(four_objectives(), in_domain=np.ones(5, bool), measured={})
    assert len(figure.axes) == 6


# matplotlib warns, which is an error here, where labels leave no room for the panels.
@pytest.mark.slow
def test_long_labels_stay_within_the_figure() -> None:
    items = four_objectives()
    figures = [pareto_figure(items, in_domain=np.ones(5, bool), measured={}), correlation_figure(items)]
    for figure in figures:
        figure.draw_without_rendering()
        for axes in figure.axes:
            box = axes.get_tightbbox()
            assert box is not None
            assert min(box.x0, box.y0) >= 0
            assert box.x1 <= figure.bbox.x1
            assert box.y1 <= figure.bbox.y1


def test_a_front_in_three_dimensions_names_what_it_leaves_out() -> None:
    items = four_objectives()
    caption = front3d_caption(items)
    assert caption.startswith(
        "The first three objectives only: Bs, Hc and valence electrons per atom, without"
    )
    assert "only" not in front3d_caption(items[:3])


def test_parity_says_r2_by_group_and_number_in_the_panel() -> None:
    values = np.array([1.0, 10.0, 100.0])
    panel = ParityPanel(HC, values, values * 2, r2=0.354, r2_random=0.72, grouping="paper", n_groups=2)
    figure = parity_figure([panel])
    assert labels(figure) == [("Hc measured (A/m)", "Hc predicted (A/m)")]
    text = figure.axes[0].texts[0].get_text()
    assert "R² = 0.35 by paper" in text
    assert "(0.72 at random)" in text
    assert "n = 3, 2 papers" in text
    assert figure.axes[0].get_xlim() == figure.axes[0].get_ylim()


@pytest.mark.parametrize("is_high", [False, True])
def test_the_note_of_a_parity_hides_as_few_points_as_it_can(is_high: bool) -> None:
    measured = np.geomspace(1.0, 1000.0, 60)
    predicted = measured * (30.0 if is_high else 1.0 / 30.0)
    panel = ParityPanel(HC, measured, predicted, r2=0.1, r2_random=0.2, grouping="paper", n_groups=9)
    figure = parity_figure([panel])
    (text,) = figure.axes[0].texts
    figure.draw_without_rendering()
    box = text.get_window_extent()
    points = figure.axes[0].transData.transform(np.column_stack([measured, predicted]))
    assert not any(box.contains(x, y) for x, y in points)
    ground = text.get_bbox_patch()
    assert ground is not None
    assert (ground.get_alpha() or 1.0) <= 0.5


def two_line_labels(n: int) -> tuple[str, ...]:
    return tuple(f"ideal mixing entropy number {i} (J/(mol K))" for i in range(n))


def gaps_of(axes: Axes) -> FloatArray:
    """Return the space between each label of the vertical axis and the next below it, in points."""
    boxes = [text.get_window_extent() for text in axes.get_yticklabels()]
    dots = axes.get_figure(root=True).dpi / 72  # type: ignore[union-attr]
    return np.array([above.y0 - below.y1 for above, below in pairwise(boxes)]) / dots


@pytest.mark.parametrize("n_panels", [1, 2])
def test_labels_of_importance_have_room_for_two_lines_and_the_legend_has_too(n_panels: int) -> None:
    share, kinds = np.linspace(0.2, 0.1, 10), ("element amounts", "families of elements", "treatment")
    panel = ImportancePanel(
        title="Bs",
        features=two_line_labels(10),
        kinds=(kinds * 4)[:10],
        share=share,
        low=share,
        high=share,
        n_in_top=np.full(10, 3),
        n_members=3,
        arrows=("↑",) * 10,
        by_kind=tuple((kind, 0.3, 0.2, 0.4) for kind in (*kinds, "physical descriptors")),
    )
    figure = importance_figure([panel] * n_panels)
    figure.draw_without_rendering()
    assert all("\n" in text.get_text() for text in figure.axes[0].get_yticklabels())
    assert gaps_of(figure.axes[0]).min() > 3.0
    legend = figure.legends[0].get_window_extent()
    assert 0 <= legend.x0 < legend.x1 <= figure.bbox.x1


def test_labels_of_steps_have_room_for_two_lines() -> None:
    panel = WaterfallPanel(
        title="Bs",
        quantity=Quantity("Bs", "Bs", "T"),
        labels=two_line_labels(11),
        effects=("+0.1",) * 11,
        totals=np.linspace(1.0, 2.1, 12),
        interval=(2.0, 2.2),
        is_chance=False,
    )
    figure = waterfall_figure([panel], title="Fe80B20")
    figure.draw_without_rendering()
    assert "\n" in figure.axes[0].get_yticklabels()[1].get_text()
    assert gaps_of(figure.axes[0]).min() > 3.0


@pytest.mark.parametrize(("at_random", "flatters"), [(0.72, True), (0.18, False)])
def test_the_random_score_is_said_to_flatter_only_where_it_is_higher(
    at_random: float, flatters: bool
) -> None:
    values = np.array([1.0, 10.0])
    panel = ParityPanel(HC, values, values, r2=0.354, r2_random=at_random, grouping="paper", n_groups=2)
    caption = parity_caption([panel])
    assert ("flatters" in caption) is flatters
    assert ("no higher here" in caption) is not flatters


def test_hypervolume_has_a_line_per_seed() -> None:
    traces = [SearchTrace("nsga2", s, np.array([10, 20]), np.array([0.1, 0.2 + s / 10])) for s in (1, 2)]
    figure = hypervolume_figure(traces)
    assert labels(figure) == [("alloys evaluated", "hypervolume (normalized)")]
    assert line(figure, "seed 2") == ([10.0, 20.0], [0.1, 0.4])


def test_searches_of_one_system_share_a_color_and_an_entry_of_the_legend() -> None:
    ends = np.array([10, 20]), np.array([0.1, 0.2])
    traces = [SearchTrace("nsga2", s, *ends, system) for system in ("Fe-B", "Fe-Si") for s in (1, 2)]
    figure = hypervolume_figure(traces)
    colors = [drawn.get_color() for drawn in figure.axes[0].get_lines()]
    assert colors[0] == colors[1] != colors[2] == colors[3]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["Fe-B", "Fe-Si"]
    caption = hypervolume_caption(traces, [], ideal={}, reference={})
    assert "one color for each of 2 chemical systems" in caption


def test_a_search_of_one_generation_has_ticks_that_differ() -> None:
    figure = hypervolume_figure([SearchTrace("nsga2", 1, np.array([100]), np.array([1.0]))])
    figure.draw_without_rendering()
    axes = figure.axes[0]
    for texts in (axes.get_xticklabels(), axes.get_yticklabels()):
        written = [text.get_text() for text in texts]
        assert len(set(written)) == len(written)


def test_the_hypervolume_says_what_it_is_normalized_by() -> None:
    traces = [SearchTrace("nsga2", 1, np.array([10]), np.array([0.1]))]
    ideal, reference = {"Bs": 1.8, "Hc": 0.5}, {"Bs": 0.2, "Hc": 12345.0}
    caption = hypervolume_caption(traces, [BS, HC], ideal=ideal, reference=reference)
    assert "ideal point (Bs 1.8 T, Hc 0.5 A/m)" in caption
    assert "reference point (Bs 0.2 T, Hc 12300 A/m)" in caption
    assert "may exceed 1" in caption


def test_composition_bars_add_up_to_what_is_not_the_balance() -> None:
    at_pct = np.array([[80.0, 15.0, 5.0], [85.0, 15.0, 0.0]])
    axes = composition_figure(["Fe", "B", "Si"], at_pct, BS, np.array([1.5, 1.4])).axes[0]
    heights = np.array([[bar.get_height() for bar in bars] for bars in axes.containers])
    np.testing.assert_allclose(heights.sum(axis=0), [15.0, 20.0])
    assert axes.get_ylabel() == "at.%; the rest is Fe"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1.40", "1.50"]


def test_composition_in_weight_percent_says_so() -> None:
    percent = np.array([[80.0, 20.0]])
    axes = composition_figure(["Fe", "B"], percent, BS, np.array([1.5]), unit="wt.%").axes[0]
    assert axes.get_ylabel() == "wt.%; the rest is Fe"


def test_without_a_balance_all_elements_are_drawn() -> None:
    at_pct = np.full((2, 4), 25.0)
    assert balance_element(["Fe", "Co", "Ni", "Cr"], at_pct) is None


def test_rank_correlation_of_a_constant_is_unknown() -> None:
    assert np.isnan(rank_correlation(np.array([[1.0, 5.0], [2.0, 5.0]]))[0, 1])
