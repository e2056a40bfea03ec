"""Engagement: answers to surveys where an employer holds any, and who answers at all.

A person's answers are for the person and for research (`features.schema`): no planner and no model
sees them. A unit's mean needs enough people, so that it tells of nobody.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.expressions import one, share
from features.known import days_until, latest, since
from features.records import Records
from features.standards.load import load_standard

INSTRUMENTS = ("uwes9", "pulse")
"""UWES-9: total score 0-6, the mean of nine items. A pulse survey's scale is the employer's own."""


def engagement_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person that was ever asked.

    For each instrument: ``uwes9`` (the newest answer), ``uwes9_change`` (against the answer
    before), ``uwes9_vs_unit`` (against the mean of the present unit's newest answers);
    ``n_surveys_asked_12_months``, ``surveys_answered_share_12_months`` (null when not asked),
    ``days_since_survey`` (since the newest answer).
    """
    units = posts.select("employee_id", "unit_id")
    asked = known.surveys.join(units, on="employee_id", how="inner").with_columns(
        nw.col("instrument").str.to_lowercase()
    )
    summary = _responses(asked, as_of)
    for instrument in INSTRUMENTS:
        answers = asked.filter(nw.col("instrument") == instrument, ~nw.col("score").is_null())
        summary = summary.join(_scores(answers, instrument), on="employee_id", how="left")
    return summary


def _responses(asked: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    answered = ~nw.col("score").is_null()
    return (
        asked.with_columns(
            asked=one(since(as_of, 12)),
            answered=one(since(as_of, 12) & answered),
            days=nw.when(answered).then(days_until(as_of, nw.col("valid_from"))),
        )
        .group_by("employee_id")
        .agg(
            n_surveys_asked_12_months=nw.col("asked").sum(),
            answered=nw.col("answered").sum(),
            days_since_survey=nw.col("days").min(),
        )
        .with_columns(
            surveys_answered_share_12_months=share(
                nw.col("answered"), nw.col("n_surveys_asked_12_months")
            )
        )
        .drop("answered")
    )


def _scores(answers: nw.LazyFrame, instrument: str) -> nw.LazyFrame:
    minimum = load_standard("profile_evidence")["surveys"]["minimum_people"]
    ties = ("available_at", "score")
    # names of an instrument differ in case between exports: one answer a day
    daily = latest(answers, "employee_id", "valid_from", by="available_at", ties=("score",))
    newest = latest(
        daily.with_columns(
            before=nw.col("score").shift(1).over("employee_id", order_by=["valid_from", *ties])
        ),
        "employee_id",
        ties=ties,
    )
    score = nw.col("score")
    enough = score.count().over("unit_id") >= minimum
    unit_mean = nw.when(enough).then(score.mean().over("unit_id"))
    return newest.with_columns(unit_mean=unit_mean).select(
        "employee_id",
        score.alias(instrument),
        (score - nw.col("before")).alias(f"{instrument}_change"),
        (score - nw.col("unit_mean")).alias(f"{instrument}_vs_unit"),
    )
