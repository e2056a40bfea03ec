"""Person-period rows: one for each month a person is at risk of a component after a snapshot.

Within a window the component's label says whether it happened and its month when (see
`features.labels.event_months`). What follows a window without the event is told by the snapshot at
its end: its label is about the next months. A window cut short, or one in which nothing could be
seen, ends the rows before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class PersonPeriods:
    """Rows at risk, in the order of the panel and, within it, of the months.

    Attributes
    ----------
    row : ndarray of int, shape (n,)
        Row of the panel.
    month : ndarray of int, shape (n,)
        Month since the snapshot, from 1.
    event : ndarray of float, shape (n,)
        1 in the month of the event, else 0.
    """

    row: NDArray[np.int64]
    month: NDArray[np.int64]
    event: NDArray[np.float64]

    def of(self, kept: NDArray[np.bool_]) -> PersonPeriods:
        """Return some of the rows."""
        return PersonPeriods(self.row[kept], self.month[kept], self.event[kept])


def person_periods(
    panel: pd.DataFrame, component: str, horizon_months: int, most_months: int = 12
) -> PersonPeriods:
    """Return a component's rows at risk.

    Parameters
    ----------
    panel : DataFrame of shape (n, >=4)
        ``employee_id``, ``as_of``, the component (1, 0 or null) and its month
        (``<component>_month``, 1 to ``horizon_months``; null counts as the last). A window is
        followed by that of the same person's row ``horizon_months`` later, if there is one.
    component : str
    horizon_months : int
        Length of the windows.
    most_months : int
        No window begins after so many months.
    """
    label = panel[component].to_numpy(dtype=np.float64, na_value=np.nan)
    dated = panel[f"{component}_month"].fillna(horizon_months)
    month = np.clip(dated.to_numpy(dtype=np.float64), 1, horizon_months).astype(np.int64)
    follows = _followers(panel, horizon_months)
    rows, months, events = [], [], []
    now = np.arange(len(panel))  # the row whose label tells of the window; -1: nothing does
    at_risk = np.ones(len(panel), dtype=bool)
    for begun in range(0, most_months, horizon_months):
        told = np.where(now >= 0, label[now], np.nan)
        at_risk = at_risk & ~np.isnan(told)
        happened = at_risk & (told == 1)
        last = np.where(happened, month[now], horizon_months)
        n = np.where(at_risk, last, 0)
        row = np.repeat(np.arange(len(panel)), n)
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n) + 1
        rows.append(row)
        months.append(begun + within)
        events.append((happened[row] & (within == last[row])).astype(np.float64))
        at_risk = at_risk & ~happened
        now = np.where(now >= 0, follows[now], -1)
    row, month_, event = (np.concatenate(parts) for parts in (rows, months, events))
    order = np.lexsort((month_, row))
    return PersonPeriods(row[order], month_[order], event[order])


def calendar_months(as_of: pd.Series, month: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the calendar month (1-12) of each month since a snapshot.

    A snapshot is exclusive: the first month after 1 January is January, after 31 January February.
    """
    first = pd.to_datetime(as_of)
    begins = first.dt.month.to_numpy() + (first.dt.day.to_numpy() > 15)
    return (begins - 1 + month - 1) % 12 + 1


def of_some_people(
    periods: PersonPeriods, person: NDArray[np.int64], most: int, seed: int
) -> PersonPeriods:
    """Return all rows, or those of as many whole people as `most` takes, drawn by the seed.

    Parameters
    ----------
    periods : PersonPeriods
    person : ndarray of int, shape (n_panel_rows,)
        Number of the person of each row of the panel, from 0.
    most : int
        Rows.
    seed : int
    """
    if len(periods.row) <= most:
        return periods
    place = np.random.default_rng(seed).permutation(person.max() + 1)[person[periods.row]]
    n_rows = np.bincount(place)
    return periods.of(place < np.searchsorted(np.cumsum(n_rows), most, side="right"))


def _followers(panel: pd.DataFrame, months: int) -> NDArray[np.int64]:
    """Return for each row that of the same person so many months later, -1 where there is none."""
    as_of = pd.to_datetime(panel["as_of"])
    days = {day: day + pd.DateOffset(months=months) for day in as_of.unique()}
    later = pd.MultiIndex.from_arrays([panel["employee_id"], as_of.map(days)])
    place = pd.MultiIndex.from_arrays([panel["employee_id"], as_of])
    return place.get_indexer(later).astype(np.int64)
