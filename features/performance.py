"""Performance: the SKP predicate and 360 feedback, their trend and their place in unit and year.

A predicate follows a pattern fixed by the unit's result, so it is read against the unit's mean of
that year. Single raters are never shown: feedback enters as means by role.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.known import latest, midnight, months_before, since
from features.records import Records
from features.standards.load import load_standard


def review_summary(known: Records, posts: nw.LazyFrame) -> nw.LazyFrame:
    """Return one row a reviewed person.

    ``predicate`` (ordinal 1-5, the newest year's), ``predicate_change`` (against the year before),
    ``predicate_vs_unit`` (against the mean of the present unit's people in that year).
    """
    reviews = (
        known.reviews.filter(~nw.col("predicate").is_null())
        .select("employee_id", "year", "predicate")
        .join(posts.select("employee_id", "unit_id"), on="employee_id", how="inner")
    )
    unit_means = reviews.group_by("unit_id", "year").agg(unit_mean=nw.col("predicate").mean())
    before = reviews.select("employee_id", before=nw.col("predicate"), year=nw.col("year") + 1)
    return (
        latest(reviews, "employee_id", by="year")
        .join(unit_means, on=["unit_id", "year"], how="left")
        .join(before, on=["employee_id", "year"], how="left")
        .select(
            "employee_id",
            nw.col("predicate").cast(nw.Float64),
            predicate_change=nw.col("predicate") - nw.col("before"),
            predicate_vs_unit=nw.col("predicate") - nw.col("unit_mean"),
        )
    )


def feedback_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person with feedback in the last 12 months.

    ``feedback_score`` (0-100, roles weighted by the standard), ``feedback_superior``,
    ``feedback_peer`` (means by role), ``feedback_change`` (against the 12 months before),
    ``feedback_vs_unit`` (against the mean of the present unit).
    """
    units = posts.select("employee_id", "unit_id")
    feedback = known.feedback360.join(units, on="employee_id", how="inner")
    year_ago = midnight(months_before(as_of, 12))
    recent = _by_role(feedback.filter(since(as_of, 12)))
    earlier = _by_role(feedback.filter(since(as_of, 24), nw.col("valid_from") < year_ago))
    scored = recent.join(units, on="employee_id", how="inner")
    unit_means = scored.group_by("unit_id").agg(unit_mean=nw.col("feedback_score").mean())
    return (
        scored.join(unit_means, on="unit_id", how="left")
        .join(
            earlier.select("employee_id", before=nw.col("feedback_score")),
            on="employee_id",
            how="left",
        )
        .select(
            "employee_id",
            "feedback_score",
            "feedback_superior",
            "feedback_peer",
            feedback_change=nw.col("feedback_score") - nw.col("before"),
            feedback_vs_unit=nw.col("feedback_score") - nw.col("unit_mean"),
        )
    )


def _by_role(feedback: nw.LazyFrame) -> nw.LazyFrame:
    """Return means by role and their weighted mean over the roles present."""
    weights: dict[str, float] = load_standard("feedback360")["weights"]
    roles = {
        f"feedback_{role}": nw.when(nw.col("rater_role") == role).then(nw.col("score"))
        for role in weights
    }
    means = (
        feedback.with_columns(**roles)
        .group_by("employee_id")
        .agg(*(nw.col(name).mean() for name in roles))
    )
    present = {
        role: nw.when(~nw.col(f"feedback_{role}").is_null()).then(weight).otherwise(0.0)
        for role, weight in weights.items()
    }
    total = nw.sum_horizontal(*present.values())
    weighted = nw.sum_horizontal(
        *(nw.col(f"feedback_{role}") * weight for role, weight in weights.items())
    )
    return means.with_columns(feedback_score=nw.when(total > 0).then(weighted / total))
