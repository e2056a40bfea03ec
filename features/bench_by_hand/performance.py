"""Performance by hand: appraisals, their trend and place; 360 feedback stands in `feedback`."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl

from features.bench_by_hand import feedback
from features.feedback import feedback_summary
from features.performance import RATING_VALUES, STEPS, numeric_summary, review_summary
from features.records import Records
from features.standards.load import load_standard

TABLES = ("reviews", "unit_reviews", "feedback360")
_RULE = load_standard("profile_evidence")["reviews"]
N_YEARS, MINIMUM = _RULE["years"], _RULE["minimum_years"]
_COUNTS = ", ".join(f"count(*) FILTER (predicate = {s}) AS n{s}" for s in STEPS)
_PATTERN = ", ".join(f"sum(n{s}) OVER pattern AS p{s}" for s in STEPS)


def _position(letter: str) -> str:
    below = " + ".join(f"if(r.predicate > {s}, {letter}{s}, 0)" for s in STEPS)
    same = " + ".join(f"if(r.predicate = {s}, {letter}{s}, 0)" for s in STEPS)
    total = " + ".join(f"{letter}{s}" for s in STEPS)
    return f"({below} + ({same}) / 2) / ({total})"


def _rating(column: str) -> str:
    cases = " ".join(f"WHEN '{name}' THEN {value}" for name, value in RATING_VALUES.items())
    return f"CASE r.{column} {cases} END"


def _slope(y: str, condition: str) -> str:
    enough = f"count(*) FILTER ({condition}) >= {MINIMUM}"
    return f"if({enough}, regr_slope({y}, year) FILTER ({condition}), NULL)"


_MEAN = "({}) / ({})".format(
    " + ".join(f"n{s} * {s}" for s in STEPS), " + ".join(f"n{s}" for s in STEPS)
)
SQL = f"""
WITH reviewed AS (
    SELECT employee_id, unit_id, year, predicate, results, behaviour
    FROM reviews JOIN (SELECT employee_id, unit_id FROM present_posts) USING (employee_id)
    WHERE predicate IS NOT NULL AND (scale IS NULL OR scale != 'numeric')
),
unit_years AS (
    SELECT c.*, u.predicate AS unit_predicate, {_PATTERN}
    FROM (SELECT unit_id, year, {_COUNTS} FROM reviewed GROUP BY unit_id, year) c
    LEFT JOIN (
        SELECT unit_id, year, arg_max(predicate, valid_from) AS predicate
        FROM unit_reviews GROUP BY unit_id, year
    ) u USING (unit_id, year)
    WINDOW pattern AS (PARTITION BY year, u.predicate, if(u.predicate IS NULL, unit_id, NULL))
),
newest AS (
    SELECT employee_id, any_value(unit_id) AS unit_id, max(year) AS year,
           arg_max(predicate, year) AS predicate, arg_max_null(results, year) AS results,
           arg_max_null(behaviour, year) AS behaviour,
           {_slope("predicate", f"year >= $last_year - {N_YEARS - 1}")} AS predicate_trend,
           stddev_samp(predicate) FILTER (year >= $last_year - {N_YEARS - 1}) AS predicate_spread
    FROM reviewed GROUP BY employee_id
),
numeric AS (
    SELECT employee_id, arg_max(score, year) AS numeric_score, max(year) AS numeric_score_year,
           {_slope("score", "true")} AS numeric_score_trend
    FROM reviews SEMI JOIN present_posts USING (employee_id)
    WHERE scale = 'numeric' AND score IS NOT NULL GROUP BY employee_id
),
appraised AS (
    SELECT r.employee_id, r.predicate, r.predicate - b.predicate AS predicate_change,
           r.predicate - {_MEAN} AS predicate_vs_unit, {_rating("results")} AS results_rating,
           {_rating("behaviour")} AS behaviour_rating, predicate_trend, predicate_spread,
           {_position("n")} AS predicate_position,
           {_position("p")} AS predicate_position_pattern, unit_predicate
    FROM newest r JOIN unit_years USING (unit_id, year)
    LEFT JOIN reviewed b ON b.employee_id = r.employee_id AND b.year = r.year - 1
),
feedback AS ({feedback.FIGURES})
FROM appraised FULL JOIN numeric USING (employee_id) FULL JOIN feedback USING (employee_id)
"""  # noqa: S608


def in_polars(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what `SQL` does."""
    cells = feedback.cells_in_polars(known, posts, as_of)
    people = posts.select("employee_id")
    for figures in (
        _appraised(known, posts, as_of),
        _numeric(known, posts),
        feedback.figures_in_polars(cells, posts),
    ):
        people = people.join(figures, on="employee_id", how="left")
    return people


