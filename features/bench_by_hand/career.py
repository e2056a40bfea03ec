"""Career by hand: who is in which post and unit, and since when."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.records import Records

TABLES = ("employments", "employees", "posts")
PRESENT_POSTS = """
SELECT employee_id, unit_id, post_id, post_level, employment_type,
       date_diff('day', since, $as_of)::DOUBLE AS post_days
FROM (
    SELECT employee_id, max(valid_from) AS since,
           arg_max(unit_id, valid_from) AS unit_id, arg_max(post_id, valid_from) AS post_id
    FROM employments GROUP BY employee_id
)
JOIN (
    SELECT employee_id, employment_type FROM employees WHERE left_on IS NULL OR left_on >= $as_of
) USING (employee_id)
LEFT JOIN (SELECT post_id, post_level FROM posts) USING (post_id)
"""
SQL = "SELECT employee_id, post_days FROM present_posts"


def posts_in_polars(known: Records, as_of: date) -> pl.LazyFrame:
    """Return what `PRESENT_POSTS` does."""
    newest = pl.col("unit_id", "post_id").get(pl.col("valid_from").arg_max())
    return (
        known.employments.group_by("employee_id")
        .agg(newest, pl.col("valid_from").max())
        .join(
            known.employees.filter(pl.col("left_on").is_null() | (pl.col("left_on") >= as_of)),
            on="employee_id",
        )
        .join(known.posts.select("post_id", "post_level"), on="post_id", how="left")
        .select(
            "employee_id",
            "unit_id",
            "post_id",
            "post_level",
            "employment_type",
            post_days=(pl.lit(as_of) - pl.col("valid_from")).dt.total_days().cast(pl.Float64),
        )
    )


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    return posts.select("employee_id", "post_days")


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return posts.select("employee_id", "post_days")
