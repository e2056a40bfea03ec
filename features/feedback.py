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

PERIODS = ("recent", "earlier")
"""The last 12 months and the 12 before."""
BEHAVIOURS = ("employee_id", "behaviour", "score", "n_raters", "unit_mean", "vs_unit", "standing")


def feedback_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person with feedback in the last 24 months.

    ``feedback_score`` (0-100, roles weighted by the standard), ``feedback_superior``,
    ``feedback_peer``, ``feedback_subordinate`` (means by role; null with too few raters, who then
    do not count in the score either), ``feedback_change`` (against the 12 months before),
    ``feedback_vs_unit`` (against the mean of the present unit).
    """
    means = _means(_by_person(_by_behaviour(known, as_of)), *PERIODS)
    return (
        means.join(posts.select("employee_id", "unit_id"), on="employee_id", how="inner")
        .with_columns(feedback_score=_score("recent"), before=_score("earlier"))
        .with_columns(unit_mean=nw.col("feedback_score").mean().over("unit_id"))
        .select(
            "employee_id",
            "feedback_score",
            *(nw.col(f"mean_recent_{role}").alias(f"feedback_{role}") for role in _weights()),
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
    named = _by_behaviour(known, as_of).filter(nw.col("behaviour") != "")
    scores = (
        _means(named, "recent")
        .with_columns(score=_score("recent"), n_raters=_n_raters("recent"))
        .filter(nw.col("n_raters") >= rules["raters"]["behaviour"])
        .join(posts.select("employee_id", "unit_id"), on="employee_id", how="inner")
    )
    score, unit = nw.col("score"), ("unit_id", "behaviour")
    enough = score.count().over(*unit) >= rules["strengths"]["minimum_people"]
    apart, points = nw.col("vs_unit"), rules["strengths"]["points"]
    return (
        scores.with_columns(unit_mean=nw.when(enough).then(score.mean().over(*unit)))
        .with_columns(vs_unit=score - nw.col("unit_mean"))
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


def _by_behaviour(known: Records, as_of: date) -> nw.LazyFrame:
    """Return sums, numbers and raters by person and behaviour, a column a period and role."""
    recent = nw.col("valid_from") >= midnight(months_before(as_of, 12))
    within = {"recent": recent, "earlier": ~recent}
    scores = {
        f"{period}_{role}": nw.when(within[period] & (nw.col("rater_role") == role)).then(
            nw.col("score")
        )
        for period, role in _cells()
    }
    return (
        known.feedback360.filter(since(as_of, 24), nw.col("rater_role").is_in(list(_weights())))
        .with_columns(nw.col("behaviour").fill_null(""), **scores)
        .group_by("employee_id", "behaviour")
        .agg(
            *(nw.col(name).sum().alias(f"total_{name}") for name in scores),
            *(nw.col(name).count().alias(f"n_{name}") for name in scores),
            *(nw.col(name).count().alias(f"raters_{name}") for name in scores),
        )
    )


def _by_person(behaviours: nw.LazyFrame) -> nw.LazyFrame:
    """Return the same by person; a role's raters are those of the behaviour that most scored."""
    names = [f"{period}_{role}" for period, role in _cells()]
    return behaviours.group_by("employee_id").agg(
        *(nw.col(f"{figure}_{name}").sum() for figure in ("total", "n") for name in names),
        *(nw.col(f"raters_{name}").max() for name in names),
    )


def _means(scores: nw.LazyFrame, *periods: str) -> nw.LazyFrame:
    """Add each role's mean, ``mean_recent_peer`` and the like; null with too few raters."""
    minimum = load_standard("profile_evidence")["raters"]
    return scores.with_columns(
        nw.when(nw.col(f"raters_{period}_{role}") >= minimum[role])
        .then(share(nw.col(f"total_{period}_{role}"), nw.col(f"n_{period}_{role}")))
        .alias(f"mean_{period}_{role}")
        for period, role in _cells(*periods)
    )


def _score(period: str) -> nw.Expr:
    """Return the weighted mean of the roles whose mean is known."""
    means = {role: nw.col(f"mean_{period}_{role}") for role in _weights()}
    weighted = nw.sum_horizontal(*(means[role] * weight for role, weight in _weights().items()))
    weights = (
        nw.when(~means[role].is_null()).then(weight).otherwise(0.0)
        for role, weight in _weights().items()
    )
    return share(weighted, nw.sum_horizontal(*weights))


def _n_raters(period: str) -> nw.Expr:
    """Return the raters of the roles whose mean is known."""
    return nw.sum_horizontal(
        *(
            nw.when(~nw.col(f"mean_{period}_{role}").is_null())
            .then(nw.col(f"raters_{period}_{role}"))
            .otherwise(0)
            for role in _weights()
        )
    )


def _cells(*periods: str) -> list[tuple[str, str]]:
    return [(period, role) for period in periods or PERIODS for role in _weights()]


def _weights() -> dict[str, float]:
    return load_standard("feedback360")["weights"]
