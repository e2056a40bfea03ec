"""Competency: the level last measured, what the present post requires, and the gap.

A competency that was never assessed has no level and no gap: missing evidence is not a gap.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.known import days_until, latest
from features.records import Records

LONG = ("employee_id", "competency_id", "level", "required_level", "gap", "days_since_assessment")


def competency_levels(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person and competency that is assessed or required (columns `LONG`).

    ``gap`` is in levels, at least 0; null where the level or the requirement is unknown.
    """
    person = posts.select("employee_id", "post_id")
    required = person.join(
        latest(known.post_requirements, "post_id", "competency_id").select(
            "post_id", "competency_id", "required_level"
        ),
        on="post_id",
        how="inner",
    ).select("employee_id", "competency_id", "required_level")
    assessed = (
        latest(known.assessments, "employee_id", "competency_id")
        .join(person.select("employee_id"), on="employee_id", how="inner")
        .with_columns(days_since_assessment=days_until(as_of, nw.col("valid_from")))
        .select("employee_id", "competency_id", "level", "days_since_assessment")
    )
    key = ["employee_id", "competency_id"]
    lacking = nw.col("required_level") - nw.col("level")
    return (
        nw.concat([required.select(key), assessed.select(key)])
        .unique(subset=key)
        .join(required, on=key, how="left")
        .join(assessed, on=key, how="left")
        .with_columns(nw.col("required_level").cast(nw.Float64))
        .with_columns(gap=nw.when(lacking > 0).then(lacking).when(lacking <= 0).then(0.0))
        .select(LONG)
    )


def competency_summary(levels: nw.LazyFrame) -> nw.LazyFrame:
    """Return one row a person.

    ``n_required``, ``n_assessed`` (of the required), ``n_gaps``, ``gap_levels`` (levels lacking in
    all), ``job_person_match`` (percent: mean of attained by required level, each at most 100;
    Perka BKN 26/2019), ``days_since_assessment`` (the newest).
    """
    ratio = nw.col("level") / nw.col("required_level")
    matched = nw.when(ratio >= 1).then(100.0).when(ratio < 1).then(ratio * 100)
    return (
        levels.with_columns(
            matched=matched,
            has_gap=nw.when(nw.col("gap") > 0).then(1.0).when(nw.col("gap") <= 0).then(0.0),
        )
        .group_by("employee_id")
        .agg(
            n_required=nw.col("required_level").count(),
            n_assessed=nw.col("gap").count(),
            n_gaps=nw.col("has_gap").sum(),
            gap_levels=nw.col("gap").sum(),
            job_person_match=nw.col("matched").mean(),
            days_since_assessment=nw.col("days_since_assessment").min(),
        )
    )
