"""All figures of a run by name: how each is drawn from a run, captioned, or left out with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from moalloy.errors import InputError
from moalloy.files import write_bytes
from moalloy.report.effects import effects
from moalloy.report.measured import measured_pair
from moalloy.report.plots.composition import composition_caption, composition_figure
from moalloy.report.plots.correlation import correlation_caption, correlation_figure
from moalloy.report.plots.effects import effects_caption, effects_figure
from moalloy.report.plots.front3d import front3d_caption, front3d_figure
from moalloy.report.plots.hypervolume import hypervolume_caption, hypervolume_figure
from moalloy.report.plots.importance import importance_caption, importance_figure
from moalloy.report.plots.parallel import Coordinate, parallel_caption, parallel_figure
from moalloy.report.plots.pareto import pareto_caption, pareto_figure
from moalloy.report.plots.profile import profile_caption, profile_figure
from moalloy.report.profiles import profiles
from moalloy.report.quantities import Quantity, readable
from moalloy.report.reasons import drivers_of, importance_panels
from moalloy.report.run_data import RunData, read_run_data
from moalloy.report.style import FORMATS, to_bytes
from moalloy.report.validation import coverage_of, parity_of
from moalloy.runs import RunFolder
from moalloy.spec.nearest import did_you_mean
from moalloy.study.drivers import what_is_left_out
from moalloy.workers import ALONE, Workers, in_order

__all__ = [
    "FIGURES",
    "FILE_FORMATS",
    "FigureKind",
    "Omitted",
    "Picture",
    "Printed",
    "draw",
    "figure_names",
    "print_figures",
    "write_figures",
]

FILE_FORMATS = ("png", "svg")
# These take most of the time, so whoever draws side by side begins with them.
_LONG = ("effects", "profile", "importance")
# An SVG above this has thousands of points; a 300-dpi PNG then looks the same and opens faster.
_LARGE_SVG_BYTES = 250_000

# More than this many pairs of objectives make panels too small to read.
_MOST_OBJECTIVES = 6
_NOTHING_LEARNED = "nothing was learned: every objective is computed from the composition"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn figure with its caption."""

    figure: Figure
    caption: str


