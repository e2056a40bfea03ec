# pyright: strict
"""The canonical tables, declared once: what a foreign export is turned into.

Every table also carries ``valid_from`` (the date a row is about), ``available_at`` (the first date
it could be known) and ``superseded_at`` (from when a corrected or withdrawn version no longer
counted; null: it still counts). Where an export does not say when a row was recorded,
``available_at`` is ``valid_from`` plus the table's lag; a year's SKP review counts as known from
1 February after it, a month's attendance from its last day.

Civil-service terms: *SKP* is the yearly performance agreement and its appraisal, *JP* (jam
pelajaran) a training hour of 45 minutes, *PNS* a permanent and *PPPK* a contract civil servant,
*OPD* an office of a regional government.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
TRIGGERS = ("entry", "appointment", "promotion")
MOVES = ("appointment", "promotion", "rotation", "penyetaraan", "demotion", "other")
EDUCATIONS = (
    "sd", "smp", "sma", "d1", "d2", "d3", "d4", "s1", "profesi", "s2", "spesialis",
    "subspesialis", "s3",
)  # fmt: skip
LEFT_REASONS = ("retirement", "death", "resignation", "transfer", "dismissal", "other")
DISCIPLINE_LEVELS = ("light", "moderate", "severe")
DIRECTIONS = ("higher", "lower")
REVIEW_SCALES = ("predicate", "numeric")
SEXES = ("female", "male")
RELIGIONS = ("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu", "Kepercayaan", "other")
MARITAL_STATUSES = ("single", "married", "divorced", "widowed")


ROLES = ("planner", "superior", "employee", "data_scientist", "auditor")
"""Who may see a table: a planner the own units, a superior the own team, an employee the own rows,
a data scientist rows without identities, an auditor the log and the audit tables."""
PLANNING = ("planner", "superior", "employee", "data_scientist")
PERSONAL = ("planner", "employee", "data_scientist")
ANYONE = ROLES


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
    seen_by: tuple[str, ...] = PLANNING
    """Roles (`ROLES`) that may see its rows."""
    keep_years: int | None = 10
    """Years after ``valid_from`` that a row is kept; none: as long as the person or thing is."""

    announced: bool = False
    """Whether ``valid_from`` may lie after the day of the import: what will hold is told before."""

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Its own columns and `DATES`."""
        about, *others = DATES
        return (*self.columns, replace(about, future=self.announced), *others)

    def has_column(self, name: str) -> bool:
        """Return whether there is a column of this name."""
        return any(column.name == name for column in self.all_columns)


