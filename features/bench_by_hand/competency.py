"""Competency by hand: levels, intervals and gaps by competency, and what they come to."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.bench_by_hand.career import days
from features.competency import LONG, NATIONAL, competency_levels, competency_summary
from features.records import Records
from features.schema import POST_LEVELS
from features.standards.load import load_standard

TABLES = ("post_requirements", "assessments", "posts", "competencies")
_EVIDENCE = load_standard("competency_evidence")
*KINDS, UNKNOWN = _EVIDENCE["errors"].values()
LOWEST, HIGHEST = _EVIDENCE["scale"]["minimum"], _EVIDENCE["scale"]["maximum"]
FACTOR, DRIFT = _EVIDENCE["interval"]["standard_errors"], _EVIDENCE["drift"]["levels_a_year"]
VALID_DAYS = load_standard("assessment_validity")["years"] * 365.25
BY_LEVEL = {k: v for k, v in load_standard("required_levels")["levels"].items() if k in POST_LEVELS}
_ERROR = " ".join(
    f"WHEN contains(lower(source), '{word}') THEN {kind['levels']}"
    for kind in KINDS
    for word in kind["words"]
)
_STANDARD = ", ".join(f"('{level}', {required})" for level, required in BY_LEVEL.items())
_NATIONAL = " OR ".join(f"starts_with(competency_id, '{code}')" for code in NATIONAL)
COMPETENCY_LEVELS = f"""
WITH stored AS (
    SELECT post_id, competency_id, arg_max(required_level, valid_from)::DOUBLE AS required_level,
           'post' AS required_by
    FROM post_requirements GROUP BY post_id, competency_id
),
requirements AS (
    FROM stored UNION ALL
    SELECT post_id, competency_id, required_level, 'standard'
    FROM (SELECT post_id, post_level FROM posts ANTI JOIN stored USING (post_id))
    JOIN (VALUES {_STANDARD}) AS s(post_level, required_level) USING (post_level),
    (SELECT competency_id FROM competencies WHERE {_NATIONAL})
),
required AS (
    SELECT employee_id, competency_id, required_level, required_by
    FROM present_posts JOIN requirements USING (post_id)
),
newest AS (
    SELECT employee_id, competency_id, arg_max(level, valid_from) AS level,
           arg_max_null(source, valid_from) AS source,
           date_diff('day', max(valid_from), $as_of)::DOUBLE AS days_since_assessment
    FROM assessments SEMI JOIN present_posts USING (employee_id)
    GROUP BY employee_id, competency_id
),
assessed AS (
    SELECT *, days_since_assessment > {VALID_DAYS} AS expired,
           CASE WHEN days_since_assessment > {VALID_DAYS} THEN {HIGHEST - LOWEST}
                ELSE {FACTOR} * sqrt(pow(CASE {_ERROR} ELSE {UNKNOWN["levels"]} END, 2)
                    + {DRIFT * DRIFT} * days_since_assessment / 365.25) END AS reach
    FROM newest
),
levels AS (
    SELECT employee_id, competency_id, level, required_level, days_since_assessment, source,
           required_by,
           CASE WHEN reach IS NULL THEN {LOWEST} ELSE greatest(level - reach, {LOWEST}) END
               AS level_lower,
           CASE WHEN reach IS NULL THEN {HIGHEST} ELSE least(level + reach, {HIGHEST}) END
               AS level_upper,
           CASE WHEN expired THEN 'expired' WHEN level IS NULL THEN 'none' ELSE 'valid' END
               AS evidence
    FROM required FULL JOIN assessed USING (employee_id, competency_id)
)
SELECT employee_id, competency_id, level, required_level,
       if(level IS NULL OR required_level IS NULL, NULL, greatest(required_level - level, 0))
           AS gap,
       days_since_assessment, level_lower, level_upper,
       if(required_level IS NULL, NULL, greatest(required_level - level_upper, 0)) AS gap_lower,
       if(required_level IS NULL, NULL, greatest(required_level - level_lower, 0)) AS gap_upper,
       evidence, source, required_by
