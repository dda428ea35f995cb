"""What an audit finds in a table, and that it finds nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import TableError
from moalloy.tables.audit import FINDERS, KINDS, Finding, audit, cleaned, open_table
from moalloy.tables.audit.neighbors import peer_levels

WriteTable = Callable[..., Path]

PLANTED = Path(__file__).parent / "data" / "planted_faults.csv"
HC, BS, DMAX, ANNEAL = "Hc_A_per_m", "Bs_T", "Dmax_mm", "annealing_temperature_K"

# What was planted, by kind: the lines and the columns.
FAULTS = {
    ("unreadable", (28,), ("formula",)),  # a trade name
    ("unreadable", (30,), (HC,)),  # '<5'
    ("sum", (27,), ("formula",)),  # 105
    ("unit-slip", (10, 11, 12), (ANNEAL,)),  # Celsius
    ("unit-slip", (13, 14, 15), (HC,)),  # oersted
    ("unit-slip", (16,), (BS,)),  # kilogauss
    ("unit-slip", (17,), ("formula",)),  # FINEMET in wt.%
    ("unit-slip", (39,), (HC,)),  # one value in oersted
    ("beyond-physics", (20,), ("Tg_K", "Tx_K")),  # swapped
    ("beyond-physics", (29,), (BS,)),  # more than its iron can have
    ("beyond-physics", (30,), ("magnetostriction_ppm",)),
    ("beyond-physics", (31,), (HC,)),  # negative
    ("placeholder", (22,), (DMAX,)),  # 0
    ("placeholder", (23,), (DMAX,)),  # -999
    ("placeholder", (24, 25, 26), (DMAX,)),  # 0.1, three times
    ("disagreement", (6, 18), (BS,)),
    ("shared-groups", (32, 33), ("doi",)),
    ("duplicate", (34, 35), ()),  # a copy
    ("duplicate", (36, 37), ()),  # two spellings
}


def found_in(path: Path | str, **options: str) -> list[Finding]:
    return list(
        audit(open_table(path, composition=options.get("composition"), group_by=options.get("group_by")))
    )


def keys(found: list[Finding]) -> set[tuple[str, tuple[int, ...], tuple[str, ...]]]:
    return {(each.kind, each.lines, each.columns) for each in found}


def test_every_planted_fault_is_found_with_its_rows_and_nothing_else() -> None:
    assert keys(found_in(PLANTED)) == FAULTS


def test_every_finding_says_why_and_what_to_do() -> None:
    for each in found_in(PLANTED):
        assert each.reason.endswith((".", "?")), each.reason
        assert each.advice.endswith((".", "?")), each.advice
        assert each.found
        assert each.kind in KINDS


def test_errors_come_first_and_each_kind_stands_together() -> None:
    found = found_in(PLANTED)
    runs = [kind for i, kind in enumerate(each.kind for each in found) if i == 0 or found[i - 1].kind != kind]
    assert len(runs) == len(set(runs))
    worst = [
        max(("note", "warning", "error").index(each.severity) for each in found if each.kind == kind)
        for kind in runs
    ]
    assert worst == sorted(worst, reverse=True)


# Looked at one by one. fe_soft_magnetic: a crystallization peak of FINEMET of 758 K in one paper and 846 K in
# another; six repeats. fe_glass_dmax: two papers of one author with the same two diameters; three
# alloys written with another rounding. glass_forming: two Ag-Ca-Mg-Cu glasses with Tg, Tx and Tl 200 to
# 290 K higher in one source, and three diameters of one alloy, 0.5 to 2.5 mm; 18 alloys in two spellings.
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("fe_soft_magnetic", {"disagreement": 1, "duplicate": 6, "sum": 1}),
        ("fe_glass_dmax", {"shared-groups": 1, "duplicate": 3, "sum": 1}),
        pytest.param("glass_forming", {"disagreement": 7, "duplicate": 18, "sum": 1}, marks=pytest.mark.slow),
    ],
)
def test_the_built_in_tables_give_few_findings_and_no_error(name: str, counts: dict[str, int]) -> None:
    found = found_in(f"builtin:{name}")
    assert Counter(each.kind for each in found) == counts
    assert all(each.severity != "error" for each in found)


def test_a_fault_is_found_once_however_many_finders_could_see_it() -> None:
    table = open_table(PLANTED)
    alone = Counter(each.kind for finder in FINDERS for each in finder(table))
    together = Counter(each.kind for each in audit(table))
    assert together["beyond-physics"] < alone["beyond-physics"]
    cells = [cell for each in audit(table) for cell in each.suspects]
    assert len(cells) == len(set(cells))


def test_anneals_in_celsius_need_not_all_be_round(write_table: WriteTable) -> None:
    lines = PLANTED.read_text(encoding="utf-8").splitlines()
    # Two came from kelvin, which had been rounded, and one furnace was set to anything.
    for line, celsius in ((10, "459.85"), (11, "469.85"), (12, "482")):
        cells = lines[line - 1].split(",")
        lines[line - 1] = ",".join([cells[0], celsius, *cells[2:]])
    slips = [each for each in found_in(write_table("\n".join(lines))) if ANNEAL in each.columns]
    assert [(each.kind, each.lines) for each in slips] == [("unit-slip", (10, 11, 12))]


# Anneals of five papers, four alloys each: multiples of 20 °C from 500 to 600 °C, in kelvin.
ALLOYS = ("Fe73.5Si13.5B9Nb3Cu1", "Fe76Si10B10Nb3Cu1", "Fe78Si9B13", "Fe80Si9B11", "Fe77Si11B9Nb2Cu1")
ANNEALS_K = (
    (773, 793, 873, 833),
    (813, 853, 773, 793),
    (873, 773, 833, 813),
    (833, 813, 793, 873),
    (853, 833, 813, 773),
)


def annealed(*papers: tuple[float, ...], header: str = ANNEAL, alloys: tuple[str, ...] = ALLOYS) -> str:
    """Return a table of papers with their anneals; paper ``i`` begins with alloy ``i``."""
    rows = [
        f"{alloys[(first + i) % len(alloys)]},{anneal},p{first}\n"
        for first, anneals in enumerate(papers)
        for i, anneal in enumerate(anneals)
    ]
    return f"formula,{header},paper\n{''.join(rows)}"


def slips_in(path: Path) -> list[tuple[int, ...]]:
    """Return the lines of each unit slip in a table."""
    return [each.lines for each in found_in(path) if each.kind == "unit-slip"]


def test_a_paper_in_celsius_is_found_among_few_that_agree(write_table: WriteTable) -> None:
    assert slips_in(write_table(annealed(*ANNEALS_K, (500, 560, 500, 500)))) == [(22, 23, 24, 25)]
    assert slips_in(write_table(annealed(*ANNEALS_K, (773, 833, 773, 773)))) == []


def test_a_paper_in_celsius_is_found_where_no_other_has_alloys_like_its_own(write_table: WriteTable) -> None:
    text = annealed(*ANNEALS_K[:2])
    alone = "".join(
        f"Fe{i}Ni20P14B{66 - i},{anneal},alone\n" for i, anneal in ((60, 380), (58, 390), (62, 400))
    )
    assert slips_in(write_table(text + alone)) == [(10, 11, 12)]
    kelvins = alone.replace(",3", ",65").replace(",400", ",673")
    assert slips_in(write_table(text + kelvins)) == []


def test_a_whole_column_of_anneals_in_celsius_is_suspected(write_table: WriteTable) -> None:
    in_celsius = tuple(tuple(anneal - 273 for anneal in anneals) for anneals in ANNEALS_K)
    (slip,) = found_in(write_table(annealed(*in_celsius)))
    assert (slip.severity, slip.lines) == ("warning", tuple(range(2, 22)))
    assert slip.advice.startswith("If the source says °C, add 273.15. Or put °C into the header")


@pytest.mark.parametrize(
    ("header", "cooler_by", "alloys"),
    [
        (ANNEAL, 0, ALLOYS),
        (ANNEAL, 225, ALLOYS),  # relaxed at 275 to 375 °C: cool, and at settings in Celsius
        ("annealing_temperature_C", 273, ALLOYS),
        (ANNEAL, 273, ("Al96Cu4", "Al95Cu5", "Al94Cu6", "Al97Cu3", "Al93Cu7")),
    ],
)
def test_columns_of_anneals_that_can_be_right_are_left_alone(
    write_table: WriteTable, header: str, cooler_by: int, alloys: tuple[str, ...]
) -> None:
    papers = tuple(tuple(anneal - cooler_by for anneal in anneals) for anneals in ANNEALS_K)
    assert slips_in(write_table(annealed(*papers, header=header, alloys=alloys))) == []


@pytest.mark.parametrize(
    ("anneals", "lines"),
    [
        ((833, 560, 773, 773, 813), [(23,)]),
        ((833, 560, 520, 773, 773, 813), [(23, 24)]),
        ((833, 300, 773, 573, 813), []),  # as cast, at room temperature
        ((823, 550, 773, 598, 673), []),  # one step more, of 48 K
        ((800, 550, 750, 850, 825), []),  # a furnace set in kelvin
        ((833, 562, 773, 773, 813), []),  # no setting in Celsius
    ],
)
def test_single_anneals_in_celsius_are_found_by_the_others_of_their_paper(
    write_table: WriteTable, anneals: tuple[float, ...], lines: list[tuple[int, ...]]
) -> None:
    assert slips_in(write_table(annealed(*ANNEALS_K, anneals))) == lines


@pytest.mark.parametrize("header", ["T_K", "T (K)", "anneal_K", "Temp (K)"])
def test_a_temperature_without_a_word_is_that_of_the_treatment(write_table: WriteTable, header: str) -> None:
    (column,) = open_table(write_table(annealed(*ANNEALS_K, header=header))).columns
    assert column.role == "treatment"
    assert slips_in(write_table(annealed(*ANNEALS_K, (500, 560, 500, 500), header=header))) == [
        (22, 23, 24, 25)
    ]


@pytest.mark.parametrize("header", ["T_N_K", "T0_K", "delta_T (K)", "annealing_step_K"])
def test_other_temperatures_are_none_of_a_treatment(write_table: WriteTable, header: str) -> None:
    (column,) = open_table(write_table(annealed((20, 30, 40, 50), header=header))).columns
    assert column.quantity is None


def test_curie_temperatures_of_a_paper_in_celsius_do_not_hide_behind_what_they_do_to_others(
    write_table: WriteTable,
) -> None:
    curie_K = ((590, 600, 610), (640, 630, 600), (560, 600, 570), (620, 650, 630), (590, 570, 610))
    text = annealed(*curie_K, (337, 327, 347), header="curie_temperature_K")
    assert slips_in(write_table(text)) == [(17, 18, 19)]


def test_one_paper_counts_once_among_the_nearest_however_many_rows_it_has() -> None:
    levels = np.array([0.0] * 100 + [1.0, 2.0, 3.0, 9.0])
    groups = np.array([0] * 100 + [1, 2, 3, 4])
    assert peer_levels(levels, np.zeros((104, 1)), groups)[-1] == 1.5
    assert peer_levels(levels[::-1], np.zeros((104, 1)), groups[::-1])[0] == 1.5


# Fe76Si10B10Nb3Cu1, Fe75.5Si12.5B8Nb3Cu1, Fe79Si8B10Nb2Cu1 and Fe80Si9B11 in wt.%.
IN_WEIGHT_PERCENT = """\
Fe85.30Si5.64B2.17Nb5.60Cu1.28,bad
Fe84.39Si7.03B1.73Nb5.58Cu1.27,bad
Fe88.34Si4.50B2.16Nb3.72Cu1.27,bad
Fe92.32Si5.22B2.46,bad
"""


def test_the_other_rows_of_a_paper_in_weight_percent_go_with_those_that_are_found(
    write_table: WriteTable,
) -> None:
    table = "formula,paper\nFe78Si9B13,a\nFe74.5Si13.5B9Nb3,a\n" + IN_WEIGHT_PERCENT
    (slip,) = [each for each in found_in(write_table(table)) if each.kind == "unit-slip"]
    assert slip.lines == (4, 5, 6, 7)
    assert "1 row follows from the others of its group alone" in slip.reason
    (slip,) = [each for each in found_in(write_table(table + "Fe80Si9B11,bad\n")) if each.kind == "unit-slip"]
    assert slip.lines == (4, 5, 6, 7)  # not the row that is round as it stands


def test_the_result_does_not_depend_on_the_order_of_the_rows(write_table: WriteTable) -> None:
    header, *rows = PLANTED.read_text(encoding="utf-8").splitlines()
    turned = write_table("\n".join([header, *reversed(rows)]))
    mirrored = {
        (kind, tuple(sorted(len(rows) + 3 - line for line in lines)), columns)
        for kind, lines, columns in keys(found_in(turned))
    }
    assert mirrored == FAULTS


def test_a_column_of_fractions_is_told_from_one_that_misses_a_hundred(write_table: WriteTable) -> None:
    found = found_in(write_table("Fe,Si,B\n0.78,0.09,0.13\n78,9,13\n78,9,12\n78.2,9,13\n"))
    by_line = {each.lines: (each.kind, each.severity) for each in found}
    assert by_line == {(2,): ("unit-slip", "error"), (4,): ("sum", "error"), (5,): ("sum", "note")}


def test_a_whole_column_in_another_unit_is_one_finding_that_offers_a_new_header(
    write_table: WriteTable,
) -> None:
    rows = "Fe78Si9B13,15.6\nFe80Si9B11,15.8\nFe76Si9B15,15.1\n"
    (slip,) = found_in(write_table(f"formula,Bs_T\n{rows}"))
    assert slip.lines == (2, 3, 4)
    assert "In kG that would be 1.51 to 1.58 T" in slip.reason
    assert slip.advice == (
        "If the source says kG, divide by 10. "
        "Or put kG into the header: it seems to hold for the whole column."
    )
    assert found_in(write_table(f"formula,Bs_kG\n{rows}")) == []


def test_a_value_that_agrees_with_its_twin_in_another_unit_is_found(write_table: WriteTable) -> None:
    # 400 A/m is 5.03 Oe, which is a possible coercivity in A/m, too.
    rows = "Fe80B20,400,a\nFe80B20,5.03,b\nFe78B22,5.5,c\nFe75B25,6.1,c\nFe70B30,300,d\n"
    (slip,) = found_in(write_table(f"formula,Hc_A_per_m,paper\n{rows}"))
    assert (slip.kind, slip.lines) == ("unit-slip", (3,))
    assert (
        "Line 2 has the same alloy and treatment with 400 A/m. In Oe that would be 400.3 A/m" in slip.reason
    )


def test_parts_of_one_in_a_column_of_percent_are_found(write_table: WriteTable) -> None:
    rows = "".join(f"Fe{80 - i}B{20 + i},{40 + i},a\n" for i in range(4))
    odd = "".join(f"Fe{60 - i}B{40 + i},0.{3 + i},b\n" for i in range(3))
    (slip,) = found_in(write_table(f"formula,crystallinity_pct,paper\n{rows}{odd}"))
    assert (slip.lines, slip.columns) == ((6, 7, 8), ("crystallinity_pct",))
    assert found_in(write_table(f"formula,crystallinity_pct,paper\n{rows}")) == []


def test_many_alloys_at_the_end_of_a_column_look_like_a_label(write_table: WriteTable) -> None:
    low = "".join(f"Fe{90 - i}B{10 + i},20\n" for i in range(8))
    rest = "".join(f"Fe{80 - i}B{20 + i},{30 + 1.7 * i}\n" for i in range(10))
    (label,) = found_in(write_table(f"formula,elongation\n{low}{rest}"))
    assert (label.kind, label.lines) == ("placeholder", tuple(range(2, 10)))
    assert "the smallest value of the column, of 8 alloys" in label.reason


def test_integers_of_a_castable_diameter_are_no_labels(write_table: WriteTable) -> None:
    rows = "".join(f"Fe{80 - i}B{20 + i},{1 + i % 5}\n" for i in range(20))
    assert found_in(write_table(f"formula,Dmax_mm\n{rows}")) == []


@pytest.mark.parametrize(
    ("formula", "column", "value", "word"),
    [
        # Fe65Co35 has 2.45 T (Bozorth); nothing has 2.6 T, and 26 would be kG.
        ("Fe65Co35", "Bs_T", "2.6", "more than the 2.45 T of Fe-Co"),
        ("Fe80B20", "Bs_T", "2.1", "with their full moments at 0 K"),
        ("Zr50Cu50", "Dmax_mm", "-2", "no castable diameter, which is positive"),
        ("Fe80B20", "curie_temperature_K", "1600", "cobalt"),
        ("Fe80B20", "annealing_temperature_K", "-300", "which is positive"),
        ("Fe80B20", "permeability_1kHz", "0.4", "permeability of empty space"),
        ("Fe80B20", "magnetostriction_ppm", "5000", "TbFe2"),
    ],
)
def test_what_no_alloy_can_have_is_an_error_with_its_reason(
    write_table: WriteTable, formula: str, column: str, value: str, word: str
) -> None:
    (fault,) = found_in(write_table(f"formula,{column}\n{formula},{value}\nFe82B18,\n"))
    assert (fault.kind, fault.severity, fault.lines) == ("beyond-physics", "error", (2,))
    assert word in fault.reason


def test_an_anneal_far_above_melting_is_a_warning_for_some_compounds_melt_high(
    write_table: WriteTable,
) -> None:
    (fault,) = found_in(write_table("formula,annealing_temperature_K\nFe80B20,2400\nFe82B18,1500\n"))
    assert (fault.kind, fault.severity, fault.lines) == ("beyond-physics", "warning", (2,))
    assert "2400 K is far above the 1918 K at which the elements of Fe80B20 melt on average" in fault.reason


@pytest.mark.parametrize(
    "row",
    [
        "formula,Bs_T\nFe65Co35,2.45",
        "formula,Bs_T\nFe50Ni50,1.6",  # above its ceiling, as Fe-Ni is
        "formula,Dmax_mm\nPd42.5Cu30Ni7.5P20,80",
        "formula,magnetostriction_ppm\nTb33Fe67,1750",
        "formula,Hc_A_per_m\nNd15Fe77B8,1000000",
    ],
)
def test_the_extremes_of_real_alloys_are_let_pass(write_table: WriteTable, row: str) -> None:
    assert found_in(write_table(f"{row}\n")) == []


def test_series_by_tenths_and_small_additions_are_no_duplicates(write_table: WriteTable) -> None:
    rows = "Fe80B20,1.6\nFe79.8B20.2,1.6\nFe79.9B20Cu0.1,1.6\n"
    assert found_in(write_table(f"formula,Bs_T\n{rows}")) == []


def test_another_treatment_explains_another_value(write_table: WriteTable) -> None:
    rows = "Fe80B20,{one},1.6,a\nFe80B20,{other},0.9,b\nFe78B22,600,1.55,c\nFe82B18,600,1.63,c\n"
    text = f"formula,annealing_temperature_K,Bs_T,doi\n{rows}"
    assert found_in(write_table(text.format(one=600, other=700))) == []
    (found,) = found_in(write_table(text.format(one=600, other="600.0")))
    assert (found.kind, found.lines) == ("disagreement", (2, 3))


@pytest.mark.parametrize(
    "header", ["Ageing temperature (°C)", "ageing_time_h", "aging_time_h", "temper", "solution treatment (K)"]
)
def test_treatments_of_other_alloys_are_treatments_too(write_table: WriteTable, header: str) -> None:
    rows = "Al96Cu4,{one},120,a\nAl96Cu4,{other},20,b\nAl97Cu3,{one},118,c\nAl95Cu5,{one},122,c\n"
    text = f"formula,{header},hardness_HV,doi\n{rows}"
    assert found_in(write_table(text.format(one=4, other=24))) == []
    assert [each.kind for each in found_in(write_table(text.format(one=4, other=4)))] == ["disagreement"]


def test_two_papers_may_find_the_same_round_number(write_table: WriteTable) -> None:
    rows = "Fe80B20,{0},2,a\nFe80B20,{0},2,b\n"
    text = f"formula,Bs_T,Dmax_mm,paper\n{rows}"
    assert [each.kind for each in found_in(write_table(text.format("")))] == ["duplicate"]
    assert [each.kind for each in found_in(write_table(text.format("1.563")))] == ["shared-groups"]


def test_a_header_without_a_unit_is_noted_with_the_unit_that_was_assumed(write_table: WriteTable) -> None:
    (note,) = found_in(write_table("formula,Hc\nFe80B20,5\nFe82B18,4\n"))
    assert (note.kind, note.severity) == ("no-unit", "note")
    assert "coercivity in A/m" in note.reason


def test_what_is_impossible_in_an_assumed_unit_only_is_a_warning_that_says_so(
    write_table: WriteTable,
) -> None:
    table = "formula,{}\nFe80B20,7000\nFe82B18,7100\nFe84B16,7200\n"
    warnings = [each for each in found_in(write_table(table.format("density"))) if each.severity == "warning"]
    assert warnings
    assert all(each.severity != "error" for each in found_in(write_table(table.format("density"))))
    assert found_in(write_table(table.format("density_kg_m3"))) == []


@pytest.mark.parametrize(
    "row",
    [
        "formula,mu0Hc_mT\nFe80B20,0.005\nFe82B18,0.006",
        "formula,µ0Ms (T)\nFe80B20,0.9\nFe82B18,0.8",
        "formula,Hc_kOe\nNd15Fe77B8,12\nNd14Fe78B8,13",
        "formula,Bs_change\nFe80B20,-0.1\nFe82B18,-0.2",
        "formula,Hc_change_pct\nFe80B20,-20\nFe82B18,30",
        "formula,Bs_T\nFe50Pt50,1.45\nCo50Pt50,1.1",
    ],
)
def test_other_quantities_and_units_are_not_accused(write_table: WriteTable, row: str) -> None:
    assert [each for each in found_in(write_table(f"{row}\n")) if each.severity != "note"] == []


def test_a_saturation_written_as_mu0_ms_is_known(write_table: WriteTable) -> None:
    (fault,) = found_in(write_table("formula,mu0Ms_T\nFe80B20,2.9\nFe82B18,1.6\n"))
    assert (fault.kind, fault.lines) == ("beyond-physics", (2,))


def test_a_row_with_a_cell_too_many_is_named(write_table: WriteTable) -> None:
    (fault,) = found_in(write_table("formula,Bs_T\nFe80B20,1,6\nFe82B18,1.65\n"))
    assert (fault.kind, fault.lines) == ("unreadable", (2,))
    assert "3 cells where the header has 2" in fault.reason


def test_a_table_of_one_row_or_without_groups_is_audited_as_far_as_it_goes(write_table: WriteTable) -> None:
    assert found_in(write_table("formula,Bs_T\nFe80B20,1.6\n")) == []
    table = open_table(write_table("formula,Bs_T\nFe80B20,1.6\nFe82B18,1.65\n"))
    assert table.group_by is None
    assert table.groups == ("Fe80B20", "Fe82B18")


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (
            "x,y\n1,2\n",
            {},
            "has no column of compositions among x, y. Expected a first line with a column 'formula'",
        ),
        ("formula,Bs_T\n", {}, "has column names but no rows"),
        ("", {}, "is empty"),
        ("formula,Bs_T\nMETGLAS,1.6\n", {}, "no row can be read as an alloy from column 'formula'. Line 2"),
        ("formula,Bs_T,DOI\nFe80B20,1.6,a\n", {"group_by": "doi"}, "no column 'doi'. Did you mean 'DOI'"),
        ("name,Bs_T\nFe80B20,1.6\n", {"composition": "nam"}, "no column 'nam'. Did you mean 'name'"),
    ],
)
def test_a_table_that_cannot_be_audited_is_refused_in_words(
    write_table: WriteTable, text: str, options: dict[str, str], message: str
) -> None:
    with pytest.raises(TableError, match=message.replace(".", r"\.")):
        found_in(write_table(text), **options)


def test_a_cleaned_table_blanks_suspects_keeps_copies_once_and_names_every_change() -> None:
    table = open_table(PLANTED)
    result = cleaned(table, audit(table))
    frame = result.frame
    assert len(frame) == len(table) - 3  # the sum of 105, the trade name, one copy
    left_out = [change for change in result.changes if "left out" in change]
    assert [change.split(":")[0] for change in left_out] == ["line 27", "line 28", "line 35"]
    oersted = frame[frame["doi"] == "oersted"]
    assert (oersted[HC] == "").all()
    assert (oersted[BS] != "").all()
    assert oersted["flags"].str.contains(r"blanked Hc_A_per_m \(was 0.0\d+\): unit-slip").all()
    assert "line 13: blanked Hc_A_per_m 0.0069 (unit-slip)" in result.changes
    kept = frame[(frame["formula"] == "Fe79Si9B12") & (frame["doi"] == "two")]
    assert len(kept) == 1
    assert "2 rows are the same in every column" in kept["flags"].item()
    n_changed = sum(
        before != after
        for line, before in zip(table.raw.lines, table.raw.rows, strict=True)
        if line not in {27, 28, 35}
        for after in [
            tuple(frame.iloc[line - 2 - sum(gone < line for gone in (27, 28, 35))][list(table.raw.headers)])
        ]
    )
    assert n_changed == len({change.split(":")[0] for change in result.changes}) - 3


def test_a_cleaned_table_has_no_error_left_and_is_read_without_complaint(write_table: WriteTable) -> None:
    table = open_table(PLANTED)
    path = write_table(cleaned(table, audit(table)).frame.to_csv(index=False))
    again = found_in(path)
    assert {each.kind for each in again} == {"disagreement", "shared-groups", "duplicate"}
    assert all(each.severity != "error" for each in again)


def test_flags_that_were_there_are_kept_in_front(write_table: WriteTable) -> None:
    table = open_table(write_table("formula,Bs_T,flags\nFe80B20,19,digitized\nFe82B18,1.6,\n"))
    frame = cleaned(table, audit(table)).frame
    assert list(frame.columns) == ["formula", "Bs_T", "flags"]
    assert frame["flags"][0].startswith("digitized; blanked Bs_T (was 19): ")
    assert frame["flags"][1] == ""


def test_a_table_with_nothing_left_to_keep_is_refused(write_table: WriteTable) -> None:
    table = open_table(write_table("Fe,B,Bs_T\n0.8,0.2,1.6\n0.82,0.18,1.65\n"))
    with pytest.raises(TableError, match="no row would be left of 2"):
        cleaned(table, audit(table))


def test_rows_of_the_same_alloy_and_treatment_are_paired_by_composition_not_by_spelling() -> None:
    table = open_table(PLANTED)
    lines = np.array(table.raw.lines)[table.near]
    assert (36, 37) in {tuple(pair) for pair in lines.tolist()}
