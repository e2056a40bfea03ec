"""Performance: the SKP predicate, its trend, and its place in unit and year.

A predicate follows a pattern that the unit's own result fixes, so it is read against the unit's
people of that year, and against everybody whose unit had the same result. The numeric SKP of
2014-2021 is another scale and is never spliced with it.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.expressions import one, share, slope, value_by
from features.known import latest
from features.records import Records
from features.schema import PREDICATES
from features.standards.load import load_standard

RATING_VALUES = {"above": 3, "as_expected": 2, "below": 1}
STEPS = tuple(sorted(PREDICATES.values()))
IN_UNIT = {step: f"n_{step}" for step in STEPS}
"""Columns that count the people of a unit and year by predicate."""
IN_PATTERN = {step: f"pattern_{step}" for step in STEPS}


def review_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a reviewed person.

    ``predicate`` (ordinal 1-5, the newest year's), ``predicate_change`` (against the year before),
    ``predicate_vs_unit`` (against the mean of the present unit's people in that year),
    ``predicate_position`` (share of them below, ties half: 0-1), ``predicate_position_pattern``
    (the same among all units with the unit's result of that year; where no result is held, the
    unit's own people), ``unit_predicate`` (that result), ``results_rating`` and
    ``behaviour_rating`` (3 above, 2 as expected, 1 below); ``predicate_trend`` (slope, steps a
    year) and ``predicate_spread`` (standard deviation) over the last 5 years.
    """
    reviews = (
        known.reviews.filter(
            ~nw.col("predicate").is_null(),
            nw.col("scale").is_null() | (nw.col("scale") != "numeric"),
        )
        .select("employee_id", "year", "predicate", "results", "behaviour", "available_at")
        .join(posts.select("employee_id", "unit_id"), on="employee_id", how="inner")
    )
    before = reviews.select("employee_id", before=nw.col("predicate"), year=nw.col("year") + 1)
    predicate = nw.col("predicate").cast(nw.Float64)
    return (
        latest(reviews, "employee_id", by="year", ties=("available_at", "predicate"))
        .join(_unit_years(known, reviews), on=["unit_id", "year"], how="left")
        .join(
            latest(before, "employee_id", "year", by="before"),
            on=["employee_id", "year"],
            how="left",
        )
        .join(_trend(reviews, "predicate", as_of), on="employee_id", how="left")
        .select(
            "employee_id",
            "unit_predicate",
            "predicate_trend",
            "predicate_spread",
            predicate=predicate,
            predicate_change=predicate - nw.col("before"),
            predicate_vs_unit=predicate - _mean_step(IN_UNIT),
            predicate_position=_position(IN_UNIT),
            predicate_position_pattern=_position(IN_PATTERN),
            results_rating=value_by("results", RATING_VALUES),
            behaviour_rating=value_by("behaviour", RATING_VALUES),
        )
    )


def numeric_summary(known: Records, posts: nw.LazyFrame) -> nw.LazyFrame:
    """Return one row a person with a numeric SKP, the scale before the predicates of 2022.

    ``numeric_score`` (points 0-120, the newest), ``numeric_score_year``, ``numeric_score_trend``
    (slope over all its years, points a year).
    """
    scores = (
        known.reviews.filter(nw.col("scale") == "numeric", ~nw.col("score").is_null())
        .select("employee_id", "year", "score", "available_at")
        .join(posts.select("employee_id"), on="employee_id", how="inner")
    )
    newest = latest(scores, "employee_id", by="year", ties=("available_at", "score"))
    return newest.join(_trend(scores, "score"), on="employee_id", how="left").select(
        "employee_id",
        numeric_score=nw.col("score"),
        numeric_score_year=nw.col("year").cast(nw.Float64),
        numeric_score_trend=nw.col("score_trend"),
    )


def _trend(reviews: nw.LazyFrame, column: str, as_of: date | None = None) -> nw.LazyFrame:
    """Return slope and standard deviation by person; with `as_of`, of the last years only."""
    rule = load_standard("profile_evidence")["reviews"]
    if as_of:
        reviews = reviews.filter(nw.col("year") >= as_of.year - rule["years"])
    x = (nw.col("year") - (as_of.year if as_of else 2021)).cast(nw.Float64)
    y = nw.col(column).cast(nw.Float64)
    sums = (
        reviews.with_columns(x=x, y=y, xx=x * x, xy=x * y)
        .group_by("employee_id")
        .agg(
            n=nw.col("y").count(),
            spread=nw.col("y").std(),
            **{name: nw.col(name).sum() for name in ("x", "y", "xx", "xy")},
        )
    )
    points = {name: nw.col(name) for name in ("n", "x", "y", "xx", "xy")}
    return sums.select(
        "employee_id",
        slope(**points, minimum=rule["minimum_years"]).alias(f"{column}_trend"),
        nw.when(nw.col("n") > 1).then(nw.col("spread")).alias(f"{column}_spread"),
    )


def _unit_years(known: Records, reviews: nw.LazyFrame) -> nw.LazyFrame:
    """Return one row a unit and year: people by predicate in the unit and in its pattern."""
    counts = (
        reviews.with_columns(
            one(nw.col("predicate") == step).alias(name) for step, name in IN_UNIT.items()
        )
        .group_by("unit_id", "year")
        .agg(*(nw.col(name).sum() for name in IN_UNIT.values()))
    )
    results = latest(
        known.unit_reviews, "unit_id", "year", ties=("available_at", "predicate")
    ).select("unit_id", "year", unit_predicate=nw.col("predicate").cast(nw.Float64))
    units = counts.join(results, on=["unit_id", "year"], how="left")
    pattern = (
        units.filter(~nw.col("unit_predicate").is_null())
        .group_by("unit_predicate", "year")
        .agg(nw.col(IN_UNIT[step]).sum().alias(IN_PATTERN[step]) for step in STEPS)
    )
    return units.join(pattern, on=["unit_predicate", "year"], how="left").with_columns(
        nw.coalesce(nw.col(IN_PATTERN[step]), nw.col(IN_UNIT[step])).alias(IN_PATTERN[step])
        for step in STEPS
    )


def _mean_step(counts: dict[int, str]) -> nw.Expr:
    total = nw.sum_horizontal(*(nw.col(name) * float(step) for step, name in counts.items()))
    return share(total, nw.sum_horizontal(*counts.values()))


def _position(counts: dict[int, str]) -> nw.Expr:
    """Return the share of people below the person's predicate, those with the same as half."""
    below = nw.sum_horizontal(
        *(
            nw.when(nw.col("predicate") > step)
            .then(nw.col(name))
            .when(nw.col("predicate") == step)
            .then(nw.col(name) / 2)
            .otherwise(0.0)
            for step, name in counts.items()
        )
    )
    return share(below, nw.sum_horizontal(*counts.values()))
