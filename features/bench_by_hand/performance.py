"""Performance by hand: the newest predicate and 360 feedback, against the past and the unit."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.feedback import feedback_summary
from features.known import months_before
from features.performance import review_summary
from features.records import Records
from features.standards.load import load_standard

TABLES = ("reviews", "feedback360")
WEIGHTS: dict[str, float] = load_standard("feedback360")["weights"]
_MEANS = ", ".join(f"avg(score) FILTER (rater_role = '{r}') AS {r}" for r in WEIGHTS)
_SUM = " + ".join(f"coalesce({role} * {weight}, 0)" for role, weight in WEIGHTS.items())
_WEIGHT = " + ".join(f"if({role} IS NULL, 0, {weight})" for role, weight in WEIGHTS.items())
SQL = f"""
WITH reviewed AS (
    SELECT employee_id, unit_id, year, predicate
    FROM reviews JOIN present_posts USING (employee_id) WHERE predicate IS NOT NULL
),
newest AS (
    SELECT employee_id, any_value(unit_id) AS unit_id, max(year) AS year,
           arg_max(predicate, year) AS predicate
    FROM reviewed GROUP BY employee_id
),
review_figures AS (
    SELECT n.employee_id, n.predicate::DOUBLE AS predicate,
           n.predicate - b.predicate AS predicate_change,
           n.predicate - u.unit_mean AS predicate_vs_unit
    FROM newest n
    LEFT JOIN reviewed b ON b.employee_id = n.employee_id AND b.year = n.year - 1
    LEFT JOIN (SELECT unit_id, year, avg(predicate) AS unit_mean FROM reviewed GROUP BY ALL) u
        ON u.unit_id = n.unit_id AND u.year = n.year
),
by_role AS (
    SELECT employee_id, unit_id, valid_from >= $year AS recent, {_MEANS}
    FROM feedback360 JOIN present_posts USING (employee_id)
    WHERE valid_from >= $two_years GROUP BY ALL
),
scored AS (SELECT *, ({_SUM}) / nullif({_WEIGHT}, 0) AS total FROM by_role),
feedback_figures AS (
    SELECT s.employee_id, s.total AS feedback_score, s.superior AS feedback_superior,
           s.peer AS feedback_peer, s.total - e.total AS feedback_change,
           s.total - avg(s.total) OVER (PARTITION BY s.unit_id) AS feedback_vs_unit
    FROM scored s LEFT JOIN scored e ON e.employee_id = s.employee_id AND NOT e.recent
    WHERE s.recent
)
SELECT * FROM review_figures FULL JOIN feedback_figures USING (employee_id)
"""  # noqa: S608


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    units = posts.select("employee_id", "unit_id")
    return _reviews(known, units).join(
        _feedback(known, units, as_of), on="employee_id", how="full", coalesce=True
    )


def _reviews(known: Records, units: pl.LazyFrame) -> pl.LazyFrame:
    reviewed = known.reviews.filter(pl.col("predicate").is_not_null()).join(units, on="employee_id")
    newest = reviewed.group_by("employee_id").agg(
        pl.col("unit_id").first(),
        pl.col("predicate").get(pl.col("year").arg_max()).cast(pl.Float64),
        pl.col("year").max(),
    )
    means = reviewed.group_by("unit_id", "year").agg(unit_mean=pl.col("predicate").mean())
    before = reviewed.select("employee_id", pl.col("year") + 1, before=pl.col("predicate"))
    return (
        newest.join(means, on=["unit_id", "year"], how="left")
        .join(before, on=["employee_id", "year"], how="left")
        .select(
            "employee_id",
            "predicate",
            predicate_change=pl.col("predicate") - pl.col("before"),
            predicate_vs_unit=pl.col("predicate") - pl.col("unit_mean"),
        )
    )


def _feedback(known: Records, units: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    recent, score = pl.col("valid_from") >= months_before(as_of, 12), pl.col("score")
    means = {role: score.filter(pl.col("rater_role") == role).mean() for role in WEIGHTS}
    weighted = pl.sum_horizontal(pl.col(role) * weight for role, weight in WEIGHTS.items())
    weight = pl.sum_horizontal(
        pl.col(role).is_not_null() * weight for role, weight in WEIGHTS.items()
    )
    scored = (
        known.feedback360.filter(pl.col("valid_from") >= months_before(as_of, 24))
        .join(units, on="employee_id")
        .group_by("employee_id", "unit_id", recent.alias("recent"))
        .agg(**means)
        .with_columns(total=pl.when(weight > 0).then(weighted / weight))
    )
    earlier = scored.filter(~pl.col("recent")).select("employee_id", before="total")
    total = pl.col("total")
    return (
        scored.filter("recent")
        .join(earlier, on="employee_id", how="left")
        .select(
            "employee_id",
            feedback_score=total,
            feedback_superior=pl.col("superior"),
            feedback_peer=pl.col("peer"),
            feedback_change=total - pl.col("before"),
            feedback_vs_unit=total - total.mean().over("unit_id"),
        )
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    people = posts.select("employee_id")
    for summary in (review_summary(known, posts, as_of), feedback_summary(known, posts, as_of)):
        people = people.join(summary, on="employee_id", how="left")
    return people
