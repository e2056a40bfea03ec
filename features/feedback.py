"""360 feedback: by role of the rater and by behaviour, raters never singly.

A role's mean is known only from a number of raters that hides each of them
(``standards/profile_evidence.toml``). Raters are not kept, so their number is the largest number of
scores that a role gave to one behaviour within 12 months.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.expressions import share
from features.known import midnight, months_before, since
from features.records import Records
from features.standards.load import load_standard

BEHAVIOURS = ("employee_id", "behaviour", "score", "n_raters", "unit_mean", "vs_unit", "standing")


def feedback_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person with feedback in the last 12 months.

    ``feedback_score`` (0-100, roles weighted by the standard), ``feedback_superior``,
    ``feedback_peer``, ``feedback_subordinate`` (means by role; null with too few raters, who then
    do not count in the score either), ``feedback_change`` (against the 12 months before),
    ``feedback_vs_unit`` (against the mean of the present unit).
    """
    units = posts.select("employee_id", "unit_id")
    cells = _by_behaviour(known, units, as_of)
    scored = _by_role(cells, "recent").join(units, on="employee_id", how="inner")
    earlier = _by_role(cells, "earlier")
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
            *(f"feedback_{role}" for role in _weights()),
            feedback_change=nw.col("feedback_score") - nw.col("before"),
            feedback_vs_unit=nw.col("feedback_score") - nw.col("unit_mean"),
        )
    )


def behaviour_scores(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person and behaviour with enough raters in 12 months (`BEHAVIOURS`).

    ``score`` (0-100, roles weighted; roles with too few raters do not count), ``n_raters`` (of
    those roles), ``unit_mean`` (of the present unit, from enough people), ``vs_unit``,
    ``standing`` (``strength``, ``to_improve`` or ``as_unit``; null without a unit mean).
    """
    rules = load_standard("profile_evidence")
    units = posts.select("employee_id", "unit_id")
    named = _by_behaviour(known, units, as_of).filter(nw.col("behaviour") != "")
    scores = (
        _by_role(named, "recent", "employee_id", "behaviour")
        .filter(nw.col("n_raters") >= rules["raters"]["behaviour"])
        .join(units, on="employee_id", how="inner")
    )
    means = (
        scores.group_by("unit_id", "behaviour")
        .agg(unit_mean=nw.col("feedback_score").mean(), n=nw.col("feedback_score").count())
        .filter(nw.col("n") >= rules["strengths"]["minimum_people"])
    )
    apart, points = nw.col("vs_unit"), rules["strengths"]["points"]
    return (
        scores.join(means, on=["unit_id", "behaviour"], how="left")
        .with_columns(score=nw.col("feedback_score"))
        .with_columns(vs_unit=nw.col("score") - nw.col("unit_mean"))
        .with_columns(
            standing=nw.when(apart >= points)
            .then(nw.lit("strength"))
            .when(apart <= -points)
            .then(nw.lit("to_improve"))
            .when(~apart.is_null())
            .then(nw.lit("as_unit"))
        )
        .select(BEHAVIOURS)
    )


def _by_behaviour(known: Records, units: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return sums and numbers of scores by person, role and behaviour, recent and earlier."""
    recent = nw.col("valid_from") >= midnight(months_before(as_of, 12))
    return (
        known.feedback360.filter(since(as_of, 24), nw.col("rater_role").is_in(list(_weights())))
        .join(units.select("employee_id"), on="employee_id", how="inner")
        .with_columns(
            nw.col("behaviour").fill_null(""),
            recent=nw.when(recent).then(nw.col("score")),
            earlier=nw.when(~recent).then(nw.col("score")),
        )
        .group_by("employee_id", "rater_role", "behaviour")
        .agg(
            recent=nw.col("recent").sum(),
            n_recent=nw.col("recent").count(),
            earlier=nw.col("earlier").sum(),
            n_earlier=nw.col("earlier").count(),
        )
    )


def _by_role(cells: nw.LazyFrame, period: str, *key: str) -> nw.LazyFrame:
    """Return means by role, ``n_raters`` of the roles that count, and their weighted mean.

    A role counts whose raters, in the behaviour that most of them scored, are enough.
    """
    weights, minimum = _weights(), load_standard("profile_evidence")["raters"]
    n_scores, total = nw.col(f"n_{period}"), nw.col(period)
    by_role = (
        cells.with_columns(
            *(_of(role, total).alias(f"total_{role}") for role in weights),
            *(_of(role, n_scores).alias(f"n_{role}") for role in weights),
            *(_of(role, n_scores).alias(f"raters_{role}") for role in weights),
        )
        .group_by(*(key or ("employee_id",)))
        .agg(
            *(nw.col(f"total_{role}").sum() for role in weights),
            *(nw.col(f"n_{role}").sum() for role in weights),
            *(nw.col(f"raters_{role}").max() for role in weights),
        )
    )
    counts = {role: nw.col(f"raters_{role}") >= minimum[role] for role in weights}
    means = by_role.with_columns(
        nw.when(counts[role])
        .then(share(nw.col(f"total_{role}"), nw.col(f"n_{role}")))
        .alias(f"feedback_{role}")
        for role in weights
    )
    present = [
        nw.when(counts[role]).then(weight).otherwise(0.0) for role, weight in weights.items()
    ]
    raters = [nw.when(counts[role]).then(nw.col(f"raters_{role}")).otherwise(0) for role in weights]
    weighted = nw.sum_horizontal(
        *(nw.col(f"feedback_{role}") * weight for role, weight in weights.items())
    )
    return means.with_columns(
        feedback_score=share(weighted, nw.sum_horizontal(*present)),
        n_raters=nw.sum_horizontal(*raters),
    )


def _of(role: str, expression: nw.Expr) -> nw.Expr:
    return nw.when(nw.col("rater_role") == role).then(expression)


def _weights() -> dict[str, float]:
    return load_standard("feedback360")["weights"]
