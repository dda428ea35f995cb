"""The documentation holds together: links, anchors, the files that it names, the size of the README."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from tests.doc_pages import PAGES, ROOT, page

# Files that a later layout has and this one doesn't yet.
_TO_COME = {
    "moalloy/analysis/",
    "moalloy/domain/constraints/constraints.py",
    "moalloy/domain/feasibility/program.py",
    "moalloy/domain/feasibility/relaxation.py",
    "moalloy/problem/conditions.py",
    "moalloy/problem/constraints.py",
    "moalloy/study/search/starting_alloys.py",
    "tests/problem/test_space.py",
}
_PATH = re.compile(r"(?:moalloy|tests|benchmarks|problems|docs|tools|results|\.ci)/[\w./-]*")


@pytest.mark.parametrize("name", PAGES)
def test_every_relative_link_leads_somewhere(name: str) -> None:
    broken = []
    for link in page(name).links:
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        if not target.exists():
            broken.append(link)
        elif anchor:
            headings = page(target.resolve().relative_to(ROOT).as_posix()).headings
            broken += [] if anchor in {heading.anchor for heading in headings} else [link]
    assert broken == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_title_and_leaves_out_no_level(name: str) -> None:
    levels = [heading.level for heading in page(name).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


def test_anchors_of_a_page_differ() -> None:
    for name in PAGES:
        anchors = [heading.anchor for heading in page(name).headings]
        assert len(set(anchors)) == len(anchors), name


def test_the_readme_is_short() -> None:
    assert (ROOT / "README.md").stat().st_size <= 10_000


@pytest.mark.parametrize("start", ["README.md", "docs/index.md"])
def test_every_page_can_be_reached_from_the_start(start: str) -> None:
    folder = (ROOT / start).parent
    paths = [link.partition("#")[0] for link in page(start).links if "://" not in link]
    linked = {(folder / path).resolve().relative_to(ROOT).as_posix() for path in paths if path}
    assert set(PAGES) - {start} <= linked


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_is_named_exists(name: str) -> None:
    named = {path.rstrip("./") for path in _PATH.findall(_code(name)) if not re.search(r"NAME|RUN", path)}
    to_come = {path.rstrip("/") for path in _TO_COME}
    assert sorted(path for path in named - to_come if not (ROOT / path).exists()) == []


def test_the_list_of_files_to_come_goes_when_they_are_there() -> None:
    assert not all((ROOT / path).exists() for path in _TO_COME), "delete _TO_COME and this test"


def _code(name: str) -> str:
    """Return what stands in backticks in the prose of a page."""
    return "\n".join(re.findall(r"`([^`\n]+)`", page(name).prose))


def test_the_gate_runs_what_the_readme_says() -> None:
    gate = Path(ROOT / ".ci" / "run").read_text(encoding="utf-8")
    blocks = [block for block in page("README.md").blocks if block.language == "sh"]
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.text.splitlines()]
    said = [line for line in lines if line.startswith("python3 dev.py ")]
    assert len(said) == 2
    assert [line for line in said if line.replace("python3", '"$python"') not in gate] == []


def test_every_script_of_the_benchmarks_is_in_their_table() -> None:
    table = page("benchmarks/README.md").text
    scripts = {path.name for path in (ROOT / "benchmarks").glob("*.py")}
    helpers = {"beside_pygmo.py", "part_clock.py"}
    assert sorted(name for name in scripts - helpers if f"`{name}`" not in table) == []
