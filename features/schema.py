# pyright: strict
"""The canonical tables, declared once: what a foreign export is turned into.

Every table also carries ``valid_from`` (the date a row is about) and ``available_at`` (the first
date it could be known). Where an export does not say when a row was recorded, ``available_at`` is
``valid_from`` plus the table's lag; a year's SKP review counts as known from 1 February after it, a
month's attendance from its last day.

Civil-service terms: *SKP* is the yearly performance agreement and its appraisal, *JP* (jam
pelajaran) a training hour of 45 minutes, *PNS* a permanent and *PPPK* a contract civil servant,
*OPD* an office of a regional government.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["text", "int", "float", "date", "bool"]

POST_LEVELS = (
    "jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas", "pelaksana",
    "ahli_utama", "ahli_madya", "ahli_muda", "ahli_pertama",
    "penyelia", "mahir", "terampil", "pemula", "other",
)  # fmt: skip
EMPLOYMENT_TYPES = ("PNS", "CPNS", "PPPK", "other")
RATINGS = ("above", "as_expected", "below")
PREDICATES = {
    "Sangat Baik": 5, "Baik": 4, "Butuh Perbaikan": 3, "Kurang": 2, "Sangat Kurang": 1,
}  # fmt: skip
RATER_ROLES = ("superior", "peer", "subordinate", "self")
FORMS = (
    "structural", "technical", "functional", "seminar", "workshop", "e-learning", "coaching",
    "other",
)  # fmt: skip
RESPONSES = ("accepted", "declined", "none")
STATUSES = ("enrolled", "completed", "dropped")
SEXES = ("female", "male")
RELIGIONS = ("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu", "Kepercayaan", "other")
MARITAL_STATUSES = ("single", "married", "divorced", "widowed")


@dataclass(frozen=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str = ""
    """Table whose key this column holds; such a value must exist there (perhaps the same table)."""
    future: bool = False
    """Whether a date may lie after the day of the import."""


@dataclass(frozen=True)
class Table:
    """One canonical table."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    lag: int | Literal["month_end", "next_february"] = 0
    """From ``valid_from`` to ``available_at`` where an export does not say: days, or a rule."""
    standing: bool = False
    """Whether rows hold from the start of time where an export does not say since when."""

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Its own columns and `DATES`."""
        return (*self.columns, *DATES)

    def has_column(self, name: str) -> bool:
        """Return whether there is a column of this name."""
        return any(column.name == name for column in self.all_columns)


DATES = (  # an export need not give ``available_at``; after the import it is never empty
    Column("valid_from", "date", "date the row is about"),
    Column("available_at", "date", "first date on which the row could be known", nullable=True),
)
FROM_THE_START = date(1900, 1, 1)
PERSON = Column("employee_id", "text", "random permanent key of a person", references="employees")
UNIT = Column("unit_id", "text", "organisational unit", references="units")
POST = Column("post_id", "text", "post (jabatan)", references="posts")
COMPETENCY = Column("competency_id", "text", "competency code", references="competencies")
COURSE = Column("course_id", "text", "course", references="courses")
LEVEL = Column("level", "float", "attained or taught level", "level 1-5", minimum=0, maximum=5)

TABLES: tuple[Table, ...] = (
    Table(
        "units",
        "Organisational units (OPD and their parts).",
        (
            Column("unit_id", "text", "key"),
            Column("name", "text", "name"),
            Column("parent_unit_id", "text", "unit above", nullable=True, references="units"),
        ),
        ("unit_id",),
        standing=True,
    ),
    Table(
        "posts",
        "Posts (jabatan).",
        (
            Column("post_id", "text", "key"),
            Column("title", "text", "title"),
            Column("post_level", "text", "level of the post (jenjang)", allowed=POST_LEVELS),
        ),
        ("post_id",),
        standing=True,
    ),
    Table(
        "competencies",
        "The competency dictionary.",
        (
            Column("competency_id", "text", "code, such as M.01"),
            Column("name", "text", "name"),
            Column("competency_group", "text", "managerial, socio-cultural or technical"),
        ),
        ("competency_id",),
        standing=True,
    ),
    Table(
        "post_requirements",
        "Level of each competency that a post requires (Standar Kompetensi Jabatan).",
        (
            POST,
            COMPETENCY,
            Column("required_level", "int", "required level", "level 1-5", minimum=1, maximum=5),
        ),
        ("post_id", "competency_id"),
        standing=True,
    ),
    Table(
        "employees",
        "People, without anything that names them.",
        (
            Column("employee_id", "text", "random permanent key of a person"),
            Column("employment_type", "text", "PNS, CPNS or PPPK", allowed=EMPLOYMENT_TYPES),
            Column("joined_on", "date", "first appointment", nullable=True),
            Column("left_on", "date", "last day of service, past or foreseen", nullable=True,
                   future=True),
        ),
        ("employee_id",),
        standing=True,
    ),
    Table(
        "employments",
        "Post and unit of a person from a date on (riwayat jabatan).",
        (PERSON, UNIT, POST),
        ("employee_id", "valid_from"),
    ),
    Table(
        "assessments",
        "Measured competency levels of a person.",
        (PERSON, COMPETENCY, LEVEL, Column("source", "text", "method", nullable=True)),
        ("employee_id", "competency_id", "valid_from"),
        lag=30,
    ),
    Table(
        "reviews",
        "Yearly SKP appraisal: results, behaviour and the predicate the quadrant gives.",
        (
            PERSON,
            Column("year", "int", "appraised year", "year", minimum=1990, maximum=2100),
            Column("results", "text", "hasil kerja", nullable=True, allowed=RATINGS),
            Column("behaviour", "text", "perilaku kerja", nullable=True, allowed=RATINGS),
            Column("predicate", "int", "5 Sangat Baik, 4 Baik, 3 Butuh Perbaikan, 2 Kurang, "
                   "1 Sangat Kurang", "ordinal 1-5", minimum=1, maximum=5),
        ),
        ("employee_id", "year"),
        lag="next_february",
    ),
    Table(
        "feedback360",
        "Scores by superiors, peers, subordinates and the person; raters are not kept.",
        (
            PERSON,
            Column("rater_role", "text", "role of the rater", allowed=RATER_ROLES),
            Column("score", "float", "score", "points 0-100", minimum=0, maximum=100),
        ),
        (),
        lag=14,
    ),
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
        ),
        ("course_id",),
        standing=True,
    ),
    Table(
        "course_competencies",
        "What a course teaches, and up to which level.",
        (COURSE, COMPETENCY, LEVEL),
        ("course_id", "competency_id"),
        standing=True,
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
            Column("place", "text", "where", nullable=True),
        ),
        ("session_id",),
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
        "attendance",
        "Attendance by month; ``valid_from`` is its first day.",
        (
            PERSON,
            Column("workdays", "int", "working days of the month", "days", minimum=0, maximum=31),
            Column("present_days", "int", "present", "days", nullable=True, minimum=0, maximum=31),
            Column("excused_days", "int", "absent with leave or reason", "days", nullable=True,
                   minimum=0, maximum=31),
            Column("unexcused_days", "int", "absent without reason", "days", minimum=0, maximum=31),
        ),
        ("employee_id", "valid_from"),
        lag="month_end",
    ),
    Table(
        "surveys",
        "Answers to engagement surveys.",
        (
            PERSON,
            Column("instrument", "text", "what was asked"),
            Column("score", "float", "score on the instrument's own scale", "points"),
        ),
        ("employee_id", "instrument", "valid_from"),
        lag=14,
    ),
    Table(
        "protected_attributes",
        "For the fairness audit only; no profile and no model reads it.",
        (
            Column("employee_id", "text", "person", references="employees"),
            Column("sex", "text", "sex", nullable=True, allowed=SEXES),
            Column("birth_year", "int", "year of birth", "year", nullable=True, minimum=1900,
                   maximum=2100),
            Column("religion", "text", "religion", nullable=True, allowed=RELIGIONS),
            Column("marital_status", "text", "marital status", nullable=True,
                   allowed=MARITAL_STATUSES),
        ),
        ("employee_id",),
        standing=True,
    ),
)  # fmt: skip

BY_NAME = {table.name: table for table in TABLES}
