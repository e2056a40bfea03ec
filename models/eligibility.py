"""Hard rules: which courses a person may be recommended at all, and which rule forbids the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.cases import Cases, Catalogue
from models.interactions import course_ids_of, taken_matrix


def allowed_courses(
    people: pd.DataFrame,
    history: pd.DataFrame,
    catalogue: Catalogue,
    sessions: pd.DataFrame | None,
    as_of: object,
) -> np.ndarray:
    """Return which courses each person may be recommended.

    Parameters
    ----------
    people : DataFrame
        ``employee_id`` and, where known, ``post_level`` and ``employment_type``. Somebody whose
        level or type is not known may take only courses open to all.
    history : DataFrame
        Courses taken before ``as_of``: ``employee_id``, ``course_id``, ``happened_on``.
    catalogue : Catalogue
        A rule whose column is missing in ``catalogue.courses`` forbids nothing.
    sessions : DataFrame or None
        ``course_id``, ``starts_on``: the sessions announced before ``as_of``. None or empty:
        dates are not known and forbid nothing; otherwise a course needs a session from ``as_of``
        on.
    as_of : date or Timestamp
        Exclusive date of what is known.

    Returns
    -------
    ndarray of bool, shape (n_people, n_courses)
        Rows in the order of ``people``, columns in the order of the catalogue.
    """
    return why_not(people, history, catalogue, sessions, as_of) == ""


def why_not(
    people: pd.DataFrame,
    history: pd.DataFrame,
    catalogue: Catalogue,
    sessions: pd.DataFrame | None,
    as_of: object,
) -> np.ndarray:
    """Return the first rule that forbids each course to each person.

    Parameters
    ----------
    people, history, catalogue, sessions, as_of
        See `allowed_courses`.

    Returns
    -------
    ndarray of str, shape (n_people, n_courses)
        ``taken``, ``mandatory`` (assigned by rule or event, hence not recommended), ``post_level``,
        ``employment_type``, ``prerequisite``, ``no_session``; empty where the course is allowed.
    """
    course_ids = course_ids_of(catalogue)
    taken = taken_matrix(Cases(people, history, pd.DataFrame()), course_ids).toarray() > 0
    courses = catalogue.courses
    rules = {
        "taken": taken,
        "mandatory": np.broadcast_to(_mandatory(courses), taken.shape),
        "post_level": ~_is_member(people, "post_level", courses, "post_levels"),
        "employment_type": ~_is_member(people, "employment_type", courses, "employment_types"),
        "prerequisite": ~_has_prerequisite(taken, courses, course_ids),
        "no_session": np.broadcast_to(~_has_session(course_ids, sessions, as_of), taken.shape),
    }
    return np.select(list(rules.values()), list(rules), default="")


def _mandatory(courses: pd.DataFrame) -> np.ndarray:
    """Return which courses a rule or an event (``trigger``) assigns."""
    assigned = np.zeros(len(courses), dtype=bool)
    if "mandatory" in courses:
        assigned |= courses["mandatory"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    if "trigger" in courses:
        trigger = courses["trigger"]
        assigned |= (trigger.notna() & (trigger.astype(str).str.strip() != "")).to_numpy(dtype=bool)
    return assigned


def _is_member(
    people: pd.DataFrame, column: str, courses: pd.DataFrame, list_column: str
) -> np.ndarray:
    """Return whether a person's value stands in a course's ``|``-joined list; empty: all do."""
    allowed = np.ones((len(people), len(courses)), dtype=bool)
    if list_column not in courses:
        return allowed
    values = (
        people[column] if column in people else pd.Series(None, index=people.index, dtype=object)
    )
    for position, listed in enumerate(courses[list_column]):
        if not pd.isna(listed) and str(listed).strip():
            members = {part.strip() for part in str(listed).split("|")}
            allowed[:, position] = values.isin(members)
    return allowed


def _has_prerequisite(
    taken: np.ndarray, courses: pd.DataFrame, course_ids: list[str]
) -> np.ndarray:
    """Return whether the course to complete first was taken; an unknown one never was."""
    met = np.ones(taken.shape, dtype=bool)
    if "prerequisite_course_id" not in courses:
        return met
    first = courses["prerequisite_course_id"]
    needs = (first.notna() & (first.astype(str).str.strip() != "")).to_numpy()
    column = pd.Index(course_ids).get_indexer(pd.Index(first))
    met[:, needs] = taken[:, column[needs]] & (column[needs] >= 0)
    return met


def _has_session(course_ids: list[str], sessions: pd.DataFrame | None, as_of: object) -> np.ndarray:
    if sessions is None or sessions.empty:
        return np.ones(len(course_ids), dtype=bool)
    ahead = pd.to_datetime(sessions["starts_on"]) >= pd.Timestamp(as_of)  # pyright: ignore[reportArgumentType]
    return np.isin(course_ids, sessions.loc[ahead, "course_id"].to_numpy(dtype=str))
