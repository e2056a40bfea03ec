"""Competency: the level last measured, how sure it is, what a post requires, and the gap.

A competency that was never assessed has no level and no gap: missing evidence is not a gap. Its
interval is the whole scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import narwhals as nw

from features.expressions import at_least_0, value_by
from features.known import days_until, latest
from features.records import Records
from features.standards.load import load_standard

LONG = (
    "employee_id", "competency_id", "level", "required_level", "gap", "days_since_assessment",
    "level_lower", "level_upper", "gap_lower", "gap_upper", "evidence", "source",
)  # fmt: skip
MEASURED = (
    "level", "level_lower", "level_upper", "days_since_assessment", "evidence", "source",
)  # fmt: skip


def competency_levels(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person and competency that is assessed or required (columns `LONG`).

    ``level`` is the newest measured, ``[level_lower, level_upper]`` where it may lie by
    ``standards/competency_evidence.toml``: wider by error of the method and by age, the whole
    scale where ``evidence`` is ``none`` (never assessed) or ``expired``. ``gap`` is in levels, at
    least 0; null where the level or the requirement is unknown. ``[gap_lower, gap_upper]`` is the
    gap at the ends of the interval; null where nothing is required.
    """
    required = (
        posts.select("employee_id", "post_id")
        .join(required_levels(known), on="post_id", how="inner")
        .select("employee_id", "competency_id", "required_level")
    )
    assessed = measured_levels(known, as_of).join(
        posts.select("employee_id"), on="employee_id", how="inner"
    )
    key = ["employee_id", "competency_id"]
    rows = (
        nw.concat([required.select(key), assessed.select(key)])
        .unique(subset=key)
        .join(required, on=key, how="left")
        .join(assessed, on=key, how="left")
    )
    return with_gaps(rows).select(LONG)


def required_levels(
    known: Records,
    by_post_level: Mapping[str, int] | None = None,
    competency_ids: tuple[str, ...] = (),
) -> nw.LazyFrame:
    """Return what each post requires: ``post_id``, ``competency_id``, ``required_level`` (float).

    Parameters
    ----------
    known : Records
        What was known at a date; the newest version of a requirement counts.
    by_post_level : mapping of str to int, optional
        What a post of a level requires of each of `competency_ids` where no requirement at all is
        stored for it. Default: nothing.
    competency_ids : tuple of str
        Competencies that the standard by post level is about.
    """
    stored = latest(
        known.post_requirements, "post_id", "competency_id", ties=("available_at", "required_level")
    ).select("post_id", "competency_id", nw.col("required_level").cast(nw.Float64))
    if not by_post_level:
        return stored
    bare = known.posts.join(stored.select("post_id").unique(), on="post_id", how="anti")
    wanted = known.competencies.filter(nw.col("competency_id").is_in(competency_ids))
    standard = (
        bare.select("post_id", required_level=value_by("post_level", by_post_level))
        .filter(~nw.col("required_level").is_null())
        .join(wanted.select("competency_id"), how="cross")
    )
    return nw.concat([stored, standard.select("post_id", "competency_id", "required_level")])


def measured_levels(known: Records, as_of: date) -> nw.LazyFrame:
    """Return each person's newest level of each competency with its interval.

    Columns: ``employee_id``, ``competency_id`` and `MEASURED`; ``level`` as recorded (0-5), days.
    """
    rules = load_standard("competency_evidence")
    age = nw.col("days_since_assessment")
    expired = age > rules["validity"]["years"] * 365.25
    error, drift = nw.col("error"), rules["drift"]["levels_a_year"]
    reach = (
        rules["confidence"]["standard_errors"]
        * (error * error + drift * drift * age / 365.25).sqrt()
    )
    lowest, highest = rules["scale"]["minimum"], rules["scale"]["maximum"]
    lower, upper = nw.col("level") - nw.col("reach"), nw.col("level") + nw.col("reach")
    return (
        latest(known.assessments, "employee_id", "competency_id", ties=("available_at", "level"))
        .with_columns(
            days_since_assessment=days_until(as_of, nw.col("valid_from")),
            error=_error_of(nw.col("source").str.to_lowercase().fill_null(""), rules),
        )
        .with_columns(reach=nw.when(~expired).then(reach).otherwise(highest - lowest))
        .with_columns(
            level_lower=nw.when(lower > lowest).then(lower).otherwise(lowest),
            level_upper=nw.when(upper < highest).then(upper).otherwise(highest),
            evidence=nw.when(expired).then(nw.lit("expired")).otherwise(nw.lit("valid")),
        )
        .select("employee_id", "competency_id", *MEASURED)
    )


