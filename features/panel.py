"""Profiles over several dates with what happened after each: the support model's lessons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd

from features.labels import build_labels
from features.profiles import build_profiles
from features.records import Records


def build_panel(
    records: Records,
    dates: Sequence[date],
    horizon_months: int,
    progress: Callable[[date], None] = lambda _: None,
) -> pd.DataFrame:
    """Stack profiles and labels.

    Parameters
    ----------
    records : Records
        Polars frames.
    dates : sequence of date
        Snapshots; each label looks `horizon_months` beyond its own.
    progress : callable
        Told each date when it is done.

    Returns
    -------
    DataFrame
        Profile columns, ``as_of`` and label columns; sorted by ``as_of`` and ``employee_id``.
        People without evidence for a label have nulls there.
    """
    snapshots = []
    for as_of in dates:
        people = build_profiles(records, as_of).people.to_pandas()
        labels = build_labels(records, as_of, horizon_months).to_pandas()
        people = people.merge(labels, on="employee_id", how="left", validate="1:1")
        snapshots.append(people.assign(as_of=pd.Timestamp(as_of)))
        progress(as_of)
    return pd.concat(snapshots, ignore_index=True)
