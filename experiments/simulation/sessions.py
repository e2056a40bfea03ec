"""Dated runs of the courses, announced months ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.courses import Courses
from experiments.simulation.period import Period

AHEAD_MONTHS = 7
REFERENCE_PEOPLE = 4000
PLACES = ("Aula BKPSDM", "Balai Diklat Provinsi", "Gedung Kasmat Lahay", "Daring")
ONLINE = ("E-learning", "Seminar")


@dataclass(frozen=True)
class Sessions:
    """Sessions sorted by first day.

    Attributes
    ----------
    course, month : ndarray of int
        The course, and the simulated month in which it starts.
    announced, starts, ends : ndarray of datetime64[D]
    seats : ndarray of int
    place : ndarray of str
    """

    course: np.ndarray
    month: np.ndarray
    announced: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    seats: np.ndarray
    place: np.ndarray

    def opening(self, month: int, n_courses: int) -> np.ndarray:
        """Return for each course its first session that starts in `month`, -1 for none."""
        first = np.full(n_courses, -1)
        rows = np.flatnonzero(self.month == month)[::-1]
        first[self.course[rows]] = rows
        return first


def build_sessions(
    courses: Courses, period: Period, people: int, rng: np.random.Generator
) -> Sessions:
    """Plan sessions over the period and the months after it."""
    n_months = period.months + AHEAD_MONTHS
    counts = rng.binomial(
        1, np.minimum(courses.sessions_yearly / 12, 1)[:, None], (len(courses.ids), n_months)
    )
    course, month = np.nonzero(counts)
    starts = period.day_one(month) + rng.integers(9, 25, len(month))
    starts = np.busday_offset(starts, 0, roll="forward")
    ends = starts + np.maximum(courses.days[course] - 1, 0)
    announced = starts - rng.integers(60, 241, len(month))
    place = np.where(
        np.isin(courses.forms, ONLINE)[course],
        PLACES[-1],
        np.array(PLACES[:3])[rng.integers(0, 3, len(month))],
    )
    scale = max(people / REFERENCE_PEOPLE, 0.25)
    seats = np.ceil(courses.seats[course] * scale / 5).astype(int) * 5
    order = np.lexsort((course, starts))
    columns = (course, month, announced, starts, ends, seats, place)
    return Sessions(*(column[order] for column in columns))
