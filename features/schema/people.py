# pyright: strict
"""People: who is where, since when, and with which grade."""

from __future__ import annotations

from features.schema.table import PERSON, POST, UNIT, Column, Table
from features.schema.values import EDUCATIONS, EMPLOYMENT_TYPES, LEFT_REASONS, MOVES

PEOPLE: tuple[Table, ...] = (
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
            Column("languages", "text", "languages the person reads (as of courses), joined by |; "
                   "empty: not known, forbids none", nullable=True),
            Column("reach", "text", "places of sessions the person can be at, joined by |; empty: "
                   "not known, forbids none", nullable=True),
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
)  # fmt: skip
