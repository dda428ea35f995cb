"""Features that installed packages offer: taken by name, tried out first, blamed where they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import ProblemFileError, SpaceError
from moalloy.features.blocks import feature_packages
from moalloy.features.featurizer import Featurizer
from moalloy.features.trial import try_features
from moalloy.spec import json_schema, parse_spec
from tests.installed import install

GROUP = "moalloy.featurizers"
ELEMENTS = ("Fe", "B", "Si")
ALLOYS = np.array([[0.8, 0.15, 0.05], [0.75, 0.15, 0.1], [0.7, 0.3, 0.0], [0.9, 0.05, 0.05]])

# A block is known by its name for as long as the session lasts, so each test has names of its own.
Offer = Callable[..., str]


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Install a package of one block, ``moalloy_features_<name>``, and return the name of the block."""

    def install_block(
        name: str, *, names: str = "('double',)", values: str = "2 * p.columns(e)[:, :1]", more: str = ""
    ) -> str:
        package = f"moalloy_features_{name}"
        code = (
            "import numpy as np\nfrom moalloy.features.blocks import Block\n"
            f"block = Block(lambda e: {names}, lambda p, e: {values}{more})\n"
        )
        install(
            tmp_path, monkeypatch, package, group=GROUP, code=code, entry_points=f"{name} = {package}:block"
        )
        return name

    return install_block


def _text(features: str) -> str:
    return f"""{{version: 1, name: x, objectives: {{Bs: {{goal: max}}}},
        properties: {{Bs: {{data: soft, column: Bs_T}}}}, data: {{soft: {{table: soft.csv}}}},
        space: {{step: 1, elements: {{Fe: [60, 100]}}}}, model: {{features: {features}}}}}"""


def test_offered_features_are_computed_beside_our_own(offer: Offer) -> None:
    featurizer = Featurizer(("fractions", offer("beside")), ELEMENTS)
    assert featurizer.names == ("x_Fe", "x_B", "x_Si", "double")
    found = featurizer.transform(ALLOYS, ELEMENTS)
    np.testing.assert_array_equal(found[:, 3], 2 * found[:, 0])
    try_features(featurizer, ALLOYS, ELEMENTS)
    assert feature_packages(featurizer.blocks) == {"beside": "moalloy_features_beside 1.0"}


@pytest.mark.parametrize("features", ["[fractions, unread]", "{Bs: [unread]}"])
def test_the_problem_file_takes_offered_features_without_importing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, features: str
) -> None:
    with pytest.raises(ProblemFileError, match=r"there are no features 'unread'.* Install the package"):
        parse_spec(_text(features))
    install(
        tmp_path,
        monkeypatch,
        "moalloy_features_unread",
        group=GROUP,
        code="raise RuntimeError('imported')\n",
        entry_points="unread = moalloy_features_unread:block",
    )
    assert "unread" in parse_spec(_text(features)).model.features_of("Bs")
    one, several = json_schema()["$defs"]["ModelSpec"]["properties"]["features"]["oneOf"]
    assert "unread" in one["items"]["enum"]
    assert "unread" in several["additionalProperties"]["items"]["enum"]
    with pytest.raises(SpaceError, match=r"'unread' of an installed package .* can't be imported: imported"):
        Featurizer(("unread",), ELEMENTS)


def test_a_misspelt_name_is_told_the_nearest_of_all(offer: Offer) -> None:
    offer("magnetism")
    with pytest.raises(ProblemFileError, match=r"features\.Bs#2: .* 'magnetsm'; .*Did you mean 'magnetism'"):
        parse_spec(_text("{Bs: [fractions, magnetsm]}"))
    with pytest.raises(ProblemFileError, match=r"no features 'physic'; .*Did you mean 'physics'"):
        parse_spec(_text("[physic]"))


@pytest.mark.parametrize(
    ("name", "block", "words"),
    [
        ("raising", {"values": "1 / 0"}, "can't be computed: ZeroDivisionError"),
        ("flat", {"values": "p.columns(e)[:, 0]"}, r"4 alloys and 1 names gave values of shape \(4,\)"),
        ("wide", {"values": "p.columns(e)"}, r"gave values of shape \(4, 3\)"),
        ("endless", {"values": "np.full((p.n_alloys, 1), np.inf)"}, "some values are infinite"),
        ("huge", {"values": "np.full((p.n_alloys, 1), 1e300)"}, "too large for single precision"),
        ("worded", {"values": "np.full((p.n_alloys, 1), 'a')"}, "can't be computed: ValueError"),
        ("nameless", {"names": "()"}, "can't be named: .* a name for each feature"),
        ("numbered", {"names": "(1,)"}, "can't be named: .* a name for each feature"),
        ("twofold", {"names": "('a', 'a')"}, "two have one name among a, a"),
    ],
)
def test_a_block_that_fails_is_named_with_its_package(
    offer: Offer, name: str, block: dict[str, str], words: str
) -> None:
    featurizer = Featurizer((offer(name, **block),), ELEMENTS)
    source = rf"the features '{name}' of an installed package \(moalloy_features_{name}:block\)"
    with pytest.raises(SpaceError, match=rf"{source}.*{words}.* leave '{name}' out of model\.features"):
        featurizer.transform(ALLOYS, ELEMENTS)


@pytest.mark.parametrize(
    ("name", "block", "words"),
    [
        ("unknown", {"values": "np.full((p.n_alloys, 1), np.nan)"}, "'double' is NaN, .* all 4 measured"),
        ("centered", {"values": "p.columns(e)[:, :1] - p.columns(e)[:, :1].mean()"}, "change with the other"),
        ("drawn", {"values": "np.random.default_rng().random((p.n_alloys, 1))"}, "change with the other"),
        ("specific", {"more": ", is_general=True"}, "depend on the elements"),
        ("taken", {"names": "('x_Fe',)"}, "'x_Fe' is the name of another feature"),
    ],
)
def test_features_that_no_model_should_learn_from_are_refused(
    offer: Offer, name: str, block: dict[str, str], words: str
) -> None:
    featurizer = Featurizer(("fractions", offer(name, **block)), ELEMENTS)
    with pytest.raises(SpaceError, match=rf"'{name}' of an installed package \(moalloy_features.*{words}"):
        try_features(featurizer, ALLOYS, ELEMENTS)


def test_what_is_unknown_of_some_alloys_is_a_feature(offer: Offer) -> None:
    name = offer("partial", values="np.where(p.columns(e)[:, 2:] > 0, p.columns(e)[:, 2:], np.nan)")
    try_features(Featurizer((name,), ELEMENTS), ALLOYS, ELEMENTS)


def test_what_is_no_block_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(
        tmp_path,
        monkeypatch,
        "moalloy_features_word",
        group=GROUP,
        code="block = 'seven'\n",
        entry_points="word_block = moalloy_features_word:block",
    )
    with pytest.raises(SpaceError, match="is a str; expected a block of features"):
        Featurizer(("word_block",), ELEMENTS)
