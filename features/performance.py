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
    reviews = known.reviews.filter(
        ~nw.col("predicate").is_null(),
        nw.col("scale").is_null() | (nw.col("scale") != "numeric"),
    ).select("employee_id", "year", "predicate", "results", "behaviour")
    units = posts.select("employee_id", "unit_id")
    before = reviews.select("employee_id", before=nw.col("predicate"), year=nw.col("year") + 1)
    predicate = nw.col("predicate")
    return (
        _newest(reviews, as_of)
        .join(units, on="employee_id", how="inner")
        .join(
            _unit_years(known, reviews.join(units, on="employee_id", how="inner")),
            on=["unit_id", "year"],
            how="left",
        )
        .join(before, on=["employee_id", "year"], how="left")
        .select(
            "employee_id",
            "predicate",
            "results_rating",
            "behaviour_rating",
            "predicate_trend",
            "predicate_spread",
            "unit_predicate",
            predicate_change=predicate - nw.col("before"),
            predicate_vs_unit=predicate - _mean_step(IN_UNIT),
            predicate_position=_position(IN_UNIT),
            predicate_position_pattern=_position(IN_PATTERN),
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
    trends = scores.with_columns(**_points("score")).group_by("employee_id").agg(*_sums())
    return newest.join(trends, on="employee_id", how="left").select(
        "employee_id",
        numeric_score=nw.col("score"),
        numeric_score_year=nw.col("year").cast(nw.Float64),
        numeric_score_trend=_trend(),
    )


def _newest(reviews: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return each person's newest review beside trend and spread of the last years.

    A person has one review a year, so that of year, predicate and ratings written as one number
    the greatest is the newest: no engine has to sort, nor to read the reviews again.
    """
    written = (nw.col("year") * 1000 + nw.col("predicate") * 100).cast(nw.Float64)
    for column, tens in (("results", 10), ("behaviour", 1)):
        written = written + value_by(column, RATING_VALUES).fill_null(0.0) * tens
    newest = nw.col("newest")
    results, behaviour = (newest / 10).floor() % 10, newest % 10
    years = load_standard("profile_evidence")["reviews"]["years"]
    return (
        reviews.with_columns(newest=written, **_points("predicate", as_of.year - years))
        .group_by("employee_id")
        .agg(newest.max(), *_sums())
        .select(
            "employee_id",
            year=(newest / 1000).floor().cast(nw.Int64),
            predicate=(newest / 100).floor().cast(nw.Float64) % 10,
            results_rating=nw.when(results > 0).then(results),
            behaviour_rating=nw.when(behaviour > 0).then(behaviour),
            predicate_trend=_trend(),
            predicate_spread=nw.when(nw.col("n") > 1).then(nw.col("spread")),
        )
    )


def _points(column: str, first_year: int = 0) -> dict[str, nw.Expr]:
    """Return a review as a point ``x`` (years), ``y`` with its products, null before a year."""
    counts = nw.col("year") >= first_year
    x = (nw.col("year") - 2021).cast(nw.Float64)
    y = nw.col(column).cast(nw.Float64)
    points = {"x": x, "y": y, "xx": x * x, "xy": x * y}
    return {name: nw.when(counts).then(value) for name, value in points.items()}


def _sums() -> list[nw.Expr]:
    """Return what `_trend` needs of the points of a person."""
    sums = [nw.col(name).sum() for name in ("x", "y", "xx", "xy")]
    return [*sums, nw.col("y").count().alias("n"), nw.col("y").std().alias("spread")]


def _trend() -> nw.Expr:
    minimum = load_standard("profile_evidence")["reviews"]["minimum_years"]
    sums = {name: nw.col(name) for name in ("n", "x", "y", "xx", "xy")}
    return slope(**sums, minimum=minimum)


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
    pattern = nw.col("unit_predicate")
    return counts.join(results, on=["unit_id", "year"], how="left").with_columns(
        nw.when(pattern.is_null())
        .then(nw.col(IN_UNIT[step]))
        .otherwise(nw.col(IN_UNIT[step]).sum().over("unit_predicate", "year"))
        .alias(IN_PATTERN[step])
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
