"""Point-in-time profiles: the same pure function for training and for serving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from features.attendance import attendance_summary
from features.career import present_posts
from features.competency import LONG, competency_levels, competency_summary
from features.development import COUNTS, development_summary
from features.engines import is_eager, results, shared
from features.known import known_records
from features.performance import feedback_summary, review_summary
from features.records import Records

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
    "development": ("jp_this_year", "jp_12_months", "days_since_course", *COUNTS),
    "attendance": (
        "n_attendance_months", "unexcused_days_3_months", "unexcused_days_12_months",
        "unexcused_rise", "excused_days_12_months",
    ),
}  # fmt: skip
FEATURES = tuple(name for names in FAMILIES.values() for name in names)
ZERO_WHEN_ABSENT = ("jp_this_year", "jp_12_months", *COUNTS)


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
    """

    people: Any
    competencies: Any


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
    posts = shared(present_posts(known, as_of))
    levels = shared(competency_levels(known, posts, as_of))
    people = posts
    for summary in (
        competency_summary(levels),
        review_summary(known, posts),
        feedback_summary(known, posts, as_of),
        development_summary(known, as_of),
        attendance_summary(known, as_of),
    ):
        people = people.join(summary, on="employee_id", how="left")
    numbers = [nw.col(name).cast(nw.Float64) for name in FEATURES]
    people = people.select(*KEYS, *numbers).with_columns(
        nw.col(name).fill_null(0.0) for name in ZERO_WHEN_ABSENT
    )
    frames = people.sort("employee_id"), levels.select(LONG).sort("employee_id", "competency_id")
    return Profiles(*results(frames, eager=is_eager(records.employees)))
