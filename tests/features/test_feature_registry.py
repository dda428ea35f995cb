from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from moalloy.errors import SpaceError
from moalloy.features.registry import Registry

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package with one module and its entry points on the path, as pip would."""

    def install_package(name: str, *, code: str, entry_points: str) -> None:
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(f"[moalloy.numbers]\n{entry_points}\n", encoding="utf-8")
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")

    monkeypatch.syspath_prepend(str(tmp_path))
    return install_package


def numbers() -> Registry[int]:
    return Registry(
        "number",
        group="moalloy.numbers",
        built_in={"one": lambda: 1},
        accepts=lambda thing: isinstance(thing, int),
    )


def test_built_in_things_come_first_then_those_of_other_packages(install: Install) -> None:
    install("moalloy_plugin_a", code="seven = 7\n", entry_points="seven = moalloy_plugin_a:seven")
    registry = numbers()
    assert list(registry) == ["one", "seven"]
    assert len(registry) == 2
    assert (registry["one"], registry.named("seven")) == (1, 7)


def test_a_package_is_not_imported_before_its_thing_is_asked_for(install: Install) -> None:
    install("moalloy_plugin_b", code="raise RuntimeError('boom')\n", entry_points="bad = moalloy_plugin_b:x")
    registry = numbers()
    assert "bad" in registry
    assert registry.named("one") == 1
    with pytest.raises(SpaceError, match=r"'bad' of an installed package .* can't be imported: boom"):
        registry.named("bad")


def test_a_thing_of_the_wrong_kind_is_refused(install: Install) -> None:
    install("moalloy_plugin_c", code="word = 'seven'\n", entry_points="word = moalloy_plugin_c:word")
    with pytest.raises(SpaceError, match=r"'word' .* is a str; expected a number"):
        numbers().named("word")


def test_a_package_may_not_replace_a_built_in_thing(install: Install) -> None:
    install("moalloy_plugin_d", code="one = 11\n", entry_points="one = moalloy_plugin_d:one")
    with pytest.raises(SpaceError, match=r"moalloy_plugin_d:one offers a number 'one', but there is one"):
        list(numbers())


def test_an_unknown_name_is_refused_with_the_nearest_or_with_all() -> None:
    with pytest.raises(SpaceError, match="there is no number 'oen'; did you mean 'one'"):
        numbers().named("oen")
    with pytest.raises(SpaceError, match="there is no number 'xyz'; There are one"):
        numbers().named("xyz")


def test_a_missing_key_is_a_key_error_as_in_any_mapping() -> None:
    with pytest.raises(KeyError, match="two"):
        numbers()["two"]
