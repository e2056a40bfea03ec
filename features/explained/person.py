"""Everything that is worked out about one person at a date, before any role or language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from features.career import present_posts
from features.errors import SchemaError, UnknownEmployeeError
from features.indices import following_levels, requirements_of
from features.ip_asn import ip_asn
from features.job_person_match import job_person_match
from features.known import known_records
from features.nine_box import nine_box
from features.profiles import build_profiles
from features.records import Records
from features.standards.load import SHIPPED, Standards, load_standard
from features.target_posts import competency_gaps_to, match_with_targets

Row = dict[str, Any]
N_REVIEWS = 5
UNIT_RELATIVE = {
    "predicate_vs_unit": "predicate",
    "predicate_position": "predicate",
    "feedback_vs_unit": "feedback_score",
    "unexcused_vs_unit_3_months": "unexcused_days_3_months",
    "unexcused_vs_unit_12_months": "unexcused_days_12_months",
}
"""Figures against the unit, and what the others of the unit must hold: two people tell each other's
figure from a difference, so a small unit shows none."""


@dataclass(frozen=True)
class Target:
    """A post that a person might take next.

    Attributes
    ----------
    post : dict
        ``post_id``, ``title``, ``post_level``.
    gaps : list of dict
        `features.target_posts.TARGET_LONG` with the competency's ``name``.
    match : dict or None
        `features.target_posts.match_with_targets`; none: nothing is required.
    """

    post: Row
    gaps: list[Row]
    match: Row | None


@dataclass(frozen=True)
class PersonAt:
    """One person at a date.

    Attributes
    ----------
    employee_id : str
    as_of, known_at : date
        Exclusive: what the figures are about, and when it was known.
    post : dict
        ``post_id``, ``title``, ``post_level``, ``unit_id``, ``unit``, ``employment_type``.
    education : str or None
        Highest education.
    figures : dict of str to float or None
        Every figure of the profile.
    hidden : frozenset of str
        Figures that a unit of so few people must not show.
    competencies, behaviours : list of dict
        `features.competency.LONG` with the competency's ``name``; `features.feedback.BEHAVIOURS`.
    reviews : list of dict
        The newest appraisals by predicate: ``year``, ``results``, ``behaviour``, ``predicate``.
    match : dict or None
        `features.job_person_match`; none: nothing is required.
    target : Target or None
    ip_asn, nine_box : dict
        Rows of `features.indices.Indices`.
    ip_asn_parts, promotion : list of dict
        Likewise.
    """

    employee_id: str
    as_of: date
    known_at: date
    post: Row
    education: str | None
    figures: dict[str, float | None]
    hidden: frozenset[str]
    competencies: list[Row]
    behaviours: list[Row]
    reviews: list[Row]
    match: Row | None
    target: Target | None
    ip_asn: Row
    ip_asn_parts: list[Row]
    nine_box: Row
    promotion: list[Row]


def describe_person(
    records: Records,
    employee_id: str,
    as_of: date,
    standards: Standards = SHIPPED,
    target_post: str | None = None,
    known_at: date | None = None,
) -> PersonAt:
    """Work out everything about one person.

    Parameters
    ----------
    records : Records
        Polars frames; those of everybody, for people are compared with their unit.
    employee_id : str
        As merged (`features.merges.canonical`).
    as_of : date
        Exclusive.
    standards : Standards
        The rules of the employer.
    target_post : str, optional
        A ``post_id``, or the title of one post.
    known_at : date, optional
        Count what was known before this date instead (`features.horizon`).

    Raises
    ------
    UnknownEmployeeError
        Nobody is known by this id at that date.
    SchemaError
        The person is not in service at that date, or `target_post` names no post or several.
    """
    lazy = records.map(lambda frame: frame.lazy())
    known = known_records(lazy, as_of, known_at)
    post = _present_post(known, employee_id, as_of)
    target = None if target_post is None else _target(known, employee_id, as_of, target_post)
    levels = (
        following_levels(post["post_level"], as_of, standards)
        if target is None
        else [target.post["post_level"]]
    )
    profiles, index = build_profiles(lazy, as_of, known_at), ip_asn(known, as_of, standards)
    mine = pl.col("employee_id") == employee_id
    asked = [
        frame.to_native() for frame in requirements_of(known, levels, as_of, standards, known_at)
    ]
    unit, competencies, behaviours, total, parts, box, reviews, *promotion = pl.collect_all(
        [
            profiles.people.join(profiles.details, on="employee_id").filter(
                pl.col("unit_id") == post["unit_id"]
            ),
            _named(known, profiles.competencies.filter(mine)),
            profiles.behaviours.filter(mine),
            index.people.to_native().filter(mine),
            index.explanation.to_native().filter(mine),
            nine_box(known, as_of, standards).to_native().filter(mine),
            _reviews(known, mine),
            *(frame.filter(mine) for frame in asked),
        ]
    )
    return PersonAt(
        employee_id,
        as_of,
        known_at or as_of,
        {name: value for name, value in post.items() if name != "education"},
        post["education"],
        _figures(unit.filter(mine)),
        _hidden(unit),
        competencies.to_dicts(),
        behaviours.to_dicts(),
        reviews.to_dicts(),
        _match(competencies, as_of, standards),
        target,
        total.to_dicts()[0],
        parts.to_dicts(),
        box.to_dicts()[0],
        [row for frame in promotion for row in frame.to_dicts()],
    )


def _present_post(known: Records, employee_id: str, as_of: date) -> Row:
    mine = nw.col("employee_id") == employee_id
    held = known.employees.filter(mine).select("employee_id", "education")
    if _rows(held) == []:
        raise UnknownEmployeeError("employee_id", employee_id)
    found = _rows(
        present_posts(known, as_of)
        .filter(mine)
        .join(held, on="employee_id", how="left")
        .join(known.posts.select("post_id", "title"), on="post_id", how="left")
        .join(known.units.select("unit_id", unit=nw.col("name")), on="unit_id", how="left")
        .select("post_id", "title", "post_level", "unit_id", "unit", "employment_type", "education")
    )
    if not found:
        raise SchemaError("employee_id", f"must be of somebody in service at {as_of}", employee_id)
    return found[0]


def _target(known: Records, employee_id: str, as_of: date, wanted: str) -> Target:
    columns = ("post_id", "title", "post_level")
    title = nw.col("title").str.to_lowercase()
    found = _rows(known.posts.filter(nw.col("post_id") == wanted).select(columns)) or _rows(
        known.posts.filter(title == wanted.lower()).select(columns)
    )
    if len(found) != 1:
        several = f", not of {len(found)}" if found else ""
        raise SchemaError(
            "target-post", f"must be the id or the title of one post{several}", wanted
        )
    pair = pl.LazyFrame({"employee_id": [employee_id], "target_post_id": [found[0]["post_id"]]})
    gaps = competency_gaps_to(known, nw.from_native(pair), as_of)
    rows = _named(known, gaps.to_native()).sort("competency_id").collect()
    match = _rows(match_with_targets(nw.from_native(rows.lazy())))
    return Target(found[0], rows.to_dicts(), match[0] if match else None)


def _named(known: Records, levels: pl.LazyFrame) -> pl.LazyFrame:
    names = known.competencies.select("competency_id", "name").to_native()
    return levels.join(names, on="competency_id", how="left", maintain_order="left")


def _reviews(known: Records, mine: pl.Expr) -> pl.LazyFrame:
    reviews: pl.LazyFrame = known.reviews.to_native()
    return (
        reviews.filter(mine, pl.col("scale").fill_null("predicate") == "predicate")
        .select("year", "results", "behaviour", "predicate")
        .sort("year", descending=True)
        .head(N_REVIEWS)
    )


def _figures(person: pl.DataFrame) -> dict[str, float | None]:
    return person.select(pl.selectors.float()).to_dicts()[0]


def _hidden(unit: pl.DataFrame) -> frozenset[str]:
    fewest = load_standard("profile_evidence")["strengths"]["minimum_people"]
    small = {name for name, of in UNIT_RELATIVE.items() if unit[of].count() < fewest}
    if unit["unit_predicate"].count() == 0 and "predicate_position" in small:
        small.add("predicate_position_pattern")  # which then is the position in the unit alone
    return frozenset(small)


def _match(competencies: pl.DataFrame, as_of: date, standards: Standards) -> Row | None:
    levels = nw.from_native(competencies.lazy())
    found = _rows(job_person_match(levels, as_of, standards))
    return found[0] if found else None


def _rows(frame: nw.LazyFrame) -> list[Row]:
    return frame.collect().to_polars().to_dicts()
