"""Enrolments: seats, certificates, and what a course does to a competency."""

from __future__ import annotations

import numpy as np

from experiments.simulation.chances import completion_chance
from experiments.simulation.employer import Employer
from experiments.simulation.gains import form_strengths, gain_share, level_after
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

BY_OFFER, BY_OWN_CHOICE, ASSIGNED = 0, 1, 2


class Enrolments:
    """Seats people in sessions and, when these end, gives certificates and teaches.

    Attributes
    ----------
    log : Log
        One row an enrolment.
    gains : Log
        One row a completed course and competency it taught: the level before and after.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.world, self.rng = world, rng
        self.courses, self.sessions, self.period = (
            employer.courses,
            employer.sessions,
            employer.period,
        )
        self.people = employer.people
        self.form = form_strengths(world, employer.courses.forms)
        self.log, self.gains = Log(), Log()
        self.seated = np.zeros(len(self.sessions.course), int)
        self._running: list[dict[str, np.ndarray]] = []

    def enrol(
        self, state: State, person: np.ndarray, session: np.ndarray, origin: int, month: int
    ) -> None:
        """Enrol people in sessions that start in `month`; those who find no seat stay out."""
        if month >= self.period.months:
            return
        free = ~state.taken[person, self.sessions.course[session]]
        person, session = person[free], session[free]
        seated = self._seat(session)
        person, session = person[seated], session[seated]
        course = self.sessions.course[session]
        state.taken[person, course] = True
        state.jp_this_year[person] += self.courses.jp[course]
        rows = {
            "person": person,
            "session": session,
            "completes": self._completes(state, person, session),
        }
        self.log.add(**rows, course=course, origin=origin, month=month)
        self._running.append(rows)

    def finish(self, state: State, month: int) -> None:
        """Give certificates for the sessions that ended before `month`, and teach."""
        today = self.period.day_one(month)
        remaining = []
        for rows in self._running:
            over = self.sessions.ends[rows["session"]] < today
            done = over & rows["completes"]
            self._certify(state, rows["person"][done], rows["session"][done], month)
            if not over.all():
                remaining.append({name: column[~over] for name, column in rows.items()})
        self._running = remaining

    def _seat(self, session: np.ndarray) -> np.ndarray:
        """Return who gets a seat: by lot where there are too few."""
        lot = self.rng.permutation(len(session))
        order = lot[np.argsort(session[lot], kind="stable")]
        ranked = session[order]
        place = np.arange(len(ranked)) - np.searchsorted(ranked, ranked) + self.seated[ranked]
        seated = np.zeros(len(session), bool)
        seated[order] = place < self.sessions.seats[ranked]
        np.add.at(self.seated, session[seated], 1)
        return seated

    def _completes(self, state: State, person: np.ndarray, session: np.ndarray) -> np.ndarray:
        spirit, load = state.engagement[person], state.workload[person]
        chance = completion_chance(self.world, spirit, load)
        stays = self.sessions.ends[session] < self.period.day_one(state.leaves[person])
        return (self.rng.random(len(person)) < chance) & stays

    def _certify(self, state: State, person: np.ndarray, session: np.ndarray, month: int) -> None:
        course = self.sessions.course[session]
        ended = self.sessions.ends[session].astype("datetime64[M]") - self.period.first
        state.done[person, course] = ended.astype(int)
        order = np.argsort(person, kind="stable")
        turn = np.empty(len(person), int)
        turn[order] = np.arange(len(person)) - np.searchsorted(person[order], person[order])
        for number in range(turn.max(initial=-1) + 1):
            now = turn == number  # a person's courses teach one after the other
            self._teach(state, person[now], course[now], month)

    def _teach(self, state: State, person: np.ndarray, course: np.ndarray, month: int) -> None:
        local, competency = np.nonzero(self.courses.teaches[course])
        who, what = person[local], course[local]
        luck = self.rng.standard_normal(len(person))[local]
        before = state.levels[who, competency]
        taught = self.courses.teaches[what, competency]
        taste = self.people.taste[who, self.courses.topic[what]]
        share = gain_share(
            self.world, before, taught, self.form[what], taste, self.people.growth[who], luck
        )
        after = level_after(before, taught, share)
        state.levels[who, competency] = after
        self.gains.add(
            person=who, course=what, competency=competency, before=before, after=after, month=month
        )
