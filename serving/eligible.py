"""Which of a released recommender's courses people may be recommended now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.standards.load import load_standard
from models.cases import Cases, Catalogue
from models.course_set import CourseFacts, Needs, legal_and_useful, needs_of
from models.eligibility import why_not
from models.ranking import Choose
from models.set_choice import choose_set


def allowed_now(
    cases: Cases,
    course_ids: list[str],
    courses: pd.DataFrame,
    sessions: pd.DataFrame,
    as_of: date,
) -> np.ndarray:
    """Return a bool array of shape (n_people, n_courses) in the order of ``course_ids``.

    The recommender's courses are those of the day it was trained; one that has left the catalogue
    since is not allowed to anybody, and one that is new cannot be scored.
    """
    return why_not_now(cases, course_ids, courses, sessions, as_of) == ""


def why_not_now(
    cases: Cases,
    course_ids: list[str],
    courses: pd.DataFrame,
    sessions: pd.DataFrame,
    as_of: date,
) -> np.ndarray:
    """Return the rule of `models.eligibility.why_not`, or ``left_catalogue``; empty: allowed."""
    by_id = courses.set_index("course_id")
    present = np.isin(course_ids, by_id.index.to_numpy(dtype=str))
    known = by_id.reindex(course_ids).rename_axis("course_id").reset_index()
    catalogue = Catalogue(known, pd.DataFrame())
    rules = why_not(cases.people, cases.history, catalogue, sessions, as_of)
    return np.where(present, rules, "left_catalogue")


def needs_and_facts(
    cases: Cases,
    course_ids: list[str],
    courses: pd.DataFrame,
    teaches: pd.DataFrame,
    as_of: date,
) -> tuple[Needs, CourseFacts]:
    """Return what people lack, and the courses as the rules of a set read them."""
    facts = CourseFacts.of(course_ids, courses, teaches)
    return needs_of(cases, facts, as_of), facts


def recommendable(
    cases: Cases,
    allowed: np.ndarray,
    course_ids: list[str],
    courses: pd.DataFrame,
    teaches: pd.DataFrame,
    as_of: date,
    k: int,
    in_order: np.ndarray | None = None,
) -> tuple[np.ndarray, Choose]:
    """Return which `allowed` courses answer a gap and fit the hours, and how sets are chosen.

    Parameters
    ----------
    cases : Cases
        Gaps are those against the post that decides.
    allowed : ndarray of bool, shape (n_people, n_courses)
        See `allowed_now`.
    teaches : DataFrame
        ``course_id``, ``competency_id``, ``level``.
    k : int
        At most so many courses a person.
    in_order : ndarray of bool, shape (n_people,), optional
        For whom lower levels come first, as on the way to another post.
    """
    needs, facts = needs_and_facts(cases, course_ids, courses, teaches, as_of)
    row = pd.Index(cases.people["employee_id"])

    def choose(part: Cases, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        own = row.get_indexer(pd.Index(part.people["employee_id"]))
        ordered = None if in_order is None else in_order[own]
        return choose_set(scores, needs.of(own), facts, k, in_order=ordered)

    return legal_and_useful(allowed, needs, facts), choose


def to_assess(levels: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what a post requires and too little is known of: competency and its evidence.

    Parameters
    ----------
    levels : iterable of mapping
        The person's competencies: ``competency_id``, ``required_level``, ``level``, ``evidence``,
        ``level_lower``, ``level_upper``; None where not known.

    Returns
    -------
    list of (str, str)
        Evidence ``none``, ``expired``, or ``wide``: the interval of the level is at least as wide
        as ``standards/recommending.toml`` says.
    """
    widest = float(load_standard("recommending")["assess_first"]["widest_interval"])
    found: list[tuple[str, str]] = []
    for row in levels:
        if row["required_level"] is None:
            continue
        if row["level"] is None or row["evidence"] != "valid":
            expired = row["evidence"] == "expired"
            found.append((row["competency_id"], "expired" if expired else "none"))
        elif (row["level_upper"] or 0) - (row["level_lower"] or 0) >= widest:
            found.append((row["competency_id"], "wide"))
    return sorted(found)


def basis_of(levels: Iterable[Mapping[str, Any]]) -> str:
    """Return on what a person's list rests: ``gap`` measured, ``no_gap`` left, or ``assess_first``.

    Parameters
    ----------
    levels : iterable of mapping
        The person's competencies: ``level``, ``gap``, ``evidence``; None where not known.
    """
    gaps = [row["gap"] for row in levels if row["evidence"] == "valid" and row["gap"] is not None]
    if not gaps:
        return "assess_first"
    return "gap" if max(gaps) > 0 else "no_gap"
