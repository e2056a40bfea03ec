"""The training year: who is offered, accepts, chooses or is assigned which course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.choices import Choices, Pull
from experiments.simulation.draws import gumbel_order, sigmoid, stream
from experiments.simulation.employer import Employer
from experiments.simulation.enrolment import ASSIGNED, BY_OFFER, BY_OWN_CHOICE, Enrolments
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

MOST_OFFERS = 4
OFFER_REST_MONTHS = 6
LEAD_DAYS = (8, 36)
PPPK_CEILING_JP = 24
OPEN_FORMS = ("E-learning", "Seminar", "Workshop", "Coaching")
ACCEPTED, DECLINED, UNANSWERED = 0, 1, 2
LATSAR_MONTHLY, LATSAR_AFTER_MONTHS, LEADERSHIP_MONTHLY = 0.5, 2, 0.06


@dataclass(frozen=True)
class Month:
    """What is the same for everybody in a month.

    Attributes
    ----------
    number : int
        Month of the period.
    free : ndarray of bool
        In service and not on long leave.
    types : ndarray of int
        0 PNS, 1 CPNS, 2 PPPK.
    opening : ndarray of int, one a course
        The session that starts this month, -1 for none.
    """

    number: int
    free: np.ndarray
    types: np.ndarray
    opening: np.ndarray


class LearningProcess:
    """Plays the sessions of one month after the other.

    Attributes
    ----------
    offers : Log
        One row an offer.
    enrolments : Enrolments
        Who took what.
    """

    def __init__(self, world: World, employer: Employer, seed: int) -> None:
        self.world, self.employer = world, employer
        self.people, self.courses, self.sessions = (
            employer.people,
            employer.courses,
            employer.sessions,
        )
        self.rng = stream(seed, "learning")
        self.choices = Choices(world, employer, stream(seed, "customs"))
        self.enrolments = Enrolments(world, employer, stream(seed, "enrolments"))
        n_units = len(employer.offices.ids)
        generosity = np.exp(world.offers.unit_spread * self.rng.standard_normal(n_units))
        self.generosity = generosity / generosity[self.people.unit].mean()
        self.offers = Log()

    def step(self, state: State, number: int) -> None:
        """Play the sessions that start in a month."""
        if self.employer.period.calendar_month(number) == 1:
            state.jp_this_year[:] = 0
        self.enrolments.finish(state, number)
        month = Month(
            number,
            free=state.active(self.people, number) & (state.on_leave_until <= number),
            types=self.people.employment_type(self.employer.period, number),
            opening=self.sessions.opening(number, len(self.courses.ids)),
        )
        self._assign(state, month)
        self._offer(state, month)
        self._choose(state, month)

    def _assign(self, state: State, month: Month) -> None:
        level = self.choices.level[state.post]
        service = month.number - np.maximum(self.people.joins, 0)
        latsar = LATSAR_MONTHLY * (service >= LATSAR_AFTER_MONTHS)
        chance = np.where(month.types == 1, latsar, LEADERSHIP_MONTHLY)
        for course in np.flatnonzero(self.courses.mandatory & (month.opening >= 0)):
            entitled = self.choices.open_to[level, month.types, course]
            due = month.free & entitled & ~state.taken[:, course]
            rows = np.flatnonzero(due & (self.rng.random(len(due)) < chance))
            session = np.full(len(rows), month.opening[course])
            self.enrolments.enrol(state, rows, session, ASSIGNED, month.number)

    def _offer(self, state: State, month: Month) -> None:
        strength = self.world.offers
        wanted = self.rng.poisson(self._offer_rate(state, month.types))
        rows = np.flatnonzero(month.free & (wanted > 0))
        pull = self.choices.pull(state, rows, month.types, month.number)
        weight = pull.custom + strength.gap * pull.gap + strength.series * pull.series
        rested = month.number - state.offered[rows] >= OFFER_REST_MONTHS
        weight = np.where(pull.allowed & rested & (month.opening >= 0), weight, -np.inf)
        order = gumbel_order(self.rng, weight, MOST_OFFERS)
        possible = np.isfinite(np.take_along_axis(weight, order, axis=1))
        local, turn = np.nonzero(possible & (np.arange(MOST_OFFERS) < wanted[rows, None]))
        course = order[local, turn]
        state.offered[rows[local], course] = month.number
        self._answer(state, month, pull, rows[local], local, course)

    def _offer_rate(self, state: State, types: np.ndarray) -> np.ndarray:
        strength = self.world.offers
        remote = self.employer.offices.remote[state.unit]
        above = (types == 2) & (state.jp_this_year >= PPPK_CEILING_JP)
        return (
            strength.yearly
            / 12
            * self.generosity[state.unit]
            * np.where(remote, strength.remote_factor, 1.0)
            * np.where(above, strength.ceiling_factor, 1.0)
        )

    def _answer(
        self,
        state: State,
        month: Month,
        pull: Pull,
        person: np.ndarray,
        local: np.ndarray,
        course: np.ndarray,
    ) -> None:
        """Let `person` (rows `local` of `pull`) answer the offers of `course`."""
        strength = self.world.answers
        spirit = state.engagement[person]
        chance = sigmoid(
            strength.base
            + strength.engagement * spirit
            + strength.trend * (spirit - state.engagement_before[person])
            + strength.interest * (pull.interest[local, course] - 0.5)
            + strength.gap * (pull.gap[local, course] - 0.5)
            + strength.series * pull.series[local, course]
            + strength.workload * state.workload[person]
        )
        accepts = self.rng.random(len(person)) < chance
        silence = sigmoid(strength.unanswered + strength.unanswered_engagement * spirit)
        silent = self.rng.random(len(person)) < silence
        answer = np.where(accepts, ACCEPTED, np.where(silent, UNANSWERED, DECLINED))
        session = month.opening[course]
        self._log_offers(person, session, answer, chance)
        self.enrolments.enrol(state, person[accepts], session[accepts], BY_OFFER, month.number)

    def _log_offers(
        self, person: np.ndarray, session: np.ndarray, answer: np.ndarray, chance: np.ndarray
    ) -> None:
        period = self.employer.period
        lead = self.rng.integers(*LEAD_DAYS, len(person))
        in_service = period.day_one(np.maximum(self.people.joins[person], 0))
        day = np.maximum(self.sessions.starts[session] - lead, in_service)
        known = day < period.end
        columns = {"person": person, "day": day, "answer": answer, "chance": chance}
        self.offers.add(
            **{name: column[known] for name, column in columns.items()},
            course=self.sessions.course[session][known],
        )

    def _choose(self, state: State, month: Month) -> None:
        """Let people enrol by themselves in what is open to all."""
        strength = self.world.own_choice
        rate = strength.monthly * np.exp(strength.engagement * state.engagement)
        rows = np.flatnonzero(month.free & (self.rng.random(len(rate)) < rate))
        pull = self.choices.pull(state, rows, month.types, month.number)
        weight = (
            self.choices.popularity
            + strength.interest * pull.interest
            + strength.gap * pull.gap
            + strength.series * pull.series
        )
        is_open = np.isin(self.courses.forms, OPEN_FORMS) & (month.opening >= 0)
        weight = np.where(pull.allowed & is_open, weight, -np.inf)
        course = gumbel_order(self.rng, weight, 1)[:, 0]
        able = np.isfinite(weight[np.arange(len(rows)), course])
        session = month.opening[course[able]]
        self.enrolments.enrol(state, rows[able], session, BY_OWN_CHOICE, month.number)
