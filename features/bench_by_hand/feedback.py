"""360 feedback by hand: by role of the rater, and by behaviour."""

from __future__ import annotations

from datetime import date

import polars as pl

from features.known import months_before
from features.records import Records
from features.standards.load import load_standard

WEIGHTS: dict[str, float] = load_standard("feedback360")["weights"]
_EVIDENCE = load_standard("profile_evidence")
RATERS = _EVIDENCE["raters"]
POINTS, PEOPLE = _EVIDENCE["strengths"]["points"], _EVIDENCE["strengths"]["minimum_people"]
_ROLES = ", ".join(f"'{role}'" for role in WEIGHTS)
FEEDBACK_CELLS = f"""
SELECT employee_id, rater_role, coalesce(behaviour, '') AS behaviour,
       coalesce(sum(score) FILTER (valid_from >= $year), 0) AS recent,
       count(*) FILTER (valid_from >= $year) AS n_recent,
       coalesce(sum(score) FILTER (valid_from < $year), 0) AS earlier,
       count(*) FILTER (valid_from < $year) AS n_earlier
FROM feedback360 SEMI JOIN present_posts USING (employee_id)
WHERE valid_from >= $two_years AND rater_role IN ({_ROLES})
GROUP BY employee_id, rater_role, behaviour
"""  # noqa: S608


def _scores(period: str, key: str, cells: str = "feedback_cells") -> str:
    """Return SQL for means by role with enough raters, their weighted mean, and their raters."""
    roles = ", ".join(
        f"""max(n_{period}) FILTER (rater_role = '{role}') AS n_{role},
        if(n_{role} >= {RATERS[role]}, sum({period}) FILTER (rater_role = '{role}')
           / sum(n_{period}) FILTER (rater_role = '{role}'), NULL) AS {role}"""
        for role in WEIGHTS
    )
    total = " + ".join(f"coalesce({role} * {weight}, 0)" for role, weight in WEIGHTS.items())
    weight = " + ".join(f"if({role} IS NULL, 0, {weight})" for role, weight in WEIGHTS.items())
    raters = " + ".join(f"if({role} IS NULL, 0, n_{role})" for role in WEIGHTS)
    return f"""SELECT {key}, {", ".join(WEIGHTS)}, ({total}) / nullif({weight}, 0) AS score,
        {raters} AS n_raters FROM (SELECT {key}, {roles} FROM {cells} GROUP BY {key})"""  # noqa: S608


_FEEDBACK = ", ".join(f"r.{role} AS feedback_{role}" for role in WEIGHTS)
FIGURES = f"""
SELECT r.employee_id, r.score AS feedback_score, {_FEEDBACK},
       r.score - e.score AS feedback_change,
       r.score - avg(r.score) OVER (PARTITION BY unit_id) AS feedback_vs_unit
FROM ({_scores("recent", "employee_id")}) r
JOIN (SELECT employee_id, unit_id FROM present_posts) USING (employee_id)
LEFT JOIN ({_scores("earlier", "employee_id")}) e USING (employee_id)
"""  # noqa: S608
BEHAVIOURS = f"""
WITH scores AS (
    SELECT employee_id, behaviour, unit_id, score, n_raters
    FROM ({
    _scores("recent", "employee_id, behaviour", "(FROM feedback_cells WHERE behaviour != '')")
})
    JOIN (SELECT employee_id, unit_id FROM present_posts) USING (employee_id)
    WHERE n_raters >= {RATERS["behaviour"]}
),
beside AS (
    SELECT *, if(count(score) OVER unit >= {PEOPLE}, avg(score) OVER unit, NULL) AS unit_mean,
           score - unit_mean AS vs_unit
    FROM scores WINDOW unit AS (PARTITION BY unit_id, behaviour)
)
SELECT employee_id, behaviour, score, n_raters, unit_mean, vs_unit,
       CASE WHEN vs_unit >= {POINTS} THEN 'strength' WHEN vs_unit <= -{POINTS} THEN 'to_improve'
            WHEN vs_unit IS NOT NULL THEN 'as_unit' END AS standing
FROM beside
"""  # noqa: S608


