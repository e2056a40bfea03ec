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
    required : ndarray of shape (n_posts, n_competencies)
        Level that each post requires now, 0 where not required.
    leadership : ndarray of shape (n_units,)
        How each unit is led, in standard deviations.
    recognised, in_post_since : ndarray of int
        Month of the last recognition, and of the appointment to the present post.
    supported : ndarray of float
        What engagement would be if the person were given support.
    unexcused_this_year : ndarray of int
        Days of the calendar year.
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
    required: np.ndarray
    leadership: np.ndarray
    recognised: np.ndarray
    supported: np.ndarray
    in_post_since: np.ndarray
    unexcused_this_year: np.ndarray

    def competence(self) -> np.ndarray:
        """Return the mean of attained over required level, at most 1 for each competency."""
        required = self.required[self.post]
        attained = np.minimum(self.levels / np.maximum(required, 1), 1)
        return (attained * (required > 0)).sum(axis=1) / (required > 0).sum(axis=1)

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
        required=employer.posts.required.copy(),
        leadership=np.zeros(len(employer.offices.ids)),
        recognised=np.full(n, LONG_AGO),
        supported=0.6 * people.trait,
        in_post_since=_months_in_post(employer),
        unexcused_this_year=np.zeros(n, int),
    )


def _months_in_post(employer: Employer) -> np.ndarray:
    since = employer.people.post_since.astype("datetime64[M]")
    return (since - employer.period.first).astype(int)


@dataclass
class Log:
    """Rows that accumulate month by month, as columns."""

    chunks: dict[str, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))

    def add(self, **columns: np.ndarray | int) -> None:
        """Append rows: arrays of equal length, the first of them an array; a number is repeated."""
        length = len(np.asarray(next(iter(columns.values()))))
        for name, column in columns.items():
            self.chunks[name].append(np.broadcast_to(column, length))

    def last(self) -> dict[str, np.ndarray]:
        """Return the rows that were added last."""
        return {name: chunks[-1] for name, chunks in self.chunks.items()}

    def column(self, name: str) -> np.ndarray:
        """Return one column of all rows."""
        chunks = self.chunks.get(name)
        return np.concatenate(chunks) if chunks else np.zeros(0, int)
