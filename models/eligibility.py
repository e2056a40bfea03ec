"""Hard rules: which courses a person may be recommended at all, and which rule forbids the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.cases import Cases, Catalogue
from models.interactions import course_ids_of, taken_matrix

DAYS_A_YEAR = 365.25


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
        Courses taken before ``as_of``: ``employee_id``, ``course_id``, ``happened_on``, and
        ``completed`` where it is known: a prerequisite has to be completed.
    catalogue : Catalogue
        A rule whose column is missing in ``catalogue.courses`` forbids nothing.
    sessions : DataFrame or None
        ``course_id``, ``starts_on`` and, where known, ``seats``: the sessions announced before
        ``as_of``. None or empty: dates are not known and forbid nothing; otherwise a course needs a
        session from ``as_of`` on that has a place.
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
        ``employment_type``, ``prerequisite``, ``no_session``, ``no_seat`` (every session ahead is
        full); empty where the course is allowed. A course whose certificate has expired by then
        (``certificate_years``) may be taken again.
    """
    course_ids = course_ids_of(catalogue)
    taken = _taken(people, history, course_ids)
    courses = catalogue.courses
    ended = history[history["completed"].astype(bool)] if "completed" in history else history
    completed = _taken(people, ended, course_ids)
    is_ahead, has_seat = _open_sessions(course_ids, sessions, as_of)
    rules = {
        "taken": taken & ~_expired(people, history, courses, course_ids, as_of),
        "mandatory": np.broadcast_to(_mandatory(courses), taken.shape),
        "post_level": ~_is_member(people, "post_level", courses, "post_levels"),
        "employment_type": ~_is_member(people, "employment_type", courses, "employment_types"),
        "prerequisite": ~_has_prerequisite(completed, courses, course_ids),
        "no_session": np.broadcast_to(~is_ahead, taken.shape),
        "no_seat": np.broadcast_to(~has_seat, taken.shape),
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
    completed: np.ndarray, courses: pd.DataFrame, course_ids: list[str]
) -> np.ndarray:
    """Return whether the course to complete first was completed; an unknown one never was."""
    met = np.ones(completed.shape, dtype=bool)
    if "prerequisite_course_id" not in courses:
        return met
    first = courses["prerequisite_course_id"]
    needs = (first.notna() & (first.astype(str).str.strip() != "")).to_numpy()
    column = pd.Index(course_ids).get_indexer(pd.Index(first))
    met[:, needs] = completed[:, column[needs]] & (column[needs] >= 0)
    return met


def _taken(people: pd.DataFrame, history: pd.DataFrame, course_ids: list[str]) -> np.ndarray:
    return taken_matrix(Cases(people, history, pd.DataFrame()), course_ids).toarray() > 0


def _expired(
    people: pd.DataFrame,
    history: pd.DataFrame,
    courses: pd.DataFrame,
    course_ids: list[str],
    as_of: object,
) -> np.ndarray:
    """Return whose certificate of a course has run out; one of unknown validity never does."""
    expired = np.zeros((len(people), len(course_ids)), dtype=bool)
    if "certificate_years" not in courses or history.empty:
        return expired
    years = pd.to_numeric(courses["certificate_years"]).to_numpy(dtype=np.float64)
    row = pd.Index(people["employee_id"]).get_indexer(pd.Index(history["employee_id"]))
    column = pd.Index(course_ids).get_indexer(pd.Index(history["course_id"]))
    here = (row >= 0) & (column >= 0) & np.isfinite(years)[column]
    row, column, begun = row[here], column[here], pd.to_datetime(history["happened_on"][here])
    days = (pd.Timestamp(as_of) - begun).dt.days.to_numpy(dtype=np.float64)  # pyright: ignore[reportArgumentType]
    has_expired = days >= years[column] * DAYS_A_YEAR
    expired[row, column] = True
    expired[row[~has_expired], column[~has_expired]] = False  # the newest certificate counts
    return expired


def _open_sessions(
    course_ids: list[str], sessions: pd.DataFrame | None, as_of: object
) -> tuple[np.ndarray, np.ndarray]:
    """Return which courses have a session from `as_of` on, and which one with a place."""
    if sessions is None or sessions.empty:
        everything = np.ones(len(course_ids), dtype=bool)
        return everything, everything
    ahead = sessions[pd.to_datetime(sessions["starts_on"]) >= pd.Timestamp(as_of)]  # pyright: ignore[reportArgumentType]
    seats = ahead["seats"] if "seats" in ahead else pd.Series(1.0, ahead.index)
    free = ahead[seats.astype("float64").fillna(1) > 0]
    is_ahead = np.isin(course_ids, ahead["course_id"].to_numpy(dtype=str))
    return is_ahead, np.isin(course_ids, free["course_id"].to_numpy(dtype=str))
