"""Competency: the level last measured, how sure it is, what a post requires, and the gap.

A competency that was never assessed has no level and no gap: missing evidence is not a gap. Its
interval is the whole scale.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from features.expressions import at_least_0, value_by
from features.known import days_until, latest
from features.records import Records
from features.schema import POST_LEVELS
from features.standards.load import load_standard

LONG = (
    "employee_id", "competency_id", "level", "required_level", "gap", "days_since_assessment",
    "level_lower", "level_upper", "gap_lower", "gap_upper", "evidence", "source",
    "required_by",
)  # fmt: skip
NATIONAL = ("M.", "SK.")
"""How the codes of the national competencies begin (PermenPANRB 38/2017)."""
MEASURED = (
    "level", "level_lower", "level_upper", "days_since_assessment", "evidence", "source",
)  # fmt: skip


def competency_levels(
    known: Records, posts: nw.LazyFrame, as_of: date, required: nw.LazyFrame | None = None
) -> nw.LazyFrame:
    """Return one row a person and competency that is assessed or required (columns `LONG`).

    `required` is what each post requires; default: `required_levels`.
    ``level`` is the newest measured, ``[level_lower, level_upper]`` where it may lie by
    ``standards/competency_evidence.toml``: wider by error of the method and by age, the whole
    scale where ``evidence`` is ``none`` (never assessed) or ``expired``. ``gap`` is in levels, at
    least 0; null where the level or the requirement is unknown. ``[gap_lower, gap_upper]`` is the
    gap at the ends of the interval; null where nothing is required.
    """
    return with_gaps(levels_beside(known, posts, as_of, required)).select(LONG)


def levels_beside(
    known: Records,
    posts: nw.LazyFrame,
    as_of: date,
    required: nw.LazyFrame | None = None,
    person: str = "employee_id",
) -> nw.LazyFrame:
    """Return what `competency_levels` does without what `with_gaps` adds.

    `person` is the column of `posts` that stands for a person, in place of ``employee_id``.
    """
    required = (
        posts.select(person, "post_id")
        .join(required_levels(known) if required is None else required, on="post_id", how="inner")
        .select(person, "competency_id", "required_level", "required_by")
    )
    people = posts.select(*dict.fromkeys(("employee_id", person)))
    theirs = known.assessments.join(people, on="employee_id", how="inner")
    key = (person, "competency_id")
    rows = required.join(_measured(theirs, as_of, person), on=[*key], how="full").with_columns(
        nw.coalesce(nw.col(name), nw.col(f"{name}_right")).alias(name) for name in key
    )
    return rows.select(*key, "required_level", "required_by", *MEASURED)


def required_levels(known: Records) -> nw.LazyFrame:
    """Return what each post requires of each competency.

    The newest version of what is stored for the post; a post for which nothing is stored requires
    of the national competencies what ``standards/required_levels.toml`` says of its level.

    Columns: ``post_id``, ``competency_id``, ``required_level`` (float), ``required_by`` (``post``
    or ``standard``).
    """
    columns = ("post_id", "competency_id", "required_level", "required_by")
    stored = latest(
        known.post_requirements, "post_id", "competency_id", ties=("available_at", "required_level")
    ).with_columns(nw.col("required_level").cast(nw.Float64), required_by=nw.lit("post"))
    levels = load_standard("required_levels")["levels"]
    level = value_by("post_level", {one: levels[one] for one in POST_LEVELS if one in levels})
    code = nw.col("competency_id")
    national = known.competencies.filter(
        nw.any_horizontal(*(code.str.starts_with(group) for group in NATIONAL), ignore_nulls=True)
    )
    standard = (
        known.posts.join(stored.select("post_id").unique(), on="post_id", how="anti")
        .select("post_id", required_level=level, required_by=nw.lit("standard"))
        .filter(~nw.col("required_level").is_null())
        .join(national.select("competency_id").unique(), how="cross")
    )
    return nw.concat([stored.select(columns), standard.select(columns)])


def measured_levels(known: Records, as_of: date) -> nw.LazyFrame:
    """Return each person's newest level of each competency with its interval.

    Columns: ``employee_id``, ``competency_id`` and `MEASURED`; ``level`` as recorded (0-5), days.
    """
    return _measured(known.assessments, as_of, "employee_id")


def _measured(assessments: nw.LazyFrame, as_of: date, person: str) -> nw.LazyFrame:
    rules = load_standard("competency_evidence")
    age = nw.col("days_since_assessment")
    expired = age > load_standard("assessment_validity")["years"] * 365.25
    error, drift = nw.col("error"), rules["drift"]["levels_a_year"]
    reach = (
        rules["interval"]["standard_errors"] * (error * error + drift * drift * age / 365.25).sqrt()
    )
    lowest, highest = rules["scale"]["minimum"], rules["scale"]["maximum"]
    lower, upper = nw.col("level") - nw.col("reach"), nw.col("level") + nw.col("reach")
    return (
        latest(assessments, person, "competency_id", ties=("available_at", "level"))
        .with_columns(
            days_since_assessment=days_until(as_of, nw.col("valid_from")),
            error=_error_of(nw.col("source").fill_null("").str.to_lowercase(), rules),
        )
        .with_columns(reach=nw.when(~expired).then(reach).otherwise(highest - lowest))
        .with_columns(
            level_lower=nw.when(lower > lowest).then(lower).otherwise(lowest),
            level_upper=nw.when(upper < highest).then(upper).otherwise(highest),
            evidence=nw.when(expired).then(nw.lit("expired")).otherwise(nw.lit("valid")),
        )
        .select(person, "competency_id", *MEASURED)
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
    all; both null where none is assessed), ``job_person_match`` (percent: mean of attained by
    required level, each at most 100; Perka BKN 26/2019), ``days_since_assessment`` (the
    newest); ``gap_levels_lower``, ``gap_levels_upper``, ``job_person_match_lower``,
    ``job_person_match_upper`` (the same over all required competencies at the ends of their
    intervals), ``n_expired`` (of the required).
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
        .with_columns(
            nw.when(nw.col("n_assessed") > 0).then(nw.col(name)).alias(name)
            for name in ("n_gaps", "gap_levels")
        )
    )


def _match(level: nw.Expr) -> nw.Expr:
    ratio = level / nw.col("required_level")
    return nw.when(ratio >= 1).then(100.0).when(ratio < 1).then(ratio * 100)


def _error_of(source: nw.Expr, rules: dict[str, Any]) -> nw.Expr:
    """Return the standard error of the first kind of source whose words occur."""
    *kinds, unknown = rules["errors"].values()
    error = nw.lit(unknown["levels"])
    for kind in reversed(kinds):
        fits = nw.any_horizontal(
            *(source.str.contains(word, literal=True) for word in kind["words"]),
            ignore_nulls=True,
        )
        error = nw.when(fits).then(kind["levels"]).otherwise(error)
    return error