FROM levels
"""  # noqa: S608
SQL = """
SELECT employee_id,
       count(required_level) AS n_required,
       count(gap) AS n_assessed,
       if(count(gap) > 0, count(*) FILTER (gap > 0), NULL) AS n_gaps,
       sum(gap) AS gap_levels,
       avg(least(level / required_level, 1)) FILTER (gap IS NOT NULL) * 100 AS job_person_match,
       min(days_since_assessment) AS days_since_assessment,
       coalesce(sum(gap_lower), 0) AS gap_levels_lower,
       coalesce(sum(gap_upper), 0) AS gap_levels_upper,
       avg(least(level_lower / required_level, 1)) FILTER (required_level IS NOT NULL) * 100
           AS job_person_match_lower,
       avg(least(level_upper / required_level, 1)) FILTER (required_level IS NOT NULL) * 100
           AS job_person_match_upper,
       count(*) FILTER (required_level IS NOT NULL AND evidence = 'expired') AS n_expired
FROM competency_levels GROUP BY employee_id
"""


def levels_in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `COMPETENCY_LEVELS` does."""
    required = posts.select("employee_id", "post_id").join(_requirements(known), on="post_id")
    both = required.drop("post_id").join(
        _assessed(known, posts, as_of),
        on=["employee_id", "competency_id"],
        how="full",
        coalesce=True,
    )
    need, low, high = (pl.col(n) for n in ("required_level", "level_lower", "level_upper"))
    return (
        both.with_columns(
            low.fill_null(LOWEST), high.fill_null(HIGHEST), pl.col("evidence").fill_null("none")
        )
        .with_columns(
            gap=(need - pl.col("level")).clip(0),
            gap_lower=(need - high).clip(0),
            gap_upper=(need - low).clip(0),
        )
        .select(LONG)
    )


def _requirements(known: Records) -> pl.LazyFrame:
    newest = pl.col("required_level").get(pl.col("valid_from").arg_max()).cast(pl.Float64)
    stored = known.post_requirements.group_by("post_id", "competency_id").agg(
        newest, required_by=pl.lit("post").first()
    )
    national = known.competencies.filter(
        pl.any_horizontal(pl.col("competency_id").str.starts_with(code) for code in NATIONAL)
    ).select("competency_id")
    level = pl.col("post_level").replace_strict(BY_LEVEL, default=None, return_dtype=pl.Float64)
    standard = (
        known.posts.join(stored, on="post_id", how="anti")
        .select("post_id", required_level=level, required_by=pl.lit("standard"))
        .drop_nulls("required_level")
        .join(national, how="cross")
        .select("post_id", "competency_id", "required_level", "required_by")
    )
    return pl.concat([stored, standard])


def _assessed(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    newest = pl.col("valid_from").arg_max()
    age, level, source = pl.col("days_since_assessment"), pl.col("level"), pl.col("source")
    error = pl.lit(UNKNOWN["levels"])
    for kind in reversed(KINDS):
        named = source.str.to_lowercase().str.contains_any(kind["words"])
        error = pl.when(named).then(kind["levels"]).otherwise(error)
    expired = age > VALID_DAYS
    reach = FACTOR * (error**2 + DRIFT**2 * age / 365.25).sqrt()
    return (
        known.assessments.join(posts, on="employee_id", how="semi")
        .group_by("employee_id", "competency_id")
        .agg(pl.col("level", "source").get(newest), pl.col("valid_from").max())
        .with_columns(days_since_assessment=days(as_of, pl.col("valid_from")))
        .with_columns(reach=pl.when(expired).then(HIGHEST - LOWEST).otherwise(reach))
        .select(
            "employee_id",
            "competency_id",
            "level",
            "source",
            "days_since_assessment",
            level_lower=(level - pl.col("reach")).clip(lower_bound=LOWEST),
            level_upper=(level + pl.col("reach")).clip(upper_bound=HIGHEST),
            evidence=pl.when(expired).then(pl.lit("expired")).otherwise(pl.lit("valid")),
        )
    )


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    need, gap = pl.col("required_level"), pl.col("gap")
    matches = {
        f"job_person_match{end}": (pl.col(f"level{end}") / need).clip(upper_bound=1).mean() * 100
        for end in ("", "_lower", "_upper")
    }
    return (
        levels_in_polars(known, posts, as_of)
        .group_by("employee_id")
        .agg(
            n_required=need.count(),
            n_assessed=gap.count(),
            n_gaps=pl.when(gap.count() > 0).then((gap > 0).sum()),
            gap_levels=pl.when(gap.count() > 0).then(gap.sum()),
            gap_levels_lower=pl.col("gap_lower").sum(),
            gap_levels_upper=pl.col("gap_upper").sum(),
            days_since_assessment=pl.col("days_since_assessment").min(),
            n_expired=(need.is_not_null() & (pl.col("evidence") == "expired")).sum(),
            **matches,
        )
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    return competency_summary(competency_levels(known, posts, as_of))
