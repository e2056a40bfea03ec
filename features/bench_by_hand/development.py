"""Development by hand: courses, hours against the entitlement, offers and open sessions."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.bench_by_hand.career import days
from features.development import BY_FORM, development_summary
from features.known import months_before
from features.opportunity import offer_summary, open_sessions
from features.records import Records
from features.standards.load import load_standard

TABLES = ("enrolments", "courses", "offers", "sessions")
FLOOR = float(load_standard("jp")["PNS"]["minimum_jp"])
CEILING = float(load_standard("jp")["PPPK"]["maximum_jp"])
_FORMS = ", ".join(
    f"coalesce(sum(jp) FILTER (done AND form = '{form}'), 0) AS {name}"
    for form, name in BY_FORM.items()
)
_ZERO = (
    "jp_this_year", "jp_12_months", "n_courses", "n_courses_12_months", "n_enrolments_6_months",
    "n_enrolments_12_months", "n_dropped_12_months", "n_mandatory_12_months",
    "n_triggered_12_months", "n_chosen_12_months", "jp_mandatory_12_months", *BY_FORM.values(),
)  # fmt: skip
_OFFERED = ("n_offers_6_months", "n_offers_12_months", "n_declined_12_months")


def _filled(names: tuple[str, ...], table: str) -> str:
    some = f"EXISTS (FROM {table})"
    return ", ".join(f"if({some}, coalesce({name}, 0), NULL) AS {name}" for name in names)


SQL = f"""
WITH dated AS (
    SELECT employee_id, jp, status, valid_from, form, coalesce(mandatory, false) AS mandatory,
           trigger IS NOT NULL AS triggered, status = 'completed' AND valid_from >= $year AS done
    FROM (SELECT employee_id, course_id, jp, status, valid_from FROM enrolments)
    LEFT JOIN (SELECT course_id, form, mandatory, trigger FROM courses) USING (course_id)
),
taken AS (
    SELECT employee_id,
           coalesce(sum(jp) FILTER (status = 'completed' AND valid_from >= $new_year), 0)
               AS jp_this_year,
           coalesce(sum(jp) FILTER (done), 0) AS jp_12_months,
           count(*) FILTER (status = 'completed') AS n_courses,
           count(*) FILTER (done) AS n_courses_12_months,
           count(*) FILTER (valid_from >= $half) AS n_enrolments_6_months,
           count(*) FILTER (valid_from >= $year) AS n_enrolments_12_months,
           count(*) FILTER (status = 'dropped' AND valid_from >= $year) AS n_dropped_12_months,
           count(*) FILTER (status = 'dropped') AS n_dropped,
           count(*) FILTER (done AND mandatory) AS n_mandatory_12_months,
           count(*) FILTER (done AND triggered) AS n_triggered_12_months,
           count(*) FILTER (done AND NOT mandatory AND NOT triggered) AS n_chosen_12_months,
           coalesce(sum(jp) FILTER (done AND mandatory), 0) AS jp_mandatory_12_months,
           {_FORMS},
           date_diff('day', max(valid_from), $as_of) AS days_since_course
    FROM dated GROUP BY employee_id
),
offered AS (
    SELECT employee_id,
           count(*) FILTER (valid_from >= $half) AS n_offers_6_months,
           count(*) FILTER (valid_from >= $year) AS n_offers_12_months,
           count(*) FILTER (response = 'declined' AND valid_from >= $year) AS n_declined_12_months,
           count(*) FILTER (response = 'accepted' AND valid_from >= $half) AS accepted_6,
           count(*) FILTER (response = 'accepted' AND valid_from >= $year) AS accepted_12,
           count(*) FILTER (response = 'none' AND valid_from >= $half) AS unanswered_6,
           count(*) FILTER (response = 'none' AND valid_from >= $year) AS unanswered_12,
           date_diff('day', max(valid_from), $as_of) AS days_since_offer
    FROM offers GROUP BY employee_id
),
opened AS (
    SELECT s.valid_from >= $year AND NOT coalesce(mandatory, false) AS chosen,
           string_split(replace(nullif(post_levels, ''), ' ', ''), '|') AS levels,
           string_split(replace(nullif(employment_types, ''), ' ', ''), '|') AS types
    FROM sessions s JOIN courses c ON c.course_id = s.course_id
),
sessions_open AS (
    SELECT post_level, employment_type, count(*) FILTER (
               chosen AND (levels IS NULL OR list_contains(levels, post_level))
               AND (types IS NULL OR list_contains(types, employment_type))
           ) AS n_sessions_open_12_months
    FROM (SELECT DISTINCT post_level FROM posts),
         (SELECT DISTINCT employment_type FROM employees), opened
    GROUP BY post_level, employment_type
),
people AS (
    SELECT employee_id, days_since_course, {_filled(_ZERO, "enrolments")}, n_dropped,
           {_filled(_OFFERED, "offers")}, accepted_6, accepted_12, unanswered_6, unanswered_12,
           days_since_offer, n_sessions_open_12_months,
           CASE WHEN employment_type = 'PNS' THEN {FLOOR}
                WHEN employment_type = 'PPPK'
                     AND coalesce(post_level NOT IN ('jpt_utama', 'jpt_madya'), true)
                THEN {CEILING} END AS jp_entitlement
    FROM present_posts LEFT JOIN taken USING (employee_id) LEFT JOIN offered USING (employee_id)
    LEFT JOIN sessions_open USING (post_level, employment_type)
)
SELECT * EXCLUDE (n_dropped, accepted_6, accepted_12, unanswered_6, unanswered_12),
       n_courses / nullif(n_courses + n_dropped, 0) AS completed_share,
       n_dropped / nullif(n_courses + n_dropped, 0) AS dropped_share,
       if(jp_this_year IS NULL OR jp_entitlement IS NULL, NULL,
          greatest(jp_entitlement - jp_this_year, 0)) AS jp_remaining,
       jp_this_year / jp_entitlement AS jp_share,
       accepted_6 / nullif(n_offers_6_months, 0) AS offers_accepted_share_6_months,
       accepted_12 / nullif(n_offers_12_months, 0) AS offers_accepted_share_12_months,
       unanswered_6 / nullif(n_offers_6_months, 0) AS offers_unanswered_share_6_months,
       unanswered_12 / nullif(n_offers_12_months, 0) AS offers_unanswered_share_12_months
