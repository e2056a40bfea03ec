"""Competency by hand: levels and gaps by person and competency, and what they come to."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.competency import competency_levels, competency_summary
from features.records import Records

TABLES = ("post_requirements", "assessments")
COMPETENCY_LEVELS = """
SELECT employee_id, competency_id, level, required_level::DOUBLE AS required_level,
       CASE WHEN required_level > level THEN required_level - level
            WHEN required_level <= level THEN 0.0 END AS gap,
       days_since_assessment
FROM (
    SELECT employee_id, competency_id, required_level
    FROM present_posts JOIN (
        SELECT post_id, competency_id, arg_max(required_level, valid_from) AS required_level
        FROM post_requirements GROUP BY post_id, competency_id
    ) USING (post_id)
)
FULL JOIN (
    SELECT employee_id, competency_id, arg_max(level, valid_from) AS level,
           date_diff('day', max(valid_from), $as_of)::DOUBLE AS days_since_assessment
    FROM assessments SEMI JOIN present_posts USING (employee_id)
    GROUP BY employee_id, competency_id
) USING (employee_id, competency_id)
"""
SQL = """
SELECT employee_id,
       count(required_level) AS n_required,
       count(gap) AS n_assessed,
       count(*) FILTER (gap > 0) AS n_gaps,
       coalesce(sum(gap), 0) AS gap_levels,
       avg(least(level / required_level, 1)) FILTER (gap IS NOT NULL) * 100 AS job_person_match,
       min(days_since_assessment) AS days_since_assessment
FROM competency_levels GROUP BY employee_id
"""


def levels_in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `COMPETENCY_LEVELS` does."""
    newest = pl.col("valid_from").arg_max()
    requirements = known.post_requirements.group_by("post_id", "competency_id").agg(
        pl.col("required_level").get(newest).cast(pl.Float64)
    )
    required = posts.select("employee_id", "post_id").join(requirements, on="post_id")
    since = (pl.lit(as_of) - pl.col("valid_from").max()).dt.total_days().cast(pl.Float64)
    assessed = (
        known.assessments.join(posts, on="employee_id", how="semi")
        .group_by("employee_id", "competency_id")
        .agg(pl.col("level").get(newest), days_since_assessment=since)
    )
    lacking = pl.col("required_level") - pl.col("level")
    return required.join(
        assessed, on=["employee_id", "competency_id"], how="full", coalesce=True
    ).select(
        "employee_id",
        "competency_id",
        "level",
        "required_level",
        lacking.clip(0).alias("gap"),
        "days_since_assessment",
    )


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    return summary_in_polars(levels_in_polars(known, posts, as_of))


def summary_in_polars(levels: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row a person of what `levels_in_polars` returns."""
    gap, match = pl.col("gap"), (pl.col("level") / pl.col("required_level")).clip(upper_bound=1)
    return levels.group_by("employee_id").agg(
        n_required=pl.col("required_level").count(),
        n_assessed=gap.count(),
        n_gaps=(gap > 0).sum(),
        gap_levels=gap.sum(),
        job_person_match=match.mean() * 100,
        days_since_assessment=pl.col("days_since_assessment").min(),
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return competency_summary(competency_levels(known, posts, as_of))
