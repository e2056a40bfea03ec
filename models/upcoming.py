"""Courses that can still be attended, the sooner the higher."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of
from models.parameters import check_positive


class UpcomingSession(Generator):
    r"""Nearness of the next session that still has a seat.

    With :math:`d` days until the session begins, a course scores
    :math:`2^{-d / \mathrm{half\ life}}` for its nearest session that has not begun and is not
    full. The same for everybody: no reason to propose a course, but one to prefer it.

    Parameters
    ----------
    half_life_days : float, default=60
        Days ahead at which a session counts half.
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "session"
    group: ClassVar[str] = "course"
    proposes: ClassVar[bool] = False

    def __init__(self, *, half_life_days: float = 60.0, name: str = "session") -> None:
        self.half_life_days = half_life_days
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Find each course's nearest open session; nothing is learned from people."""
        check_positive("half_life_days", self.half_life_days)
        self.course_ids_ = course_ids_of(catalogue)
        self.nearness_ = np.zeros(len(self.course_ids_))
        sessions = catalogue.sessions
        if sessions is not None and len(sessions):
            ahead = _open_sessions(sessions).groupby("course_id")["days_ahead"].min()
            days = ahead.reindex(self.course_ids_).to_numpy(dtype=np.float64)
            self.nearness_ = np.nan_to_num(0.5 ** (days / self.half_life_days))
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return 1 for a session that begins now down to 0; shape (n_people, n_courses)."""
        check_is_fitted(self, "nearness_")
        return np.tile(self.nearness_, (len(X.people), 1))

    def _state(self) -> dict[str, Any]:
        return {"nearness": self.nearness_.tolist()}

    def _restore(self, state: dict[str, Any]) -> None:
        self.nearness_ = np.asarray(state["nearness"], dtype=np.float64)


def _open_sessions(sessions: pd.DataFrame) -> pd.DataFrame:
    """Return sessions that have not begun and have a seat; where seats are not known, they have."""
    days = sessions["days_ahead"].astype(np.float64)
    seats = sessions["seats_left"] if "seats_left" in sessions else pd.Series(1, sessions.index)
    is_open = (days >= 0) & (seats.astype(np.float64).fillna(1) > 0)
    return sessions.assign(course_id=sessions["course_id"].astype(str), days_ahead=days)[is_open]
