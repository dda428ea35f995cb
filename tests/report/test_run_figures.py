"""Figures of a run: drawn from its folder, written the same every time, left out with a reason."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from moalloy.errors import InputError
from moalloy.report import figures
from moalloy.report.figures import (
    Omitted,
    Picture,
    Printed,
    draw,
    figure_names,
    print_figures,
    write_figures,
)
from moalloy.report.measured import measured_pair
from moalloy.report.profiles import middle_alloy, profiles
from moalloy.report.run_data import RunData
from moalloy.runs import RunFolder
from moalloy.workers import Processes

pytestmark = pytest.mark.slow


def with_objectives(run: RunData, names: tuple[str, ...], *, n_alloys: int) -> RunData:
    """Return the run as if it had fewer objectives and a shorter front."""
    kept = tuple(o for o in run.problem.objectives if o.name in names)
    problem = replace(run.problem, objectives=kept)
    return replace(run, problem=problem, front=run.front.iloc[:n_alloys], X=run.X[:n_alloys])


def test_the_front_is_read_back_as_valid_alloys(run: RunData) -> None:
    assert len(run.X) == len(run.front)
    assert run.problem.space.contains(run.X).all()
    np.testing.assert_allclose(100 * run.X[:, 0], run.front["Fe"])


def test_the_front_is_drawn_with_the_numbers_of_pareto_csv(run: RunData) -> None:
    drawn = draw(run, "pareto")
    assert isinstance(drawn, Picture)
    front = [line for line in drawn.figure.axes[0].get_lines() if str(line.get_label()).startswith("front")]
    drawn_x = np.concatenate([np.asarray(line.get_xdata(), dtype=float) for line in front])
    assert sorted(drawn_x) == sorted(run.front["Bs"])


@pytest.mark.slow
@pytest.mark.parametrize("names", [("Bs",), ("Bs", "Hc"), ("density_g_per_cm3",)])
def test_fewer_objectives_and_a_front_of_one_are_drawn_or_left_out_with_a_reason(
    run: RunData, names: tuple[str, ...]
) -> None:
    small = with_objectives(run, names, n_alloys=1)
    drawn = {name: draw(small, name) for name in figure_names() if name != "profile"}
    reasons = {name: item.reason for name, item in drawn.items() if isinstance(item, Omitted)}
    assert set(reasons) <= {"pareto", "front3d", "correlation", "parallel"}
    assert "three objectives are needed" in reasons["front3d"]
    assert reasons["parallel"] == "a single alloy has nothing to be compared with; two are needed"


@pytest.mark.slow
def test_prices_are_dated_in_the_caption_and_not_on_the_axis(wt_run: RunData) -> None:
    drawn = draw(wt_run, "pareto")
    assert isinstance(drawn, Picture)
    assert drawn.figure.axes[0].get_ylabel() == "← better   cost (USD/kg)"
    assert re.search(r"Cost: element prices of \d{4}–\d{4}\.$", drawn.caption)
    convergence = draw(wt_run, "hypervolume")
    assert isinstance(convergence, Picture)
    assert "prices" not in convergence.caption


def test_figures_of_a_space_in_weight_percent_show_weight_percent(wt_run: RunData) -> None:
    np.testing.assert_allclose(wt_run.percent, wt_run.front[["Fe_wt", "B_wt", "Si_wt"]])
    composition, parallel = draw(wt_run, "composition"), draw(wt_run, "parallel")
    assert isinstance(composition, Picture)
    assert isinstance(parallel, Picture)
    assert composition.figure.axes[0].get_ylabel().startswith("wt.%")
    assert "composition (wt.%)" in parallel.caption


def test_profiles_of_a_space_in_weight_percent_run_over_it(wt_run: RunData) -> None:
    found = profiles(wt_run)
    iron = next(row[0] for row in found.rows if row[0].driver.name == "Fe")
    assert iron.driver.label == "Fe (wt.%)"
    assert iron.start == pytest.approx(wt_run.front["Fe_wt"].iloc[found.alloy])
    # The space has iron between these, on a grid of whole per cents, and the alloy itself is drawn as it is.
    (allowed,) = [r for r in wt_run.problem.space.composition.ranges if r.symbol == "Fe"]
    steps = wt_run.problem.space.composition.n_steps
    assert len(iron.at) > 3
    assert iron.at.min() >= 100 * allowed.lower / steps
    assert iron.at.max() <= 100 * allowed.upper / steps
    for profile in found.rows[0]:
        drawn = profile.estimates.mean[profile.at == profile.start]
        printed = wt_run.front[profile.estimates.quantity.name].iloc[found.alloy]
        assert drawn == pytest.approx([printed], rel=1e-4)
    # Iron is the heavy one: its share of the weight is larger than that of the atoms.
    rows = wt_run.models["Bs"].model.rows
    assert (iron.data_x > 100.0 * rows.fractions[:, rows.elements.index("Fe")]).all()


def test_a_figure_that_is_left_out_is_named_in_the_log(own_run_folder: RunFolder) -> None:
    front = own_run_folder.read_front()
    own_run_folder.write_front(front.iloc[:2])
    assert write_figures(own_run_folder, names=["correlation"]) == []
    log = (own_run_folder.path / "run.log").read_text(encoding="utf-8")
    assert "figure correlation left out: a front of 2 has no correlation" in log


@pytest.mark.slow
def test_the_same_run_gives_the_same_bytes(own_run_folder: RunFolder) -> None:
    formats = ("png", "svg", "pdf")
    paths = write_figures(own_run_folder, names=["hypervolume"], formats=formats)
    assert [path.name for path in paths] == [f"hypervolume.{fmt}" for fmt in formats]
    first = [path.read_bytes() for path in paths]
    write_figures(own_run_folder, names=["hypervolume"], formats=formats)
    assert [path.read_bytes() for path in paths] == first
    assert [content[:4] for content in first] == [b"\x89PNG", b"<?xm", b"%PDF"]


@pytest.mark.slow
def test_figures_drawn_side_by_side_have_the_same_bytes(run: RunData) -> None:
    names = ("hypervolume", "importance", "front3d")
    alone = print_figures(run, names, ["svg"], is_for_page=True)
    beside = print_figures(run, names, ["svg"], is_for_page=True, workers=Processes(2))
    assert list(beside) == list(alone) == list(names)
    for name, figure in alone.items():
        other = beside[name]
        assert isinstance(figure, Printed)
        assert isinstance(other, Printed)
        assert (other.caption, other.width_in, other.page_format) == (
            figure.caption,
            figure.width_in,
            figure.page_format,
        )
        assert dict(other.files) == dict(figure.files)


@pytest.mark.parametrize("name", ["effects", "pareto", "front3d"])
def test_panels_stand_at_places_that_do_not_depend_on_the_memory(run: RunData, name: str) -> None:
    drawn = draw(run, name)
    assert isinstance(drawn, Picture)
    places = np.array([axes.get_position(original=True).bounds for axes in drawn.figure.axes])
    np.testing.assert_allclose(places, places.round(6), rtol=0, atol=1e-15)


def test_a_page_shows_small_drawings_as_they_are_and_large_ones_as_pixels(
    run: RunData, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = print_figures(run, ["hypervolume"], is_for_page=True)["hypervolume"]
    monkeypatch.setattr(figures, "_LARGE_SVG_BYTES", 1)
    large = print_figures(run, ["hypervolume"], is_for_page=True)["hypervolume"]
    assert isinstance(small, Printed)
    assert isinstance(large, Printed)
    assert (small.page_format, set(small.files)) == ("svg", {"svg"})
    assert (large.page_format, set(large.files)) == ("png", {"svg", "png"})


def test_an_unknown_figure_is_refused_with_the_nearest_name(run_folder: RunFolder) -> None:
    with pytest.raises(InputError, match=r"there is no figure 'paretto'.*Did you mean 'pareto'\?"):
        write_figures(run_folder, names=["paretto"])


def test_an_unknown_format_is_refused_before_anything_is_drawn(run_folder: RunFolder) -> None:
    with pytest.raises(InputError, match="there is no format 'jpg'; formats are png, svg, pdf"):
        write_figures(run_folder, formats=["jpg"])


def test_measured_alloys_pair_up_where_one_row_has_both(run: RunData) -> None:
    pair = measured_pair(run, "Bs", "Hc")
    n_hc = len(run.models["Hc"].model.rows)
    assert len(pair.x) == n_hc
    assert len(pair.x_alone) == len(run.models["Bs"].model.rows) - n_hc
    assert len(pair.y_alone) == 0


def test_a_descriptor_is_computed_for_the_measured_alloys(run: RunData) -> None:
    pair = measured_pair(run, "Bs", "density_g_per_cm3")
    np.testing.assert_array_equal(pair.x, run.models["Bs"].model.rows.values)
    assert ((pair.y > 6.0) & (pair.y < 7.9)).all()


def test_without_any_model_nothing_was_measured(run: RunData) -> None:
    pair = measured_pair(replace(run, models={}), "density_g_per_cm3", "cost_USD_per_kg")
    assert len(pair.x) == len(pair.x_alone) == 0
    assert isinstance(draw(replace(run, models={}), "parity"), Omitted)


def test_profiles_pass_through_the_alloy_they_start_from(run: RunData) -> None:
    found = profiles(run)
    assert found.alloy == middle_alloy(run)
    assert [row[0].driver.label for row in found.rows][-2:] == ["annealing temperature (K)", "route"]
    for row in found.rows:
        for profile in row:
            here = np.flatnonzero(profile.at == profile.start)
            expected = run.front[profile.estimates.quantity.name].iloc[found.alloy]
            assert profile.estimates.mean[here] == pytest.approx(expected, rel=1e-4)
            assert (np.diff(profile.at) > 0).all()


def test_the_middle_alloy_is_the_likeliest_within_the_domain(run: RunData) -> None:
    inside = run.front[run.front["in_domain"]]
    assert run.front["p_all"].iloc[middle_alloy(run)] == inside["p_all"].max()


def test_without_thresholds_the_middle_alloy_is_a_compromise(run: RunData) -> None:
    blank = replace(run, front=run.front.assign(p_all=np.nan))
    ends = [(int(item.mean.argmin()), int(item.mean.argmax())) for item in run.estimates]
    assert middle_alloy(blank) not in {row for pair in ends for row in pair}
