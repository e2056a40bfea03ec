"""Career: who is in which post and unit, since when, and the moves that led there.

The penyetaraan of 2021 turned structural posts into functional ones: it is no move, no promotion
and no demotion.
"""

from __future__ import annotations

from datetime import date, timedelta

import narwhals as nw

from features.expressions import one, value_by
from features.known import days_until, latest, midnight
from features.records import Records
from features.schema import POST_LEVELS
from features.standards.load import load_standard

LADDERS = ("structural", "expert", "skilled")
_TIES = ("available_at",)


def present_posts(known: Records, as_of: date) -> nw.LazyFrame:
    """Return the people in service at `as_of`.

    Columns: ``employee_id``, ``unit_id``, ``post_id``, ``post_level``, ``employment_type``,
    ``post_days`` (days since the present post began). A last day of service on or after `as_of` is
    not known yet.
    """
    serving = known.employees.filter(
        nw.col("left_on").is_null() | (nw.col("left_on") >= midnight(as_of))
    ).select("employee_id", "employment_type")
    levels = known.posts.select("post_id", "post_level")
    return (
        latest(known.employments, "employee_id", ties=_TIES)
        .join(serving, on="employee_id", how="inner")
        .join(levels, on="post_id", how="left")
        .with_columns(post_days=days_until(as_of, nw.col("valid_from")))
        .select("employee_id", "unit_id", "post_id", "post_level", "employment_type", "post_days")
    )


def career_summary(known: Records, as_of: date) -> nw.LazyFrame:
    """Return one row a person that ever held a post.

    ``unit_days`` and ``level_days`` (days without a break in the present unit and at the present
    post level), ``n_moves`` (changes of unit or post), ``n_promotions`` and ``n_demotions``
    (declared, or a step on one ladder of ``standards/career.toml``), ``days_since_promotion``,
    ``n_penyetaraan``, ``service_days`` (since the first known post).
    """
    rows, begins = _with_moves(known), nw.col("valid_from")
    newest = ("unit_days", "level_days", "days_since_promotion")
    return (
        rows.with_columns(
            unit_days=nw.when(nw.col("new_unit")).then(begins),
            level_days=nw.when(nw.col("new_level")).then(begins),
            days_since_promotion=nw.when(nw.col("kind") == "promotion").then(begins),
            service_days=begins,
            n_moves=one(nw.col("kind").is_in(["promotion", "demotion", "other"])),
            n_promotions=one(nw.col("kind") == "promotion"),
            n_demotions=one(nw.col("kind") == "demotion"),
            n_penyetaraan=one(nw.col("kind") == "penyetaraan"),
        )
        .group_by("employee_id")
        .agg(
            *(nw.col(name).max() for name in newest),
            nw.col("service_days").min(),
            *(
                nw.col(name).sum()
                for name in ("n_moves", "n_promotions", "n_demotions", "n_penyetaraan")
            ),
        )
        .with_columns(
            days_until(as_of, nw.col(name)).alias(name) for name in (*newest, "service_days")
        )
    )


def grade_summary(known: Records, as_of: date) -> nw.LazyFrame:
    """Return one row a person with a grade: ``grade_days`` (days since the newest grade began)."""
    return (
        known.grades.group_by("employee_id")
        .agg(newest=nw.col("valid_from").max())
        .select("employee_id", grade_days=days_until(as_of, nw.col("newest")))
    )


def _with_moves(known: Records) -> nw.LazyFrame:
    """Return employments with ``new_unit``, ``new_level`` and the ``kind`` of each change.

    ``kind`` is ``first``, ``promotion``, ``demotion``, ``penyetaraan``, ``other`` or ``none``.
    """
    levels = known.posts.select("post_id", "post_level")
    rows = known.employments.join(levels, on="post_id", how="left").with_columns(
        nw.col("post_level").fill_null(""), rank=_rank(), ladder=_ladder()
    )
    rows = rows.with_columns(
        nw.col(name)
        .shift(1)
        .over("employee_id", order_by=["valid_from", *_TIES])
        .alias(f"previous_{name}")
        for name in ("unit_id", "post_id", "post_level", "rank", "ladder")
    )
    first = nw.col("previous_unit_id").is_null()
    return rows.with_columns(kind=_kind(first)).with_columns(
        new_unit=first | (nw.col("unit_id") != nw.col("previous_unit_id")),
        new_level=first
        | (
            (nw.col("post_level") != nw.col("previous_post_level"))
            & (nw.col("kind") != "penyetaraan")
        ),
    )


def _kind(first: nw.Expr) -> nw.Expr:
    move = nw.col("move").fill_null("")
    undeclared = move.is_in(["", "appointment", "other"])
    step = (
        nw.when(undeclared & (nw.col("ladder") == nw.col("previous_ladder")))
        .then(nw.col("rank") - nw.col("previous_rank"))
        .otherwise(0.0)
    )
    same = (nw.col("unit_id") == nw.col("previous_unit_id")) & (
        nw.col("post_id") == nw.col("previous_post_id")
    )
    return (
        nw.when(first)
        .then(nw.lit("first"))
        .when((move == "penyetaraan") | (undeclared & _equalised()))
        .then(nw.lit("penyetaraan"))
        .when((move == "promotion") | (step > 0))
        .then(nw.lit("promotion"))
        .when((move == "demotion") | (step < 0))
        .then(nw.lit("demotion"))
        .when(same)
        .then(nw.lit("none"))
        .otherwise(nw.lit("other"))
    )


def _equalised() -> nw.Expr:
    """Return whether a change of level is one of the penyetaraan and lies in its period."""
    rule = load_standard("penyetaraan")
    begins = nw.col("valid_from")
    in_period = (begins >= midnight(rule["starts_on"])) & (
        begins < midnight(rule["ends_on"] + timedelta(days=1))
    )
    equal = (
        (nw.col("previous_post_level") == old) & (nw.col("post_level") == new)
        for old, new in rule["equal"].items()
        if old in POST_LEVELS
    )
    return in_period & nw.any_horizontal(*equal, ignore_nulls=True)


def _rank() -> nw.Expr:
    ladders = load_standard("career")["ladders"]
    ranks = {level: rank for ladder in LADDERS for rank, level in enumerate(ladders[ladder])}
    return value_by("post_level", ranks)


def _ladder() -> nw.Expr:
    ladders = load_standard("career")["ladders"]
    numbers = {level: n for n, ladder in enumerate(LADDERS) for level in ladders[ladder]}
    return value_by("post_level", numbers)


def next_levels() -> dict[str, str]:
    """Return the level that follows each post level on its ladder; the highest has none."""
    ladders = load_standard("career")["ladders"]
    return {
        level: following
        for ladder in LADDERS
        for level, following in zip(ladders[ladder], ladders[ladder][1:], strict=False)
    }


def levels_above() -> nw.Expr:
    """Return how many levels of its ladder lie above ``post_level``; null for other levels."""
    ladders = load_standard("career")["ladders"]
    return value_by(
        "post_level",
        {
            level: above
            for ladder in LADDERS
            for above, level in enumerate(reversed(ladders[ladder]))
        },
    )


def retirement(known: Records, as_of: date) -> nw.LazyFrame:
    """Return ``employee_id``, ``years_to_retirement``: for legal eligibility, never for a model."""
    return known.employees.select(
        "employee_id",
        years_to_retirement=-days_until(as_of, nw.col("retires_on")) / 365.25,
    )
