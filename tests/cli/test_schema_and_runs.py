"""``moalloy schema`` and ``moalloy runs``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.conftest import Command


def test_schema_is_json_with_a_text_for_every_section(moalloy: Command) -> None:
    schema = json.loads(moalloy("schema").out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert all("description" in part for part in schema["properties"].values())


def test_schema_goes_to_a_file(moalloy: Command, tmp_path: Path) -> None:
    assert moalloy("schema", "--out", "s.json").out.strip() == "s.json"
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))


def test_runs_lists_what_is_in_results(moalloy: Command, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "results" / "small" / "20260101T000000Z-aaaaaaaa")
    rows = json.loads(moalloy("runs", "--format", "json").out)
    assert [(row["problem"], row["state"]) for row in rows] == [("small", "finished")]
    assert rows[0]["front"] > 0


def test_runs_of_a_problem_without_any_is_an_empty_list(moalloy: Command) -> None:
    assert json.loads(moalloy("runs", "nothing", "--format", "json").out) == []
