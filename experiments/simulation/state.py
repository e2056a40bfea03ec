"""What changes from month to month, and the log of what happened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.people import People

NOT_YET = -1
LONG_AGO = -100


@dataclass
class State:
    """The workforce at one month; arrays have one entry (or row) a person.

    Attributes
    ----------
    unit, post : ndarray of int
        Where and as what people work now.
    leaves : ndarray of int
        Month in which a person is no longer there.
    engagement, engagement_before : ndarray of float
        Now and three months ago, in standard deviations.
    workload : ndarray of float
        Load in standard deviations.
    on_leave_until : ndarray of int
        First month after a long leave.
    levels : ndarray of shape (n_people, n_competencies)
        True competency levels.
    taken : ndarray of bool, shape (n_people, n_courses)
        Enrolled at any time.
    done : ndarray of int16, shape (n_people, n_courses)
        Month of completion, `NOT_YET` if not.
    offered : ndarray of int16, shape (n_people, n_courses)
        Month of the last offer.
    jp_this_year : ndarray of float
        Hours of the calendar year.
    """

    unit: np.ndarray
    post: np.ndarray
    leaves: np.ndarray
    engagement: np.ndarray
    engagement_before: np.ndarray
    workload: np.ndarray
    on_leave_until: np.ndarray
    levels: np.ndarray
    taken: np.ndarray
    done: np.ndarray
    offered: np.ndarray
    jp_this_year: np.ndarray

    def active(self, people: People, month: int) -> np.ndarray:
        """Return True for those in service."""
        return (people.joins <= month) & (month < self.leaves)


def first_state(employer: Employer, rng: np.random.Generator) -> State:
    """Return the workforce before the first month; most nearly meet what their post requires."""
    people, n_courses = employer.people, len(employer.courses.ids)
    n = len(people)
    required = employer.posts.required[people.post]
    known = np.where(required > 0, required - 0.65, 0.7)
    levels = known + 0.35 * people.ability[:, None] + 0.6 * rng.standard_normal(required.shape)
    return State(
        unit=people.unit.copy(),
        post=people.post.copy(),
        leaves=people.retires.copy(),
        engagement=0.6 * people.trait,
        engagement_before=0.6 * people.trait,
        workload=np.zeros(n),
        on_leave_until=np.zeros(n, int),
        levels=np.clip(levels, 0.0, 5.0),
        taken=np.zeros((n, n_courses), bool),
        done=np.full((n, n_courses), NOT_YET, np.int16),
        offered=np.full((n, n_courses), LONG_AGO, np.int16),
        jp_this_year=np.zeros(n),
    )


@dataclass
class Log:
    """Rows that accumulate month by month, as columns."""

    chunks: dict[str, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))

    def add(self, **columns: np.ndarray | int) -> None:
        """Append rows: arrays of equal length, the first of them an array; a number is repeated."""
        length = len(np.asarray(next(iter(columns.values()))))
        for name, column in columns.items():
            self.chunks[name].append(np.broadcast_to(column, length))

    def column(self, name: str) -> np.ndarray:
        """Return one column of all rows."""
        return np.concatenate(self.chunks[name])
