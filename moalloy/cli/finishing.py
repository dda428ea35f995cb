"""The end of a run: figures, report, and what came of it in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moalloy.build.problem import Problem
    from moalloy.cli.console import Console
    from moalloy.runs import RunFolder
    from moalloy.study.study import StudyResult

__all__ = ["finish"]


def finish(console: Console, folder: RunFolder, result: StudyResult, problem: Problem, *, jobs: int) -> None:
    """Draw and write what a finished run has, and say what came of it."""
    from moalloy.build.effort import drawing_seconds
    from moalloy.report.figures import FILE_FORMATS, print_figures, write_figures
    from moalloy.report.html import write_report
    from moalloy.report.run_data import read_run_data
    from moalloy.workers import Local, suited

    console.say("figures and report")
    data = read_run_data(folder)
    workers = suited(Local(jobs), data, seconds=drawing_seconds(len(data.models)))
    printed = print_figures(data, formats=FILE_FORMATS, is_for_page=True, workers=workers)
    write_figures(folder, printed=printed)
    write_report(folder, run=data, printed=printed)
    if not console.is_quiet:
        _say_what_came_of_it(console, result, problem)


def _say_what_came_of_it(console: Console, result: StudyResult, problem: Problem) -> None:
    """Print the scores, by how much the front drops, and a few of its alloys."""
    from moalloy.cli.console import print_table
    from moalloy.report.curse import curse_sentences, group_word
    from moalloy.report.summary import highlights, score_table, turned
    from moalloy.report.windows import window_sentences
    from moalloy.report.wording import domain_sentences

    if result.models:
        print_table(turned(score_table(result.models)), style="table", err=True)
    console.say(f"\n{len(result.front)} alloys on the front, hypervolume {result.hypervolume:.4f}")
    for line in domain_sentences(result.front) if result.models else ():
        console.say(line)
    groups = group_word(result.models.values())
    for line in curse_sentences(result.winners_curse, problem.objectives, groups=groups):
        console.say(line)
    for line in window_sentences(result.front, result.window_tolerance, problem):
        console.say(line)
    console.say("to look at first:")
    print_table(highlights(result.front, problem, result.scale), style="table", err=True)
