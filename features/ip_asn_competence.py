"""The competence dimension of IP ASN: leadership or functional training, technical, seminars."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.ip_asn_parts import RECORDED, as_part
from features.known import since
from features.records import Records
from features.schema import POST_LEVELS
from features.standards.expressions import first_of, look_up
from features.standards.load import Standard

TRAINING_FORMS = {"structural": "structural", "functional": "functional"}  # of a kind of post


def training(people: nw.LazyFrame, known: Records, rule: Standard) -> nw.LazyFrame:
    """Return the points of leadership or functional training for the present level of post."""
    taken = _completed(known).filter(nw.col("form").is_in(list(TRAINING_FORMS.values())))
    form = look_up(nw.col("kind"), TRAINING_FORMS)
    fits = [
        (nw.col("post_level") == level) & nw.col("post_levels").str.contains(level, literal=True)
        for level in POST_LEVELS
    ]
    held = (
        people.select("employee_id", "kind", "post_level")
        .join(taken, on="employee_id", how="inner")
        .filter(nw.col("form") == form)
        .with_columns(
            fits=first_of([(condition, 1.0) for condition in fits], 0.0),
            may_fit=first_of([(nw.col("post_levels").fill_null("") == "", 1.0)], 0.0),
        )
        .group_by("employee_id")
        .agg(nw.col("fits").max(), nw.col("may_fit").max())
    )
    joined = (
        people.filter(nw.col("kind").is_null() | nw.col("kind").is_in(list(TRAINING_FORMS)))
        .join(held, on="employee_id", how="left")
        .join(_count(taken), how="cross")
        .with_columns(nw.col("fits").fill_null(0.0), nw.col("may_fit").fill_null(0.0))
    )
    unknown_kind = nw.col("kind").is_null()
    sure = (nw.col("is_trained") == 1) | (nw.col("fits") == 1)
    possible = sure | (nw.col("may_fit") == 1) | unknown_kind | ~RECORDED
    maximum = _maximum_of("training", rule)
    return as_part(
        joined,
        ("competence", "training", maximum),
        lower=first_of([(sure, maximum)], 0.0),
        upper=first_of([(possible, maximum)], 0.0),
        reason=first_of(
            [
                (unknown_kind, "the level of the post is not known"),
                (nw.col("is_trained") == 1, "the profession counts as trained"),
                (sure, "training for the present level of post is held"),
                (
                    nw.col("may_fit") == 1,
                    "training is held, but the catalogue does not say for which level of post",
                ),
                (~RECORDED, "no leadership or functional training is recorded for anybody"),
            ],
            "no training for the present level of post is recorded",
        ),
        next_step="complete the leadership or functional training of the present level of post",
    )


def technical(people: nw.LazyFrame, known: Records, as_of: date, rule: Standard) -> nw.LazyFrame:
    """Return the points of technical training of enough JP in the last months."""
    competence = rule["competence"]
    taken = _completed(known).filter(
        nw.col("form").is_in(competence["technical_forms"]),
        since(as_of, competence["technical_months"]),
    )
    hours = (
        taken.with_columns(
            without_hours=first_of([(nw.col("hours").is_null(), 1.0)], 0.0),
            hours=nw.col("hours").fill_null(0.0),
        )
        .group_by("employee_id")
        .agg(nw.col("hours").sum(), nw.col("without_hours").sum())
    )
    joined = (
        people.join(hours, on="employee_id", how="left")
        .join(_count(taken), how="cross")
        .with_columns(nw.col("hours").fill_null(0.0), nw.col("without_hours").fill_null(0.0))
    )
    needed = float(competence["technical_jp"])
    sure = nw.col("hours") >= needed
    uncounted = nw.col("without_hours") > 0
    maximum = _maximum_of("technical", rule)
    return as_part(
        joined,
        ("competence", "technical", maximum),
        lower=first_of([(sure, maximum)], 0.0),
        upper=first_of([(sure | uncounted | ~RECORDED, maximum)], 0.0),
        value=nw.col("hours"),
        needed=nw.lit(needed),
        reason=first_of(
            [
                (sure, "enough JP of technical training are recorded"),
                (uncounted, "technical training of unknown JP is recorded"),
                (~RECORDED, "no technical training of these months is recorded for anybody"),
                (nw.col("hours") > 0, "fewer JP of technical training than needed are recorded"),
            ],
            "no technical training is recorded",
        ),
        next_step="complete technical training up to the needed JP within a year",
    )


def seminar(people: nw.LazyFrame, known: Records, as_of: date, rule: Standard) -> nw.LazyFrame:
    """Return the points of a seminar or the like in the last months."""
    competence = rule["competence"]
    taken = _completed(known).filter(
        nw.col("form").is_in(competence["seminar_forms"]),
        since(as_of, competence["seminar_months"]),
    )
    counts = taken.group_by("employee_id").agg(n_taken=nw.col("form").count())
    joined = (
        people.join(counts, on="employee_id", how="left")
        .join(_count(taken), how="cross")
        .with_columns(nw.col("n_taken").cast(nw.Float64).fill_null(0.0))
    )
    sure = nw.col("n_taken") > 0
    maximum = _maximum_of("seminar", rule)
    return as_part(
        joined,
        ("competence", "seminar", maximum),
        lower=first_of([(sure, maximum)], 0.0),
        upper=first_of([(sure | ~RECORDED, maximum)], 0.0),
        value=nw.col("n_taken"),
        needed=nw.lit(1.0),
        reason=first_of(
            [
                (sure, "a seminar, workshop or the like is recorded"),
                (~RECORDED, "no seminar of these months is recorded for anybody"),
            ],
            "no seminar, workshop or the like is recorded",
        ),
        next_step="attend a seminar, workshop or the like",
    )


def _completed(known: Records) -> nw.LazyFrame:
    courses = known.courses.select("course_id", "form", "post_levels", course_jp=nw.col("jp"))
    return (
        known.enrolments.filter(nw.col("status") == "completed")
        .join(courses, on="course_id", how="inner")
        .with_columns(hours=nw.coalesce("jp", "course_jp"))
        .select("employee_id", "valid_from", "form", "post_levels", "hours")
    )


def _count(taken: nw.LazyFrame) -> nw.LazyFrame:
    """Return one row: how many such records anybody has."""
    return taken.select(n_recorded=nw.col("form").count())


def _maximum_of(part: str, rule: Standard) -> nw.Expr:
    """Return a part's points by kind of post; an unknown kind is bounded by the functional one."""
    competence = rule["competence"]
    return first_of(
        [(nw.col("kind") == "pelaksana", float(competence["pelaksana"][part])),
         (nw.col("kind") == "structural", float(competence["structural"][part]))],
        float(competence["functional"][part]),
    )  # fmt: skip