def cells_in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `FEEDBACK_CELLS` does."""
    begins, score = pl.col("valid_from"), pl.col("score")
    recent = begins >= months_before(as_of, 12)
    return (
        known.feedback360.filter(
            begins >= months_before(as_of, 24), pl.col("rater_role").is_in(list(WEIGHTS))
        )
        .join(posts, on="employee_id", how="semi")
        .group_by("employee_id", "rater_role", pl.col("behaviour").fill_null(""))
        .agg(
            recent=score.filter(recent).sum(),
            n_recent=recent.sum(),
            earlier=score.filter(~recent).sum(),
            n_earlier=(~recent).sum(),
        )
    )


def _scores_in_polars(cells: pl.LazyFrame, period: str, *key: str) -> pl.LazyFrame:
    is_role = {role: pl.col("rater_role") == role for role in WEIGHTS}
    n, total = pl.col(f"n_{period}"), pl.col(period)
    raters = {f"n_{role}": n.filter(is_role[role]).max() for role in WEIGHTS}
    means = {r: total.filter(is_role[r]).sum() / n.filter(is_role[r]).sum() for r in WEIGHTS}
    enough = {role: pl.col(f"n_{role}") >= RATERS[role] for role in WEIGHTS}
    weight = pl.sum_horizontal(pl.col(r).is_not_null() * w for r, w in WEIGHTS.items())
    weighted = pl.sum_horizontal(pl.col(role) * w for role, w in WEIGHTS.items())
    counted = [
        pl.when(pl.col(r).is_not_null()).then(pl.col(f"n_{r}")).otherwise(0) for r in WEIGHTS
    ]
    return (
        cells.group_by(*key)
        .agg(**raters, **means)
        .with_columns(pl.when(enough[role]).then(pl.col(role)) for role in WEIGHTS)
        .select(
            *key,
            *WEIGHTS,
            score=pl.when(weight > 0).then(weighted / weight),
            n_raters=pl.sum_horizontal(counted),
        )
    )


def figures_in_polars(cells: pl.LazyFrame, posts: pl.LazyFrame) -> pl.LazyFrame:
    """Return what `FIGURES` does."""
    earlier = _scores_in_polars(cells, "earlier", "employee_id")
    score = pl.col("score")
    return (
        _scores_in_polars(cells, "recent", "employee_id")
        .join(posts.select("employee_id", "unit_id"), on="employee_id")
        .join(earlier.select("employee_id", before="score"), on="employee_id", how="left")
        .select(
            "employee_id",
            *(pl.col(role).alias(f"feedback_{role}") for role in WEIGHTS),
            feedback_score=score,
            feedback_change=score - pl.col("before"),
            feedback_vs_unit=score - score.mean().over("unit_id"),
        )
    )


def behaviours_in_polars(cells: pl.LazyFrame, posts: pl.LazyFrame) -> pl.LazyFrame:
    """Return what `BEHAVIOURS` does."""
    named = cells.filter(pl.col("behaviour") != "")
    score, unit, apart = pl.col("score"), ("unit_id", "behaviour"), pl.col("vs_unit")
    return (
        _scores_in_polars(named, "recent", "employee_id", "behaviour")
        .filter(pl.col("n_raters") >= RATERS["behaviour"])
        .join(posts.select("employee_id", "unit_id"), on="employee_id")
        .with_columns(
            unit_mean=pl.when(score.count().over(unit) >= PEOPLE).then(score.mean().over(unit))
        )
        .with_columns(vs_unit=score - pl.col("unit_mean"))
        .select(
            "employee_id",
            "behaviour",
            "score",
            "n_raters",
            "unit_mean",
            "vs_unit",
            standing=pl.when(apart >= POINTS)
            .then(pl.lit("strength"))
            .when(apart <= -POINTS)
            .then(pl.lit("to_improve"))
            .when(apart.is_not_null())
            .then(pl.lit("as_unit")),
        )
    )
