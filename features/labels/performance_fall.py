"""Performance fell against the unit: a predicate below Baik, behaviour below expectation, or 360.

Predicates follow a pattern that the unit's own result fixes, so that only what lies below the
unit's counts: a year in which the whole unit is rated lower makes nobody fall, and Sangat Baik to
Baik is an effect of the quota and never counts.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from features.known import latest, midnight
from features.labels.window import Window, one
from features.records import Records

BAIK = 4
BEHAVIOURS = {"below": 1.0, "as_expected": 2.0, "above": 3.0}


def performance_fall(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return ``employee_id``, ``performance_fall`` of people reviewed or rated in the window.

    A review counts in the window that holds its ``valid_from``, the end of the reviewed year.
    """
    units = _units(records, window)
    reviews = low_reviews(records, window, rule).group_by("employee_id").agg(nw.col("low").max())
    feedback = _fallen_feedback(records, units, window, rule)
    people = nw.concat([reviews.select("employee_id"), feedback.select("employee_id")]).unique()
    return (
        people.join(reviews, on="employee_id", how="left")
        .join(feedback, on="employee_id", how="left")
        .select("employee_id", performance_fall=nw.max_horizontal("low", "fallen"))
    )


def _units(records: Records, window: Window) -> nw.LazyFrame:
    before = records.employments.filter(nw.col("valid_from") < midnight(window.as_of))
    return latest(before, "employee_id").select("employee_id", "unit_id")


def low_reviews(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return the window's reviews that can be compared with the unit's; ``low``: 1 or 0."""
    units = _units(records, window)
    behaviour = nw.col("behaviour").replace_strict(
        list(BEHAVIOURS), list(BEHAVIOURS.values()), default=None, return_dtype=nw.Float64
    )
    reviews = (
        records.reviews.filter(window.ahead(), ~nw.col("predicate").is_null())
        .join(units, on="employee_id", how="inner")
        .with_columns(behaviour_level=behaviour)
    )
    means = reviews.group_by("unit_id", "year").agg(
        unit_mean=nw.col("predicate").mean(),
        unit_behaviour=nw.col("behaviour_level").mean(),
        n_unit=nw.len(),
    )
    results = records.unit_reviews.select("unit_id", "year", unit_result=nw.col("predicate"))
    expected = nw.when(nw.col("unit_result") < BAIK).then(nw.col("unit_result")).otherwise(BAIK)
    low_predicate = (nw.col("predicate") < expected) & (
        nw.col("predicate") <= nw.col("unit_mean") - rule["below_unit"]
    )
    low_behaviour = (nw.col("behaviour_level") == BEHAVIOURS["below"]) & (
        nw.col("behaviour_level") <= nw.col("unit_behaviour") - rule["below_unit"]
    )
    return (
        reviews.join(means, on=["unit_id", "year"], how="left")
        .filter(nw.col("n_unit") >= rule["min_unit_people"])
        .join(results, on=["unit_id", "year"], how="left")
        .with_columns(low=nw.max_horizontal(one(low_predicate), one(low_behaviour)))
    )


def _fallen_feedback(
    records: Records, units: nw.LazyFrame, window: Window, rule: dict[str, Any]
) -> nw.LazyFrame:
    others = records.feedback360.filter(nw.col("rater_role") != "self")
    before = _mean_score(others.filter(window.past(rule["past_months"])), "before", rule)
    after = _mean_score(others.filter(window.ahead()), "after", rule)
    changed = (
        after.join(before, on="employee_id", how="inner")
        .join(units, on="employee_id", how="inner")
        .with_columns(change=nw.col("after") - nw.col("before"))
    )
    means = changed.group_by("unit_id").agg(unit_change=nw.col("change").mean(), n_unit=nw.len())
    fallen = nw.col("change") <= nw.col("unit_change") - rule["fall_points"]
    return (
        changed.join(means, on="unit_id", how="left")
        .filter(nw.col("n_unit") >= rule["min_unit_people"])
        .select("employee_id", fallen=one(fallen))
    )


def _mean_score(feedback: nw.LazyFrame, name: str, rule: dict[str, Any]) -> nw.LazyFrame:
    return (
        feedback.group_by("employee_id")
        .agg(nw.col("score").mean().alias(name), n=nw.col("score").count())
        .filter(nw.col("n") >= rule["min_ratings"])
        .drop("n")
    )
