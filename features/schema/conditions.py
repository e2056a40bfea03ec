# pyright: strict
"""Attendance, surveys, service results, honours, sanctions, regulations."""

from __future__ import annotations

from features.schema.table import PERSON, UNIT, Column, Table
from features.schema.values import ANYONE, DIRECTIONS, DISCIPLINE_LEVELS

CONDITIONS: tuple[Table, ...] = (
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
)  # fmt: skip
