"""A sustained rise in unexcused absence against the person's own past.

Leave, other excused days and days lost to a fault of network or device are no absence.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from features.labels.window import Window, one
from features.records import Records


def absence_rise(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return ``employee_id``, ``absence_rise`` of people with enough months on both sides."""
    days = nw.col("unexcused_days")
    future = (
        high_months(records, window, rule)
        .group_by("employee_id", "past_mean")
        .agg(future_mean=days.mean(), n_future=days.count(), n_high=nw.col("high").sum())
        .filter(nw.col("n_future") >= rule["min_future_months"])
    )
    risen = (nw.col("future_mean") >= nw.col("past_mean") + rule["rise_days"]) & (
        nw.col("n_high") >= rule["min_high_months"]
    )
    return future.select("employee_id", absence_rise=one(risen))


def high_months(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return the window's months of attendance of people with enough past.

    With ``past_mean`` (days a month) and ``high``: 1 where a month lies above it by the rise.
    """
    days = nw.col("unexcused_days")
    past = (
        records.attendance.filter(window.past(rule["past_months"]))
        .group_by("employee_id")
        .agg(past_mean=days.mean(), n_past=days.count())
        .filter(nw.col("n_past") >= rule["min_past_months"])
    )
    ahead = records.attendance.filter(window.ahead()).join(past, on="employee_id", how="inner")
    return ahead.with_columns(high=one(days >= nw.col("past_mean") + rule["rise_days"]))
