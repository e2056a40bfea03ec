"""Yearly SKP appraisals and feedback from all sides."""

from __future__ import annotations

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.posts import STRUCTURAL
from experiments.simulation.state import Log, State
from experiments.simulation.world import RoleName, World

BELOW, AS_EXPECTED, ABOVE = 0, 1, 2
ROLES: tuple[RoleName, ...] = ("superior", "peer", "subordinate", "self")
PEERS, SUBORDINATES = 3, 2
GOOD_RESULTS_FACTOR, GOOD_BEHAVIOUR = 2.2, 1.1
SELF_WEIGHT = 0.3
FEEDBACK_DAYS = 28
N_BEHAVIOURS, ALL_IN_ONE = 7, -1
RECOGNISED_MONTHS = 12
UNIT_GRADES = (0.55, 1.45)
"""Where a unit's result turns from needing improvement to good, and to very good."""


class Appraisals:
    """Draws reviews and feedback.

    Attributes
    ----------
    reviews, unit_reviews, feedback : Log
        What was written down.
    by_behaviour : ndarray of bool
        Units that ask for feedback on each behaviour.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.world, self.people, self.posts, self.rng = world, employer.people, employer.posts, rng
        self.reviews, self.unit_reviews, self.feedback = Log(), Log(), Log()
        n_units = len(employer.offices.ids)
        self.by_behaviour = rng.random(n_units) < world.feedback.by_behaviour

    def review(
        self, state: State, spirit: np.ndarray, rows: np.ndarray, year: int, month: int
    ) -> None:
        """Appraise `rows` for a year, relative to their unit.

        Parameters
        ----------
        spirit : ndarray
            Mean engagement of each person in that year.
        month : int
            Month of the period at the end of that year.
        """
        score = self._work(state, spirit, month)[rows]
        unit, contract = state.unit[rows], self.people.pppk[rows]
        share = self._top_share(unit, contract, len(state.leadership), year)
        place = standing(score, 2 * unit + contract)
        top = place < share
        manner = spirit[rows] + 0.5 * self.people.liked[rows] + 0.6 * self._noise(len(rows))
        kind = (manner > GOOD_BEHAVIOUR) & ~top
        fruitful = top | ((place < GOOD_RESULTS_FACTOR * share) & ~kind)
        weak, rude = self._failing(score, top)
        self.reviews.add(
            person=rows,
            year=year,
            results=np.where(weak, BELOW, np.where(fruitful, ABOVE, AS_EXPECTED)),
            manners=np.where(rude, BELOW, np.where(top | kind, ABOVE, AS_EXPECTED)),
            score=score,
        )

    def ask_around(self, state: State, rows: np.ndarray, first_day: np.datetime64) -> None:
        """Collect feedback on `rows` in the month that begins on `first_day`."""
        strength = self.world.feedback
        leads = self.posts.at_level(*STRUCTURAL)[state.post[rows]]
        worth = self._reputation(state)
        asked: tuple[tuple[RoleName, np.ndarray, int], ...] = (
            ("superior", rows, 1),
            ("peer", rows, PEERS),
            ("subordinate", rows[leads], SUBORDINATES),
            ("self", rows, 1),
        )
        for role, rated, n_raters in asked:
            people = np.repeat(rated, n_raters)
            weight = SELF_WEIGHT if role == "self" else 1.0
            score = strength.mean + strength.leniency[role] + weight * worth[people]
            score = score + strength.noise * self._noise(len(people))
            day = first_day + self._days_apart(len(rated), n_raters)
            apart = self.by_behaviour[state.unit[people]]
            self._write(people[~apart], role, ALL_IN_ONE, score[~apart], day[~apart])
            for number in range(N_BEHAVIOURS):
                noise = strength.behaviour_noise * self._noise(int(apart.sum()))
                self._write(people[apart], role, number, score[apart] + noise, day[apart])

    def _write(
        self, person: np.ndarray, role: RoleName, behaviour: int, score: np.ndarray, day: np.ndarray
    ) -> None:
        self.feedback.add(
            person=person,
            role=ROLES.index(role),
            behaviour=behaviour,
            score=np.clip(score, 0, 100).round(1),
            day=day,
        )

    def _work(self, state: State, spirit: np.ndarray, month: int) -> np.ndarray:
        strength = self.world.performance
        return (
            strength.competence * (state.competence() - 0.8) / 0.1
            + strength.leadership * state.leadership[state.unit]
            + strength.workload * state.workload
            + strength.commute * self.people.commute
            + strength.recognition * (month - state.recognised < RECOGNISED_MONTHS)
            + strength.engagement * spirit
            + strength.ability * self.people.ability
            + strength.noise * self._noise(len(self.people))
        )

    def _top_share(
        self, unit: np.ndarray, contract: np.ndarray, n_units: int, year: int
    ) -> np.ndarray:
        """Share that may be rated best: it follows from the result of the unit that year."""
        strength = self.world.performance
        spread = strength.top_share_spread
        by_unit = self.rng.lognormal(-(spread**2) / 2, spread, n_units)
        self.unit_reviews.add(
            unit=np.arange(n_units), year=year, grade=np.digitize(by_unit, UNIT_GRADES)
        )
        share = np.where(contract, strength.top_share_contract, strength.top_share)
        return share * by_unit[unit]

    def _failing(self, score: np.ndarray, top: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return whose results and whose behaviour fall short: few, mostly among the last."""
        pull = np.exp(-0.5 * score)
        chance = self.world.performance.low_share * pull / pull.mean()
        low = (self.rng.random(len(score)) < chance) & ~top
        fault = self.rng.integers(0, 3, len(score))
        return low & (fault != 1), low & (fault != 0)

    def _reputation(self, state: State) -> np.ndarray:
        strength = self.world.feedback
        spirit = (state.engagement + state.engagement_before) / 2
        return (
            strength.engagement * spirit
            + strength.competence * (state.competence() - 0.8) / 0.1
            + strength.person * self.people.liked
        )

    def _days_apart(self, n_rated: int, n_raters: int) -> np.ndarray:
        """Return days of a month such that no two raters of a person write on the same."""
        span = FEEDBACK_DAYS // n_raters
        turn = np.tile(np.arange(n_raters), n_rated)
        return turn * span + self.rng.integers(0, span, len(turn))

    def _noise(self, n: int) -> np.ndarray:
        return self.rng.standard_normal(n)


def standing(score: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return each person's place in the unit, from near 0 for the best to near 1.

    >>> standing(np.array([1.0, 3.0, 2.0, 9.0]), np.array([0, 0, 1, 1]))
    array([0.75, 0.25, 0.75, 0.25])
    """
    order = np.lexsort((-score, unit))
    ranked = unit[order]
    first = np.searchsorted(ranked, ranked)
    size = np.searchsorted(ranked, ranked, side="right") - first
    place = np.empty(len(score))
    place[order] = (np.arange(len(score)) - first + 0.5) / size
    return place
