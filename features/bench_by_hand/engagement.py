"""Engagement by hand: the newest answers, against the answer before and the unit."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.bench_by_hand.career import days
from features.engagement import INSTRUMENTS, engagement_summary
from features.known import months_before
from features.records import Records
from features.standards.load import load_standard

TABLES = ("surveys",)
MINIMUM = load_standard("profile_evidence")["surveys"]["minimum_people"]


def _figures(instrument: str) -> str:
    return f"""
    SELECT employee_id, score AS {instrument}, score - before AS {instrument}_change,
           if(count(*) OVER unit >= {MINIMUM}, score - avg(score) OVER unit, NULL)
               AS {instrument}_vs_unit
    FROM (
        SELECT employee_id, unit_id, arg_max(score, valid_from) AS score,
               arg_max(score, valid_from, 2)[2] AS before
        FROM asked WHERE instrument = '{instrument}' AND score IS NOT NULL
        GROUP BY employee_id, unit_id
    ) WINDOW unit AS (PARTITION BY unit_id)"""  # noqa: S608


SQL = f"""
WITH asked AS (
    SELECT employee_id, unit_id, lower(instrument) AS instrument, score, valid_from
    FROM surveys JOIN (SELECT employee_id, unit_id FROM present_posts) USING (employee_id)
),
responses AS (
    SELECT employee_id, count(*) FILTER (valid_from >= $year) AS n_surveys_asked_12_months,
           count(score) FILTER (valid_from >= $year) / nullif(n_surveys_asked_12_months, 0)
               AS surveys_answered_share_12_months,
           date_diff('day', max(valid_from) FILTER (score IS NOT NULL), $as_of)
               AS days_since_survey
    FROM asked GROUP BY employee_id
)
FROM responses
{" ".join(f"LEFT JOIN ({_figures(name)}) USING (employee_id)" for name in INSTRUMENTS)}
"""  # noqa: S608


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    asked = known.surveys.join(posts.select("employee_id", "unit_id"), on="employee_id")
    asked = asked.with_columns(pl.col("instrument").str.to_lowercase())
    begins, score = pl.col("valid_from"), pl.col("score")
    year = begins >= months_before(as_of, 12)
    n_asked, answered = year.sum(), (year & score.is_not_null()).sum()
    people = asked.group_by("employee_id").agg(
        n_surveys_asked_12_months=n_asked,
        surveys_answered_share_12_months=pl.when(n_asked > 0).then(answered / n_asked),
        days_since_survey=days(as_of, begins.filter(score.is_not_null()).max()),
    )
    for instrument in INSTRUMENTS:
        people = people.join(_scores(asked, instrument), on="employee_id", how="left")
    return people


def _scores(asked: pl.LazyFrame, instrument: str) -> pl.LazyFrame:
    newest = pl.col("score").sort_by("valid_from", descending=True)
    score, unit = pl.col("score"), pl.len().over("unit_id") >= MINIMUM
    return (
        asked.filter(pl.col("instrument") == instrument, score.is_not_null())
        .group_by("employee_id", "unit_id")
        .agg(newest.first(), before=newest.get(1, null_on_oob=True))
        .select(
            "employee_id",
            score.alias(instrument),
            (score - pl.col("before")).alias(f"{instrument}_change"),
            pl.when(unit).then(score - score.mean().over("unit_id")).alias(f"{instrument}_vs_unit"),
        )
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return engagement_summary(known, posts, as_of)
