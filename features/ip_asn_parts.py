"""Three dimensions of IP ASN: of each, the points that are sure, those that are possible, and why.

Where records cannot tell, a part has a lower and an upper number of points: an education that was
not recorded is not a low education. That nobody at all has a record of a kind (no sanction, no
seminar in the whole export) counts as not recorded, not as none.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import narwhals as nw

from features.career import present_posts
from features.known import latest, midnight
from features.records import Records
from features.standards.expressions import by_predicate, first_of, look_up, rules_of
from features.standards.load import Standard

STRUCTURAL = ("jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas")
FUNCTIONAL = (
    "ahli_utama", "ahli_madya", "ahli_muda", "ahli_pertama", "penyelia", "mahir", "terampil",
    "pemula",
)  # fmt: skip
COLUMNS = (
    "employee_id", "dimension", "part", "points_lower", "points_upper", "maximum", "value",
    "needed", "reason", "next_step",
)  # fmt: skip
RECORDED = nw.col("n_recorded") > 0


def measured_people(known: Records, as_of: date, rule: Standard) -> nw.LazyFrame:
    """Return everybody in service: ``employee_id``, ``post_level``, ``education``, ``kind``.

    ``kind`` of post is structural, functional or pelaksana, null where the level is unknown;
    ``is_trained`` is 1 for the professions that count as trained, else 0.
    """
    words = "|".join(rf"^{re.escape(word)}\b" for word in rule["trained_by_profession"]["titles"])
    level = nw.col("post_level")
    return (
        present_posts(known, as_of)
        .select("employee_id", "post_id", "post_level")
        .join(known.posts.select("post_id", "title"), on="post_id", how="left")
        .join(known.employees.select("employee_id", "education"), on="employee_id", how="left")
        .with_columns(
            kind=first_of(
                [
                    (level.is_in(STRUCTURAL), "structural"),
                    (level.is_in(FUNCTIONAL), "functional"),
                    (level == "pelaksana", "pelaksana"),
                ]
            )
        )
        .with_columns(
            is_trained=first_of(
                [
                    (
                        (nw.col("kind") == "functional")
                        & nw.col("title").str.to_lowercase().str.contains(words),
                        1.0,
                    )
                ],
                0.0,
            )
        )
        .select("employee_id", "post_level", "education", "kind", "is_trained")
    )


def qualification(people: nw.LazyFrame, rule: Standard) -> nw.LazyFrame:
    """Return the points of the highest education."""
    points = {k: float(v) for k, v in rules_of(rule["qualification"]).items() if k != "maximum"}
    maximum = float(rule["qualification"]["maximum"])
    return as_part(
        people.with_columns(points=look_up(nw.col("education"), points)),
        ("qualification", "education", maximum),
        lower=first_of([(~nw.col("points").is_null(), nw.col("points"))], min(points.values())),
        upper=first_of([(~nw.col("points").is_null(), nw.col("points"))], maximum),
        reason=first_of(
            [
                (nw.col("points").is_null(), "the education is not recorded"),
                (nw.col("points") >= maximum, "the highest education is held"),
            ],
            "an education is held that gives part of the points",
        ),
        next_step=first_of(
            [(nw.col("points").is_null(), "record the education")], "study for a higher degree"
        ),
    )


def performance(people: nw.LazyFrame, known: Records, as_of: date, rule: Standard) -> nw.LazyFrame:
    """Return the points of the newest appraisal that is not too old."""
    standard = rule["performance"]
    bands = {float(limit): float(p) for limit, p in rules_of(standard["score_bands"]).items()}
    points = {key: float(value) for key, value in by_predicate(standard["predicates"]).items()}
    is_numeric = nw.col("scale").fill_null("predicate") == "numeric"
    newest = latest(
        known.reviews.with_columns(
            value=first_of([(is_numeric, nw.col("score"))], nw.col("predicate").cast(nw.Float64)),
            is_numeric=first_of([(is_numeric, 1.0)], 0.0),
        ).filter(
            nw.col("year") >= as_of.year - standard["oldest_year"], ~nw.col("value").is_null()
        ),
        "employee_id",
        by="year",
    ).select("employee_id", "value", "is_numeric")
    numeric = nw.col("is_numeric") == 1
    scored = [(numeric & (nw.col("value") >= limit), p) for limit, p in bands.items()]
    named = [(~numeric & (nw.col("value") == ordinal), p) for ordinal, p in points.items()]
    maximum = float(standard["maximum"])
    missing = nw.col("value").is_null()
    return as_part(
        people.join(newest, on="employee_id", how="left"),
        ("performance", "appraisal", maximum),
        lower=first_of([*scored, *named], min([*bands.values(), *points.values()])),
        upper=first_of([*scored, *named], maximum),
        value=nw.col("value"),
        needed=nw.lit(None, nw.Float64),
        reason=first_of(
            [
                (missing, "no appraisal recent enough is recorded"),
                (numeric, "the newest appraisal is a numeric score"),
            ],
            "the newest appraisal is a predicate (own reading of BKN's numeric bands)",
        ),
        next_step=first_of(
            [(missing, "record the appraisal")],
            "agree with the superior what a higher appraisal needs",
        ),
    )


def discipline(people: nw.LazyFrame, known: Records, as_of: date, rule: Standard) -> nw.LazyFrame:
    """Return the points left by the worst sanction in force."""
    standard = rules_of(rule["discipline"])
    points = {level: float(standard[level]) for level in ("light", "moderate", "severe")}
    left = look_up(nw.col("level"), points)
    worst = (
        known.discipline.filter(
            nw.col("ends_on").is_null() | (nw.col("ends_on") >= midnight(as_of))
        )
        .with_columns(
            left_possible=left, left_sure=first_of([(~nw.col("ends_on").is_null(), left)])
        )
        .group_by("employee_id")
        .agg(nw.col("left_possible").min(), nw.col("left_sure").min())
    )
    joined = people.join(worst, on="employee_id", how="left").join(
        known.discipline.select(n_recorded=nw.col("level").count()), how="cross"
    )
    none, lowest = float(standard["none"]), min(points.values())
    none_in_force = nw.col("left_possible").is_null()
    maximum = float(standard["maximum"])
    return as_part(
        joined,
        ("discipline", "sanctions", maximum),
        lower=first_of([(~none_in_force, nw.col("left_possible")), (RECORDED, none)], lowest),
        upper=first_of([(~nw.col("left_sure").is_null(), nw.col("left_sure"))], none),
        reason=first_of(
            [
                (
                    ~RECORDED,
                    "no sanction is recorded for anybody, so perhaps they are not exported",
                ),
                (none_in_force, "no sanction in force is recorded"),
                (nw.col("left_sure").is_null(), "a sanction is recorded whose end is not"),
            ],
            "a sanction is in force",
        ),
        next_step="none: points return when the sanction ends",
    )


def as_part(
    frame: nw.LazyFrame,
    names: tuple[str, str, Any],
    *,
    lower: nw.Expr,
    upper: nw.Expr,
    reason: nw.Expr,
    next_step: str | nw.Expr,
    value: nw.Expr | None = None,
    needed: nw.Expr | None = None,
) -> nw.LazyFrame:
    """Return the columns `COLUMNS`; a part that cannot be raised has no next step."""
    dimension, part, maximum = names
    nothing = nw.lit(None, nw.Float64)
    most = maximum if isinstance(maximum, nw.Expr) else nw.lit(maximum)
    step = next_step if isinstance(next_step, nw.Expr) else nw.lit(next_step)
    return (
        frame.with_columns(
            dimension=nw.lit(dimension),
            part=nw.lit(part),
            points_lower=lower,
            points_upper=upper,
            maximum=most,
            value=nothing if value is None else value,
            needed=nothing if needed is None else needed,
            reason=reason,
            next_step=step,
        )
        .with_columns(
            next_step=nw.when(nw.col("points_lower") < nw.col("maximum")).then(nw.col("next_step"))
        )
        .select(COLUMNS)
    )
