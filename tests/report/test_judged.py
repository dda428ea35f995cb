"""What the report says of searches that judged by something else than the predictions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moalloy.report.figures import Picture, draw
from moalloy.report.html.asked import asked_section
from moalloy.report.html.front import front_table
from moalloy.report.html.provenance import provenance_section
from moalloy.report.run_data import RunData

pytestmark = pytest.mark.slow


def judged(run: RunData, risk: str) -> RunData:
    """Return the run as if its search had judged otherwise."""
    optimize = run.problem.spec.optimize.model_copy(update={"risk": risk})
    problem = replace(run.problem, spec=run.problem.spec.model_copy(update={"optimize": optimize}))
    return replace(run, problem=problem, front=run.front.assign(Bs_score=0.25, density_g_per_cm3_score=7.0))


def test_chances_are_named_by_their_thresholds(run: RunData) -> None:
    likely = judged(run, "p_all")
    titles = [quantity.title for quantity in likely.judged]
    assert titles == ["chance of Bs ≥ 1.5 <script>T</script>", "chance of Hc ≤ 10 A/m", "density"]
    table = front_table(likely)
    assert "<th>chance of Bs ≥ 1.5 &lt;script&gt;T&lt;/script&gt;</th>" in table
    assert "<th>density_g_per_cm3, as judged</th>" in table


def test_the_points_of_the_hypervolume_are_told_as_chances(run: RunData) -> None:
    drawn = draw(judged(run, "p_all"), "hypervolume")
    assert isinstance(drawn, Picture)
    assert "chance of Hc ≤ 10 A/m " in drawn.caption
    assert "of chances certain and impossible" in drawn.caption


@pytest.mark.parametrize(
    ("risk", "words", "limit"),
    [
        ("lower", "the unfavorable end of the interval", "the unfavorable end of the interval"),
        ("p_all", "the chance to meet each threshold", "the prediction"),
    ],
)
def test_what_was_judged_by_is_told_wherever_the_front_is_shown(
    run: RunData, risk: str, words: str, limit: str
) -> None:
    other = judged(run, risk)
    assert f"The search judged by {words}: alloys may look beaten" in other.remarks
    assert f"judged by {words}." in provenance_section(other)
    assert f"judged by {limit}<" in asked_section(other)


def test_a_search_by_the_predictions_needs_no_remark(run: RunData) -> None:
    assert "judged" not in run.remarks
    assert run.judged == run.objectives