def with_gaps(rows: nw.LazyFrame) -> nw.LazyFrame:
    """Add ``gap``, ``gap_lower``, ``gap_upper`` to levels beside ``required_level``.

    What was never measured gets the evidence ``none`` and the whole scale as its interval.
    """
    scale = load_standard("competency_evidence")["scale"]
    lacking = nw.col("required_level") - nw.col("level")
    filled = rows.with_columns(
        nw.col("evidence").fill_null("none"),
        nw.col("level_lower").fill_null(scale["minimum"]),
        nw.col("level_upper").fill_null(scale["maximum"]),
    )
    return filled.with_columns(
        gap=at_least_0(lacking),
        gap_lower=at_least_0(nw.col("required_level") - nw.col("level_upper")),
        gap_upper=at_least_0(nw.col("required_level") - nw.col("level_lower")),
    )


def competency_summary(levels: nw.LazyFrame, *key: str) -> nw.LazyFrame:
    """Return one row a person (or a `key` of several columns).

    ``n_required``, ``n_assessed`` (of the required), ``n_gaps``, ``gap_levels`` (levels lacking in
    all), ``job_person_match`` (percent: mean of attained by required level, each at most 100;
    Perka BKN 26/2019), ``days_since_assessment`` (the newest); ``gap_levels_lower``,
    ``gap_levels_upper``, ``job_person_match_lower``, ``job_person_match_upper`` (the same over all
    required competencies at the ends of their intervals), ``n_expired`` (of the required).
    """
    required = ~nw.col("required_level").is_null()
    expired = required & (nw.col("evidence") == "expired")
    return (
        levels.with_columns(
            matched=_match(nw.col("level")),
            matched_lower=_match(nw.col("level_lower")),
            matched_upper=_match(nw.col("level_upper")),
            has_gap=nw.when(nw.col("gap") > 0).then(1.0).when(nw.col("gap") <= 0).then(0.0),
            expired=nw.when(expired).then(1.0).when(required).then(0.0),
        )
        .group_by(*(key or ("employee_id",)))
        .agg(
            n_required=nw.col("required_level").count(),
            n_assessed=nw.col("gap").count(),
            n_gaps=nw.col("has_gap").sum(),
            gap_levels=nw.col("gap").sum(),
            gap_levels_lower=nw.col("gap_lower").sum(),
            gap_levels_upper=nw.col("gap_upper").sum(),
            job_person_match=nw.col("matched").mean(),
            job_person_match_lower=nw.col("matched_lower").mean(),
            job_person_match_upper=nw.col("matched_upper").mean(),
            days_since_assessment=nw.col("days_since_assessment").min(),
            n_expired=nw.col("expired").sum(),
        )
    )


def _match(level: nw.Expr) -> nw.Expr:
    ratio = level / nw.col("required_level")
    return nw.when(ratio >= 1).then(100.0).when(ratio < 1).then(ratio * 100)


def _error_of(source: nw.Expr, rules: dict[str, Any]) -> nw.Expr:
    """Return the standard error of the first kind of source whose words occur."""
    error = nw.lit(rules["unknown_source"]["levels"])
    for kind in reversed(rules["errors"]):
        fits = nw.any_horizontal(
            *(source.str.contains(word, literal=True) for word in kind["words"]),
            ignore_nulls=True,
        )
        error = nw.when(fits).then(kind["levels"]).otherwise(error)
    return error
