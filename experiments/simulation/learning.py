"""Offers, answers, enrolments, certificates, and what a course does to a competency."""

from __future__ import annotations

import numpy as np

from experiments.simulation.choices import Choices, Pull
from experiments.simulation.courses import Courses
from experiments.simulation.draws import gumbel_order, sigmoid
from experiments.simulation.offices import Offices
from experiments.simulation.people import People
from experiments.simulation.period import Period
from experiments.simulation.sessions import Sessions
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

MOST_OFFERS = 4
OFFER_REST_MONTHS = 6
PPPK_CEILING_JP = 24
OPEN_FORMS = ("E-learning", "Seminar", "Workshop", "Coaching")
ACCEPTED, DECLINED, UNANSWERED = 0, 1, 2
BY_OFFER, BY_OWN_CHOICE, ASSIGNED = 0, 1, 2
LATSAR_MONTHLY, LEADERSHIP_MONTHLY = 0.5, 0.06


class LearningProcess:
    """Plays the training year: who is offered, takes and completes what.

    Attributes
    ----------
    offers, enrolments, gains : Log
        What happened.
    """

    def __init__(
        self,
        world: World,
        people: People,
        offices: Offices,
        choices: Choices,
        sessions: Sessions,
        period: Period,
        rng: np.random.Generator,
    ) -> None:
        self.world, self.people, self.offices, self.period = world, people, offices, period
        self.choices, self.courses, self.sessions, self.rng = choices, choices.courses, sessions, rng
        self.generosity = np.exp(world.offers.unit_spread * rng.standard_normal(len(offices.ids)))
        self.offers, self.enrolments, self.gains = Log(), Log(), Log()
        self.running: dict[str, np.ndarray] = {}

    def step(self, state: State, month: int) -> None:
        """Play the sessions that start in `month`."""
        if self.period.calendar_month(month) == 1:
            state.jp_this_year[:] = 0
        self._finish(state, month)
        types = self.people.employment_type(self.period, month)
        opening = self.sessions.opening(month, len(self.courses.ids))
        free = state.active(self.people, month) & (state.on_leave_until <= month)
        self.full = np.zeros(len(self.sessions.course), int)
        self._assign(state, free, types, opening, month)
        self._offer(state, free, types, opening, month)
        self._choose(state, free, types, opening, month)

    def _offer(
        self, state: State, free: np.ndarray, types: np.ndarray, opening: np.ndarray, month: int
    ) -> None:
        wanted = self.rng.poisson(self._offer_rate(state, types))
        rows = np.flatnonzero(free & (wanted > 0))
        pull = self.choices.pull(state, rows, types, month)
        rested = month - state.offered[rows] >= OFFER_REST_MONTHS
        strength = self.world.offers
        weight = pull.custom + strength.gap * pull.gap + strength.series * pull.series
        weight = np.where(pull.allowed & rested & (opening >= 0), weight, -np.inf)
        order = gumbel_order(self.rng, weight, MOST_OFFERS)
        possible = np.isfinite(np.take_along_axis(weight, order, axis=1))
        chosen = possible & (np.arange(order.shape[1]) < wanted[rows, None])
        local, place = np.nonzero(chosen)
        course = order[local, place]
        state.offered[rows[local], course] = month
        self._answer(state, pull, rows, local, course, opening[course], month)

    def _offer_rate(self, state: State, types: np.ndarray) -> np.ndarray:
        strength = self.world.offers
        far = np.where(self.offices.remote[state.unit], strength.remote_factor, 1.0)
        above = (types == 2) & (state.jp_this_year >= PPPK_CEILING_JP)
        ceiling = np.where(above, strength.ceiling_factor, 1.0)
        return strength.yearly / 12 * self.generosity[state.unit] * far * ceiling

    def _answer(
        self,
        state: State,
        pull: Pull,
        rows: np.ndarray,
        local: np.ndarray,
        course: np.ndarray,
        session: np.ndarray,
        month: int,
    ) -> None:
        strength = self.world.answers
        person = rows[local]
        spirit = state.engagement[person]
        logit = (
            strength.base
            + strength.engagement * spirit
            + strength.trend * (spirit - state.engagement_before[person])
            + strength.interest * (pull.interest[local, course] - 0.5)
            + strength.gap * (pull.gap[local, course] - 0.5)
            + strength.series * pull.series[local, course]
            + strength.workload * state.workload[person]
        )
        accepts = self.rng.random(len(person)) < sigmoid(logit)
        silence = sigmoid(strength.unanswered + strength.unanswered_engagement * spirit)
        silent = self.rng.random(len(person)) < silence
        answer = np.where(accepts, ACCEPTED, np.where(silent, UNANSWERED, DECLINED))
        self._log_offers(person, course, session, answer, sigmoid(logit), month)
        self._enrol(state, person[accepts], session[accepts], BY_OFFER, month)

    def _log_offers(
        self,
        person: np.ndarray,
        course: np.ndarray,
        session: np.ndarray,
        answer: np.ndarray,
        chance: np.ndarray,
        month: int,
    ) -> None:
        lead = self.rng.integers(8, 36, len(person))
        earliest = self.period.day_one(np.maximum(self.people.joins[person], 0))
        day = np.maximum(self.sessions.starts[session] - lead, earliest)
        known = day < self.period.end
        self.offers.add(
            person=person[known],
            course=course[known],
            day=day[known],
            answer=answer[known],
            chance=chance[known],
            month=np.full(known.sum(), month),
        )

    def _choose(
        self, state: State, free: np.ndarray, types: np.ndarray, opening: np.ndarray, month: int
    ) -> None:
        strength = self.world.own_choice
        rate = strength.monthly * np.exp(strength.engagement * state.engagement)
        rows = np.flatnonzero(free & (self.rng.random(len(rate)) < rate))
        pull = self.choices.pull(state, rows, types, month)
        weight = (
            self.choices.popularity
            + strength.interest * pull.interest
            + strength.gap * pull.gap
            + strength.series * pull.series
        )
        easy = np.isin(self.courses.forms, OPEN_FORMS) & (opening >= 0)
        weight = np.where(pull.allowed & easy, weight, -np.inf)
        course = gumbel_order(self.rng, weight, 1)[:, 0]
        able = np.isfinite(weight[np.arange(len(rows)), course])
        self._enrol(state, rows[able], opening[course[able]], BY_OWN_CHOICE, month)

    def _assign(
        self, state: State, free: np.ndarray, types: np.ndarray, opening: np.ndarray, month: int
    ) -> None:
        level = self.choices.level[state.post]
        service = month - np.maximum(self.people.joins, 0)
        for course in np.flatnonzero(self.courses.mandatory & (opening >= 0)):
            due = free & self.choices.open_to[level, types, course] & ~state.taken[:, course]
            chance = np.where(types == 1, LATSAR_MONTHLY * (service >= 2), LEADERSHIP_MONTHLY)
            rows = np.flatnonzero(due & (self.rng.random(len(due)) < chance))
            self._enrol(state, rows, np.full(len(rows), opening[course]), ASSIGNED, month)

    def _enrol(
        self, state: State, person: np.ndarray, session: np.ndarray, origin: int, month: int
    ) -> None:
        course = self.sessions.course[session]
        fresh = ~state.taken[person, course]
        person, session, course = person[fresh], session[fresh], course[fresh]
        seated = self._seat(session)
        person, session, course = person[seated], session[seated], course[seated]
        if month >= self.period.months:
            return
        strength = self.world.completion
        chance = sigmoid(strength.base + strength.engagement * state.engagement[person])
        ends = self.sessions.ends[session]
        stays = ends < self.period.day_one(state.leaves[person])
        completes = (self.rng.random(len(person)) < chance) & stays
        state.taken[person, course] = True
        state.jp_this_year[person] += self.courses.jp[course]
        rows = {"person": person, "course": course, "session": session, "completes": completes}
        self.enrolments.add(**rows, origin=np.full(len(person), origin), month=np.full(len(person), month))
        self.running = {
            name: np.concatenate([self.running.get(name, column[:0]), column])
            for name, column in {**rows, "ends": ends}.items()
        }

    def _seat(self, session: np.ndarray) -> np.ndarray:
        lot = self.rng.permutation(len(session))
        order = lot[np.argsort(session[lot], kind="stable")]
        ranked = session[order]
        position = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)
        seated = np.zeros(len(session), bool)
        seated[order] = position + self.full[ranked] < self.sessions.seats[ranked]
        np.add.at(self.full, session[seated], 1)
        return seated

    def _finish(self, state: State, month: int) -> None:
        if not self.running:
            return
        over = self.running["ends"] < self.period.day_one(month)
        finished = over & self.running["completes"]
        person, course = self.running["person"][finished], self.running["course"][finished]
        state.done[person, course] = (self.running["ends"][finished].astype("datetime64[M]") - self.period.first).astype(int)
        self._teach(state, person, course, month)
        self.running = {name: column[~over] for name, column in self.running.items()}

    def _teach(self, state: State, person: np.ndarray, course: np.ndarray, month: int) -> None:
        strength = self.world.learning
        gain = strength.gain + strength.gain_spread * self.rng.standard_normal(len(person))
        for row, (who, what) in enumerate(zip(person, course, strict=True)):
            taught = self.courses.teaches[what]
            state.levels[who] += np.clip(gain[row], 0, 1) * np.maximum(taught - state.levels[who], 0) * (taught > 0)
