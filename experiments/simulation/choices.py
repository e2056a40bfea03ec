"""What draws a person, or a supervisor for that person, to a course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.courses import TYPES
from experiments.simulation.employer import Employer
from experiments.simulation.state import NOT_YET, State
from experiments.simulation.world import World

CONTRACT = TYPES.index("PPPK")
SERIES_HALF_LIFE_MONTHS = 6.0


@dataclass(frozen=True)
class Pull:
    """Reasons for each course, of shape (n_rows, n_courses), for the people at `rows`."""

    rows: np.ndarray
    gap: np.ndarray
    series: np.ndarray
    interest: np.ndarray
    custom: np.ndarray
    allowed: np.ndarray


class Choices:
    """Works out the reasons for courses; what does not change is worked out once."""

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.people = employer.people
        self.posts = posts = employer.posts
        self.courses = courses = employer.courses
        n_posts, n_courses = len(posts.ids), len(courses.ids)
        popularity = rng.standard_normal(n_courses)
        habit = rng.standard_normal((n_posts, n_courses))
        offers = world.offers
        self.ceiling = offers.ceiling_jp
        self.custom = (
            offers.popularity * popularity
            + offers.habit * habit
            + offers.topic * posts.topics[:, courses.topic]
        )
        self.popularity = offers.popularity * popularity
        levels = sorted(set(posts.levels))
        self.level = np.array([levels.index(name) for name in posts.levels])
        self.open_to = np.array(
            [[courses.open_to(level, kind) for kind in TYPES] for level in levels]
        )

    def pull(self, state: State, rows: np.ndarray, types: np.ndarray, month: int) -> Pull:
        """Return the reasons for the people at `rows`."""
        courses = self.courses
        done = state.done[rows]
        finished = done > NOT_YET
        required = courses.prerequisite
        met = np.where(required >= 0, finished[:, required], True)
        post = state.post[rows]
        allowed = self.open_to[self.level[post], types[rows]] & met & ~state.taken[rows]
        # Contract staff may train so many hours a year and no more.
        within = state.jp_this_year[rows][:, None] + courses.jp <= self.ceiling
        allowed &= within | (types[rows] != CONTRACT)[:, None]
        return Pull(
            rows=rows,
            gap=self.gap(state, rows),
            series=self._series(done, month),
            interest=self.people.taste[rows][:, courses.topic],
            custom=self.custom[post],
            allowed=allowed & ~courses.mandatory,
        )

    def gap(self, state: State, rows: np.ndarray) -> np.ndarray:
        """Return how many levels each course teaches of those that a person lacks for the post."""
        required = state.required[state.post[rows]]
        lacking = np.maximum(required - state.levels[rows], 0)
        total = np.zeros((len(rows), len(self.courses.ids)))
        for course, competency in zip(*np.nonzero(self.courses.teaches), strict=True):
            taught = self.courses.teaches[course, competency] - state.levels[rows, competency]
            total[:, course] += np.clip(taught, 0, lacking[:, competency])
        return total

    def _series(self, done: np.ndarray, month: int) -> np.ndarray:
        previous = done[:, self.courses.previous]
        follows = (self.courses.previous >= 0) & (previous > NOT_YET)
        return np.where(follows, 0.5 ** ((month - previous) / SERIES_HALF_LIFE_MONTHS), 0.0)
