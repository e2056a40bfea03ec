"""What people had been assigned before the first month: training on entry and on appointment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.state import State

SETTLED_MONTHS, ENTRY_RECORDED_MONTHS = 18, 72
DELAY_DAYS = (90, 300)
ENTRY_LEVELS_TWO = ("terampil", "pemula")


@dataclass(frozen=True)
class Earlier:
    """Courses completed before the period; one entry a certificate."""

    person: np.ndarray
    course: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


def earlier_training(employer: Employer, state: State, rng: np.random.Generator) -> Earlier:
    """Draw it, and mark it as taken in `state`."""
    people, courses, period = employer.people, employer.courses, employer.period
    level = np.array(employer.posts.levels)[people.post]
    service = (period.first - people.appointed.astype("datetime64[M]")).astype(int)
    entered = (service >= SETTLED_MONTHS) & (service < ENTRY_RECORDED_MONTHS)
    person, course = [], []
    for number in np.flatnonzero(courses.mandatory):
        if courses.triggers[number] == "entry":
            second = "terampil" in courses.post_levels[number]
            due = entered & (np.isin(level, ENTRY_LEVELS_TWO) == second)
        else:
            own = np.isin(level, courses.post_levels[number])
            due = own & (state.in_post_since <= -SETTLED_MONTHS)
        rows = np.flatnonzero(due & ~people.pppk)
        person.append(rows)
        course.append(np.full(len(rows), number))
    who, what = np.concatenate(person), np.concatenate(course)
    state.taken[who, what] = True
    entry = np.array([trigger == "entry" for trigger in courses.triggers])[what]
    since = np.where(entry, people.appointed[who], people.post_since[who])
    starts = since.astype("datetime64[D]") + rng.integers(*DELAY_DAYS, len(who))
    return Earlier(who, what, starts, starts + courses.days[what])
