"""One search for each chemical system: side by side, resumable, one front."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pandas as pd
import pytest

from moalloy.build.problem import Problem, build_problem, load_problem
from moalloy.domain.systems import systems_of
from moalloy.errors import ProblemFileError
from moalloy.runs import RunFolder
from moalloy.spec import parse_spec
from moalloy.study.study import Progress, StudyResult, run
from moalloy.study.verification import verify
from tests.small_problem import BARE_SPACE

TEXT = (
    BARE_SPACE
    + """\
objectives:
  dilution_ceiling_T: {goal: max}
  cost_USD_per_kg: {goal: min}
  mixing_enthalpy_kJ_per_mol: {goal: min}
optimize: {population: 20, generations: 3, seeds: [1, 2], per_system: true}
"""
)
NAMES = ["Fe-B-Si", "Fe-B-Nb", "Fe-B-Si-Nb"]


@functools.cache
def problem(*changes: str) -> Problem:
    return build_problem(parse_spec(TEXT, overrides=changes))


def search(*changes: str, out: Path | None = None, jobs: int = 1) -> StudyResult:
    return run(problem(*changes), {}, out=out, jobs=jobs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run."""
    out = tmp_path_factory.mktemp("systems") / "run"
    search(out=out)
    return out


@pytest.mark.slow
def test_each_search_keeps_to_its_system_and_to_the_space() -> None:
    here = problem()
    result = search()
    assert ["-".join(system) for system in here.systems] == NAMES
    assert [(systems_of(here.space, r.X[:1])[0], r.seed) for r in result.records] == [
        (name, seed) for name in NAMES for seed in (1, 2)
    ]
    for record in result.records:
        assert len(set(systems_of(here.space, record.X))) == 1
        assert here.space.contains(record.X).all()
        assert record.reports[-1].n_evaluations == 60


@pytest.mark.slow
def test_the_front_is_over_all_systems_and_names_them() -> None:
    result = search()
    assert result.front["system"].tolist() == systems_of(problem().space, result.X)
    assert result.front["system"].nunique() > 1
    assert result.hypervolume > max(r.reports[-1].hypervolume for r in result.records)
    assert "system" not in search("optimize.per_system=false", "optimize.generations=1").front


@pytest.mark.slow
def test_the_table_of_systems_counts_what_each_gave(folder: Path) -> None:
    table, front = pd.read_csv(folder / "systems.csv"), pd.read_csv(folder / "pareto.csv")
    assert sorted(table["system"]) == sorted(NAMES)
    on_front = front["system"].value_counts()
    assert table["on_front"].tolist() == [on_front.get(name, 0) for name in table["system"]]
    assert table["on_front"].is_monotonic_decreasing
    assert table["alloys_evaluated"].tolist() == [120] * 3
    for name, sign in (
        ("dilution_ceiling_T", 1),
        ("cost_USD_per_kg", -1),
        ("mixing_enthalpy_kJ_per_mol", -1),
    ):
        best, low, high = (table[f"best_{name}{end}"] for end in ("", "_low", "_high"))
        assert ((low <= best) & (best <= high)).all()
        for system, value in zip(table["system"], best, strict=True):
            own = front.loc[front["system"] == system, name]
            assert (sign * own <= sign * value + 1e-9).all()


def test_the_manifest_has_the_hypervolume_of_a_seed_over_its_systems(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    result = manifest["result"]
    assert result["systems"] == 3
    assert set(result["hypervolume_by_seed"]) == {"1", "2"}
    assert result["hypervolume"] >= max(result["hypervolume_by_seed"].values()) - 1e-3
    assert {"nsga2-Fe-B-Si-s1", "nsga2-Fe-B-Si-Nb-s2"} < set(manifest["sha256"]["search"])
    assert "systems.csv" in manifest["sha256"]


@pytest.mark.slow
def test_a_system_is_searched_alike_whatever_the_others_are() -> None:
    alone = search("space.constraints=[{forbid: [Si, Nb]}]").records
    together = search().records
    assert len(alone) == 4
    # Another space has another hypervolume scale; the alloys and their order are the same.
    assert [r.X.tobytes() for r in alone] == [r.X.tobytes() for r in together[:4]]


@pytest.mark.slow
def test_searches_in_threads_find_what_they_find_one_by_one() -> None:
    one, three = search(), search(jobs=3)
    assert one.front.to_csv() == three.front.to_csv()


@pytest.mark.slow
def test_an_interrupted_run_goes_on_after_the_systems_that_were_finished(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"

    def press(text: str) -> None:
        if text.startswith("search: 3 of 6"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(problem(), {}, out=out, progress=Progress(message=press))
    assert len(list((out / "search").iterdir())) == 3
    said: list[str] = []
    run(problem(), {}, out=out, resume=True, progress=Progress(message=said.append))
    assert sum("was finished before" in text for text in said) == 3
    for name in ("pareto.csv", "systems.csv"):
        assert (out / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.slow
def test_a_run_by_systems_is_verified_and_an_altered_table_found(folder: Path) -> None:
    assert verify(RunFolder(folder)).is_same
    text = (folder / "systems.csv").read_text(encoding="utf-8")
    (folder / "systems.csv").write_text(text.replace("Fe-B-Nb", "Fe-B-Cu"), encoding="utf-8")
    found = verify(RunFolder(folder), is_quick=True)
    (folder / "systems.csv").write_text(text, encoding="utf-8")
    assert [check.what for check in found.changed] == ["systems.csv"]


def test_more_systems_than_anyone_searches_are_refused_with_their_line(tmp_path: Path) -> None:
    symbols = ["B", "C", "Al", "Si", "P", "Ti", "V", "Cr", "Mn", "Co", "Ni", "Cu"]
    elements = ", ".join(f"{symbol}: {{min: 1, max: 20, or_zero: true}}" for symbol in symbols)
    text = (
        f"version: 1\nname: many\nspace: {{elements: {{Fe: [40, 100], {elements}}}, step: 1}}\n"
        "objectives: {density_g_per_cm3: {goal: min}}\noptimize: {per_system: true}\n"
    )
    (tmp_path / "many.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProblemFileError, match=r"many\.yaml:5: .*more than 2,000 chemical systems"):
        run(load_problem(tmp_path / "many.yaml"))


@pytest.mark.slow
def test_systems_that_meet_no_limit_have_blanks(tmp_path: Path) -> None:
    result = search("limits={cost_USD_per_kg: {max: 1}}", out=tmp_path / "run")
    table = pd.read_csv(tmp_path / "run" / "systems.csv").set_index("system")
    assert set(result.front["system"]) == {"Fe-B-Si"}
    assert table["best_dilution_ceiling_T"].isna().to_dict() == {
        "Fe-B-Si": False,
        "Fe-B-Nb": True,
        "Fe-B-Si-Nb": True,
    }
    assert table.loc[["Fe-B-Nb", "Fe-B-Si-Nb"], "hypervolume"].tolist() == [0.0, 0.0]
