"""Service results by hand: targets attained by the unit and by the post in it."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.known import months_before
from features.records import Records
from features.service_results import FIGURES, service_summary
from features.standards.load import load_standard

TABLES = ("service_targets",)
MAXIMUM = load_standard("profile_evidence")["service"]["maximum_attainment"]


def _columns(prefix: str) -> str:
    return ", ".join(f"{prefix}.{name} AS {prefix}_service_{name}" for name in FIGURES)


SQL = f"""
WITH measured AS (
    SELECT unit_id, post_id, valid_from >= $year AS recent,
           if(better = 'higher', attained >= target, attained <= target)::INT AS met,
           least({MAXIMUM}, CASE WHEN target <= 0 OR attained < 0 THEN met
                                 WHEN better = 'higher' THEN attained / target
                                 WHEN attained > 0 THEN target / attained
                                 ELSE {MAXIMUM} END) AS ratio
    FROM service_targets WHERE valid_from >= $two_years AND attained IS NOT NULL
),
figures AS (
    SELECT unit_id, post_id, avg(ratio) FILTER (recent) AS attainment,
           avg(met) FILTER (recent) AS met_share,
           nullif(count(*) FILTER (recent), 0) AS n_targets,
           avg(ratio) FILTER (recent) - avg(ratio) FILTER (NOT recent) AS attainment_change
    FROM measured GROUP BY unit_id, post_id
)
SELECT p.employee_id, {_columns("unit")}, {_columns("post")}
FROM present_posts p
LEFT JOIN figures unit ON unit.unit_id = p.unit_id AND unit.post_id IS NULL
LEFT JOIN figures post ON post.unit_id = p.unit_id AND post.post_id = p.post_id
"""  # noqa: S608


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    target, attained = pl.col("target"), pl.col("attained")
    higher = pl.col("better") == "higher"
    met = pl.when(higher).then(attained >= target).otherwise(attained <= target).cast(pl.Float64)
    ratio = (
        pl.when((target <= 0) | (attained < 0))
        .then(met)
        .when(higher)
        .then(attained / target)
        .when(attained > 0)
        .then(target / attained)
        .otherwise(MAXIMUM)
        .clip(upper_bound=MAXIMUM)
    )
    recent = pl.col("valid_from") >= months_before(as_of, 12)
    now, before = pl.col("ratio").filter(recent).mean(), pl.col("ratio").filter(~recent).mean()
    figures = (
        known.service_targets.filter(
            pl.col("valid_from") >= months_before(as_of, 24), attained.is_not_null()
        )
        .with_columns(ratio=ratio, met=met)
        .group_by("unit_id", "post_id")
        .agg(
            attainment=now,
            met_share=pl.col("met").filter(recent).mean(),
            n_targets=pl.when(recent.sum() > 0).then(recent.sum()),
            attainment_change=now - before,
        )
    )
    of_unit = figures.filter(pl.col("post_id").is_null()).drop("post_id")
    named = {whose: pl.col(FIGURES).name.prefix(f"{whose}_service_") for whose in ("unit", "post")}
    return (
        posts.select("employee_id", "unit_id", "post_id")
        .join(of_unit.select("unit_id", named["unit"]), on="unit_id", how="left")
        .join(
            figures.select("unit_id", "post_id", named["post"]),
            on=["unit_id", "post_id"],
            how="left",
        )
        .drop("unit_id", "post_id")
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return service_summary(known, posts, as_of)