FROM people
"""  # noqa: S608


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    held = known.enrolments.select(taken=pl.len() > 0)
    made = known.offers.select(offered=pl.len() > 0)
    people = (
        posts.select("employee_id", "post_level", "employment_type")
        .join(_taken(known, as_of), on="employee_id", how="left")
        .join(_offered(known, as_of), on="employee_id", how="left")
        .join(_open(known, as_of), on=["post_level", "employment_type"], how="left")
        .join(held, how="cross")
        .join(made, how="cross")
    )
    kind = pl.col("employment_type")
    exempt = pl.col("post_level").is_in(["jpt_utama", "jpt_madya"]).fill_null(value=False)
    entitlement = pl.when(kind == "PNS").then(FLOOR).when((kind == "PPPK") & ~exempt).then(CEILING)
    ended = pl.col("n_courses") + pl.col("n_dropped")
    shares = {
        f"offers_{answer}_share_{n}_months": _share(
            pl.col(f"{answer}_{n}"), pl.col(f"n_offers_{n}_months")
        )
        for answer in ("accepted", "unanswered")
        for n in (6, 12)
    }
    hours = pl.col("jp_this_year")
    return people.with_columns(
        pl.when("taken").then(pl.col(_ZERO).fill_null(0)),
        pl.when("offered").then(pl.col(_OFFERED).fill_null(0)),
        jp_entitlement=entitlement,
    ).select(
        "employee_id", "days_since_course", "days_since_offer", "n_sessions_open_12_months",
        "jp_entitlement", *_ZERO, *_OFFERED,
        completed_share=_share(pl.col("n_courses"), ended),
        dropped_share=_share(pl.col("n_dropped"), ended),
        jp_remaining=(pl.col("jp_entitlement") - hours).clip(0),
        jp_share=hours / pl.col("jp_entitlement"),
        **shares,
    )  # fmt: skip


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _taken(known: Records, as_of: date) -> pl.LazyFrame:
    begins, jp = pl.col("valid_from"), pl.col("jp")
    year, half = (begins >= months_before(as_of, n) for n in (12, 6))
    completed, dropped = (pl.col("status") == s for s in ("completed", "dropped"))
    mandatory, triggered = (
        pl.col("mandatory").fill_null(value=False),
        pl.col("trigger").is_not_null(),
    )
    done = completed & year
    forms = {n: jp.filter(done & (pl.col("form") == form)).sum() for form, n in BY_FORM.items()}
    courses = known.courses.select("course_id", "form", "mandatory", "trigger")
    return (
        known.enrolments.join(courses, on="course_id", how="left")
        .group_by("employee_id")
        .agg(
            jp_this_year=jp.filter(completed & (begins >= date(as_of.year, 1, 1))).sum(),
            jp_12_months=jp.filter(done).sum(),
            n_courses=completed.sum(),
            n_courses_12_months=done.sum(),
            n_enrolments_6_months=half.sum(),
            n_enrolments_12_months=year.sum(),
            n_dropped_12_months=(dropped & year).sum(),
            n_dropped=dropped.sum(),
            n_mandatory_12_months=(done & mandatory).sum(),
            n_triggered_12_months=(done & triggered).sum(),
            n_chosen_12_months=(done & ~mandatory & ~triggered).sum(),
            jp_mandatory_12_months=jp.filter(done & mandatory).sum(),
            days_since_course=days(as_of, begins.max()),
            **forms,
        )
    )


def _offered(known: Records, as_of: date) -> pl.LazyFrame:
    begins, answer = pl.col("valid_from"), pl.col("response")
    year, half = (begins >= months_before(as_of, n) for n in (12, 6))
    return known.offers.group_by("employee_id").agg(
        n_offers_6_months=half.sum(),
        n_offers_12_months=year.sum(),
        n_declined_12_months=(year & (answer == "declined")).sum(),
        accepted_6=(half & (answer == "accepted")).sum(),
        accepted_12=(year & (answer == "accepted")).sum(),
        unanswered_6=(half & (answer == "none")).sum(),
        unanswered_12=(year & (answer == "none")).sum(),
        days_since_offer=days(as_of, begins.max()),
    )


def _open(known: Records, as_of: date) -> pl.LazyFrame:
    kinds = (
        known.posts.select("post_level")
        .unique()
        .join(known.employees.select("employment_type").unique(), how="cross")
    )
    chosen = (pl.col("valid_from") >= months_before(as_of, 12)) & ~pl.col("mandatory").fill_null(
        value=False
    )
    courses = known.courses.select("course_id", "post_levels", "employment_types", "mandatory")
    opened = known.sessions.join(courses, on="course_id").select(
        "post_levels", "employment_types", chosen=chosen
    )
    fits = _lists("post_levels", "post_level") & _lists("employment_types", "employment_type")
    return (
        kinds.join(opened, how="cross")
        .group_by("post_level", "employment_type")
        .agg(n_sessions_open_12_months=(pl.col("chosen") & fits).sum())
    )


def _lists(listed: str, column: str) -> pl.Expr:
    values = pl.col(listed).str.replace_all(" ", "", literal=True).str.split("|")
    return pl.col(listed).is_null() | (pl.col(listed) == "") | values.list.contains(pl.col(column))


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    people = posts.select("employee_id", "post_level", "employment_type")
    for summary in (development_summary(known, posts, as_of), offer_summary(known, posts, as_of)):
        people = people.join(summary, on="employee_id", how="left")
    return people.join(
        open_sessions(known, as_of), on=["post_level", "employment_type"], how="left"
    ).drop("post_level", "employment_type")
