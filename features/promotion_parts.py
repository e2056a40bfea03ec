"""The single requirements of a higher post, each judged: met, lacking, or what cannot be told.

Every function returns one row a person: ``employee_id``, ``requirement``, ``status``, ``value``,
``needed``, ``reason`` (`features.promotion` puts them together).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from features.known import days_until, latest, midnight
from features.records import Records
from features.schema import PREDICATES
from features.standards.expressions import first_of, look_up, rules_of
from features.standards.load import Standard, Standards

STATUSES = ("met", "lacking", "cannot be told")
YEAR = 365.25  # days
MONTH = 31.0  # days of doubt about a date that a record gives by month


def education(
    people: nw.LazyFrame, known: Records, target: dict[str, Any], education: Standard
) -> nw.LazyFrame:
    """Judge the highest education by the one that the post asks for."""
    order = {name: float(rank) for name, rank in rules_of(education["order"]).items()}
    needed = order[target["minimum_education"]]
    held = known.employees.select("employee_id", held=look_up(nw.col("education"), order))
    return _judged(
        people.join(held, on="employee_id", how="left"),
        "education",
        met=nw.col("held") >= needed,
        lacking=nw.col("held") < needed,
        reasons=(
            "the education is high enough",
            "a higher education is required",
            "the education is not recorded",
        ),
    )


def experience(
    people: nw.LazyFrame, known: Records, as_of: date, target: dict[str, Any]
) -> nw.LazyFrame:
    """Judge the years in the levels asked for, all times in them together."""
    began = nw.col("days_ago")
    spans = (
        known.employments.join(
            known.posts.select("post_id", level="post_level"), on="post_id", how="left"
        )
        .with_columns(days_ago=days_until(as_of, nw.col("valid_from")))
        .with_columns(
            ended_ago=began.shift(-1).over("employee_id", order_by="valid_from").fill_null(0.0)
        )
        .with_columns(
            days=first_of(
                [(nw.col("level").is_in(target["experience_levels"]), began - nw.col("ended_ago"))],
                0.0,
            )
        )
        .group_by("employee_id")
        .agg(nw.col("days").sum(), first_days_ago=began.max())
    )
    joined = known.employees.select(
        "employee_id", joined_days_ago=days_until(as_of, nw.col("joined_on"))
    )
    needed = float(target["experience_years"])
    enough = nw.col("days") >= needed * YEAR - 1  # a leap day more or less
    is_whole = nw.col("joined_days_ago") <= nw.col("first_days_ago") + MONTH
    return _judged(
        people.join(spans, on="employee_id", how="left").join(joined, on="employee_id", how="left"),
        "experience",
        met=enough,
        lacking=~enough & is_whole,
        value=nw.col("days") / YEAR,
        needed=needed,
        reasons=(
            "the years in " + " or ".join(target["experience_levels"]) + " suffice",
            "more years in " + " or ".join(target["experience_levels"]) + " are required",
            "the records of posts do not reach back to the first appointment",
        ),
    )


def predicates(
    people: nw.LazyFrame,
    known: Records,
    as_of: date,
    target: dict[str, Any],
    known_at: date | None = None,
) -> nw.LazyFrame:
    """Judge the predicates of the newest years that can have one by `known_at` (else `as_of`)."""
    n_years, minimum = target["predicate_years"], PREDICATES[target["minimum_predicate"]]
    is_known = (known_at or as_of) >= date(as_of.year, 2, 2)
    newest = as_of.year - 1 if is_known else as_of.year - 2
    reviews = known.reviews.filter(
        nw.col("year") > newest - n_years,
        nw.col("year") <= newest,
        ~nw.col("predicate").is_null(),
        nw.col("scale").is_null() | (nw.col("scale") == "predicate"),
    )
    counts = reviews.group_by("employee_id").agg(
        n_appraised=nw.col("predicate").count(), worst=nw.col("predicate").min()
    )
    return _judged(
        people.join(counts, on="employee_id", how="left"),
        "predicates",
        met=(nw.col("n_appraised") == n_years) & (nw.col("worst") >= minimum),
        lacking=nw.col("worst") < minimum,
        value=nw.col("worst").cast(nw.Float64),
        needed=float(minimum),
        reasons=(
            f"every predicate of the last {n_years} years suffices",
            f"a predicate of the last {n_years} years is too low",
            f"not every predicate of the last {n_years} years is recorded",
        ),
    )


def competencies(
    people: nw.LazyFrame, known: Records, as_of: date, target_level: str, standards: Standards
) -> nw.LazyFrame:
    """Judge the valid assessments of the national competencies by the standard of the target."""
    national = sorted(standards.load("competency_dictionary", as_of)["competency"])
    needed = float(standards.load("required_levels", as_of)["levels"][target_level])
    days = standards.load("assessment_validity", as_of)["years"] * YEAR
    valid = latest(known.assessments, "employee_id", "competency_id").filter(
        nw.col("competency_id").is_in(national),
        days_until(as_of, nw.col("valid_from")) <= days,
    )
    counts = valid.group_by("employee_id").agg(
        n_assessed=nw.col("level").count(), lowest=nw.col("level").min()
    )
    return _judged(
        people.join(counts, on="employee_id", how="left"),
        "competencies",
        met=(nw.col("n_assessed") == len(national)) & (nw.col("lowest") >= needed),
        lacking=nw.col("lowest") < needed,
        value=nw.col("lowest"),
        needed=needed,
        reasons=(
            "every national competency is validly assessed at the required level",
            "a competency is assessed below the required level",
            "not every national competency is validly assessed",
        ),
    )


def clean_record(people: nw.LazyFrame, known: Records, as_of: date) -> nw.LazyFrame:
    """Judge the sanctions: none in force, where any are recorded at all."""
    in_force = known.discipline.filter(nw.col("ends_on") >= midnight(as_of))
    open_ended = known.discipline.filter(nw.col("ends_on").is_null())
    joined = (
        people.join(_count(in_force, "n_in_force"), on="employee_id", how="left")
        .join(_count(open_ended, "n_open"), on="employee_id", how="left")
        .join(known.discipline.select(n_recorded=nw.col("level").count()), how="cross")
        .with_columns(nw.col("n_in_force").fill_null(0.0), nw.col("n_open").fill_null(0.0))
    )
    none = (nw.col("n_in_force") == 0) & (nw.col("n_open") == 0)
    return _judged(
        joined,
        "clean_record",
        met=none & (nw.col("n_recorded") > 0),
        lacking=nw.col("n_in_force") > 0,
        reasons=(
            "no sanction in force is recorded; the record beyond that is for a person to judge",
            "a sanction is in force",
            "no sanctions are recorded for anybody, or one without its end",
        ),
    )


def age(
    people: nw.LazyFrame, known: Records, as_of: date, maximum: int, ages: dict[str, Any]
) -> nw.LazyFrame:
    """Judge the age by the foreseen retirement: no birth date is among the records."""
    retirement = known.employees.select(
        "employee_id", days_left=-days_until(as_of, nw.col("retires_on"))
    )
    joined = people.join(retirement, on="employee_id", how="left").with_columns(
        slack=nw.col("days_left")
        - (look_up(nw.col("post_level"), ages).cast(nw.Float64) - maximum) * YEAR
    )
    return _judged(
        joined,
        "age",
        met=nw.col("slack") > MONTH,
        lacking=nw.col("slack") < -MONTH,
        needed=float(maximum),
        reasons=(
            "by the foreseen retirement the age is below the limit",
            "by the foreseen retirement the age is above the limit",
            "the foreseen retirement is not recorded, or within a month of the limit",
        ),
    )


def untold(
    people: nw.LazyFrame, requirement: str, reason: str, needed: float | None = None
) -> nw.LazyFrame:
    """Return a requirement that no record can tell of, with the reason."""
    never = nw.col("employee_id").is_null()
    return _judged(
        people, requirement, met=never, lacking=never, needed=needed, reasons=("", "", reason)
    )


def _count(frame: nw.LazyFrame, name: str) -> nw.LazyFrame:
    counts = frame.group_by("employee_id").agg(nw.col("level").count())
    return counts.select("employee_id", nw.col("level").cast(nw.Float64).alias(name))


def _judged(
    frame: nw.LazyFrame,
    requirement: str,
    *,
    met: nw.Expr,
    lacking: nw.Expr,
    reasons: tuple[str, str, str],
    value: nw.Expr | None = None,
    needed: float | None = None,
) -> nw.LazyFrame:
    cases = [met, lacking]
    return frame.select(
        "employee_id",
        requirement=nw.lit(requirement),
        status=first_of(zip(cases, STATUSES, strict=False), STATUSES[2]),
        value=nw.lit(None, nw.Float64) if value is None else value,
        needed=nw.lit(needed, nw.Float64),
        reason=first_of(zip(cases, reasons, strict=False), reasons[2]),
    )
