"""``report.html``: the run as someone reads it who wasn't there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from moalloy.files import write_text
from moalloy.report.figures import Omitted, Printed, print_figures
from moalloy.report.html.asked import asked_section
from moalloy.report.html.cards import cards_section
from moalloy.report.html.front import front_table, headline_table
from moalloy.report.html.markup import Markup, tag
from moalloy.report.html.page import page, section
from moalloy.report.html.pictures import picture
from moalloy.report.html.provenance import provenance_section
from moalloy.report.html.reasons import reasons_section
from moalloy.report.html.systems import systems_section
from moalloy.report.html.trust import trust_section
from moalloy.report.run_data import RunData, read_run_data
from moalloy.report.windows import window_sentences
from moalloy.report.wording import counted, joined
from moalloy.runs import RunFolder

__all__ = ["report_html", "write_report"]

_NOTHING = Markup("")


def write_report(
    folder: RunFolder,
    *,
    run: RunData | None = None,
    printed: Mapping[str, Printed | Omitted] | None = None,
) -> Path:
    """Write ``report.html`` into a run folder and return its path; the same run gives the same bytes.

    The file holds everything it shows and loads nothing.

    Args:
        folder: A finished run.
        run: What was read of it already; read here where omitted.
        printed: All its figures, printed for a page; printed here where omitted.

    Raises:
        RunFolderError: The run isn't finished.
        MachineError: The file can't be written.
    """
    path = folder.path / "report.html"
    run = run or read_run_data(folder)
    write_text(path, report_html(run, print_figures(run, is_for_page=True) if printed is None else printed))
    return path


def report_html(run: RunData, printed: Mapping[str, Printed | Omitted]) -> str:
    """Return the report of a run as an HTML document.

    Args:
        run: A finished run.
        printed: The figures to show, printed for a page.
    """
    shown = {name: picture(name, figure) for name, figure in printed.items()}
    return page(
        run.problem.name,
        tag("header", tag("h1", run.problem.name), tag("p", _summary(run), class_="lead")),
        section(
            "Alloys to look at first",
            headline_table(run),
            *_remarks(run),
            shown.pop("pareto", _NOTHING),
            id_="front",
        ),
        *systems_section(run),
        trust_section(run, shown.pop("parity", _NOTHING), shown.pop("calibration", _NOTHING)),
        reasons_section(run, shown.pop("importance", _NOTHING), shown.pop("effects", _NOTHING)),
        cards_section(run),
        asked_section(run),
        section("More pictures", *shown.values(), id_="pictures"),
        section("All alloys of the front", *_how_to_read(run), front_table(run), id_="table"),
        provenance_section(run),
    )


def _summary(run: RunData) -> str:
    titles = joined([quantity.title for quantity in run.judged])
    if run.problem.spec.optimize.scalarize is not None:
        what = "with the least weighted sum"
    elif len(run.objectives) == 1:
        what = "that beat all others"
    else:
        what = "of which none is beaten in everything by another"
    n_found = counted(len(run.front), "alloy")
    n_evaluated = counted(run.manifest["result"]["alloys_evaluated"], "alloy")
    pool = f"all {n_evaluated} that are allowed," if run.is_exhaustive else n_evaluated
    found = f"{n_found} {what}, in {titles}, of {pool} evaluated"
    if not run.models:
        return (
            f"{found}. Everything here is computed from the composition alone; nothing is learned from data."
        )
    return (
        f"{found} with models of measured data. These are predictions: read how far to trust them before "
        "you melt one."
    )


def _remarks(run: RunData) -> list[Markup]:
    return [tag("p", run.remarks)] if run.remarks else []


def _how_to_read(run: RunData) -> list[Markup]:
    share = f"{run.interval:.0%}"
    predicted = f"Predicted values, in square brackets their {share} intervals. The same as pareto.csv."
    windows = window_sentences(run.front, run.manifest["result"].get("window_tolerance", {}), run.problem)
    return [tag("p", predicted), *([tag("p", " ".join(windows))] if windows else [])]
