"""The report holds what the run found, loads nothing, and trusts nobody's text."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from moalloy.errors import RunFolderError
from moalloy.report.figures import figure_names, print_figures
from moalloy.report.html import write_report
from moalloy.report.html.front import headline_table
from moalloy.report.html.provenance import provenance_section
from moalloy.report.html.report import report_html
from moalloy.report.html.trust import trust_section
from moalloy.report.run_data import RunData
from moalloy.runs import RunFolder

pytestmark = pytest.mark.slow

VOID = {"meta", "img", "br", "wbr"}


class Page(HTMLParser):
    """Checks that elements close, and collects text, links and whatever the page would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.text: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        values = dict(attrs)
        self.loads += [values[name] or "" for name in ("src", "srcset", "data") if name in values]
        if "href" in values:
            (self.links if tag == "a" else self.loads).append(values["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def html(run: RunData) -> str:
    return report_html(run, print_figures(run, ["hypervolume", "correlation"], is_for_page=True))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_every_row_of_the_front_stands_in_the_report(html: str, run: RunData) -> None:
    table = html[html.index('id="table"') :]
    rows = table.split("<tr>")[2:]
    for row, (_, alloy) in zip(rows, run.front.iterrows(), strict=False):
        assert f"<b>{alloy['formula']}</b>" in row
        assert f"{alloy['Hc']:.10g}" in row
        assert f"[{alloy['Bs_low']:.10g}, {alloy['Bs_high']:.10g}]" in row
        assert str(alloy["nearest_formula"]) in row


def test_the_report_loads_nothing(page: Page) -> None:
    assert page.loads
    assert all(address.startswith("data:image/") for address in page.loads)
    assert "script" not in page.names
    assert "url(" not in "".join(page.text)


def test_a_script_in_a_unit_is_shown_and_not_run(html: str, page: Page) -> None:
    assert "<script" not in html
    assert "Bs (<script>T</script>)" in page.text


def test_references_are_links(page: Page, run: RunData) -> None:
    nearest = set(run.front["nearest_reference"])
    assert {f"https://doi.org/{doi}" for doi in nearest} <= set(page.links)


def test_grouped_scores_lead_and_random_ones_stand_beside(page: Page, run: RunData) -> None:
    text = " ".join(page.text)
    assert text.index("R² on unseen groups") < text.index("R² by random folds")
    assert "typical error a factor" in text
    assert "on papers that the model never saw" in text
    assert "8 papers" in text


def test_the_report_says_how_many_alloys_were_evaluated_and_what_that_means(page: Page, run: RunData) -> None:
    text = " ".join(page.text)
    assert f"kept the best of {run.manifest['result']['alloys_evaluated']} alloys" in text
    assert "takes their errors as independent" in text
    assert "In domain:" in text


def test_what_was_asked_is_repeated_with_units(page: Page) -> None:
    text = "".join(page.text)
    assert "worth having: at most 10 A/m" in text
    assert "B + Si <= 28 (at.%)" in text
    assert "0, or 1 to 10" in text
    assert "Bs: at least 0.5 <script>T</script>, judged by the prediction" in text
    assert "density (g/cm3): as low as can be; computed from the composition" in text


def test_hashes_versions_and_seeds_are_in_the_report(page: Page, run: RunData) -> None:
    text = " ".join(page.text)
    assert run.manifest["sha256"]["pareto.csv"] in text
    assert f"moalloy {run.manifest['versions']['moalloy']}" in text
    assert "seeds 1, 2" in text


def test_searches_that_ended_early_say_why_in_the_report(run: RunData) -> None:
    stopped = {
        "1": {"reason": "stagnation", "generations": 57},
        "2": {"reason": "generations", "generations": 5},
    }
    result = run.manifest["result"] | {"stopped": stopped}
    text = str(provenance_section(replace(run, manifest=dict(run.manifest) | {"result": result})))
    assert "Seed 1 ended after 57 generations: the hypervolume had stopped growing." in text
    assert "Seed 2 ended" not in text


def test_a_model_that_beats_nothing_is_called_so(run: RunData) -> None:
    surrogate = run.models["Hc"]
    scores = {**surrogate.metrics["by_group"], "r2": {"median": -0.1, "min": -0.2, "max": 0.0}}  # type: ignore[dict-item]
    poor = replace(surrogate, metrics=surrogate.metrics | {"by_group": scores})
    html = trust_section(replace(run, models={"Hc": poor}))
    assert "no better than guessing the mean" in html
    assert "<b>−0.10</b>" in html


@pytest.mark.parametrize(("at_random", "flatters"), [(0.9, True), (0.1, False)])
def test_random_folds_are_said_to_flatter_only_where_they_do(
    run: RunData, at_random: float, flatters: bool
) -> None:
    surrogate = run.models["Hc"]
    grouped = {**surrogate.metrics["by_group"], "r2": {"median": 0.3, "min": 0.2, "max": 0.4}}  # type: ignore[dict-item]
    random = {"r2": {"median": at_random, "min": at_random, "max": at_random}}
    scored = replace(surrogate, metrics=surrogate.metrics | {"by_group": grouped, "random": random})
    html = trust_section(replace(run, models={"Hc": scored}))
    assert ("flatters" in html) is flatters
    assert ("no higher than on unseen papers" in html) is not flatters


def test_what_was_learned_from_proxies_is_told(run: RunData) -> None:
    known = run.models["Hc"]
    proxy = {"column": "permeability_1kHz", "rows": 273, "r2": 0.586}
    told, silent = (
        trust_section(
            replace(run, models={"Hc": replace(known, metrics={**known.metrics, "proxies": found})})
        )
        for found in ([proxy], [])
    )
    assert (
        "It also learned from 273 rows that lack it and have permeability_1kHz, by what that says of it"
        " (r² 0.59 where both were measured); none of these is scored."
    ) in told
    assert "also learned" not in silent


@pytest.mark.parametrize(
    ("n_assumed", "said"),
    [(1, "1 alloy of other tables is taken to have none"), (218, "218 alloys of other")],
)
def test_what_is_a_no_by_assumption_only_is_said(run: RunData, n_assumed: int, said: str) -> None:
    surrogate = run.models["Hc"]
    hurdle = {"auc_by_group": 0.9, "auc_at_equal_element_count": 0.8}
    html = [
        trust_section(
            replace(run, models={"Hc": replace(surrogate, metrics=surrogate.metrics | {"hurdle": h})})
        )
        for h in (hurdle, hurdle | {"assumed_negative": n_assumed})
    ]
    assert [said in text for text in html] == [False, True]


def test_alloys_to_look_at_first_have_three_digits(run: RunData) -> None:
    first = run.front.assign(Bs=1.23456, Bs_low=0.98765, Bs_high=2105.3)
    html = headline_table(replace(run, front=first))
    assert '1.23 <span class="range">[0.988, 2110]</span>' in html


def test_amounts_of_a_space_in_weight_percent_come_first_in_weight_percent(wt_run: RunData) -> None:
    html = headline_table(replace(wt_run, front=wt_run.front.iloc[:1], X=wt_run.X[:1]))
    assert f"<b>{wt_run.composition(0)}</b>" in html
    assert wt_run.composition(0).endswith(" wt.%")
    assert "formula (at.%, rounded)" in html


def test_the_years_of_prices_are_told_below_the_first_table(wt_run: RunData) -> None:
    html = report_html(wt_run, {})
    assert "<th>cost (USD/kg)</th>" in html
    assert "<p>Cost: element prices of " in html


def test_a_score_that_could_not_be_computed_is_a_dash(run: RunData) -> None:
    surrogate = run.models["Hc"]
    blank: dict[str, object] = {"median": None, "min": None, "max": None, "repeats": 1}
    scores = {**surrogate.metrics["by_group"], "spearman": blank}  # type: ignore[dict-item]
    constant = replace(surrogate, metrics=surrogate.metrics | {"by_group": scores})
    html = trust_section(replace(run, models={"Hc": constant}))
    assert "<td>–</td>" in html
    assert "It hardly orders unseen alloys" in html


def test_the_same_run_gives_the_same_report(run: RunData, html: str) -> None:
    assert report_html(run, print_figures(run, ["hypervolume", "correlation"], is_for_page=True)) == html


@pytest.mark.slow
def test_the_report_is_one_file_with_every_figure_or_the_reason_why_not(own_run_folder: RunFolder) -> None:
    own_run_folder.write_front(own_run_folder.read_front().iloc[:2])
    path = write_report(own_run_folder)
    assert path == own_run_folder.path / "report.html"
    html = path.read_text(encoding="utf-8")
    assert [name for name in figure_names() if f'id="figure-{name}"' not in html] == ["correlation"]
    assert html.count(".</figcaption>") == len(figure_names()) - 1
    assert "What is bought with what: not drawn, for a front of 2 has no correlation" in html


def test_an_unfinished_run_has_no_report(own_run_folder: RunFolder) -> None:
    (own_run_folder.path / "pareto.csv").unlink()
    with pytest.raises(RunFolderError, match=r"no pareto\.csv"):
        write_report(own_run_folder)
