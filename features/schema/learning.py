# pyright: strict
"""Courses, what they teach, when they are held, and who was offered and took them."""

from __future__ import annotations

from features.schema.table import COMPETENCY, COURSE, LEVEL, PERSON, Column, Table
from features.schema.values import ANYONE, FORMS, LANGUAGES, PERSONAL, RESPONSES, STATUSES, TRIGGERS

LEARNING: tuple[Table, ...] = (
    Table(
        "courses",
        "The catalogue of courses.",
        (
            Column("course_id", "text", "key"),
            Column("title", "text", "title"),
            Column("form", "text", "form of learning", allowed=FORMS),
            Column("jp", "float", "training hours", "JP", nullable=True, minimum=0, maximum=2000),
            Column("provider", "text", "provider", nullable=True),
            Column("cost_rupiah", "float", "cost a place", "rupiah", nullable=True, minimum=0),
            Column("post_levels", "text", "post levels that may take it, joined by |; empty: all",
                   nullable=True),
            Column("employment_types", "text", "employment types that may take it, joined by |; "
                   "empty: all", nullable=True),
            Column("prerequisite_course_id", "text", "course to complete first", nullable=True,
                   references="courses"),
            Column("mandatory", "bool", "assigned by rule, not chosen", nullable=True),
            Column("trigger", "text", "event that assigns it: Latsar on entry, PKA on appointment",
                   nullable=True, allowed=TRIGGERS),
            Column("days", "float", "length", "days", nullable=True, minimum=0, maximum=1000),
            Column("international", "bool", "held abroad or by a foreign body", nullable=True),
            Column("certificate_years", "float", "how long its certificate holds, then it may be "
                   "taken again; empty: for good", "years", nullable=True, minimum=0, maximum=50),
            Column("language", "text", "language one has to read to take it", nullable=True,
                   allowed=LANGUAGES),
        ),
        ("course_id",),
        standing=True,
        seen_by=ANYONE,
        keep_years=None,
    ),
    Table(
        "course_competencies",
        "What a course teaches, and up to which level.",
        (COURSE, COMPETENCY, LEVEL),
        ("course_id", "competency_id"),
        standing=True,
        seen_by=ANYONE,
        keep_years=None,
    ),
    Table(
        "sessions",
        "Dated runs of a course; ``valid_from`` is the day it was announced.",
        (
            Column("session_id", "text", "key"),
            COURSE,
            Column("starts_on", "date", "first day", future=True),
            Column("ends_on", "date", "last day", nullable=True, future=True),
            Column("seats", "int", "places", "people", nullable=True, minimum=0),
            Column("place", "text", "where one has to be; empty, or a word for online: anywhere",
                   nullable=True),
        ),
        ("session_id",),
        seen_by=ANYONE,
    ),
    Table(
        "offers",
        "Courses offered to a person and the answer.",
        (PERSON, COURSE, Column("response", "text", "answer", allowed=RESPONSES)),
        ("employee_id", "course_id", "valid_from"),
        lag=14,
    ),
    Table(
        "enrolments",
        "Courses taken; ``valid_from`` is the first day.",
        (
            PERSON,
            COURSE,
            Column("status", "text", "outcome", allowed=STATUSES),
            Column("jp", "float", "training hours credited", "JP", nullable=True, minimum=0,
                   maximum=2000),
        ),
        ("employee_id", "course_id", "valid_from"),
        lag=30,
    ),
    Table(
        "advice",
        "What assessors advised a person to develop (Saran Pengembangan): a competency, a course, "
        "or both; it judges recommendations and teaches no model.",
        (
            PERSON,
            Column("competency_id", "text", "competency to develop", nullable=True,
                   references="competencies"),
            Column("course_id", "text", "course to take", nullable=True, references="courses"),
        ),
        (),
        lag=30,
        seen_by=PERSONAL,
    ),
)  # fmt: skip