DATES = (  # an export need not give ``available_at``; after the import it is never empty
    Column("valid_from", "date", "date the row is about"),
    Column("available_at", "date", "first date on which the row could be known", nullable=True),
    Column("superseded_at", "date", "date from which a corrected or withdrawn row no longer counts",
           nullable=True, future=True),
)  # fmt: skip
DATE_NAMES = tuple(column.name for column in DATES)
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
        seen_by=ANYONE,
        keep_years=None,
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
        seen_by=ANYONE,
        keep_years=None,
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
        seen_by=ANYONE,
        keep_years=None,
    ),
    Table(
        "post_requirements",
        "Level of each competency that a post requires (Standar Kompetensi Jabatan); one that is "
        "announced counts from its date.",
        (
            POST,
            COMPETENCY,
            Column("required_level", "int", "required level", "level 1-5", minimum=1, maximum=5),
        ),
        ("post_id", "competency_id", "valid_from"),
        standing=True,
        announced=True,
        seen_by=ANYONE,
        keep_years=None,
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
            Column("left_reason", "text", "why service ended", nullable=True,
                   allowed=LEFT_REASONS),
            Column("retires_on", "date", "foreseen retirement (BUP); for eligibility only",
                   nullable=True, future=True),
            Column("education", "text", "highest education", nullable=True, allowed=EDUCATIONS),
        ),
        ("employee_id",),
        standing=True,
        keep_years=None,
    ),
    Table(
        "employments",
        "Post and unit of a person from a date on (riwayat jabatan).",
        (
            PERSON,
            UNIT,
            POST,
            Column("move", "text", "how the post was come by; penyetaraan turned structural posts "
                   "into functional ones and is no promotion", nullable=True, allowed=MOVES),
        ),
        ("employee_id", "valid_from"),
        keep_years=None,
    ),
    Table(
        "grades",
        "Grade (golongan) of a person from a date on; those of PNS and PPPK are different scales.",
        (PERSON, Column("grade", "text", "golongan as written, such as III/c or IX")),
        ("employee_id", "valid_from"),
        keep_years=None,
    ),
    Table(
        "assessments",
        "Measured competency levels of a person.",
        (PERSON, COMPETENCY, LEVEL, Column("source", "text", "method", nullable=True)),
        ("employee_id", "competency_id", "valid_from"),
        lag=30,
        seen_by=PERSONAL,
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
                   "1 Sangat Kurang", "ordinal 1-5", nullable=True, minimum=1, maximum=5),
            Column("scale", "text", "predicate (since 2022) or the numeric SKP of earlier years; "
                   "the two are never compared", nullable=True, allowed=REVIEW_SCALES),
            Column("score", "float", "numeric SKP", "points 0-120", nullable=True, minimum=0,
                   maximum=120),
        ),
        ("employee_id", "year"),
        lag="next_february",
    ),
    Table(
        "unit_reviews",
        "Yearly result of a unit; it fixes the pattern of its people's predicates (SE 3/2023).",
        (
            UNIT,
            Column("year", "int", "appraised year", "year", minimum=1990, maximum=2100),
            Column("predicate", "int", "as in reviews", "ordinal 1-5", minimum=1, maximum=5),
        ),
        ("unit_id", "year"),
        lag="next_february",
        seen_by=ANYONE,
    ),
    Table(
        "feedback360",
        "Scores by superiors, peers, subordinates and the person; raters are not kept.",
        (
            PERSON,
            Column("rater_role", "text", "role of the rater", allowed=RATER_ROLES),
            Column("behaviour", "text", "behaviour asked about (BerAKHLAK); empty: all in one",
                   nullable=True),
            Column("score", "float", "score", "points 0-100", minimum=0, maximum=100),
        ),
        (),
        lag=14,
        seen_by=("data_scientist",),
        keep_years=5,
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
            Column("trigger", "text", "event that assigns it: Latsar on entry, PKA on appointment",
                   nullable=True, allowed=TRIGGERS),
            Column("days", "float", "length", "days", nullable=True, minimum=0, maximum=1000),
            Column("international", "bool", "held abroad or by a foreign body", nullable=True),
            Column("certificate_years", "float", "how long its certificate holds, then it may be "
                   "taken again; empty: for good", "years", nullable=True, minimum=0, maximum=50),
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
            Column("place", "text", "where", nullable=True),
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
        "attendance",
        "Attendance by month; ``valid_from`` is its first day.",
        (
            PERSON,
            Column("workdays", "int", "working days of the month", "days", minimum=0, maximum=31),
            Column("present_days", "int", "present", "days", nullable=True, minimum=0, maximum=31),
            Column("excused_days", "int", "absent with leave or reason", "days", nullable=True,
                   minimum=0, maximum=31),
            Column("unexcused_days", "int", "absent without reason", "days", minimum=0, maximum=31),
            Column("leave_days", "int", "of the excused: leave granted beforehand", "days",
                   nullable=True, minimum=0, maximum=31),
            Column("outage_days", "int", "not recorded for a fault of network or device", "days",
                   nullable=True, minimum=0, maximum=31),
        ),
        ("employee_id", "valid_from"),
        lag="month_end",
        keep_years=5,
    ),
    Table(
        "surveys",
        "Answers to engagement surveys.",
        (
            PERSON,
            Column("instrument", "text", "what was asked, such as uwes9 (mean of 0-6) or pulse"),
            Column("score", "float", "score on the instrument's own scale; empty: asked and not "
                   "answered", "points", nullable=True),
        ),
        ("employee_id", "instrument", "valid_from"),
        lag=14,
        seen_by=("data_scientist",),
        keep_years=5,
    ),
    Table(
        "service_targets",
        "Service results of a unit, or of a post in it, against target; ``valid_from`` is the "
        "last day of the period.",
        (
            UNIT,
            Column("post_id", "text", "post; empty: the whole unit", nullable=True,
                   references="posts"),
            Column("indicator", "text", "what is measured, such as days to a licence"),
            Column("target", "float", "agreed value", "the indicator's own"),
            Column("attained", "float", "measured value", "the indicator's own", nullable=True),
            Column("better", "text", "which direction is better", allowed=DIRECTIONS),
        ),
        ("unit_id", "post_id", "indicator", "valid_from"),
        lag=30,
        seen_by=ANYONE,
    ),
    Table(
        "awards",
        "Awards and honours of a person.",
        (PERSON, Column("award", "text", "name of the award")),
        ("employee_id", "award", "valid_from"),
        keep_years=None,
    ),
    Table(
        "discipline",
        "Disciplinary sanctions (PP 94/2021); for IP ASN and legal eligibility, never for a model.",
        (
            PERSON,
            Column("level", "text", "level of the sanction", allowed=DISCIPLINE_LEVELS),
            Column("ends_on", "date", "last day of the sanction", nullable=True, future=True),
        ),
        ("employee_id", "level", "valid_from"),
        seen_by=("employee", "auditor"),
        keep_years=5,
    ),
    Table(
        "regulations",
        "New regulations that change what posts require; ``valid_from`` is when they were issued.",
        (
            Column("regulation_id", "text", "key"),
            Column("title", "text", "title"),
            Column("issuer", "text", "who issued it", nullable=True),
            Column("effective_on", "date", "first day in force", nullable=True, future=True),
            Column("summary", "text", "what changes", nullable=True),
        ),
        ("regulation_id",),
        seen_by=ANYONE,
        keep_years=None,
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
        seen_by=("auditor",),
        keep_years=None,
    ),
)  # fmt: skip

BY_NAME = {table.name: table for table in TABLES}
