"""Yearly SKP appraisals and feedback from all sides."""

from __future__ import annotations

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.posts import STRUCTURAL, Posts
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

BELOW, AS_EXPECTED, ABOVE = 0, 1, 2
ROLES = ("superior", "peer", "subordinate", "self")
PEERS, SUBORDINATES = 3, 2
GOOD_RESULTS_FACTOR, GOOD_BEHAVIOUR = 2.2, 1.1
SELF_WEIGHT = 0.3
FEEDBACK_DAYS = 28


def competence_ratio(state: State, posts: Posts) -> np.ndarray:
    """Return the mean of attained over required level, at most 1 for each competency."""
    required = posts.required[state.post]
    attained = np.minimum(state.levels / np.maximum(required, 1), 1)
    return (attained * (required > 0)).sum(axis=1) / (required > 0).sum(axis=1)


class Appraisals:
    """Draws reviews and feedback.

    Attributes
    ----------
    reviews, feedback : Log
        What was written down.
    liked : ndarray of float
        How well a person is liked, whatever the work; standard normal.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.world, self.people, self.posts, self.rng = world, employer.people, employer.posts, rng
        self.reviews, self.feedback = Log(), Log()
        self.liked = rng.standard_normal(len(self.people))

    def review(self, state: State, spirit: np.ndarray, rows: np.ndarray, year: int) -> None:
        """Appraise `rows` for a year, relative to their unit.

        Parameters
        ----------
        spirit : ndarray
            Mean engagement of each person in that year.
        """
        score = self._work(state, spirit)[rows]
        share = self._top_share(state.unit[rows])
        place = standing(score, state.unit[rows])
        top = place < share
        manner = spirit[rows] + 0.5 * self.liked[rows] + 0.6 * self._noise(len(rows))
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
        for role, rated, n_raters in (
            ("superior", rows, 1),
            ("peer", rows, PEERS),
            ("subordinate", rows[leads], SUBORDINATES),
            ("self", rows, 1),
        ):
            people = np.repeat(rated, n_raters)
            weight = SELF_WEIGHT if role == "self" else 1.0
            score = strength.mean + strength.leniency[role] + weight * worth[people]
            score = score + strength.noise * self._noise(len(people))
            self.feedback.add(
                person=people,
                role=ROLES.index(role),
                score=np.clip(score, 0, 100).round(1),
                day=first_day + self._days_apart(len(rated), n_raters),
            )

    def _work(self, state: State, spirit: np.ndarray) -> np.ndarray:
        strength = self.world.performance
        return (
            strength.competence * (competence_ratio(state, self.posts) - 0.8) / 0.1
            + strength.engagement * spirit
            + strength.ability * self.people.ability
            + strength.noise * self._noise(len(self.people))
        )

    def _top_share(self, unit: np.ndarray) -> np.ndarray:
        """Share that may be rated best: it follows from the result of the unit that year."""
        strength = self.world.performance
        spread = strength.top_share_spread
        by_unit = self.rng.lognormal(-(spread**2) / 2, spread, unit.max() + 1)
        return strength.top_share * by_unit[unit]

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
            + strength.competence * (competence_ratio(state, self.posts) - 0.8) / 0.1
            + strength.person * self.liked
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
