"""Development by hand."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.development import COUNTS, development_summary
from features.known import months_before
from features.records import Records

TABLES = ("enrolments", "offers")
ZERO_WHEN_ABSENT = ("jp_this_year", "jp_12_months", *COUNTS)
SQL = """
SELECT employee_id, jp_this_year, jp_12_months, days_since_course, n_courses, n_courses_12_months,
       n_enrolments_6_months, n_enrolments_12_months, n_dropped_12_months,
       n_offers_6_months, n_offers_12_months, n_declined_12_months
FROM (
    SELECT employee_id,
           coalesce(sum(jp) FILTER (status = 'completed' AND valid_from >= $new_year), 0)
               AS jp_this_year,
           coalesce(sum(jp) FILTER (status = 'completed' AND valid_from >= $year), 0)
               AS jp_12_months,
           date_diff('day', max(valid_from), $as_of) AS days_since_course,
           count(*) FILTER (status = 'completed') AS n_courses,
           count(*) FILTER (status = 'completed' AND valid_from >= $year) AS n_courses_12_months,
           count(*) FILTER (valid_from >= $half) AS n_enrolments_6_months,
           count(*) FILTER (valid_from >= $year) AS n_enrolments_12_months,
           count(*) FILTER (status = 'dropped' AND valid_from >= $year) AS n_dropped_12_months
    FROM enrolments GROUP BY employee_id
)
FULL JOIN (
    SELECT employee_id,
           count(*) FILTER (valid_from >= $half) AS n_offers_6_months,
           count(*) FILTER (valid_from >= $year) AS n_offers_12_months,
           count(*) FILTER (response = 'declined' AND valid_from >= $year) AS n_declined_12_months
    FROM offers GROUP BY employee_id
) USING (employee_id)
"""


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    begins, jp = pl.col("valid_from"), pl.col("jp")
    year, half = (begins >= months_before(as_of, n) for n in (12, 6))
    completed, dropped = (pl.col("status") == s for s in ("completed", "dropped"))
    taken = known.enrolments.group_by("employee_id").agg(
        jp_this_year=jp.filter(completed & (begins >= date(as_of.year, 1, 1))).sum(),
        jp_12_months=jp.filter(completed & year).sum(),
        days_since_course=(pl.lit(as_of) - begins.max()).dt.total_days(),
        n_courses=completed.sum(),
        n_courses_12_months=(completed & year).sum(),
        n_enrolments_6_months=half.sum(),
        n_enrolments_12_months=year.sum(),
        n_dropped_12_months=(dropped & year).sum(),
    )
    offered = known.offers.group_by("employee_id").agg(
        n_offers_6_months=half.sum(),
        n_offers_12_months=year.sum(),
        n_declined_12_months=(year & (pl.col("response") == "declined")).sum(),
    )
    return taken.join(offered, on="employee_id", how="full", coalesce=True)


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return development_summary(known, posts, as_of)
