"""Hard rules: which courses a person may be recommended at all, and which rule forbids the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.any_of import AnyOf, languages_of, places_of
from models.case_arrays import order_of, places_in, taken_rows
from models.cases import Cases, Catalogue
from models.interactions import course_ids_of, taken_matrix

Marks = NDArray[np.bool_]
DAYS_A_YEAR = 365.25
NAMES = np.array(
    [
        "", "taken", "mandatory", "post_level", "employment_type", "prerequisite", "no_session",
        "no_seat", "language", "place", "left_catalogue",
    ]
)  # fmt: skip
"""The rules in the order in which they are asked; the last is for a recommender that is older than
the catalogue."""
MEMBERS = {"post_level": "post_levels", "employment_type": "employment_types"}
"""Columns of people, and of courses the lists of their values."""


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
        level or type is not known may take only courses open to all. ``languages`` and ``reach``
        (lists joined by ``|``) forbid nothing where they are not known.
    history : DataFrame
        Courses taken before ``as_of``: ``employee_id``, ``course_id``, ``happened_on``, and
        ``completed`` where it is known: a prerequisite has to be completed.
    catalogue : Catalogue
        A rule whose column is missing in ``catalogue.courses`` forbids nothing.
    sessions : DataFrame or None
        ``course_id``, ``starts_on`` and, where known, ``seats`` and ``place``: the sessions
        announced before ``as_of``. None or empty: dates are not known and forbid nothing; otherwise
        a course needs a session from ``as_of`` on that has a place.
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
        full), ``language`` (one that the person does not read), ``place`` (every session ahead
        with a place left is out of the person's reach); empty where the course is allowed. A course
        whose certificate has expired by then (``certificate_years``) may be taken again.
    """
    rules = CourseRules.of(catalogue, sessions, as_of)
    return NAMES[rules.first_broken(Cases(people, history, pd.DataFrame()))]


@dataclass(frozen=True)
class CourseRules:
    """What a catalogue asks of whoever takes its courses at a date, read once for all people.

    Attributes
    ----------
    course_ids : list of str
    mandatory, is_ahead, has_seat : ndarray of bool, shape (n_courses,)
        Assigned; with a session ahead; with one that has a place.
    members : dict of str to `Members`
        By the column of people that a course may ask for.
    stated : dict of str to `models.any_of.AnyOf`
        By the column of people: ``languages``, ``reach``.
    prerequisite : ndarray of int, shape (n_courses,)
        Place of the course to complete first; -1 for one that is not known, -2 for none.
    certificate_years : ndarray of shape (n_courses,)
        NaN where a certificate never expires.
    as_of : Timestamp
    """

    course_ids: list[str]
    mandatory: Marks
    is_ahead: Marks
    has_seat: Marks
    members: dict[str, Members]
    stated: dict[str, AnyOf]
    prerequisite: NDArray[np.int64]
    certificate_years: NDArray[np.float64]
    as_of: pd.Timestamp

    @classmethod
    def of(cls, catalogue: Catalogue, sessions: pd.DataFrame | None, as_of: object) -> CourseRules:
        """Read canonical ``courses`` and ``sessions``; see `allowed_courses`."""
        course_ids, courses = course_ids_of(catalogue), catalogue.courses
        years = courses.reindex(columns=["certificate_years"])["certificate_years"]
        is_ahead, free = _open_sessions(course_ids, sessions, as_of)
        no_dates = sessions is None or sessions.empty
        return cls(
            course_ids,
            _mandatory(courses),
            is_ahead,
            is_ahead if no_dates else np.isin(course_ids, free["course_id"].to_numpy(dtype=str)),
            {column: Members.of(courses, lists) for column, lists in MEMBERS.items()},
            {
                "languages": AnyOf.of(languages_of(courses)),
                "reach": AnyOf.of(places_of(course_ids, free)),
            },
            _prerequisites(courses, course_ids),
            pd.to_numeric(years).to_numpy(dtype=np.float64, na_value=np.nan),
            pd.Timestamp(as_of),  # pyright: ignore[reportArgumentType]
        )

    def first_broken(self, cases: Cases) -> NDArray[np.int8]:
        """Return the place in `NAMES` of the first rule that forbids; 0 where none does.

        Parameters
        ----------
        cases : Cases
            ``people`` and ``history`` as in `allowed_courses`.

        Returns
        -------
        ndarray of shape (n_people, n_courses)
        """
        taken = taken_matrix(cases, self.course_ids).toarray() > 0
        member = {name: one.allow(cases.people, name) for name, one in self.members.items()}
        broken = np.zeros(taken.shape, dtype=np.int8)
        stated = [
            (place, ~meets)
            for place, (name, one) in enumerate(self.stated.items(), start=8)
            if (meets := one.allow(cases.people, name)) is not None
        ]
        for place, forbids in reversed(
            [
                (1, taken & ~self._expired(cases)),
                (2, self.mandatory),
                (3, ~member["post_level"]),
                (4, ~member["employment_type"]),
                (5, ~self._has_prerequisite(cases, taken)),
                (6, ~self.is_ahead),
                (7, ~self.has_seat),
                *stated,
            ]
        ):
            broken[np.broadcast_to(forbids, taken.shape)] = place
        return broken

    def _has_prerequisite(self, cases: Cases, taken: Marks) -> Marks:
        """Return whether the course to complete first was completed; an unknown one never was."""
        met, completed = np.ones(taken.shape, dtype=bool), taken
        needs = self.prerequisite > -2
        if not needs.any():
            return met
        if "completed" in cases.history:
            rows = taken_rows(cases, self.course_ids)
            ended = cases.history["completed"].to_numpy(dtype=bool)[rows.row]
            completed = np.zeros(taken.shape, dtype=bool)
            completed[rows.person[ended], rows.course[ended]] = True
        first = self.prerequisite[needs]
        met[:, needs] = completed[:, first] & (first >= 0)
        return met

    def _expired(self, cases: Cases) -> Marks:
        """Return whose certificate of a course has run out; one of unknown validity never does."""
        expired = np.zeros((len(cases.people), len(self.course_ids)), dtype=bool)
        limited = np.isfinite(self.certificate_years)
        if not limited.any() or cases.history.empty:
            return expired
        rows = taken_rows(cases, self.course_ids)
        here = limited[rows.course]
        row, column = rows.person[here], rows.course[here]
        begun = pd.to_datetime(cases.history["happened_on"][rows.row][here])
        days = (self.as_of - begun).dt.days.to_numpy(dtype=np.float64)
        has_expired = days >= self.certificate_years[column] * DAYS_A_YEAR
        expired[row, column] = True
        expired[row[~has_expired], column[~has_expired]] = False  # the newest certificate counts
        return expired


