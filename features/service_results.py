"""Service results: what a unit, or a post in it, attained of its targets.

They are the context in which a person works, not a figure of the person.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.expressions import one, share
from features.known import midnight, months_before, since
from features.records import Records
from features.standards.load import load_standard

FIGURES = ("attainment", "met_share", "attainment_change", "n_targets")


def service_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person: the results of the present unit, and of the present post in it.

    ``unit_service_attainment`` (mean of attained by target over the results of 12 months, the
    inverse where lower is better, each between 0 and the standard's maximum),
    ``unit_service_met_share``, ``unit_service_attainment_change`` (against the 12 months before),
    ``unit_service_n_targets`` (measured); the same as ``post_service_…``.
    """
    results = _ratios(known, as_of)
    of_units = _summary(results.filter(nw.col("post_id").is_null()), "unit_id", prefix="unit")
    of_posts = _summary(
        results.filter(~nw.col("post_id").is_null()), "unit_id", "post_id", prefix="post"
    )
    return (
        posts.select("employee_id", "unit_id", "post_id")
        .join(of_units, on="unit_id", how="left")
        .join(of_posts, on=["unit_id", "post_id"], how="left")
        .drop("unit_id", "post_id")
    )


def _ratios(known: Records, as_of: date) -> nw.LazyFrame:
    """Return measured results of 24 months with ``ratio``, ``met`` and whether ``recent``."""
    maximum = load_standard("profile_evidence")["service"]["maximum_attainment"]
    target, attained = nw.col("target"), nw.col("attained")
    higher = nw.col("better") == "higher"
    met = (higher & (attained >= target)) | (~higher & (attained <= target))
    recent = nw.col("valid_from") >= midnight(months_before(as_of, 12))
    ratio = nw.col("ratio")
    return (
        known.service_targets.filter(since(as_of, 24), ~attained.is_null())
        .with_columns(met=one(met), recent=recent)
        .with_columns(
            # against a target of nothing a result is met or missed, by no measurable share
            ratio=nw.when((target <= 0) | (attained < 0))
            .then(nw.col("met"))
            .when(higher)
            .then(attained / target)
            .when(attained > 0)
            .then(target / attained)
            .otherwise(maximum)
        )
        .with_columns(ratio=nw.when(ratio > maximum).then(maximum).otherwise(ratio))
    )


def _summary(results: nw.LazyFrame, *key: str, prefix: str) -> nw.LazyFrame:
    recent = nw.col("recent")
    return (
        results.with_columns(
            met=nw.when(recent).then(nw.col("met")),
            n=one(recent),
            now=nw.when(recent).then(nw.col("ratio")),
            n_before=one(~recent),
            before=nw.when(~recent).then(nw.col("ratio")),
        )
        .group_by(*key)
        .agg(*(nw.col(name).sum() for name in ("met", "n", "now", "n_before", "before")))
        .with_columns(
            attainment=share(nw.col("now"), nw.col("n")),
            met_share=share(nw.col("met"), nw.col("n")),
            n_targets=nw.when(nw.col("n") > 0).then(nw.col("n")),
            attainment_before=share(nw.col("before"), nw.col("n_before")),
        )
        .with_columns(attainment_change=nw.col("attainment") - nw.col("attainment_before"))
        .select(*key, *(nw.col(name).alias(f"{prefix}_service_{name}") for name in FIGURES))
    )
