"""Point-in-time profiles: the same pure function for training and for serving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from features.attendance import attendance_summary
from features.career import career_summary, grade_summary, levels_above, present_posts, retirement
from features.competency import LONG, competency_summary, levels_beside, with_gaps
from features.development import ASSIGNED, BY_FORM, COUNTS, development_summary
from features.engagement import INSTRUMENTS, engagement_summary
from features.engines import is_eager, joined, kept_in_order, numbered, results, shared
from features.feedback import behaviour_scores, feedback_summary
from features.known import known_records
from features.opportunity import OFFERS, offer_summary, open_sessions
from features.performance import numeric_summary, review_summary
from features.records import Records
from features.service_results import FIGURES, service_summary

KEYS = ("employee_id", "unit_id", "post_id", "post_level", "employment_type")
FAMILIES = {
    "career": ("post_days",),
    "competency": (
        "n_required", "n_assessed", "n_gaps", "gap_levels", "job_person_match",
        "days_since_assessment",
    ),
    "performance": (
        "predicate", "predicate_change", "predicate_vs_unit", "feedback_score", "feedback_change",
        "feedback_vs_unit", "feedback_superior", "feedback_peer",
    ),
    "development": ("jp_this_year", "jp_12_months", "days_since_course", *COUNTS, *OFFERS),
    "attendance": (
        "n_attendance_months", "unexcused_days_3_months", "unexcused_days_12_months",
        "unexcused_rise", "excused_days_12_months",
    ),
}  # fmt: skip
"""What models may learn from, by family: only figures that most employers can have."""
FEATURES = tuple(name for names in FAMILIES.values() for name in names)
DISPLAY = {
    "career": (
        "unit_days", "level_days", "grade_days", "service_days", "n_moves", "n_promotions",
        "n_demotions", "n_penyetaraan", "days_since_promotion", "levels_above",
    ),
    "competency": (
        "gap_levels_lower", "gap_levels_upper", "job_person_match_lower",
        "job_person_match_upper", "n_expired",
    ),
    "performance": (
        "results_rating", "behaviour_rating", "predicate_trend", "predicate_spread",
        "predicate_position", "predicate_position_pattern", "unit_predicate", "numeric_score",
        "numeric_score_year", "numeric_score_trend", "feedback_subordinate",
    ),
    "development": (
        "jp_entitlement", "jp_remaining", "jp_share", *BY_FORM.values(), *ASSIGNED,
        "completed_share", "dropped_share", "days_since_offer", "offers_accepted_share_6_months",
        "offers_accepted_share_12_months", "offers_unanswered_share_6_months",
        "offers_unanswered_share_12_months", "n_sessions_open_12_months",
    ),
    "attendance": (
        "unexcused_trend", "unexcused_vs_last_year", "unexcused_vs_unit_3_months",
        "unexcused_vs_unit_12_months", "unexcused_free_share", "unexcused_share_12_months",
        "leave_days_12_months", "outage_days_12_months",
    ),
    "service_results": tuple(
        f"{whose}_service_{figure}" for whose in ("unit", "post") for figure in FIGURES
    ),
}  # fmt: skip
"""What people are shown, and no model sees, by family."""
RESTRICTED = {
    "engagement": (
        *(f"{one}{part}" for one in INSTRUMENTS for part in ("", "_change", "_vs_unit")),
        "n_surveys_asked_12_months", "surveys_answered_share_12_months", "days_since_survey",
    ),
}  # fmt: skip
"""What only the person and research may see, as the answers it comes from."""
ELIGIBILITY = ("years_to_retirement",)
"""What only a legal rule may ask for: it tells a person's age."""
NUMBER = "person"
"""Stands for a person while profiles are worked out (`features.engines.numbered`)."""
DETAILS = (
    *(name for families in (DISPLAY, RESTRICTED) for names in families.values() for name in names),
    *ELIGIBILITY,
)


@dataclass(frozen=True)
class Profiles:
    """Everybody in service at one date.

    Attributes
    ----------
    people : frame
        One row a person, sorted by ``employee_id``: `KEYS` (text) and `FEATURES` (float, null where
        unknown); described in ``docs/data-dictionary.md``.
    competencies : frame
        One row a person and competency (`features.competency.LONG`), sorted by both.
    details : frame
        One row a person, in the order of ``people``: ``employee_id`` and `DETAILS` (float, null
        where unknown), which no model sees.
    behaviours : frame
        One row a person and behaviour of 360 feedback (`features.feedback.BEHAVIOURS`), sorted by
        both.
    """

    people: Any
    competencies: Any
    details: Any
    behaviours: Any


def build_profiles(records: Records, as_of: date, known_at: date | None = None) -> Profiles:
    """Summarise everybody's records strictly before one date.

    Parameters
    ----------
    records : Records
        Frames of one kind: pandas, Polars (eager or lazy), DuckDB or PySpark. Any row order; not
        modified.
    as_of : date
        Exclusive local date: a row counts if it is about an earlier date and was known before.
    known_at : date, optional
        Count what was known before this date instead, to rebuild an earlier or later view.

    Returns
    -------
    Profiles
        Frames of the same kind as the records; lazy if those are (`features.engines`).
    """
    known = known_records(records, as_of, known_at)
    posts = shared(numbered(present_posts(known, as_of), "employee_id", NUMBER))
    levels = kept_in_order(
        lambda some: _named(levels_beside(known, some, as_of, person=NUMBER), some),
        posts, NUMBER, (NUMBER, "competency_id"),
    )  # fmt: skip
    summaries = _summaries(known, posts, levels, as_of)
    behaviours = behaviour_scores(known, posts, as_of).sort("employee_id", "behaviour")
    numbers = [nw.col(name).cast(nw.Float64) for name in (*FEATURES, *DETAILS)]
    whole = joined(posts, summaries, "employee_id", [NUMBER, *KEYS, *numbers]).sort(NUMBER)
    frames = (
        whole.select(*KEYS, *FEATURES),
        with_gaps(levels).select(LONG),
        whole.select("employee_id", *DETAILS),
        behaviours,
    )
    return Profiles(*results(frames, eager=is_eager(records.employees)))


def _named(rows: nw.LazyFrame, posts: nw.LazyFrame) -> nw.LazyFrame:
    """Add the ``employee_id`` of numbered people."""
    return rows.join(posts.select("employee_id", NUMBER), on=NUMBER, how="inner")


def _summaries(
    known: Records, posts: nw.LazyFrame, levels: nw.LazyFrame, as_of: date
) -> list[nw.LazyFrame]:
    """Return frames of one row a person with every family's figures."""
    return [
        _named(competency_summary(with_gaps(levels), NUMBER), posts).drop(NUMBER),
        review_summary(known, posts, as_of),
        numeric_summary(known, posts),
        feedback_summary(known, posts, as_of),
        development_summary(known, posts, as_of),
        offer_summary(known, posts, as_of),
        attendance_summary(known, posts, as_of),
        career_summary(known, as_of),
        grade_summary(known, as_of),
        engagement_summary(known, posts, as_of),
        service_summary(known, posts, as_of),
        retirement(known, as_of),
        posts.join(
            open_sessions(known, as_of), on=["post_level", "employment_type"], how="left"
        ).select("employee_id", "n_sessions_open_12_months", levels_above=levels_above()),
    ]