@dataclass(frozen=True)
class Members:
    """Who may take courses that are open to some values of a column only.

    Attributes
    ----------
    order : dict of str to int
        Row of each value that a course names.
    allowed : ndarray of bool, shape (n_values + 1, n_courses)
        Last row: of everybody else.
    """

    order: dict[str, int]
    allowed: Marks

    @classmethod
    def of(cls, courses: pd.DataFrame, list_column: str) -> Members:
        """Read a column of ``|``-joined lists; empty: open to all."""
        listed = [_members(value) for value in courses.reindex(columns=[list_column])[list_column]]
        names = sorted(set().union(*listed))
        allowed = [[not own or name in own for own in listed] for name in names]
        everybody_else = [not own for own in listed]
        return cls(
            {name: row for row, name in enumerate(names)}, np.array([*allowed, everybody_else])
        )

    def allow(self, people: pd.DataFrame, column: str) -> Marks:
        """Return which courses each person's value allows; a value not known is nobody's."""
        if column not in people:
            return np.broadcast_to(self.allowed[-1], (len(people), self.allowed.shape[1]))
        return self.allowed[places_in(self.order, people[column])]


def _members(listed: Any) -> set[str]:  # noqa: ANN401
    text = "" if pd.isna(listed) else str(listed).strip()
    return {part.strip() for part in text.split("|")} if text else set()


def _mandatory(courses: pd.DataFrame) -> np.ndarray:
    """Return which courses a rule or an event (``trigger``) assigns."""
    assigned = np.zeros(len(courses), dtype=bool)
    if "mandatory" in courses:
        assigned |= courses["mandatory"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    if "trigger" in courses:
        trigger = courses["trigger"]
        assigned |= (trigger.notna() & (trigger.astype(str).str.strip() != "")).to_numpy(dtype=bool)
    return assigned


def _prerequisites(courses: pd.DataFrame, course_ids: list[str]) -> NDArray[np.int64]:
    """Return the place of each course's prerequisite; -1 for an unknown one, -2 for none."""
    first = courses.reindex(columns=["prerequisite_course_id"])["prerequisite_course_id"]
    needs = (first.notna() & (first.astype(str).str.strip() != "")).to_numpy(dtype=bool)
    return np.where(needs, places_in(order_of(course_ids), first), -2)


def _open_sessions(
    course_ids: list[str], sessions: pd.DataFrame | None, as_of: object
) -> tuple[Marks, pd.DataFrame]:
    """Return which courses have a session from `as_of` on, and the sessions that have a place."""
    if sessions is None or sessions.empty:
        return np.ones(len(course_ids), dtype=bool), pd.DataFrame({"course_id": []})
    ahead = sessions_ahead(sessions, as_of)
    return np.isin(course_ids, ahead["course_id"].to_numpy(dtype=str)), with_seats(ahead)


def sessions_ahead(sessions: pd.DataFrame, as_of: object) -> pd.DataFrame:
    """Return the sessions that begin from `as_of` on."""
    return sessions[pd.to_datetime(sessions["starts_on"]) >= pd.Timestamp(as_of)]  # pyright: ignore[reportArgumentType]


def with_seats(sessions: pd.DataFrame) -> pd.DataFrame:
    """Return the sessions that have a place left; of an unknown number there is one."""
    if "seats" not in sessions:
        return sessions
    return sessions[sessions["seats"].astype("float64").fillna(1) > 0]
