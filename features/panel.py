"""Profiles over several dates with what happened after each: the support model's lessons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time

import narwhals as nw
import pandas as pd

from features.known import months_before
from features.labels import label_rows, lagged_labels, lagged_rows, month_rows
from features.profiles import build_profiles
from features.records import Records
from features.standards.load import load_standard


def build_panel(
    records: Records,
    dates: Sequence[date],
    horizon_months: int,
    progress: Callable[[date], None] = lambda _: None,
) -> pd.DataFrame:
    """Stack the snapshots of several dates (`build_snapshot`).

    Parameters
    ----------
    records : Records
        Polars frames.
    dates : sequence of date
        Snapshots; each label looks `horizon_months` beyond its own.
    progress : callable
        Told each date when it is done.
    """
    snapshots = []
    for as_of in dates:
        snapshots.append(build_snapshot(records, as_of, horizon_months))
        progress(as_of)
    return pd.concat(snapshots, ignore_index=True)


def build_snapshot(records: Records, as_of: date, horizon_months: int) -> pd.DataFrame:
    """Return everybody in service at one date with what came after, and what had come before.

    Returns
    -------
    DataFrame
        Profile columns, the labels and ``censored`` (`features.labels.build_labels`), each
        component as it was in the window before (`features.labels.lagged_labels`), the month in
        which each had shown itself (`features.labels.event_months`), and ``as_of``; sorted by
        ``employee_id``. People without evidence for a label have nulls there.
    """
    people = snapshot_rows(records, as_of, horizon_months).collect().to_pandas()
    return people.assign(as_of=pd.Timestamp(as_of))


def people_with_past(
    people: pd.DataFrame, records: Records, as_of: date, known_at: date | None = None
) -> pd.DataFrame:
    """Return profiles with what the support model reads besides them.

    Each component as it was in the window before (`features.labels.lagged_labels`), and ``as_of``.
    """
    horizon = int(load_standard("disengagement")["horizon_months"])
    lagged = nw.from_native(lagged_labels(records, as_of, horizon, known_at)).lazy().collect()
    joined = people.merge(lagged.to_pandas(), on="employee_id", how="left", validate="1:1")
    return joined.assign(as_of=pd.Timestamp(as_of))


def snapshot_rows(records: Records, as_of: date, horizon_months: int) -> nw.LazyFrame:
    """Return the rows of `build_snapshot`, not worked out yet: DuckDB never holds them whole."""
    people = nw.from_native(build_profiles(records, as_of).people).lazy()
    for labels in (
        label_rows(records, as_of, horizon_months),
        lagged_rows(records, as_of, horizon_months),
        month_rows(records, as_of, horizon_months),
    ):
        people = people.join(labels, on="employee_id", how="left")
    as_of_day = nw.lit(datetime.combine(as_of, time.min), nw.Datetime("us"))
    return people.with_columns(as_of=as_of_day).sort("employee_id")


def snapshot_dates(first: date, last: date, every_months: int) -> list[date]:
    """Return the first date and every so many months after it, up to and with the last.

    >>> [str(day) for day in snapshot_dates(date(2024, 1, 31), date(2024, 4, 1), 1)]
    ['2024-01-31', '2024-02-29', '2024-03-31']

    Raises
    ------
    ValueError
        `every_months` is not positive, or `last` lies before `first`.
    """
    if every_months < 1:
        raise ValueError(f"every_months must be positive, got {every_months}")
    if last < first:
        raise ValueError(f"last must not lie before first ({first}), got {last}")
    dates: list[date] = []
    while (day := months_before(first, -every_months * len(dates))) <= last:
        dates.append(day)
    return dates
