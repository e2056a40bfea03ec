"""What an import holds, in numbers: how many people have what, over how many months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from features.horizon import end_of_records
from features.known import months_before
from features.labels import COMPONENTS, EVENT, build_labels
from features.records import Records
from features.standards.load import load_standard

RECENT_MONTHS = 24


def measure_records(records: Records, as_of: date | None = None) -> dict[str, float]:
    """Return every measure by name, of records as they count today.

    Parameters
    ----------
    records : Records
        Polars frames, current versions only (`features.known.current_records`).
    as_of : date, optional
        Day to look back from (`features.horizon`); default: the end of the records.

    Returns
    -------
    dict of str to float
        Names starting with ``share`` lie between 0 and 1, ``…_months`` are calendar months,
        ``seen_…`` are people for whom a component could be observed in the last window that the
        records cover and ``events…`` those for whom it happened, the rest are counts.
    """
    if records.employees.is_empty():
        return dict.fromkeys(_names(), 0.0)
    as_of = as_of or end_of_records(records)
    serving = _serving(records, as_of)
    values = {name: float(measure(records, serving, as_of)) for name, measure in MEASURES.items()}
    return {**values, **_events(records, as_of)}


def _names() -> list[str]:
    seen = [f"{kind}_{name}" for kind in ("seen", "events") for name in COMPONENTS]
    return [*MEASURES, *seen, "events"]


def _events(records: Records, as_of: date) -> dict[str, float]:
    """Count the events of the last window that the records cover."""
    horizon = load_standard("disengagement")["horizon_months"]
    labels = build_labels(records, months_before(as_of, horizon), horizon)
    counts = {f"events_{name}": float(labels[name].sum()) for name in COMPONENTS}
    counts |= {f"seen_{name}": float(labels[name].count()) for name in COMPONENTS}
    return {**counts, "events": float(labels[EVENT].sum())}


def _serving(records: Records, as_of: date) -> pl.DataFrame:
    """Return where everybody in service is: ``employee_id post_id unit_id retires_on``."""
    left = pl.col("left_on") < as_of
    staying = records.employees.filter(~left.fill_null(value=False)).select(
        "employee_id", "retires_on"
    )
    return (
        records.employments.filter(pl.col("valid_from") < as_of)
        .sort("valid_from")
        .unique("employee_id", keep="last")
        .join(staying, on="employee_id")
        .select("employee_id", "post_id", "unit_id", "retires_on")
    )


def _share_of_people(frame: pl.DataFrame, serving: pl.DataFrame, column: str) -> float:
    """Return the share of serving people (or their posts, units) that the frame names."""
    if serving.is_empty():
        return 0.0
    return serving[column].is_in(frame[column].drop_nulls().unique().implode()).mean()  # type: ignore[return-value]


def _recent(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    return frame.filter(pl.col("valid_from") >= months_before(as_of, RECENT_MONTHS))


def _months(frame: pl.DataFrame) -> int:
    return frame["valid_from"].dt.truncate("1mo").n_unique() if len(frame) else 0


def _share(frame: pl.DataFrame, condition: pl.Expr) -> float:
    return frame.select(condition.mean()).item() if len(frame) else 0.0


def _learners(records: Records, as_of: date) -> int:
    return records.enrolments.filter(
        pl.col("valid_from") >= months_before(as_of, 12), pl.col("status") != "dropped"
    )["employee_id"].n_unique()


def _teaches(records: Records) -> float:
    courses = records.courses
    known = records.course_competencies["course_id"].unique().implode()
    return _share(courses, pl.col("course_id").is_in(known))


def _support_months(records: Records) -> int:
    return max(
        _months(records.attendance), min(_months(records.offers), _months(records.enrolments))
    )


Measure = Callable[[Records, pl.DataFrame, date], float]
MEASURES: dict[str, Measure] = {
    "people": lambda r, serving, day: len(serving),
    "share_with_post_level": lambda r, serving, day: _share_of_people(
        r.posts.filter(pl.col("post_level") != "other"), serving, "post_id"
    ),
    "share_required": lambda r, serving, day: _share_of_people(
        r.post_requirements.filter(pl.col("valid_from") < day), serving, "post_id"
    ),
    "share_assessed": lambda r, serving, day: _share_of_people(
        r.assessments, serving, "employee_id"
    ),
    "share_reviewed": lambda r, serving, day: _share_of_people(
        _recent(r.reviews.filter(pl.col("predicate").is_not_null()), day), serving, "employee_id"
    ),
    "share_with_feedback": lambda r, serving, day: _share_of_people(
        _recent(r.feedback360, day), serving, "employee_id"
    ),
    "share_with_course": lambda r, serving, day: _share_of_people(
        _recent(r.enrolments, day), serving, "employee_id"
    ),
    "share_with_jp": lambda r, serving, day: _share(r.enrolments, pl.col("jp").is_not_null()),
    "share_with_attendance": lambda r, serving, day: _share_of_people(
        _recent(r.attendance, day), serving, "employee_id"
    ),
    "share_surveyed": lambda r, serving, day: _share_of_people(
        _recent(r.surveys.filter(pl.col("score").is_not_null()), day), serving, "employee_id"
    ),
    "share_with_retirement": lambda r, serving, day: _share(
        serving, pl.col("retires_on").is_not_null()
    ),
    "share_of_units_with_targets": lambda r, serving, day: _share_of_people(
        _recent(r.service_targets, day), serving.unique("unit_id"), "unit_id"
    ),
    "share_of_courses_that_teach": lambda r, serving, day: _teaches(r),
    "share_of_courses_with_cost": lambda r, serving, day: _share(
        r.courses, pl.col("cost_rupiah").is_not_null()
    ),
    "attendance_months": lambda r, serving, day: _months(r.attendance),
    "course_months": lambda r, serving, day: _months(r.enrolments),
    "support_months": lambda r, serving, day: _support_months(r),
    "courses_taken": lambda r, serving, day: len(r.enrolments),
    "learners": lambda r, serving, day: _learners(r, day),
    "offers": lambda r, serving, day: len(r.offers),
    "future_sessions": lambda r, serving, day: len(r.sessions.filter(pl.col("starts_on") >= day)),
    "regulations": lambda r, serving, day: len(r.regulations),
}
"""How each measure is taken: of the records, the people in service, and the day after the newest.
"""
