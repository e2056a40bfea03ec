# pyright: strict
"""What is measured of people and units: assessments, appraisals, feedback."""

from __future__ import annotations

from features.schema.table import COMPETENCY, LEVEL, PERSON, UNIT, Column, Table
from features.schema.values import ANYONE, PERSONAL, RATER_ROLES, RATINGS, REVIEW_SCALES

APPRAISAL: tuple[Table, ...] = (
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
)  # fmt: skip
