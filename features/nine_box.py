"""The 9-box talent map: performance against potential, explained, abstaining without evidence.

For display beside the evidence only: a box decides nothing, no model reads it, and the system takes
no part in promotion or dismissal. The definitions of both axes are data
(``features/standards/nine_box.toml``), so that an employer's own may replace them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import narwhals as nw

from features.career import present_posts
from features.competency import competency_levels
from features.job_person_match import job_person_match
from features.known import latest
from features.records import Records
from features.standards.expressions import by_predicate, first_of
from features.standards.load import SHIPPED, Standard, Standards

COLUMNS = (
    "employee_id", "newest_year", "performance_score", "performance", "potential_lower",
    "potential_upper", "potential", "box", "actions", "succession_pool", "reason",
)  # fmt: skip
POTENTIAL = ("low", "medium", "high")
PERFORMANCE = ("below", "as_expected", "above")


def nine_box(
    known: Records,
    as_of: date,
    standards: Standards = SHIPPED,
    potential: nw.LazyFrame | None = None,
) -> nw.LazyFrame:
    """Place everybody in service, or say why not.

    Parameters
    ----------
    known : Records
        Lazy frames of what was known (`features.known.known_records`).
    as_of : date
        The exclusive day; the standard must be in force (since 2020).
    standards : Standards
        The rules of the employer.
    potential : LazyFrame, optional
        The employer's own measure: ``employee_id``, ``potential_score`` (0-100). None: the job
        person match of valid assessments, as an interval.

    Returns
    -------
    LazyFrame
        `COLUMNS`. ``performance_score`` (0-100, mean points of the predicates of the newest two
        years in a row, up to ``newest_year``), ``performance`` (below, as_expected, above),
        ``potential`` (low, medium, high; null where its interval reaches over more than one),
        ``box`` (1-9), ``actions`` (joined by "; "), ``succession_pool`` (1 or 0); the last three
        null without both axes. ``reason``: what the box rests on, or what is missing.

    References
    ----------
    PermenPANRB 3/2020. Points, cut-offs and the measure of potential are not uniform.
    """
    rule = standards.load("nine_box", as_of)
    people = present_posts(known, as_of)
    if potential is None:
        levels = competency_levels(known, people, as_of)
        bounds = job_person_match(levels, as_of, standards).select(
            "employee_id", potential_lower="match_lower", potential_upper="match_upper"
        )
    else:
        score = nw.col("potential_score").cast(nw.Float64)
        bounds = potential.select("employee_id", potential_lower=score, potential_upper=score)
    lower, upper = nw.col("potential_lower"), nw.col("potential_upper")
    ranked = (
        people.select("employee_id")
        .join(_performance(known, as_of, rule), on="employee_id", how="left")
        .join(bounds, on="employee_id", how="left")
        .with_columns(
            performance=_rank(nw.col("performance_score"), rule, PERFORMANCE),
            potential=nw.when(_rank(lower, rule, POTENTIAL) == _rank(upper, rule, POTENTIAL)).then(
                _rank(lower, rule, POTENTIAL)
            ),
        )
    )
    return ranked.with_columns(
        box=_by_cell(rule, lambda cell: float(cell["number"])),
        actions=_by_cell(rule, lambda cell: "; ".join(cell["actions"])),
        succession_pool=_by_cell(rule, lambda cell: float(cell["succession"])),
        reason=_reason(),
    ).select(COLUMNS)


def _performance(known: Records, as_of: date, rule: Standard) -> nw.LazyFrame:
    """Return ``employee_id``, ``newest_year``, ``performance_score`` (null: a year is missing)."""
    standard = rule["performance"]
    points = {key: float(value) for key, value in by_predicate(standard["points"]).items()}
    reviews = known.reviews.filter(
        ~nw.col("predicate").is_null(),
        nw.col("scale").is_null() | (nw.col("scale") == "predicate"),
    ).select(
        "employee_id",
        "year",
        points=first_of((nw.col("predicate") == key, value) for key, value in points.items()),
    )
    before = reviews.select("employee_id", points_before="points", year=nw.col("year") + 1)
    recent = reviews.filter(nw.col("year") >= as_of.year - standard["oldest_year"])
    return (
        latest(recent, "employee_id", by="year")
        .join(before, on=["employee_id", "year"], how="left")
        .select(
            "employee_id",
            newest_year=nw.col("year"),
            performance_score=(nw.col("points") + nw.col("points_before")) / 2,
        )
    )


def _rank(score: nw.Expr, rule: Standard, names: tuple[str, str, str]) -> nw.Expr:
    cut_offs = rule["cut_offs"]
    low, medium, high = names
    return first_of(
        [
            (score >= cut_offs["high"], high),
            (score >= cut_offs["medium"], medium),
            (score >= 0, low),
        ]
    )


def _by_cell(rule: Standard, value_of: Callable[[dict[str, Any]], float | str]) -> nw.Expr:
    return first_of(
        (
            (nw.col("performance") == performance) & (nw.col("potential") == potential),
            value_of(cell),
        )
        for performance, row in rule["cell"].items()
        for potential, cell in row.items()
    )


def _reason() -> nw.Expr:
    lower, upper = nw.col("potential_lower"), nw.col("potential_upper")
    return first_of(
        [
            (nw.col("newest_year").is_null(), "no appraisal recent enough is recorded"),
            (
                nw.col("performance_score").is_null(),
                "the year before the newest appraisal has no predicate",
            ),
            (lower.is_null(), "no potential is recorded"),
            (
                nw.col("potential").is_null(),
                "assessments are missing or too old: the potential may be in more than one class",
            ),
            (lower < upper, "assessments are missing, but none could change the class"),
        ],
        "two years of appraisal and a full measure of potential",
    )
