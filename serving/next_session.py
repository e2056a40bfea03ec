"""Which session of a course comes next for a person: one with a place left, within reach."""

from __future__ import annotations

from typing import Any

import pandas as pd

from models.any_of import is_anywhere, parts_of
from models.eligibility import sessions_ahead, with_seats
from serving.rows import Rows

Row = dict[str, Any]


class ComingSessions:
    """The sessions of each course that can still be attended, the next one first.

    Parameters
    ----------
    sessions : DataFrame
        Canonical ``sessions``.
    as_of : date
        Those that begin from then on.
    """

    def __init__(self, sessions: pd.DataFrame, as_of: object) -> None:
        ahead = with_seats(sessions_ahead(sessions, as_of))
        ordered = ahead.sort_values(["starts_on", "session_id"], kind="stable")
        rows = Rows(ordered, "course_id")
        self._of_course = {course_id: rows.of(course_id) for course_id in rows.spans}

    def next(self, course_id: str, reach: object = None) -> Row | None:
        """Return the next session of a course within somebody's ``reach``; None: there is none."""
        within = parts_of(reach)
        for session in self._of_course.get(course_id, ()):
            place = session["place"]
            if not within or is_anywhere(place) or str(place).strip().casefold() in within:
                return session
        return None
