"""The training year: who is offered, accepts, chooses or is assigned which course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.chances import answer_log_odds, own_choice_rate, silence_chance
from experiments.simulation.choices import CONTRACT, Choices, Pull
from experiments.simulation.courses import TYPES
from experiments.simulation.draws import gumbel_order, sigmoid, stream
from experiments.simulation.employer import Employer
from experiments.simulation.enrolment import ASSIGNED, BY_OFFER, BY_OWN_CHOICE, Enrolments
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

MOST_OFFERS = 4
OFFER_REST_MONTHS = 6
LEAD_DAYS = (8, 36)
OPEN_FORMS = ("E-learning", "Seminar", "Workshop", "Coaching")
ACCEPTED, DECLINED, UNANSWERED = 0, 1, 2
PROBATION = TYPES.index("CPNS")
ENTRY_MONTHLY, APPOINTMENT_MONTHLY, ASSIGNED_AFTER_MONTHS = 0.5, 0.25, 2


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
        number = employer.number
        self.rng = stream(seed, "learning", number)
        self.choices = Choices(world, employer, stream(seed, "customs", number))
        self.enrolments = Enrolments(world, employer, stream(seed, "enrolments", number))
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
        """Send people to what the rules assign on entry and on appointment to a post."""
        level = self.choices.level[state.post]
        in_post = month.number - state.in_post_since >= ASSIGNED_AFTER_MONTHS
        chance = np.where(month.types == PROBATION, ENTRY_MONTHLY, APPOINTMENT_MONTHLY) * in_post
        for course in np.flatnonzero(self.courses.mandatory & (month.opening >= 0)):
            entitled = self.choices.open_to[level, month.types, course]
            due = month.free & entitled & ~state.taken[:, course]
            rows = np.flatnonzero(due & (self.rng.random(len(due)) < chance))
            session = np.full(len(rows), month.opening[course])
            self.enrolments.enrol(state, rows, session, ASSIGNED, month.number)

    def _offer(self, state: State, month: Month) -> None:
        strength = self.world.offers
        wanted = self.rng.poisson(self._offer_rate(state))
        # One at a time, so that those under a ceiling of hours are not led beyond it.
        wanted = np.where(month.types == CONTRACT, np.minimum(wanted, 1), wanted)
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

    def _offer_rate(self, state: State) -> np.ndarray:
        """Return the expected offers of a month: opportunity, and the bias of who nominates."""
        strength, bias = self.world.offers, self.world.nomination
        favour = (
            bias.liked * self.people.liked
            + bias.ability * self.people.ability
            + bias.engagement * state.engagement
            + bias.growth * self.people.growth
        )
        # Less half the spread: the mean of exp(favour) is about 1, so offers stay as declared.
        spread = bias.liked**2 + bias.ability**2 + bias.engagement**2 + bias.growth**2
        return (
            strength.yearly
            / 12
            * self.generosity[state.unit]
            * np.where(self._remote(state), strength.remote_factor, 1.0)
            * np.exp(favour - spread / 2)
        )

    def _remote(self, state: State) -> np.ndarray:
        return self.employer.offices.remote[state.unit]

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
        attraction = (
            strength.interest * (pull.interest[local, course] - 0.5)
            + strength.gap * (pull.gap[local, course] - 0.5)
            + strength.series * pull.series[local, course]
        )
        chance = sigmoid(self._leaning(state, person, state.engagement) + attraction)
        supported = sigmoid(self._leaning(state, person, state.supported) + attraction)
        luck = self.rng.random(len(person))
        accepts = luck < chance
        silence = silence_chance(self.world, state.engagement[person], self._remote(state)[person])
        silent = self.rng.random(len(person)) < silence
        answer = np.where(accepts, ACCEPTED, np.where(silent, UNANSWERED, DECLINED))
        session = month.opening[course]
        alone = self._own_chances(state, month, pull)[local, course]
        self._log_offers(
            person,
            session,
            answer=answer,
            chance=chance,
            chance_supported=supported,
            accepts_supported=luck < supported,
            chance_alone=alone,
        )
        self.enrolments.enrol(state, person[accepts], session[accepts], BY_OFFER, month.number)

    def _leaning(self, state: State, person: np.ndarray, spirit: np.ndarray) -> np.ndarray:
        """Return the log-odds of accepting any offer at this engagement."""
        risen = state.engagement[person] - state.engagement_before[person]
        return answer_log_odds(
            self.world,
            spirit[person],
            spirit[person] - risen,
            state.workload[person],
            self.people.commute[person],
            self._remote(state)[person],
        )

    def _log_offers(self, person: np.ndarray, session: np.ndarray, **columns: np.ndarray) -> None:
        period = self.employer.period
        lead = self.rng.integers(*LEAD_DAYS, len(person))
        in_service = period.day_one(np.maximum(self.people.joins[person], 0))
        day = np.maximum(self.sessions.starts[session] - lead, in_service)
        known = day < period.end
        columns = {"person": person, "day": day, **columns}
        self.offers.add(
            **{name: column[known] for name, column in columns.items()},
            course=self.sessions.course[session][known],
        )

    def _choose(self, state: State, month: Month) -> None:
        """Let people enrol by themselves in what is open to all."""
        rate = own_choice_rate(self.world, state.engagement, self._remote(state))
        rows = np.flatnonzero(month.free & (self.rng.random(len(rate)) < rate))
        pull = self.choices.pull(state, rows, month.types, month.number)
        weight = self._own_weights(month, pull)
        course = gumbel_order(self.rng, weight, 1)[:, 0]
        able = np.isfinite(weight[np.arange(len(rows)), course])
        session = month.opening[course[able]]
        self.enrolments.enrol(state, rows[able], session, BY_OWN_CHOICE, month.number)

    def _own_weights(self, month: Month, pull: Pull) -> np.ndarray:
        strength = self.world.own_choice
        weight = (
            self.choices.popularity
            + strength.interest * pull.interest
            + strength.gap * pull.gap
            + strength.series * pull.series
        )
        is_open = np.isin(self.courses.forms, OPEN_FORMS) & (month.opening >= 0)
        return np.where(pull.allowed & is_open, weight, -np.inf)

    def _own_chances(self, state: State, month: Month, pull: Pull) -> np.ndarray:
        """Return the chance of enrolling in each course this month without being nominated."""
        weight = np.exp(self._own_weights(month, pull))
        rate = own_choice_rate(self.world, state.engagement, self._remote(state))[pull.rows]
        return rate[:, None] * weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