@dataclass(frozen=True, slots=True)
class Omitted:
    """Why a figure isn't drawn for a run."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Printed:
    """A figure as the content of files.

    Attributes:
        caption: What it shows.
        width_in: Its width in inches.
        files: Contents by format.
        page_format: The one of them that a page shows; empty where none was asked for.
    """

    caption: str
    width_in: float
    files: Mapping[str, bytes]
    page_format: str = ""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """One kind of figure: its heading, how it is made from a run, whether objectives stand on its axes."""

    title: str
    make: Callable[[RunData], Picture | Omitted]
    has_objectives: bool = True


def figure_names() -> tuple[str, ...]:
    """Return the names of all figures."""
    return tuple(FIGURES)


def draw(run: RunData, name: str) -> Picture | Omitted:
    """Draw one figure of a run, or say why there is none.

    Raises:
        InputError: There is no figure of that name.
    """
    _check([name], FIGURES, what="figure")
    kind = FIGURES[name]
    drawn = kind.make(run)
    if isinstance(drawn, Omitted) or not (kind.has_objectives and run.remarks):
        return drawn
    return replace(drawn, caption=f"{drawn.caption} {run.remarks}")


def print_figures(
    run: RunData,
    names: Sequence[str] | None = None,
    formats: Sequence[str] = (),
    *,
    is_for_page: bool = False,
    workers: Workers = ALONE,
) -> dict[str, Printed | Omitted]:
    """Draw figures of a run and return them as the content of files; the same run gives the same bytes.

    Args:
        run: A finished run.
        names: Some of `figure_names`; all of them where omitted.
        formats: Of ``png`` (300 dpi), ``svg`` and ``pdf``.
        is_for_page: Print what a page shows as well.
        workers: Who draws.

    Raises:
        InputError: An unknown figure or format; the message names the nearest.
    """
    names = tuple(dict.fromkeys(figure_names() if names is None else names))
    _check(names, FIGURES, what="figure")
    _check(formats, FORMATS, what="format")
    order = sorted(names, key=lambda name: name not in _LONG)
    order_form = _OrderForm(run, tuple(dict.fromkeys(formats)), is_for_page)
    found = dict(zip(order, in_order(workers, _printed, order_form, order), strict=True))
    return {name: found[name] for name in names}


@dataclass(frozen=True, slots=True, eq=False)
class _OrderForm:
    """What all figures of a run share that are drawn side by side."""

    run: RunData
    formats: tuple[str, ...]
    is_for_page: bool


def _printed(form: _OrderForm, name: str) -> Printed | Omitted:
    drawn = draw(form.run, name)
    if isinstance(drawn, Omitted):
        return drawn
    files = {fmt: to_bytes(drawn.figure, fmt) for fmt in form.formats}
    page_format = ""
    if form.is_for_page:
        content = files.setdefault("svg", to_bytes(drawn.figure, "svg"))
        page_format = "svg" if len(content) <= _LARGE_SVG_BYTES else "png"
        if page_format not in files:
            files[page_format] = to_bytes(drawn.figure, page_format)
    return Printed(drawn.caption, drawn.figure.get_figwidth(), files, page_format)


def write_figures(
    folder: RunFolder,
    *,
    names: Sequence[str] | None = None,
    formats: Sequence[str] = FILE_FORMATS,
    run: RunData | None = None,
    printed: Mapping[str, Printed | Omitted] | None = None,
    out: Path | None = None,
) -> list[Path]:
    """Write figures into ``figures/`` of a run folder, or into ``out``, and return the files.

    A figure that the run can't have (a 3-D front of two objectives) is left out, and run.log says why.

    Args:
        folder: A finished run.
        names: Some of `figure_names`; all of them where omitted.
        formats: Of ``png`` (300 dpi), ``svg`` and ``pdf``.
        run: What was read of the folder already; read here where omitted.
        printed: What `print_figures` gave for it in these formats; printed here where omitted.
        out: Another folder to write into.

    Raises:
        InputError: An unknown figure or format; the message names the nearest.
        RunFolderError: The run isn't finished.
        MachineError: A file can't be written.
    """
    if printed is None:
        printed = print_figures(run or read_run_data(folder), names, formats)
    target = folder.path / "figures" if out is None else out
    paths = []
    for name, figure in printed.items():
        if isinstance(figure, Omitted):
            folder.log(f"figure {name} left out: {figure.reason}")
            continue
        for fmt in dict.fromkeys(formats):
            paths.append(target / f"{name}.{fmt}")
            write_bytes(paths[-1], figure.files[fmt])
    return paths


def _check(names: Sequence[str], options: Mapping[str, object] | Sequence[str], *, what: str) -> None:
    for name in names:
        if name not in options:
            hint = did_you_mean(name, options)
            raise InputError(
                f"there is no {what} {name!r}; {what}s are {', '.join(options)}. {hint}".rstrip()
            )


def _pareto(run: RunData) -> Picture | Omitted:
    estimates = run.estimates
    if len(estimates) < 2:
        return Omitted("one objective has nothing to be traded off against")
    if len(estimates) > _MOST_OBJECTIVES:
        return Omitted(f"{len(estimates)} objectives make more pairs than a page holds; see 'parallel'")
    pairs = combinations([quantity.name for quantity in run.objectives], 2)
    in_domain = run.front["in_domain"].to_numpy(dtype=bool)
    measured = {(a, b): measured_pair(run, a, b) for a, b in pairs}
    interval = run.interval
    caption = pareto_caption(len(run.front), n_outside=int((~in_domain).sum()), interval=interval)
    return Picture(pareto_figure(estimates, in_domain=in_domain, measured=measured), caption)


def _parity(run: RunData) -> Picture | Omitted:
    return Picture(*parity_of(run.models, run.problem)) if run.models else Omitted(_NOTHING_LEARNED)


def _hypervolume(run: RunData) -> Picture | Omitted:
    if not run.searches:
        return Omitted("the run folder has no search")
    result = run.manifest["result"]
    caption = hypervolume_caption(
        run.searches,
        run.judged,
        ideal=result["hypervolume_ideal"],
        reference=result["hypervolume_reference"],
    )
    return Picture(hypervolume_figure(run.searches), caption)


def _parallel(run: RunData) -> Picture | Omitted:
    if len(run.front) < 2:
        return Omitted("a single alloy has nothing to be compared with; two are needed")
    coordinates = [Coordinate(item.quantity, item.mean) for item in run.estimates]
    percent = run.percent
    space = run.problem.space
    for i, symbol in enumerate(space.elements):
        coordinates.append(Coordinate(Quantity(symbol, symbol, run.percent_unit), percent[:, i]))
    for i, variable in enumerate(space.process, start=space.n_elements):
        quantity = Quantity(variable.name, readable(variable.name))
        coordinates.append(Coordinate(quantity, run.X[:, i], variable.names))
    # What is the same in all alloys says nothing; objectives stay.
    n_objectives = len(run.objectives)
    shown = coordinates[:n_objectives] + [c for c in coordinates[n_objectives:] if np.ptp(c.values) > 0]
    if len(shown) < 2:
        return Omitted("the alloys of the front differ in a single objective only")
    caption = parallel_caption(len(run.front), run.objectives[0], unit=run.percent_unit)
    return Picture(parallel_figure(shown), caption)


def _composition(run: RunData) -> Picture | Omitted:
    first, elements = run.estimates[0], run.problem.space.elements
    figure = composition_figure(elements, run.percent, first.quantity, first.mean, unit=run.percent_unit)
    return Picture(figure, composition_caption(len(run.front), first.quantity))


def _front3d(run: RunData) -> Picture | Omitted:
    estimates = run.estimates
    if len(estimates) < 3:
        return Omitted(f"three objectives are needed, the problem has {len(estimates)}")
    figure = front3d_figure(estimates, in_domain=run.front["in_domain"].to_numpy(dtype=bool))
    return Picture(figure, front3d_caption(estimates))


def _correlation(run: RunData) -> Picture | Omitted:
    estimates = run.estimates
    if len(estimates) < 2:
        return Omitted("one objective has nothing to be correlated with")
    if len(run.front) < 3:
        return Omitted(f"a front of {len(run.front)} has no correlation; three alloys are needed")
    return Picture(correlation_figure(estimates), correlation_caption(len(run.front)))


def _profile(run: RunData) -> Picture | Omitted:
    found = profiles(run)
    if not found.rows:
        return Omitted("the space leaves nothing to vary around an alloy of the front")
    caption = profile_caption(
        run.composition(found.alloy), n_shown=len(found.rows), n_drivers=found.n_drivers
    )
    return Picture(profile_figure(found.rows), caption)


def _calibration(run: RunData) -> Picture | Omitted:
    return Picture(*coverage_of(run.models)) if run.models else Omitted(_NOTHING_LEARNED)


def _importance(run: RunData) -> Picture | Omitted:
    if not run.models:
        return Omitted(_NOTHING_LEARNED)
    left_out, found = what_is_left_out(run.models), drivers_of(run)
    if not found:
        return Omitted("; ".join(left_out))
    items = importance_panels(found)
    caption = importance_caption(n_alloys=max(item.n_alloys for item in found), left_out=left_out)
    return Picture(importance_figure(items), caption)


def _effects(run: RunData) -> Picture | Omitted:
    if not run.models:
        return Omitted(_NOTHING_LEARNED)
    found = effects(run)
    if not found.rows:
        return Omitted("the space leaves nothing to vary in the alloys of the front")
    caption = effects_caption(
        n_alloys=found.n_alloys,
        n_shown=len(found.rows),
        n_drivers=found.n_drivers,
        balance=found.balance,
    )
    return Picture(effects_figure(found.rows, balance=found.balance), caption)


FIGURES: Mapping[str, FigureKind] = {
    "pareto": FigureKind("The front", _pareto),
    "parity": FigureKind("How well the models predict", _parity, has_objectives=False),
    "calibration": FigureKind("Whether intervals keep their word", _calibration, has_objectives=False),
    "importance": FigureKind("What the models go by", _importance, has_objectives=False),
    "effects": FigureKind("What a change does, and what is known there", _effects, has_objectives=False),
    "parallel": FigureKind("The front, alloy by alloy", _parallel),
    "composition": FigureKind("Composition along the front", _composition),
    "front3d": FigureKind("The front in three dimensions", _front3d),
    "correlation": FigureKind("What is bought with what", _correlation),
    "profile": FigureKind("What each element and treatment does", _profile),
    "hypervolume": FigureKind("How far the search has come", _hypervolume, has_objectives=False),
}
