"""The ``data`` and ``properties`` sections: the tables and what is learned from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, Tag

from moalloy.spec.base import Basis, Listed, NumberOrText, Strict, Text, shape_of, written_as

__all__ = ["HurdleSpec", "PropertySpec", "TableSpec"]


class TableSpec(Strict):
    """A table of measured alloys."""

    table: Text = Field(
        description="`builtin:NAME`, or the path of a CSV or Excel file relative to this file."
    )
    composition: Annotated[
        Annotated[Text, Tag("<text>")] | Annotated[Mapping[str, Text], Tag("<mapping>")],
        written_as(shape_of, "a column name, or {Fe: column of Fe, ...}"),
    ] = Field(default="formula", description="The column of formulas, or {Fe: column of Fe, ...}.")
    basis: Basis = Field(default="at%", description="The unit of the table's compositions: at% or wt%.")
    group_by: Text | None = Field(
        default=None,
        description="Column of what belongs together, such as the paper; the chemical system where omitted.",
    )
    reference: Text | None = Field(
        default=None,
        description="Column with the source of a row; `reference`, `doi` or the row number where omitted.",
    )
    bad_rows: Literal["stop", "skip"] = Field(
        default="stop", description="A row that can't be read: stop there, or skip it and say so."
    )
    sheet: Text | None = Field(
        default=None, description="Name of the sheet, for Excel files; the first where omitted."
    )


class HurdleSpec(Strict):
    """A second table that says whether the property is there at all: whether a glass forms, say."""

    data: Text = Field(description="Name of the table under `data`.")
    column: Text = Field(description="Column that says yes or no.")
    positive: NumberOrText = Field(description="The column's value that means yes.")
    negatives: tuple[Text, ...] | None = Field(
        default=None,
        description=(
            "Names of tables whose alloys are taken for a no, as nobody is known to have made them with the"
            " property; those within 1 at.% of an alloy that has it are left out. Where omitted, the ribbons"
            " of builtin:fe_soft_magnetic if builtin:glass_forming tells bulk glasses; [] for none."
        ),
    )


class PropertySpec(Strict):
    """A measured property that a model learns to predict."""

    data: Text = Field(description="Name of the table under `data`.")
    column: Text = Field(description="Column of the measured values.")
    unit: Text | None = Field(default=None, description="Unit of the column, as printed on axes.")
    scale: Literal["linear", "log"] = Field(
        default="linear", description="log: for values that span decades; all must be positive."
    )
    inputs: tuple[Text, ...] = Field(default=(), description="Process variables that it depends on.")
    relative_to: Mapping[Text, Listed] | None = Field(
        default=None,
        description=(
            "Process variables to count from transitions of the alloy, {variable: a column of the table, or"
            " several}; transitions are estimated from the composition. Where omitted, an annealing"
            " temperature is counted from the crystallizations, Tx1_peak_K and Tx2_K, if the table has them;"
            " {} for none."
        ),
    )
    proxies: Mapping[Text, Literal["linear", "log"]] | None = Field(
        default=None,
        description=(
            "Columns that go with the property, {column: linear or log}: rows that have one of them, and not"
            " the property, are learned from by what it says. Where omitted, rows without Hc_A_per_m are"
            " learned from by their permeability_1kHz, if scale is log; {} for none."
        ),
    )
    ceiling: Text | None = Field(
        default=None,
        description=(
            "A descriptor in the property's unit that no prediction passes by more than 3 %; `none` for none."
            " Where omitted, a saturation flux density Bs in T stays below dilution_ceiling_T."
        ),
    )
    hurdle: HurdleSpec | None = Field(
        default=None, description="A yes-or-no table; the prediction is P(yes) times the value."
    )
