"""Development: training hours (JP) against the entitlement, courses, and what became of them."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.expressions import at_least_0, one, share
from features.known import days_until, midnight, since
from features.records import Records
from features.schema import FORMS
from features.standards.load import load_standard

COUNTS = (
    "n_courses", "n_courses_12_months", "n_enrolments_6_months", "n_enrolments_12_months",
    "n_dropped_12_months",
)  # fmt: skip
ASSIGNED = (
    "n_mandatory_12_months", "n_triggered_12_months", "n_chosen_12_months",
    "jp_mandatory_12_months",
)  # fmt: skip
HOURS = ("jp_this_year", "jp_12_months")
BY_FORM = {form: f"jp_{form.replace('-', '_')}_12_months" for form in FORMS}
COUNTED = (*HOURS, *COUNTS, *ASSIGNED, *BY_FORM.values())
"""Columns that are 0 for people without courses, where the employer records courses at all."""


def development_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person in service.

    ``jp_this_year`` and ``jp_12_months`` (JP of completed courses), ``n_courses`` and
    ``n_courses_12_months`` (completed), ``n_enrolments_6_months``, ``n_enrolments_12_months``
    (begun), ``n_dropped_12_months``; ``days_since_course`` (since the newest began); JP of 12
    months by form (`BY_FORM`); ``n_mandatory_12_months``, ``jp_mandatory_12_months``,
    ``n_triggered_12_months`` (assigned by rule or event, completed) and ``n_chosen_12_months``
    (completed, neither); ``completed_share``, ``dropped_share`` (of all courses that ended),
    ``jp_entitlement`` (floor of a PNS, ceiling of a PPPK), ``jp_remaining`` (hours up to it),
    ``jp_share`` (of it used). The year is the calendar year, a PPPK's contract year is not known.
    Everything but the entitlement is null where no enrolment of anybody is known.
    """
    people = posts.select("employee_id", "post_level", "employment_type").join(
        _taken(known, as_of), on="employee_id", how="left"
    )
    held = known.enrolments.select(n_records=nw.len())
    recorded = nw.col("n_records") > 0
    people = people.join(held, how="cross").with_columns(
        nw.when(recorded).then(nw.col(name).fill_null(0.0)).alias(name) for name in COUNTED
    )
    jp, entitlement = nw.col("jp_this_year"), nw.col("jp_entitlement")
    ended = nw.col("n_courses") + nw.col("n_dropped")
    return people.with_columns(jp_entitlement=_entitlement()).select(
        "employee_id",
        "days_since_course",
        "jp_entitlement",
        *COUNTED,
        completed_share=share(nw.col("n_courses"), ended),
        dropped_share=share(nw.col("n_dropped"), ended),
        jp_remaining=at_least_0(entitlement - jp),
        jp_share=jp / entitlement,
    )


def _taken(known: Records, as_of: date) -> nw.LazyFrame:
    completed = nw.col("status") == "completed"
    this_year = nw.col("valid_from") >= midnight(date(as_of.year, 1, 1))
    year, half = since(as_of, 12), since(as_of, 6)
    hours = nw.col("jp").fill_null(0.0)
    mandatory = nw.col("mandatory").fill_null(False).cast(nw.Boolean)
    triggered = ~nw.col("trigger").is_null()
    done = completed & year
    courses = known.courses.select("course_id", "form", "mandatory", "trigger")
    return (
        known.enrolments.join(courses, on="course_id", how="left")
        .with_columns(
            jp_this_year=_if(completed & this_year, hours),
            jp_12_months=_if(done, hours),
            n_courses=one(completed),
            n_courses_12_months=one(done),
            n_enrolments_6_months=one(half),
            n_enrolments_12_months=one(year),
            n_dropped_12_months=one((nw.col("status") == "dropped") & year),
            n_dropped=one(nw.col("status") == "dropped"),
            n_mandatory_12_months=one(done & mandatory),
            n_triggered_12_months=one(done & triggered),
            n_chosen_12_months=one(done & ~mandatory & ~triggered),
            jp_mandatory_12_months=_if(done & mandatory, hours),
            **{name: _if(done & (nw.col("form") == form), hours) for form, name in BY_FORM.items()},
        )
        .group_by("employee_id")
        .agg(
            *(nw.col(name).sum() for name in (*COUNTED, "n_dropped")),
            newest=nw.col("valid_from").max(),
        )
        .with_columns(days_since_course=days_until(as_of, nw.col("newest")))
    )


def _entitlement() -> nw.Expr:
    """Return hours a year by ``standards/jp.toml``; a JPT utama or madya on contract has none."""
    jp = load_standard("jp")
    exempt = nw.col("post_level").is_in(["jpt_utama", "jpt_madya"])
    return (
        nw.when(nw.col("employment_type") == "PNS")
        .then(float(jp["PNS"]["minimum_jp"]))
        .when((nw.col("employment_type") == "PPPK") & ~exempt.fill_null(False))
        .then(float(jp["PPPK"]["maximum_jp"]))
    )


def _if(condition: nw.Expr, hours: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(hours).otherwise(0.0)
