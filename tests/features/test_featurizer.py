from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.errors import CompositionError, SpaceError
from moalloy.features.blocks import BLOCKS
from moalloy.features.featurizer import Featurizer

ALL = ("fractions", "families", "statistics", "physics")
ELEMENTS = ("Fe", "Co", "B", "Si", "P", "Nb", "Cu", "Zr")
Alloy = dict[str, float]


def fractions_of(parts: dict[str, int]) -> Alloy:
    return {symbol: part / sum(parts.values()) for symbol, part in parts.items()}


ALLOYS = st.dictionaries(st.sampled_from(ELEMENTS), st.integers(1, 200), min_size=1).map(fractions_of)


def rows(alloys: list[Alloy], elements: tuple[str, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[alloy.get(symbol, 0.0) for symbol in elements] for alloy in alloys])


def alone(alloy: Alloy) -> bytes:
    """The features of one alloy with a column for each of its elements and no other."""
    own = tuple(alloy)
    return Featurizer(ALL, ELEMENTS).transform(rows([alloy], own), own).tobytes()


@given(st.lists(ALLOYS, min_size=1, max_size=12))
def test_features_do_not_depend_on_the_other_alloys_of_a_batch(alloys: list[Alloy]) -> None:
    together = Featurizer(ALL, ELEMENTS).transform(rows(alloys, ELEMENTS), ELEMENTS)
    assert [row.tobytes() for row in together] == [alone(alloy) for alloy in alloys]


@given(ALLOYS, st.permutations([*ELEMENTS, "Al", "O", "Gd"]))
def test_features_do_not_depend_on_the_order_of_columns_or_on_absent_ones(
    alloy: Alloy, columns: list[str]
) -> None:
    order = tuple(columns)
    assert Featurizer(ALL, ELEMENTS).transform(rows([alloy], order), order).tobytes() == alone(alloy)


@settings(max_examples=5)
@given(st.lists(ALLOYS, min_size=1, max_size=4), st.integers(1, 5000))
def test_features_of_a_large_batch_are_those_of_a_small_one(alloys: list[Alloy], n: int) -> None:
    small = Featurizer(ALL, ELEMENTS).transform(rows(alloys, ELEMENTS), ELEMENTS)
    large = Featurizer(ALL, ELEMENTS).transform(
        np.resize(rows(alloys, ELEMENTS), (n, len(ELEMENTS))), ELEMENTS
    )
    assert large.tobytes() == np.resize(small, large.shape).tobytes()


def test_features_are_contiguous_float32_with_one_name_each() -> None:
    featurizer = Featurizer(ALL, ELEMENTS)
    features = featurizer.transform(np.array([[0.8, 0.2], [1.0, 0.0]]), ["Fe", "B"])
    assert features.dtype == np.float32
    assert features.flags.c_contiguous
    assert features.shape == (2, len(featurizer.names))
    assert len(set(featurizer.names)) == len(featurizer.names) == len(ELEMENTS) + 19 + 110 + 7


def test_names_suit_xgboost() -> None:
    assert not any(set("[]<") & set(name) for name in Featurizer(ALL, ELEMENTS).names)


def test_blocks_come_in_the_order_asked_for() -> None:
    featurizer = Featurizer(("physics", "fractions"), ("B", "Fe"))
    assert featurizer.names[0] == "mixing enthalpy (kJ/mol)"
    assert featurizer.names[-2:] == ("x_B", "x_Fe")
    features = featurizer.transform(np.array([[0.8, 0.2]]), ["Fe", "B"])
    np.testing.assert_array_equal(features[0, -2:], np.array([0.2, 0.8], dtype=np.float32))
    assert features[0, 0] == pytest.approx(-16.64)


def test_an_element_outside_the_list_counts_in_the_other_blocks_only() -> None:
    featurizer = Featurizer(("fractions", "statistics"), ("Fe",))
    pure, alloyed = featurizer.transform(np.array([[1.0, 0.0], [0.5, 0.5]]), ["Fe", "Nb"])
    assert (pure[0], alloyed[0]) == (1.0, 0.5)
    heaviest = featurizer.names.index("maximum atomic number")
    assert (pure[heaviest], alloyed[heaviest]) == (26, 41)


def test_a_feature_without_data_is_nan_and_the_others_are_not() -> None:
    featurizer = Featurizer(("physics",), ())
    features = featurizer.transform(np.array([[0.9, 0.1]]), ["Fe", "Mn"])[0]
    names = [name for name, value in zip(featurizer.names, features, strict=True) if np.isnan(value)]
    assert names == ["magnetic valence moment (μB/atom)"]


def test_no_alloys_give_no_rows() -> None:
    featurizer = Featurizer(ALL, ELEMENTS)
    assert featurizer.transform(np.empty((0, 2)), ["Fe", "B"]).shape == (0, len(featurizer.names))


def test_a_featurizer_comes_back_from_json_and_from_a_worker() -> None:
    featurizer = Featurizer(ALL, ELEMENTS)
    assert Featurizer.from_dict(json.loads(json.dumps(featurizer.to_dict()))) == featurizer
    assert pickle.loads(pickle.dumps(featurizer)) == featurizer


def test_features_that_are_left_out_are_missing_and_nothing_else_changes() -> None:
    whole, less = (
        Featurizer(ALL, ELEMENTS),
        Featurizer(ALL, ELEMENTS, without=("number of elements", "none such")),
    )
    assert set(whole.names) - set(less.names) == {"number of elements"}
    alloys = np.array([[0.8, 0.15, 0.05], [0.7, 0.3, 0.0]])
    kept = [whole.names.index(name) for name in less.names]
    found = less.transform(alloys, ["Fe", "B", "Si"])
    assert found.flags.c_contiguous
    assert found.tobytes() == whole.transform(alloys, ["Fe", "B", "Si"])[:, kept].tobytes()
    assert Featurizer.from_dict(json.loads(json.dumps(less.to_dict()))) == less


def test_prices_are_no_features() -> None:
    assert set(BLOCKS) >= set(ALL)
    assert not any("cost" in name or "critical" in name for name in Featurizer(ALL, ELEMENTS).names)


@pytest.mark.parametrize(
    ("blocks", "elements", "match"),
    [
        ((), ("Fe",), "no features; name one block at least"),
        (("fraction",), ("Fe",), "no block of features 'fraction'; did you mean 'fractions'"),
        (("physics", "physics"), ("Fe",), "block physics named twice"),
        (("fractions",), ("Fe", "B", "Fe"), "element Fe named twice"),
    ],
)
def test_a_featurizer_that_makes_no_sense_is_refused(
    blocks: tuple[str, ...], elements: tuple[str, ...], match: str
) -> None:
    with pytest.raises(SpaceError, match=match):
        Featurizer(blocks, elements)


def test_unknown_elements_and_compositions_that_are_none_are_refused() -> None:
    with pytest.raises(CompositionError, match="'Xx' is not an element"):
        Featurizer(ALL, ("Fe", "Xx"))
    with pytest.raises(CompositionError, match="sum 100"):
        Featurizer(ALL, ELEMENTS).transform(np.array([[80.0, 20.0]]), ["Fe", "B"])
