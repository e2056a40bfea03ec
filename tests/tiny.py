"""Five people countable by hand; the tests look at them on 1 January 2025.

e1 and e2 hold post P1 in unit U1, e3 holds P2 in U2, e4 has left, e5 has not begun. Reviews are
known from February on, assessments and enrolments after 30 days, feedback and offers after 14.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from features.records import Records, empty_records
from tests.tables import table_of


def tiny() -> Records:
    """Return the records as Polars frames."""
    tables = organisation() | people() | ratings() | courses() | learning() | attendance()
    return Records(**{**vars(empty_records()), **tables})


def organisation() -> dict[str, pl.DataFrame]:
    """Two units and two posts, of which one requires two competencies."""
    return {
        "units": table_of("units", "unit_id name", ("U1", "Dinas Satu"), ("U2", "Dinas Dua")),
        "posts": table_of(
            "posts",
            "post_id title post_level",
            ("P1", "Analis", "ahli_muda"),
            ("P2", "Kepala Bidang", "administrator"),
        ),
        "competencies": table_of(
            "competencies",
            "competency_id name competency_group",
            ("M.01", "Integritas", "Manajerial"),
            ("T.01", "Analisis", "Teknis"),
        ),
        "post_requirements": table_of(
            "post_requirements",
            "post_id competency_id required_level",
            ("P1", "M.01", 3),
            ("P1", "T.01", 2),
            ("P2", "M.01", 4),
        ),
    }


def people() -> dict[str, pl.DataFrame]:
    """Who holds which post, and e4 who has left."""
    return {
        "employees": table_of(
            "employees",
            "employee_id employment_type left_on",
            ("e1", "PNS", None),
            ("e2", "PNS", None),
            ("e3", "PPPK", None),
            ("e4", "PNS", date(2024, 6, 30)),
            ("e5", "CPNS", None),
        ),
        "employments": table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            ("e1", "U1", "P1", date(2023, 1, 1)),
            ("e2", "U2", "P2", date(2020, 1, 1)),
            ("e2", "U1", "P1", date(2024, 7, 1)),
            ("e3", "U2", "P2", date(2022, 1, 1)),
            ("e4", "U1", "P1", date(2020, 1, 1)),
            ("e5", "U1", "P1", date(2025, 2, 1)),
        ),
    }


def ratings() -> dict[str, pl.DataFrame]:
    """Assessments, reviews and 360 feedback."""
    return {
        "assessments": table_of(
            "assessments",
            "employee_id competency_id level valid_from",
            ("e1", "M.01", 2.0, date(2023, 3, 1)),
            ("e1", "M.01", 2.5, date(2024, 3, 1)),
            ("e1", "T.01", 2.5, date(2024, 3, 1)),
            ("e2", "M.01", 3.0, date(2024, 12, 15)),  # known from 14 January
            ("e3", "T.01", 1.0, date(2024, 1, 1)),  # P2 does not require it
        ),
        "reviews": table_of(
            "reviews",
            "employee_id year predicate valid_from",
            ("e1", 2022, 4, date(2022, 12, 31)),
            ("e1", 2023, 5, date(2023, 12, 31)),
            ("e1", 2024, 3, date(2024, 12, 31)),  # known from 1 February
            ("e2", 2023, 4, date(2023, 12, 31)),
            ("e3", 2021, 4, date(2021, 12, 31)),
            ("e3", 2023, 2, date(2023, 12, 31)),
            ("e4", 2023, 1, date(2023, 12, 31)),
        ),
        "feedback360": table_of(
            "feedback360",
            "employee_id rater_role score valid_from",
            ("e1", "superior", 80.0, date(2023, 6, 1)),
            ("e1", "superior", 90.0, date(2024, 6, 1)),
            ("e1", "peer", 70.0, date(2024, 6, 1)),
            ("e1", "peer", 80.0, date(2024, 6, 1)),
            ("e1", "self", 100.0, date(2024, 6, 1)),
            ("e2", "peer", 70.0, date(2024, 6, 1)),
            ("e3", "self", 95.0, date(2024, 6, 1)),
            ("e3", "superior", 60.0, date(2024, 12, 25)),  # known from 8 January
        ),
    }


def courses() -> dict[str, pl.DataFrame]:
    """Three courses, of which two teach and two have a session."""
    return {
        "courses": table_of(
            "courses",
            "course_id title form jp prerequisite_course_id",
            ("C1", "Dasar", "technical", 20.0, None),
            ("C2", "Lanjutan", "technical", 10.0, "C1"),
            ("C3", "Seminar", "seminar", 4.0, None),
        ),
        "course_competencies": table_of(
            "course_competencies",
            "course_id competency_id level",
            ("C1", "T.01", 2.0),
            ("C2", "M.01", 3.0),
        ),
        "sessions": table_of(
            "sessions",
            "session_id course_id starts_on valid_from",
            ("S1", "C1", date(2024, 3, 10), date(2024, 1, 15)),
            ("S2", "C2", date(2025, 5, 1), date(2024, 12, 1)),
        ),
    }


def learning() -> dict[str, pl.DataFrame]:
    """What was offered, answered and taken."""
    return {
        "offers": table_of(
            "offers",
            "employee_id course_id response valid_from",
            ("e1", "C1", "accepted", date(2024, 2, 1)),
            ("e1", "C2", "declined", date(2024, 9, 1)),
            ("e1", "C3", "none", date(2024, 12, 20)),  # known from 3 January
            ("e2", "C1", "accepted", date(2023, 11, 1)),
            ("e1", "C2", "none", date(2025, 2, 1)),
            ("e1", "C3", "declined", date(2025, 3, 1)),
            ("e2", "C2", "accepted", date(2025, 2, 1)),
            ("e2", "C3", "none", date(2025, 4, 1)),
            ("e3", "C1", "none", date(2025, 2, 1)),
        ),
        "enrolments": table_of(
            "enrolments",
            "employee_id course_id status jp valid_from available_at",
            ("e1", "C3", "completed", 4.0, date(2023, 12, 31), date(2024, 1, 15)),
            ("e1", "C1", "completed", 20.0, date(2024, 3, 10), date(2024, 3, 20)),
            ("e1", "C2", "dropped", None, date(2024, 10, 1), None),
            ("e2", "C1", "completed", 20.0, date(2024, 12, 10), None),  # known from 9 January
            ("e3", "C3", "enrolled", None, date(2024, 11, 1), None),
            ("e2", "C2", "enrolled", None, date(2025, 5, 1), None),
        ),
    }


def attendance() -> dict[str, pl.DataFrame]:
    """Attendance by month."""
    return {
        "attendance": table_of(
            "attendance",
            "employee_id workdays excused_days unexcused_days valid_from",
            *months("e1", date(2024, 1, 1), [0, 1, 0, 0, 1, 0, 0, 0, 1, 2, 3, 1], [4, *[1] * 11]),
            *months("e2", date(2024, 11, 1), [0, 2], [None, None]),
            *months("e3", date(2024, 7, 1), [0] * 6, [0] * 6),
            *months("e1", date(2025, 1, 1), [2, 2, 1, 2], [0] * 4),
            *months("e2", date(2025, 1, 1), [5, 5, 5, 5], [0] * 4),
            *months("e3", date(2025, 1, 1), [1, 0, 0, 1], [0] * 4),
        ),
    }


def months(person: str, first: date, unexcused: list[int], excused: list[int | None]) -> list:
    """Build a person's attendance of consecutive months."""
    rows, month = [], first
    for without, with_reason in zip(unexcused, excused, strict=True):
        rows.append((person, 20, with_reason, without, month))
        month = (month + timedelta(days=31)).replace(day=1)
    return rows
