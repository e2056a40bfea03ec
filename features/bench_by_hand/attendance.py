"""Attendance by hand: a column a month back, and what comes of them."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.attendance import attendance_summary
from features.known import months_before
from features.records import Records
from features.standards.load import load_standard

TABLES = ("attendance",)
N_MONTHS = 15
MINIMUM = load_standard("profile_evidence")["attendance"]["minimum_months"]
_YEAR = range(12)


def _sum(months: range, text: str) -> str:
    return "(" + " + ".join(f"coalesce({text.format(k=k)}, 0)" for k in months) + ")"


def _mean(months: range, text: str) -> str:
    return f"{_sum(months, text)} / nullif({_sum(months, f'(({text}) IS NOT NULL)::INT')}, 0)"


_N = _sum(_YEAR, "(m{k} IS NOT NULL)::INT")
_X = "(" + " + ".join(f"{11 - k} * (m{k} IS NOT NULL)::INT" for k in _YEAR) + ")"
_XX = "(" + " + ".join(f"{(11 - k) ** 2} * (m{k} IS NOT NULL)::INT" for k in _YEAR) + ")"
_XY = "(" + " + ".join(f"{11 - k} * coalesce(m{k}, 0)" for k in _YEAR) + ")"
_MONTH = ", ".join(
    f"max(unexcused_days) FILTER (valid_from >= $month_{k + 1}"
    + (f" AND valid_from < $month_{k})" if k else ")")
    + f"::DOUBLE AS m{k}"
    for k in range(N_MONTHS)
)
_UNIT = ", ".join(f"avg(m{k}) AS u{k}" for k in _YEAR)
SQL = f"""
WITH people AS (
    SELECT employee_id, {_MONTH},
           avg(excused_days) FILTER (valid_from >= $year) AS excused_days_12_months,
           avg(leave_days) FILTER (valid_from >= $year) AS leave_days_12_months,
           avg(outage_days) FILTER (valid_from >= $year) AS outage_days_12_months,
           sum(workdays - coalesce(outage_days, 0)) FILTER (valid_from >= $year) AS recorded
    FROM attendance WHERE valid_from >= $month_{N_MONTHS} GROUP BY employee_id
),
placed AS (FROM people JOIN (SELECT employee_id, unit_id FROM present_posts) USING (employee_id)),
units AS (SELECT unit_id, {_UNIT} FROM placed GROUP BY unit_id),
counted AS (SELECT *, {_N} AS n, {_sum(_YEAR, "m{k}")} AS y FROM placed JOIN units USING (unit_id))
SELECT employee_id, nullif(n, 0) AS n_attendance_months,
       {_mean(range(3), "m{k}")} AS unexcused_days_3_months,
       y / nullif(n, 0) AS unexcused_days_12_months,
       {_mean(range(3), "m{k}")} - {_mean(range(3, 12), "m{k}")} AS unexcused_rise,
       excused_days_12_months,
       if(n >= {MINIMUM}, (n * {_XY} - {_X} * y) / nullif(n * {_XX} - {_X} * {_X}, 0), NULL)
           AS unexcused_trend,
       {_mean(range(3), "m{k}")} - {_mean(range(12, 15), "m{k}")} AS unexcused_vs_last_year,
       {_mean(range(3), "m{k} - u{k}")} AS unexcused_vs_unit_3_months,
       {_mean(_YEAR, "m{k} - u{k}")} AS unexcused_vs_unit_12_months,
       {_sum(_YEAR, "(m{k} = 0)::INT")} / nullif(n, 0) AS unexcused_free_share,
       y / nullif(recorded, 0) AS unexcused_share_12_months,
       leave_days_12_months, outage_days_12_months
FROM counted
"""  # noqa: S608


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    begins, columns = pl.col("valid_from"), [f"m{k}" for k in range(N_MONTHS)]
    in_year = begins >= months_before(as_of, 12)
    starts = [months_before(as_of, k) for k in range(N_MONTHS + 1)]
    recorded = pl.col("workdays") - pl.col("outage_days").fill_null(0)
    month = {
        f"m{k}": pl.col("unexcused_days")
        .filter((begins >= starts[k + 1]) & (begins < starts[k]))
        .max()
        .cast(pl.Float64)
        for k in range(N_MONTHS)
    }
    placed = (
        known.attendance.filter(begins >= starts[N_MONTHS])
        .group_by("employee_id")
        .agg(
            pl.col("excused_days", "leave_days", "outage_days")
            .filter(in_year)
            .mean()
            .name.suffix("_12_months"),
            recorded=recorded.filter(in_year).sum(),
            **month,
        )
        .join(posts.select("employee_id", "unit_id"), on="employee_id")
    )
    units = placed.group_by("unit_id").agg(pl.col(columns[:12]).mean().name.prefix("u"))
    return placed.join(units, on="unit_id").select("employee_id", *_figures(columns))


def _figures(columns: list[str]) -> list[pl.Expr]:
    year, quarter = columns[:12], pl.mean_horizontal(columns[:3])
    known = [pl.col(name).is_not_null() for name in year]
    n, y = pl.sum_horizontal(known).cast(pl.Float64), pl.sum_horizontal(year)
    x = pl.sum_horizontal(one * (11 - k) for k, one in enumerate(known)).cast(pl.Float64)
    xx = pl.sum_horizontal(one * (11 - k) ** 2 for k, one in enumerate(known)).cast(pl.Float64)
    xy = pl.sum_horizontal(pl.col(name) * (11 - k) for k, name in enumerate(year))
    free = pl.sum_horizontal(pl.col(name) == 0 for name in year)
    spread = n * xx - x * x
    apart = [pl.col(name) - pl.col(f"u{name}") for name in year]
    return [
        pl.col("excused_days_12_months", "leave_days_12_months", "outage_days_12_months"),
        pl.when(n > 0).then(n).alias("n_attendance_months"),
        quarter.alias("unexcused_days_3_months"),
        pl.mean_horizontal(year).alias("unexcused_days_12_months"),
        (quarter - pl.mean_horizontal(columns[3:12])).alias("unexcused_rise"),
        pl.when((n >= MINIMUM) & (spread > 0))
        .then((n * xy - x * y) / spread)
        .alias("unexcused_trend"),
        (quarter - pl.mean_horizontal(columns[12:])).alias("unexcused_vs_last_year"),
        pl.mean_horizontal(apart[:3]).alias("unexcused_vs_unit_3_months"),
        pl.mean_horizontal(apart).alias("unexcused_vs_unit_12_months"),
        pl.when(n > 0).then(free / n).alias("unexcused_free_share"),
        pl.when(pl.col("recorded") > 0)
        .then(y / pl.col("recorded"))
        .alias("unexcused_share_12_months"),
    ]


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return attendance_summary(known, posts, as_of)
