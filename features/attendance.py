"""Attendance: absence with and without reason, by month, against the person's own past."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.known import since
from features.records import Records


def attendance_summary(known: Records, as_of: date) -> nw.LazyFrame:
    """Return one row a person with attendance in the last 12 months.

    ``n_attendance_months``; ``unexcused_days_3_months``, ``unexcused_days_12_months``,
    ``excused_days_12_months`` (mean days a month); ``unexcused_rise`` (mean of the last 3 months
    minus the mean of the 9 before).
    """
    recent = since(as_of, 3)
    return (
        known.attendance.filter(since(as_of, 12))
        .with_columns(
            recent=nw.when(recent).then(nw.col("unexcused_days")),
            earlier=nw.when(~recent).then(nw.col("unexcused_days")),
        )
        .group_by("employee_id")
        .agg(
            n_attendance_months=nw.col("workdays").count(),
            unexcused_days_3_months=nw.col("recent").mean(),
            unexcused_days_12_months=nw.col("unexcused_days").mean(),
            excused_days_12_months=nw.col("excused_days").mean(),
            earlier=nw.col("earlier").mean(),
        )
        .with_columns(unexcused_rise=nw.col("unexcused_days_3_months") - nw.col("earlier"))
        .drop("earlier")
    )
