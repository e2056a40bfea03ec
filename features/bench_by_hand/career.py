"""Career by hand: who is in which post and unit, since when, and the moves that led there."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.career import (
    LADDERS,
    career_summary,
    grade_summary,
    levels_above,
    retirement,
)
from features.records import Records
from features.standards.load import load_standard

TABLES = ("employments", "employees", "posts", "grades")
RUNGS = [
    (level, rung, number, len(levels) - 1 - rung)
    for number, levels in enumerate(load_standard("career")["ladders"][name] for name in LADDERS)
    for rung, level in enumerate(levels)
]
"""Level of a post, its rung, the number of its ladder, and the rungs above."""
EQUAL = [pair for pair in load_standard("penyetaraan")["equal"].items() if pair[0] != "certainty"]
START, END = (load_standard("penyetaraan")[name] for name in ("starts_on", "ends_on"))
_LADDER = ", ".join(f"('{level}', {rung}, {no}, {above})" for level, rung, no, above in RUNGS)
_EQUAL = " OR ".join(f"(level_before = '{a}' AND post_level = '{b}')" for a, b in EQUAL)
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
SQL = f"""
WITH ladder(post_level, rung, ladder, above) AS (VALUES {_LADDER}),
held AS (
    SELECT employee_id, e.valid_from, e.available_at, unit_id, e.post_id,
           coalesce(move, '') AS move, coalesce(p.post_level, '') AS post_level, rung, ladder
    FROM employments e LEFT JOIN posts p ON p.post_id = e.post_id
    LEFT JOIN ladder ON ladder.post_level = p.post_level
),
beside AS (
    SELECT *, move IN ('', 'appointment', 'other') AS undeclared,
           lag(unit_id) OVER w AS unit_before, lag(post_id) OVER w AS post_before,
           lag(post_level) OVER w AS level_before,
           rung - lag(rung) OVER w AS step, ladder = lag(ladder) OVER w AS same_ladder
    FROM held WINDOW w AS (PARTITION BY employee_id ORDER BY valid_from, available_at)
),
moves AS (
    SELECT *, CASE
        WHEN unit_before IS NULL THEN 'first'
        WHEN move = 'penyetaraan' OR (undeclared AND ({_EQUAL})
            AND valid_from BETWEEN DATE '{START}' AND DATE '{END}') THEN 'penyetaraan'
        WHEN move = 'promotion' OR (undeclared AND same_ladder AND step > 0) THEN 'promotion'
        WHEN move = 'demotion' OR (undeclared AND same_ladder AND step < 0) THEN 'demotion'
        WHEN unit_id = unit_before AND post_id = post_before THEN 'none'
        ELSE 'other' END AS kind
    FROM beside
),
career AS (
    SELECT employee_id,
           max(valid_from) FILTER (unit_before IS NULL OR unit_id != unit_before) AS unit_since,
           max(valid_from) FILTER (unit_before IS NULL
               OR (post_level != level_before AND kind != 'penyetaraan')) AS level_since,
           max(valid_from) FILTER (kind = 'promotion') AS promoted_on,
           min(valid_from) AS began_on,
           count(*) FILTER (kind IN ('promotion', 'demotion', 'other')) AS n_moves,
           count(*) FILTER (kind = 'promotion') AS n_promotions,
           count(*) FILTER (kind = 'demotion') AS n_demotions,
           count(*) FILTER (kind = 'penyetaraan') AS n_penyetaraan
    FROM moves GROUP BY employee_id
)
SELECT employee_id, post_days,
       date_diff('day', unit_since, $as_of) AS unit_days,
       date_diff('day', level_since, $as_of) AS level_days,
       date_diff('day', graded_on, $as_of) AS grade_days,
       date_diff('day', began_on, $as_of) AS service_days,
       n_moves, n_promotions, n_demotions, n_penyetaraan,
       date_diff('day', promoted_on, $as_of) AS days_since_promotion,
       above AS levels_above,
       date_diff('day', $as_of, retires_on) / 365.25 AS years_to_retirement
FROM present_posts LEFT JOIN career USING (employee_id)
LEFT JOIN (SELECT employee_id, max(valid_from) AS graded_on FROM grades GROUP BY employee_id)
    USING (employee_id)
