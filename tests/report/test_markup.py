"""Text is escaped, references become links, and nothing else gets in."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from moalloy.report.html.markup import Markup, join, reference, table, tag


@given(st.text())
def test_text_survives_escaping_and_holds_no_tags(text: str) -> None:
    escaped = join([text])
    assert unescape(escaped) == unescape(unescape(escaped)) or "&" in text
    assert "<" not in escaped


def test_markup_is_not_escaped_twice() -> None:
    assert tag("p", tag("b", "R < 1")) == "<p><b>R &lt; 1</b></p>"


def test_attributes_are_escaped() -> None:
    assert tag("a", "x", href='"><script>') == '<a href="&quot;&gt;&lt;script&gt;">x</a>'


def test_tables_escape_cells_and_headers() -> None:
    html = table(["<h>"], [["<td>"], [Markup("<b>1</b>")]])
    assert "&lt;h&gt;" in html
    assert "&lt;td&gt;" in html
    assert "<td><b>1</b></td>" in html


def test_several_dois_in_one_reference_become_several_links() -> None:
    html = reference("10.1063/1.342149; see also (10.1016/S0304-8853(99)00745-7).")
    assert html.count("<a href=") == 2
    assert "https://doi.org/10.1063/1.342149" in html


def test_a_reference_without_a_doi_stays_text() -> None:
    assert reference("row 12 of <my> table") == "row 12 of &lt;my&gt; table"


def test_a_script_in_a_doi_stays_text() -> None:
    assert "<script" not in reference('10.1000/"><script>alert(1)</script>')
