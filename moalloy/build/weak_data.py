"""What weakens the scores and intervals of a property, read off its training rows before any fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from moalloy.spec import ProblemSpec
from moalloy.surrogates.classification import n_elements
from moalloy.surrogates.fitting import N_FOLDS
from moalloy.surrogates.training import TrainingRows

__all__ = ["data_warnings"]

# Rules of thumb, each worded with the number that it was held against.
# Five folds of fewer rows are scored on a handful each.
_ENOUGH_ROWS = 30
# Below this, a fold is one group and the spread over repeats says nothing.
_FEWEST_GROUPS = 5
# A larger share of rows without a group makes the grouped score a random one in part.
_MOST_ALONE = 0.25
# A group with more of the rows leaves too little to learn from when it is left out.
_MOST_IN_ONE_GROUP = 0.5
# Where more of the values are one number, scores are of the few others.
_MOST_EQUAL = 0.8
# More blanks than this make a treatment's effect a guess in part.
_MOST_BLANK = 0.25
# Fewer alloys than this may all be of one kind by chance.
_FEW_ALIKE = 20


def data_warnings(
    spec: ProblemSpec, name: str, rows: TrainingRows, hurdle: TrainingRows | None = None
) -> list[str]:
    """Return what weakens the scores and intervals of property ``name``, each with what was done instead.

    Args:
        spec: The problem.
        name: The property.
        rows: What its model is trained on.
        hurdle: What the classifier of its hurdle is trained on, if it has one.
    """
    grouping, treatment = _of_grouping(spec, name, rows), _of_treatment(spec, name, rows)
    found = (*grouping, *_of_groups(rows), *_of_values(rows), *treatment, *_of_hurdle(hurdle))
    return [f"{name}: {text}" for text in found]


def _of_grouping(spec: ProblemSpec, name: str, rows: TrainingRows) -> Iterator[str]:
    """Yield what was grouped by instead of papers, if anything."""
    column = spec.data[spec.properties[name].data].group_by
    asked = column or "chemical system"
    if rows.grouped_by != asked:
        single = "formula" if rows.grouped_by == "formula" else "row"
        yield (
            f"all {len(rows)} rows are one group by {asked}, which can't be both learned from and predicted,"
            f" so each {single} is a group instead; scores and intervals flatter, and say nothing of another"
            f" {asked}"
        )
    elif column is None:
        yield (
            f"no group_by names a column, so rows are grouped by chemical system ({rows.n_groups} of them);"
            " rows of one paper may be learned from and predicted, which flatters; if the table says which"
            " rows belong together, name that column"
        )


def _of_groups(rows: TrainingRows) -> Iterator[str]:
    """Yield what is wrong with the groups that there are."""
    by = rows.grouped_by
    n_alone = sum(group == formula for group, formula in zip(rows.groups, rows.formulas, strict=True))
    if by not in ("formula", "chemical system") and n_alone > _MOST_ALONE * len(rows):
        yield (
            f"{n_alone} of {len(rows)} rows have no {by}, so each formula is a group of its own;"
            " scores and intervals flatter, much as a random split does"
        )
    elif by not in ("row", "formula") and rows.n_groups == len(rows):
        yield (
            f"each of {len(rows)} rows is a group of its own by {by}, so the score by group is that of a"
            " random split and flatters where rows are alike"
        )
    if rows.n_groups < _FEWEST_GROUPS:
        yield (
            f"only {rows.n_groups} groups by {by}, hence {rows.n_groups} folds; scores and intervals are"
            " rough"
        )
    largest, size = Counter(rows.groups).most_common(1)[0]
    if size > _MOST_IN_ONE_GROUP * len(rows):
        yield (
            f"{size} of {len(rows)} rows are one group by {by}, '{largest}'; the models that predict them"
            f" learn from the other {len(rows) - size} only"
        )


def _of_values(rows: TrainingRows) -> Iterator[str]:
    """Yield what is wrong with the number of values, or with the values themselves."""
    if len(rows) < _ENOUGH_ROWS:
        n_folds = min(N_FOLDS, rows.n_groups)
        yield (
            f"only {len(rows)} rows, about {round(len(rows) / n_folds)} in each of {n_folds} folds; scores"
            " and intervals are rough"
        )
    value, n_equal = Counter(rows.values.tolist()).most_common(1)[0]
    if n_equal > _MOST_EQUAL * len(rows):
        yield (
            f"{n_equal} of {len(rows)} values are {value:g}; all that can be learned is what sets the other"
            f" {len(rows) - n_equal} apart"
        )


def _of_treatment(spec: ProblemSpec, name: str, rows: TrainingRows) -> Iterator[str]:
    """Yield which process inputs are blank in many rows, and which rows the scores are of."""
    is_blank = np.isnan(rows.process)
    blank = [(column, int(is_blank[:, i].sum())) for i, column in enumerate(spec.properties[name].inputs)]
    often = [(column, n) for column, n in blank if len(rows) > n > _MOST_BLANK * len(rows)]
    if not often:
        return
    listed = " and ".join(f"{column} is blank in {n}" for column, n in often)
    yield f"{listed} of {len(rows)} rows, which are learned from as unknown; {_scored(rows)}"


def _of_hurdle(rows: TrainingRows | None) -> Iterator[str]:
    """Yield for which alloys the table of the hurdle says yes only."""
    if rows is None:
        return
    count = n_elements(rows)
    most = int(count[rows.values == 0].max())
    n_above = int((count > most).sum())
    if n_above >= _FEW_ALIKE:
        yield (
            f"all {n_above} alloys of {most + 1} elements and more in the table of its hurdle have it, traces"
            " of 0.1 at.% aside, so"
            " nothing tells which alloys of so many elements don't, and their chance may come out high"
        )


def _scored(rows: TrainingRows) -> str:
    """Return which rows scores and intervals are of."""
    n_known = int(rows.is_treatment_stated.sum())
    if rows.has_known_treatment.sum() == n_known:
        return f"scores and intervals are of the {n_known} rows with a known treatment"
    known = "no row has" if n_known == 0 else f"only {n_known} rows have"
    return (
        f"{known} all of its inputs, so scores and intervals are of all rows, and those at a given treatment"
        " are rougher"
    )
