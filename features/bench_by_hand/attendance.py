"""Attendance by hand."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.attendance import attendance_summary
from features.known import months_before
from features.records import Records

TABLES = ("attendance",)
SQL = """
SELECT employee_id,
       count(workdays) AS n_attendance_months,
       avg(unexcused_days) FILTER (valid_from >= $quarter) AS unexcused_days_3_months,
       avg(unexcused_days) AS unexcused_days_12_months,
       avg(unexcused_days) FILTER (valid_from >= $quarter)
           - avg(unexcused_days) FILTER (valid_from < $quarter) AS unexcused_rise,
       avg(excused_days) AS excused_days_12_months
FROM attendance WHERE valid_from >= $year GROUP BY employee_id
"""


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    days, quarter = pl.col("unexcused_days"), pl.col("valid_from") >= months_before(as_of, 3)
    recent = days.filter(quarter).mean()
    return (
        known.attendance.filter(pl.col("valid_from") >= months_before(as_of, 12))
        .group_by("employee_id")
        .agg(
            n_attendance_months=pl.col("workdays").count(),
            unexcused_days_3_months=recent,
            unexcused_days_12_months=days.mean(),
            unexcused_rise=recent - days.filter(~quarter).mean(),
            excused_days_12_months=pl.col("excused_days").mean(),
        )
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return attendance_summary(known, posts, as_of)
