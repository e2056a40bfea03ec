"""Development: training hours (JP), courses taken, offers and what became of them."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.known import days_until, midnight, since
from features.records import Records

COUNTS = (
    "n_courses", "n_courses_12_months", "n_enrolments_6_months", "n_enrolments_12_months",
    "n_dropped_12_months", "n_offers_6_months", "n_offers_12_months", "n_declined_12_months",
)  # fmt: skip


def development_summary(known: Records, as_of: date) -> nw.LazyFrame:
    """Return one row a person that was offered or took a course.

    ``jp_this_year`` and ``jp_12_months`` (JP of completed courses), ``n_courses`` and
    ``n_courses_12_months`` (completed), ``days_since_course`` (since the newest began),
    ``n_enrolments_6_months``, ``n_enrolments_12_months``, ``n_dropped_12_months``,
    ``n_offers_6_months``, ``n_offers_12_months``, ``n_declined_12_months``.
    """
    taken = _taken(known, as_of)
    offered = _offered(known, as_of)
    people = nw.concat([taken.select("employee_id"), offered.select("employee_id")]).unique()
    return people.join(taken, on="employee_id", how="left").join(
        offered, on="employee_id", how="left"
    )


def _taken(known: Records, as_of: date) -> nw.LazyFrame:
    completed = nw.col("status") == "completed"
    this_year = nw.col("valid_from") >= midnight(date(as_of.year, 1, 1))
    year, half = since(as_of, 12), since(as_of, 6)
    hours = nw.col("jp").fill_null(0.0)
    return (
        known.enrolments.with_columns(
            jp_this_year=nw.when(completed & this_year).then(hours),
            jp_12_months=nw.when(completed & year).then(hours),
            n_courses=_one(completed),
            n_courses_12_months=_one(completed & year),
            n_enrolments_6_months=_one(half),
            n_enrolments_12_months=_one(year),
            n_dropped_12_months=_one((nw.col("status") == "dropped") & year),
            days=days_until(as_of, nw.col("valid_from")),
        )
        .group_by("employee_id")
        .agg(
            nw.col("jp_this_year").sum(),
            nw.col("jp_12_months").sum(),
            *(nw.col(name).sum() for name in COUNTS[:5]),
            days_since_course=nw.col("days").min(),
        )
    )


def _offered(known: Records, as_of: date) -> nw.LazyFrame:
    year, half = since(as_of, 12), since(as_of, 6)
    return (
        known.offers.with_columns(
            n_offers_6_months=_one(half),
            n_offers_12_months=_one(year),
            n_declined_12_months=_one((nw.col("response") == "declined") & year),
        )
        .group_by("employee_id")
        .agg(*(nw.col(name).sum() for name in COUNTS[5:]))
    )


def _one(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(1.0).otherwise(0.0)
