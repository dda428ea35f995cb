"""Reading problem files: paths, encodings, and what a spec knows about where it came from."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moalloy.errors import InputError, ProblemFileError
from moalloy.spec import (
    CountSpec,
    ElementRange,
    FixedProcessSpec,
    LinearConstraintSpec,
    load_spec,
    parse_spec,
)

from .bank import VALID

TEXT = """\
version: 1
name: loading
space: {elements: {Fe: [60, 100], B: [0, 20]}, step: 1}
data:
  mine: {table: tables/mine.csv, group_by: lab}
  built: {table: "builtin:fe_soft_magnetic", group_by: paper_group}
properties:
  Bs: {data: mine, column: Bs_T}
  Hc: {data: built, column: Hc_A_per_m}
objectives: {Bs: {goal: max}, Hc: {goal: min}}
"""


def test_table_paths_are_relative_to_the_problem_file(tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_text(TEXT, encoding="utf-8")
    spec = load_spec(path)
    assert spec.data["mine"].table == str(tmp_path / "tables" / "mine.csv")
    assert spec.data["built"].table == "builtin:fe_soft_magnetic"
    assert (spec.path, spec.folder) == (path, tmp_path)


def test_text_without_a_file_has_no_folder() -> None:
    spec = parse_spec(TEXT)
    assert spec.data["mine"].table == "tables/mine.csv"
    assert (spec.path, spec.folder) == (None, None)


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load_spec(path).name == "loading"


def test_specs_that_say_the_same_are_equal_wherever_they_were_read(tmp_path: Path) -> None:
    builtin_only = VALID[[path.stem for path in VALID].index("minimal")]
    copy = tmp_path / "copy.yaml"
    copy.write_text("# another file\n\n" + builtin_only.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_spec(copy) == load_spec(builtin_only)


def test_spec_survives_pickling() -> None:
    spec = parse_spec(TEXT, file="p.yaml")
    again = pickle.loads(pickle.dumps(spec))
    assert again == spec
    assert str(again.fault("name", found="x")) == "p.yaml:2: name: x."


def test_spec_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse_spec(TEXT).name = "other"


def test_later_fault_finds_the_line_of_its_key() -> None:
    spec = parse_spec(TEXT, file="p.yaml")
    fault = spec.fault("properties", "Bs", "column", found="there is no column Bs_T", hint="Look again.")
    assert str(fault) == "p.yaml:8: properties.Bs.column: there is no column Bs_T. Look again."


def test_later_fault_of_a_key_that_is_not_in_the_file_has_the_line_of_what_holds_it() -> None:
    fault = parse_spec(TEXT, file="p.yaml").fault("properties", "Bs", "scale", found="x")
    assert (fault.line, fault.place) == (8, "properties.Bs")


def test_number_is_the_one_that_was_written() -> None:
    spec = parse_spec(TEXT.replace("step: 1", "step: 0.1"))
    assert repr(spec.space.step) == "0.1"


def test_missing_file_names_a_similar_one(tmp_path: Path) -> None:
    (tmp_path / "glass.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(InputError, match=r"there is no such file\. Did you mean 'glass\.yaml'\?"):
        load_spec(tmp_path / "glas.yaml")


def test_missing_folder_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        load_spec(tmp_path / "nowhere" / "glass.yaml")


def test_folder_names_a_file_in_it(tmp_path: Path) -> None:
    (tmp_path / "glass.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(InputError, match=r"this is a folder; .*glass\.yaml"):
        load_spec(tmp_path)


def test_empty_folder_is_no_problem_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is a folder; expected a problem file"):
        load_spec(tmp_path)


def test_path_below_a_file_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(TEXT, encoding="utf-8")
    with pytest.raises(InputError, match="the file can't be read"):
        load_spec(tmp_path / "file" / "glass.yaml")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings_are_refused_with_the_line(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "problem.yaml"
    path.write_bytes(("version: 1\nname: Tête\n").encode(encoding))
    line = 1 if encoding == "utf-16" else 2
    with pytest.raises(ProblemFileError, match=rf":{line}: this isn't UTF-8 text.*Save the file as UTF-8"):
        load_spec(path)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "~\n"])
def test_empty_file_is_refused(text: str) -> None:
    with pytest.raises(ProblemFileError, match="the file is empty; expected a mapping with version, name"):
        parse_spec(text)


def test_control_character_is_refused_with_its_line() -> None:
    with pytest.raises(ProblemFileError, match=r"p\.yaml:2: the character '\\x01' may not stand in YAML"):
        parse_spec("version: 1\nname: a\x01b\n", file="p.yaml")


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_damaged_file_gives_faults_and_nothing_worse(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(VALID)).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 40)))
    patch = data.draw(
        st.sampled_from(["", " ", "\n", "x", "3", "[", "}", ": ", "- ", "null", "No", "'", "&a ", "*a"])
    )
    try:
        spec = parse_spec(text[:start] + patch + text[stop:], file="damaged.yaml")
    except ProblemFileError as error:
        assert error.faults
        assert all(str(fault).startswith("damaged.yaml") for fault in error.faults)
    else:
        assert {fault.severity for fault in spec.faults} <= {"warning", "note"}


def test_parts_can_be_built_in_python_as_they_are_in_a_file() -> None:
    assert LinearConstraintSpec(text="Nb <= 6", basis="wt%").model_dump() == {"wt%": "Nb <= 6"}
    assert parse_spec(TEXT.replace("step: 1", "step: 1, process: {gas: argon}")).space.process == {
        "gas": FixedProcessSpec(value="argon")
    }
    assert (ElementRange(min=1, max=2).or_zero, CountSpec(max=3).min) == (False, 1)


@pytest.mark.parametrize("entry", ['constraints: [{text: "B <= 3"}]', "process: {gas: {value: argon}}"])
def test_names_of_fields_that_are_none_of_the_file_are_refused(entry: str) -> None:
    with pytest.raises(ProblemFileError, match="found a mapping with the keys"):
        parse_spec(TEXT.replace("step: 1", f"step: 1, {entry}"))
