"""Attendance: absence with and without reason, by month, against one's own past and the unit.

A fault of the network or an epidemic strikes a whole unit in a month, so absence is also read
against the unit's mean of each month. Days are added up to no disciplinary step (PP 94/2021): that
process stands apart from everything here.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.expressions import one, row_mean, row_sums, share, slope
from features.known import midnight, months_before, since
from features.records import Records
from features.standards.load import load_standard

N_MONTHS = 15
"""Months looked back on: a year, and the newest quarter's counterpart of the year before."""
MONTHS = tuple(f"month_{back}" for back in range(N_MONTHS))
YEAR, QUARTER, EARLIER, QUARTER_BEFORE = MONTHS[:12], MONTHS[:3], MONTHS[3:12], MONTHS[12:]


def attendance_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person in service with attendance in the last 15 months.

    Days are means a month. ``n_attendance_months`` (of 12); ``unexcused_days_3_months``,
    ``unexcused_days_12_months``, ``unexcused_rise`` (mean of the last 3 months minus the mean of
    the 9 before), ``unexcused_trend`` (slope over 12 months, days a month each month),
    ``unexcused_vs_last_year`` (mean of the last 3 months minus that of the same 3 a year before),
    ``unexcused_vs_unit_3_months``, ``unexcused_vs_unit_12_months`` (mean over months of own days
    minus the mean of the unit's people), ``unexcused_free_share`` (months without any),
    ``unexcused_share_12_months`` (of working days that could be recorded),
    ``excused_days_12_months``, ``leave_days_12_months``, ``outage_days_12_months``. Months are
    those that begin within the period; were there two rows in one month, the higher counts.
    """
    minimum = load_standard("profile_evidence")["attendance"]["minimum_months"]
    people = _by_month(known, as_of).join(
        posts.select("employee_id", "unit_id"), on="employee_id", how="inner"
    )
    free = nw.sum_horizontal(*(one(nw.col(name) == 0) for name in YEAR))
    sums = row_sums(YEAR[::-1])
    points, quarter = {name: nw.col(name) for name in sums}, nw.col("unexcused_days_3_months")
    n_months, total = points["n"], points["y"]
    return (
        people.with_columns(
            nw.col(name).mean().over("unit_id").alias(f"unit_{name}") for name in YEAR
        )
        .with_columns(
            *((nw.col(name) - nw.col(f"unit_{name}")).alias(f"unit_{name}") for name in YEAR),
            unexcused_days_3_months=row_mean(QUARTER),
            **sums,
        )
        .select(
            "employee_id",
            "unexcused_days_3_months",
            "excused_days_12_months",
            "leave_days_12_months",
            "outage_days_12_months",
            n_attendance_months=nw.when(n_months > 0).then(n_months),
            unexcused_days_12_months=share(total, n_months),
            unexcused_rise=quarter - row_mean(EARLIER),
            unexcused_trend=slope(**points, minimum=minimum),
            unexcused_vs_last_year=quarter - row_mean(QUARTER_BEFORE),
            unexcused_vs_unit_3_months=row_mean([f"unit_{name}" for name in QUARTER]),
            unexcused_vs_unit_12_months=row_mean([f"unit_{name}" for name in YEAR]),
            unexcused_free_share=share(free, n_months),
            unexcused_share_12_months=share(total, nw.col("recorded_days")),
        )
    )


def _by_month(known: Records, as_of: date) -> nw.LazyFrame:
    """Return one row a person: unexcused days of each month back, means of the rest."""
    begins = nw.col("valid_from")
    age = nw.when(begins >= midnight(months_before(as_of, 1))).then(0)
    for back in range(1, N_MONTHS):
        age = age.when(begins >= midnight(months_before(as_of, back + 1))).then(back)
    days = nw.col("unexcused_days").cast(nw.Float64)
    in_year = nw.col("age") < 12
    recorded = nw.col("workdays") - nw.col("outage_days").fill_null(0)
    return (
        known.attendance.filter(since(as_of, N_MONTHS))
        .with_columns(age=age)
        .with_columns(
            *(nw.when(nw.col("age") == k).then(days).alias(MONTHS[k]) for k in range(N_MONTHS)),
            excused_days_12_months=nw.when(in_year).then(nw.col("excused_days")),
            leave_days_12_months=nw.when(in_year).then(nw.col("leave_days")),
            outage_days_12_months=nw.when(in_year).then(nw.col("outage_days")),
            recorded_days=nw.when(in_year).then(recorded),
        )
        .group_by("employee_id")
        .agg(
            *(nw.col(name).max() for name in MONTHS),
            nw.col("excused_days_12_months").mean(),
            nw.col("leave_days_12_months").mean(),
            nw.col("outage_days_12_months").mean(),
            nw.col("recorded_days").sum(),
        )
    )
