"""Figures from plain numbers: what is drawn where."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from moalloy.report.measured import MeasuredPair
from moalloy.report.plots.composition import balance_element, composition_figure
from moalloy.report.plots.correlation import rank_correlation
from moalloy.report.plots.hypervolume import hypervolume_figure
from moalloy.report.plots.pareto import N_INTERVALS, pareto_caption, pareto_figure
from moalloy.report.plots.parity import ParityPanel, parity_figure
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
    pair = MeasuredPair(np.array([1.0]), np.array([7.0]), np.array([0.5]), np.array([2.0, 3.0]))
    figure = pareto_figure([x, y], in_domain=np.ones(3, bool), measured={("Bs", "Hc"): pair})
    assert line(figure, "measured") == ([1.0], [7.0])
    assert [1.5, 1.5] in [np.asarray(found.get_xdata()).tolist() for found in figure.axes[0].get_lines()]
    assert figure.axes[0].get_xlim()[0] < 0.5


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


def test_every_pair_of_four_objectives_has_its_panel() -> None:
    x, y = front(5)
    others = [Estimates(Quantity(name, name), x.mean, x.low, x.high) for name in "ab"]
    assert len(pareto_figure([x, y, *others], in_domain=np.ones(5, bool), measured={}).axes) == 6


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


def test_hypervolume_has_a_line_per_seed() -> None:
    traces = [SearchTrace("nsga2", s, np.array([10, 20]), np.array([0.1, 0.2 + s / 10])) for s in (1, 2)]
    figure = hypervolume_figure(traces)
    assert labels(figure) == [("alloys evaluated", "hypervolume (share of the box)")]
    assert line(figure, "seed 2") == ([10.0, 20.0], [0.1, 0.4])


def test_composition_bars_add_up_to_what_is_not_the_balance() -> None:
    at_pct = np.array([[80.0, 15.0, 5.0], [85.0, 15.0, 0.0]])
    axes = composition_figure(["Fe", "B", "Si"], at_pct, BS, np.array([1.5, 1.4])).axes[0]
    heights = np.array([[bar.get_height() for bar in bars] for bars in axes.containers])
    np.testing.assert_allclose(heights.sum(axis=0), [15.0, 20.0])
    assert axes.get_ylabel() == "at.%; the rest is Fe"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1.40", "1.50"]


def test_without_a_balance_all_elements_are_drawn() -> None:
    at_pct = np.full((2, 4), 25.0)
    assert balance_element(["Fe", "Co", "Ni", "Cr"], at_pct) is None


def test_rank_correlation_of_a_constant_is_unknown() -> None:
    assert np.isnan(rank_correlation(np.array([[1.0, 5.0], [2.0, 5.0]]))[0, 1])