def _appraised(known: Records, posts: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    year, predicate = pl.col("year"), pl.col("predicate")
    reviewed = known.reviews.filter(
        predicate.is_not_null(), pl.col("scale").ne_missing("numeric")
    ).join(posts.select("employee_id", "unit_id"), on="employee_id")
    newest, last = year.arg_max(), year >= as_of.year - N_YEARS
    before = reviewed.select("employee_id", year + 1, before="predicate")
    return (
        reviewed.group_by("employee_id")
        .agg(
            pl.col("unit_id").first(),
            pl.col("results", "behaviour").get(newest).replace_strict(
                RATING_VALUES, default=None, return_dtype=pl.Float64
            ).name.suffix("_rating"),
            predicate.get(newest),
            year.max(),
            predicate_trend=_slope_in_polars(year.filter(last), predicate.filter(last)),
            predicate_spread=predicate.filter(last).std(),
        )
        .join(_unit_years(known, reviewed), on=["unit_id", "year"])
        .join(before, on=["employee_id", "year"], how="left")
        .select(
            "employee_id", "predicate", "results_rating", "behaviour_rating", "predicate_trend",
            "predicate_spread", "unit_predicate",
            predicate_change=predicate - pl.col("before"),
            predicate_vs_unit=predicate
            - pl.sum_horizontal(pl.col(f"n{s}") * s for s in STEPS)
            / pl.sum_horizontal(f"n{s}" for s in STEPS),
            predicate_position=_position_in_polars("n"),
            predicate_position_pattern=_position_in_polars("p"),
        )
    )  # fmt: skip


def _unit_years(known: Records, reviewed: pl.LazyFrame) -> pl.LazyFrame:
    predicate, by_pattern = pl.col("predicate"), ["year", "unit_predicate"]
    results = known.unit_reviews.group_by("unit_id", "year").agg(
        unit_predicate=predicate.get(pl.col("valid_from").arg_max())
    )
    counts = {f"n{s}": (predicate == s).sum().cast(pl.Float64) for s in STEPS}
    return (
        reviewed.group_by("unit_id", "year")
        .agg(**counts)
        .join(results, on=["unit_id", "year"], how="left")
        .with_columns(
            pl.when(pl.col("unit_predicate").is_null())
            .then(pl.col(f"n{s}"))
            .otherwise(pl.col(f"n{s}").sum().over(by_pattern))
            .alias(f"p{s}")
            for s in STEPS
        )
    )


def _position_in_polars(letter: str) -> pl.Expr:
    predicate = pl.col("predicate")
    below = pl.sum_horizontal(
        pl.col(f"{letter}{s}") * ((predicate > s) + (predicate == s) * 0.5) for s in STEPS
    )
    return below / pl.sum_horizontal(f"{letter}{s}" for s in STEPS)


def _slope_in_polars(x: pl.Expr, y: pl.Expr) -> pl.Expr:
    return pl.when((x.len() >= MINIMUM) & (x.var() > 0)).then(pl.cov(x, y) / x.var())


def _numeric(known: Records, posts: pl.LazyFrame) -> pl.LazyFrame:
    year, score = pl.col("year"), pl.col("score")
    return (
        known.reviews.filter(pl.col("scale") == "numeric", score.is_not_null())
        .join(posts, on="employee_id", how="semi")
        .group_by("employee_id")
        .agg(
            numeric_score=score.get(year.arg_max()),
            numeric_score_year=year.max(),
            numeric_score_trend=_slope_in_polars(year, score),
        )
    )


def ours(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return the family as profiles hold it."""
    people = posts.select("employee_id")
    for summary in (
        review_summary(known, posts, as_of),
        numeric_summary(known, posts),
        feedback_summary(known, posts, as_of),
    ):
        people = people.join(summary, on="employee_id", how="left")
    return people
