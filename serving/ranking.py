"""Ranked courses of people: as stored in the snapshot, or scored when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models.cases import Cases
from models.set_quality import LearningPath
from serving.course_filter import CourseFilter, course_fields
from serving.released import Released
from serving.rows import Rows
from serving.target_post import towards

Row = dict[str, Any]
CASES = ("people", "history", "levels")


@dataclass(frozen=True)
class Ranking:
    """What is known of each person (``employee_id``) that a recommendation needs.

    Attributes
    ----------
    courses : dict of str to list of dict
        Rows of `models.ranking.as_ranking`, best first.
    levels : dict of str to list of dict
        Competency levels and gaps that the courses are meant for.
    """

    courses: dict[str, list[Row]]
    levels: dict[str, list[Row]]


def stored_ranking(released: Released, employee_ids: list[str], k: int) -> Ranking:
    """Return the first ``k`` candidates of the snapshot."""
    candidates, levels = released.of_person["candidates"], released.of_person["levels"]
    return Ranking(
        {employee_id: candidates.of(employee_id, k) for employee_id in employee_ids},
        {employee_id: levels.of(employee_id) for employee_id in employee_ids},
    )


def fresh_ranking(
    released: Released,
    employee_ids: list[str],
    post_id: str | None,
    k: int,
    condition: CourseFilter | None = None,
) -> Ranking:
    """Score courses now, against the requirements of another post where one is given.

    What a person may take is decided by the post they hold today in any case. ``condition`` keeps
    away the courses that do not surely meet it.
    """
    if not employee_ids:
        return Ranking({}, {})
    snapshot, recommender = released.snapshot, released.recommender
    cases = cases_of(released, employee_ids)
    own = dict(zip(cases.people["employee_id"], cases.people["post_id"], strict=True))
    ids, courses = recommender.course_ids, snapshot["courses"]
    offer, rules = released.offer, released.offer.why_not(cases)
    allowed, path = rules == "", None
    if post_id is not None:
        path = LearningPath.of(np.array([own[one] != post_id for one in own]), rules, ids, courses)
        allowed = allowed | path.locked
    if condition is not None:
        allowed = allowed & np.isin(ids, list(_kept(released, condition)))
    if post_id is not None:
        cases = towards(cases, post_id, snapshot["post_requirements"], snapshot["posts"])
    allowed, choose = offer.recommendable(
        cases, allowed, k, path, silent_at_zero=recommender.is_generator
    )
    shelf = recommender.recommend(cases, k=k, allowed=allowed, choose=choose)
    ranked = Rows(shelf, "employee_id")
    levels = Rows(cases.gaps, "employee_id")
    return Ranking(
        {
            one: _as_goal(ranked.of(one), post_id not in (None, own.get(one)))
            for one in employee_ids
        },
        {employee_id: levels.of(employee_id) for employee_id in employee_ids},
    )


def _as_goal(rows: list[Row], is_goal: bool) -> list[Row]:
    """Count what the gap to another post than the present one contributes to the career goal."""
    if is_goal:
        for row in rows:
            row["why_career"], row["why_gap"] = row["why_career"] + row["why_gap"], 0.0
    return rows


def cases_of(released: Released, employee_ids: list[str]) -> Cases:
    """Return people as the snapshot holds them, in this order."""
    return Cases(*(released.of_person[name].frame(employee_ids) for name in CASES))


def _kept(released: Released, condition: CourseFilter) -> set[str]:
    """Return the courses of the catalogue that a request's own condition keeps."""
    return condition.kept(
        course_fields(course, released.coming.next(key), released.teaches.get(key, {}))
        for key, course in released.courses.items()
    )