LEFT JOIN (SELECT employee_id, retires_on FROM employees) USING (employee_id)
LEFT JOIN ladder USING (post_level)
"""  # noqa: S608


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
            post_days=days(as_of, pl.col("valid_from")),
        )
    )


def days(as_of: date, day: pl.Expr) -> pl.Expr:
    """Return the days from a date to `as_of`."""
    return (pl.lit(as_of) - day).dt.total_days().cast(pl.Float64)


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    rungs = pl.LazyFrame(RUNGS, schema=["post_level", "rung", "ladder", "above"], orient="row")
    grades = known.grades.group_by("employee_id").agg(graded_on=pl.col("valid_from").max())
    ends = known.employees.select("employee_id", "retires_on")
    return (
        posts.join(_career(known, rungs), on="employee_id", how="left")
        .join(grades, on="employee_id", how="left")
        .join(ends, on="employee_id", how="left")
        .join(rungs, on="post_level", how="left")
        .select(
            "employee_id",
            "post_days",
            "n_moves",
            "n_promotions",
            "n_demotions",
            "n_penyetaraan",
            unit_days=days(as_of, pl.col("unit_since")),
            level_days=days(as_of, pl.col("level_since")),
            grade_days=days(as_of, pl.col("graded_on")),
            service_days=days(as_of, pl.col("began_on")),
            days_since_promotion=days(as_of, pl.col("promoted_on")),
            levels_above=pl.col("above"),
            years_to_retirement=-days(as_of, pl.col("retires_on")) / 365.25,
        )
    )


def _career(known: Records, rungs: pl.LazyFrame) -> pl.LazyFrame:
    before = pl.col("unit_id", "post_id", "post_level", "rung", "ladder")
    beside = (
        known.employments.join(
            known.posts.select("post_id", "post_level"), on="post_id", how="left"
        )
        .join(rungs, on="post_level", how="left")
        .with_columns(pl.col("post_level", "move").fill_null(""))
        .sort("employee_id", "valid_from", "available_at")
        .with_columns(before.shift(1).over("employee_id").name.suffix("_before"))
    )
    first, begins = pl.col("unit_id_before").is_null(), pl.col("valid_from")
    new_unit = first | (pl.col("unit_id") != pl.col("unit_id_before"))
    new_level = (pl.col("post_level") != pl.col("post_level_before")) & (
        pl.col("kind") != "penyetaraan"
    )
    kinds = {f"n_{kind}s": pl.col("kind") == kind for kind in ("promotion", "demotion")}
    return (
        beside.with_columns(kind=_kind(first))
        .group_by("employee_id")
        .agg(
            unit_since=begins.filter(new_unit).max(),
            level_since=begins.filter(first | new_level).max(),
            promoted_on=begins.filter(pl.col("kind") == "promotion").max(),
            began_on=begins.min(),
            n_moves=pl.col("kind").is_in(["promotion", "demotion", "other"]).sum(),
            n_penyetaraan=(pl.col("kind") == "penyetaraan").sum(),
            **{name: condition.sum() for name, condition in kinds.items()},
        )
    )


def _kind(first: pl.Expr) -> pl.Expr:
    move, begins = pl.col("move"), pl.col("valid_from")
    undeclared = move.is_in(["", "appointment", "other"])
    equal = pl.any_horizontal(
        (pl.col("post_level_before") == a) & (pl.col("post_level") == b) for a, b in EQUAL
    )
    step = pl.col("rung") - pl.col("rung_before")
    on_ladder = undeclared & (pl.col("ladder") == pl.col("ladder_before"))
    same = pl.all_horizontal(
        pl.col(name) == pl.col(f"{name}_before") for name in ("unit_id", "post_id")
    )
    return (
        pl.when(first)
        .then(pl.lit("first"))
        .when((move == "penyetaraan") | (undeclared & equal & begins.is_between(START, END)))
        .then(pl.lit("penyetaraan"))
        .when((move == "promotion") | (on_ladder & (step > 0)))
        .then(pl.lit("promotion"))
        .when((move == "demotion") | (on_ladder & (step < 0)))
        .then(pl.lit("demotion"))
        .when(same)
        .then(pl.lit("none"))
        .otherwise(pl.lit("other"))
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    people = posts.select("employee_id", "post_level", "post_days")
    for summary in (
        career_summary(known, as_of),
        grade_summary(known, as_of),
        retirement(known, as_of),
    ):
        people = people.join(summary, on="employee_id", how="left")
    return people.with_columns(levels_above=levels_above()).drop("post_level")
