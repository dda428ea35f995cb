"""Two fronts as printed, compared alloy by alloy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moalloy.study.front_differences import RowDifference, compare_fronts

FRONT = "formula,T_K,Bs\nFe80B20,700,1.5\nFe80B20,710,1.6\n"


def test_equal_texts_have_no_differences() -> None:
    assert compare_fronts(FRONT, FRONT, process=["T_K"]) == ()


def test_a_changed_number_names_alloy_treatment_and_column() -> None:
    again = FRONT.replace("1.6", "1.7")
    assert compare_fronts(FRONT, again, process=["T_K"]) == (
        RowDifference("Fe80B20, T_K 710", "Bs 1.6, run again 1.7"),
    )


def test_a_number_printed_in_another_way_is_a_difference() -> None:
    (found,) = compare_fronts(FRONT, FRONT.replace("1.5\n", "1.50\n"), process=["T_K"])
    assert found.text == "Bs 1.5, run again 1.50"


def test_a_cell_that_became_blank_is_named_as_such() -> None:
    (found,) = compare_fronts(FRONT, FRONT.replace("1.6", ""), process=["T_K"])
    assert found.text == "Bs 1.6, run again blank"


def test_alloys_of_one_front_alone_say_of_which() -> None:
    again = FRONT.replace("710", "720")
    assert compare_fronts(FRONT, again, process=["T_K"]) == (
        RowDifference("Fe80B20, T_K 710", "only in the run"),
        RowDifference("Fe80B20, T_K 720", "only when run again"),
    )


def test_a_column_of_one_front_alone_is_named_once() -> None:
    again = "formula,T_K,Bs,Hc\nFe80B20,700,1.5,9\nFe80B20,710,1.6,9\n"
    assert compare_fronts(FRONT, again, process=["T_K"]) == (
        RowDifference("", "the column Hc is only in the front run again"),
    )


def test_another_order_is_a_difference_of_no_alloy() -> None:
    head, first, second, _ = FRONT.split("\n")
    (found,) = compare_fronts(FRONT, "\n".join([head, second, first, ""]), process=["T_K"])
    assert found == RowDifference("", "the same alloys and numbers, in another order or notation")


@given(st.lists(st.sampled_from(["1.1", "2.2", "3.3"]), min_size=3, max_size=3))
def test_only_equal_bytes_are_the_same(values: list[str]) -> None:
    texts = [
        "formula,Bs\n" + "".join(f"Fe{i},{v}\n" for i, v in enumerate(row)) for row in (["1.1"] * 3, values)
    ]
    found = compare_fronts(texts[0], texts[1], process=[])
    assert len(found) == sum(value != "1.1" for value in values)
