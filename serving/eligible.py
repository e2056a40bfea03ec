"""Which of a released recommender's courses people may be recommended now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.standards.load import load_standard
from models.cases import Cases, Catalogue
from models.course_set import CourseFacts, Needs, covered, legal_and_useful, needs_of
from models.eligibility import why_not
from models.exploration import Exploration
from models.ranking import Choose
from models.set_choice import choose_set
from models.set_quality import LearningPath


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
    n_taken: Mapping[str, int] | None = None,
) -> tuple[Needs, CourseFacts]:
    """Return what people lack, and the courses as the rules of a set read them."""
    facts = CourseFacts.of(course_ids, courses, teaches, n_taken)
    return needs_of(cases, facts, as_of), facts


def recommendable(
    cases: Cases,
    allowed: np.ndarray,
    course_ids: list[str],
    courses: pd.DataFrame,
    teaches: pd.DataFrame,
    as_of: date,
    k: int,
    path: LearningPath | None = None,
    *,
    explore: Exploration | None = None,
    n_taken: Mapping[str, int] | None = None,
    silent_at_zero: bool = False,
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
    path : LearningPath, optional
        What has to stand above what on the way to another post.
    n_taken : mapping of str to int, optional
        How often each course was taken by everybody; see `CourseFacts.of`.
    silent_at_zero : bool, default=False
        A score of 0 says nothing good: only what answers a gap is chosen in spite of it, such as a
        course that is new.
    explore : Exploration, optional
        Fills some places by lot and remembers the chances. Default: no lots.
    """
    needs, facts = needs_and_facts(cases, course_ids, courses, teaches, as_of, n_taken)
    row = pd.Index(cases.people["employee_id"])

    def choose(part: Cases, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        own = row.get_indexer(pd.Index(part.people["employee_id"]))
        theirs, people = needs.of(own), part.people["employee_id"]
        if silent_at_zero:
            scores = spoken(scores, theirs, facts)
        pick = None if explore is None else explore.pick(people, k)
        pairs = choose_set(scores, theirs, facts, k, path=path and path.people(own), pick=pick)
        if explore is not None and pick is not None:
            explore.remember(people, course_ids, pick, pairs[0], pairs[2])
        return pairs

    return legal_and_useful(allowed, needs, facts), choose


def spoken(scores: np.ndarray, needs: Needs, facts: CourseFacts) -> np.ndarray:
    """Silence scores of 0 or less, except of what answers a gap, such as a course that is new."""
    answers = covered(needs.level, needs.required, facts) > 0
    return np.where((scores > 0) | answers, scores, -np.inf)


def times_taken(history: pd.DataFrame) -> dict[str, int]:
    """Return how often each course was taken (``course_id``)."""
    return {str(name): int(n) for name, n in history["course_id"].value_counts().items()}


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
