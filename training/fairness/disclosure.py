"""Which groups a table may show: none that tells of few people, by itself or by subtraction."""

from __future__ import annotations

import pandas as pd

from features.small_cells import SMALLEST_SUPPORT_GROUP, is_small, publishable


def shown_groups(
    n_people: pd.Series, n_marked: pd.Series | None = None, withheld: pd.Series | None = None
) -> pd.Series:
    """Return which disjoint groups may be shown beside their total.

    Parameters
    ----------
    n_people : Series of int
        People by group, unique index.
    n_marked : Series of int, optional
        Of them, who has what is sensitive (a support flag): the figures are then about support
        needs, and a group, like all that is withheld together, needs 20 people. Nobody marked tells
        of nobody and may be shown. Default: figures on other things.
    withheld : Series of bool, optional
        Groups not to be shown whatever their size.

    Returns
    -------
    Series of bool
        Indexed as `n_people`.
    """
    smallest = SMALLEST_SUPPORT_GROUP if n_marked is not None else 1
    marked = n_people if n_marked is None else n_marked
    unsafe = (n_people < smallest) | _small(marked)
    if n_marked is not None:
        unsafe |= _small(n_people - n_marked)
    shown = ~unsafe if withheld is None else ~(unsafe | withheld)
    while True:
        before = int(shown.sum())
        shown = publishable(marked, ~shown)
        shown = publishable(n_people, ~shown)
        if 0 < n_people[~shown].sum() < smallest and shown.any():
            shown &= shown.index != n_people[shown].idxmin()
        if int(shown.sum()) == before:
            return shown


def shown_cells(rows: pd.Series, columns: pd.Series, marked: pd.Series | None = None) -> pd.Series:
    """Return which cells of a two-way table may be shown beside the totals of rows and columns.

    Withholding goes round until no row and no column betrays a cell.

    Parameters
    ----------
    rows, columns : Series of str, shape (n,)
        Both groups of each person.
    marked : Series of bool, shape (n,), optional
        See `shown_groups`.

    Returns
    -------
    Series of bool
        Indexed by (row, column) for every cell that holds somebody.
    """
    keys = [rows.rename("row"), columns.rename("column")]
    n_people = rows.groupby(keys).size()
    n_marked = None if marked is None else marked.astype(int).groupby(keys).sum()
    shown = pd.Series(True, index=n_people.index)
    while True:
        before = int(shown.sum())
        for level in ("row", "column"):
            for line in n_people.index.unique(level):
                here = n_people.index.get_level_values(level) == line
                own = None if n_marked is None else n_marked[here]
                shown[here] = shown_groups(n_people[here], own, ~shown[here])
        if int(shown.sum()) == before:
            return shown


def _small(counts: pd.Series) -> pd.Series:
    return counts.map(is_small).astype(bool)
