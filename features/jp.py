"""What an activity is worth in training hours (JP), from its form, length and stated hours."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.standards.expressions import first_of
from features.standards.load import SHIPPED, Standards


def activity_jp(
    courses: nw.LazyFrame, on: date | None = None, standards: Standards = SHIPPED
) -> nw.LazyFrame:
    """Return what each course is worth.

    Hours that were credited to a person are final: this is for activities without them.

    Parameters
    ----------
    courses : LazyFrame
        ``course_id``, ``form``, ``jp`` (stated hours), ``days``, ``international``; each but the
        first two may be null.
    on : date, optional
        Day the standard must be in force; none: its newest version.
    standards : Standards
        The rules of the employer.

    Returns
    -------
    LazyFrame
        ``course_id``, ``worth_jp`` (float, JP; null: cannot be told) and ``jp_rule``: "by day" (a
        seminar or workshop of known length), "stated", "stated, international" (with the bonus),
        "stated, no conversion known" (a form for which no rule was found), "unknown".
    """
    rule = standards.load("jp_activities", on)
    # null is not abroad; pandas keeps a yes-or-no column with nulls as objects, so no `~` on it
    abroad = first_of([(nw.col("international") == nw.lit(value=True), 1)], 0) == 1
    is_stated = ~nw.col("jp").is_null()
    has_bonus = (
        abroad
        & nw.col("form").is_in(rule["training_forms"])
        & ~nw.col("form").is_in(rule["no_bonus_forms"])
    )
    dated = nw.col("form").is_in(list(rule["jp_a_day"])) & ~nw.col("days").is_null()
    has_rule = nw.col("form").is_in([*rule["training_forms"], *rule["jp_a_day"]])
    jp_a_day = first_of(
        (
            (nw.col("form") == form) & (abroad if place == "international" else ~abroad),
            float(hours),
        )
        for form, places in rule["jp_a_day"].items()
        for place, hours in places.items()
    )
    return courses.select(
        "course_id",
        worth_jp=first_of(
            [
                (dated, nw.col("days") * jp_a_day),
                (is_stated & has_bonus, nw.col("jp") * (1 + rule["international_bonus"])),
                (is_stated, nw.col("jp")),
            ]
        ),
        jp_rule=first_of(
            [
                (dated, "by day"),
                (is_stated & has_bonus, "stated, international"),
                (is_stated & has_rule, "stated"),
                (is_stated, "stated, no conversion known"),
            ],
            "unknown",
        ),
    )
