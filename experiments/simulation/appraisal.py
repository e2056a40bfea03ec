"""Yearly SKP appraisals, feedback from all sides, and assessments of competencies."""

from __future__ import annotations

import numpy as np

from experiments.simulation.people import People
from experiments.simulation.posts import Posts
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

BELOW, AS_EXPECTED, ABOVE = 0, 1, 2
ROLES = ("superior", "peer", "subordinate", "self")
PEERS, SUBORDINATES = 3, 2
METHODS = ("Assessment Center", "CACT", "Uji Kompetensi")


def competence_ratio(state: State, posts: Posts) -> np.ndarray:
    """Return the mean over required competencies of attained divided by required, at most 1 each."""
    required = posts.required[state.post]
    attained = np.minimum(state.levels / np.maximum(required, 1), 1)
    return (attained * (required > 0)).sum(axis=1) / (required > 0).sum(axis=1)


class Appraisals:
    """Draws reviews, feedback and assessments.

    Attributes
    ----------
    reviews, feedback, assessments : Log
        What was written down.
    """

    def __init__(
        self, world: World, people: People, posts: Posts, rng: np.random.Generator
    ) -> None:
        self.world, self.people, self.posts, self.rng = world, people, posts, rng
        self.reviews, self.feedback, self.assessments = Log(), Log(), Log()
        n = len(people)
        self.liked = rng.standard_normal(n)
        ever = rng.random(n) < world.assessment.ever
        first = np.maximum(people.joins, 0) + (24 * rng.random(n) ** 1.5).astype(int)
        self.next_assessment = np.where(ever, first, np.iinfo(np.int64).max)

    def review(self, state: State, spirit: np.ndarray, rows: np.ndarray, year: int) -> None:
        """Appraise `rows` for a year; `spirit` is their mean engagement in it. Relative to the unit."""
        strength = self.world.performance
        ratio = competence_ratio(state, self.posts)
        score = (
            strength.competence * (ratio - ratio[rows].mean()) / max(ratio[rows].std(), 1e-6)
            + strength.engagement * spirit
            + strength.ability * self.people.ability
            + strength.noise * self.rng.standard_normal(len(ratio))
        )[rows]
        unit = state.unit[rows]
        share = self._top_share(unit)
        standing = _standing(score, unit)
        top = standing < share
        behaviour = spirit[rows] + 0.5 * self.liked[rows] + 0.6 * self.rng.standard_normal(len(rows))
        kind = (behaviour > 1.1) & ~top
        results = np.where(top | ((standing < 2.2 * share) & ~kind), ABOVE, AS_EXPECTED)
        manners = np.where(top | kind, ABOVE, AS_EXPECTED)
        low = self.rng.random(len(rows)) < strength.low_share * np.exp(-score - 1.8)
        results = np.where(low & ~top, BELOW, results)
        bad = low & ~top & (self.rng.random(len(rows)) < 0.5)
        manners = np.where(bad, BELOW, manners)
        results = np.where(bad & (self.rng.random(len(rows)) < 0.5), AS_EXPECTED, results)
        self.reviews.add(
            person=rows, year=np.full(len(rows), year), results=results, manners=manners, score=score
        )

    def _top_share(self, unit: np.ndarray) -> np.ndarray:
        strength = self.world.performance
        spread = strength.top_share_spread
        by_unit = self.rng.lognormal(-(spread**2) / 2, spread, unit.max() + 1)
        return strength.top_share * by_unit[unit]

    def ask_around(self, state: State, rows: np.ndarray, first_day: np.datetime64) -> None:
        """Collect feedback on `rows` in the month that begins on `first_day`."""
        leads = self.posts.at_level("jpt_pratama", "administrator", "pengawas")[state.post[rows]]
        ratio = competence_ratio(state, self.posts)
        strength = self.world.feedback
        spirit = (state.engagement + state.engagement_before) / 2
        worth = (
            strength.mean
            + strength.engagement * spirit
            + strength.competence * (ratio - 0.8) / 0.1
            + strength.person * self.liked
        )
        for role, people in (
            ("superior", rows),
            ("peer", np.repeat(rows, PEERS)),
            ("subordinate", np.repeat(rows[leads], SUBORDINATES)),
            ("self", rows),
        ):
            noise = strength.noise * self.rng.standard_normal(len(people))
            weight = 0.3 if role == "self" else 1.0
            score = strength.mean + weight * (worth[people] - strength.mean) + noise
            self.feedback.add(
                person=people,
                role=np.full(len(people), ROLES.index(role)),
                score=np.clip(score + strength.leniency[role], 0, 100).round(1),
                day=first_day + self.rng.integers(0, 28, len(people)),
            )

    def assess(self, state: State, active: np.ndarray, month: int, first_day: np.datetime64) -> None:
        """Measure the competencies of those whose turn it is."""
        rows = np.flatnonzero(active & (self.next_assessment <= month))
        self.next_assessment[rows] = month + np.maximum(
            self.rng.poisson(self.world.assessment.again_months, len(rows)), 6
        )
        day = first_day + self.rng.integers(0, 28, len(rows))
        method = self.rng.integers(0, len(METHODS), len(rows))
        local, competency = np.nonzero(self.posts.required[state.post[rows]])
        person = rows[local]
        noise = self.world.assessment.noise * self.rng.standard_normal(len(person))
        self.assessments.add(
            person=person,
            competency=competency,
            level=np.clip(state.levels[person, competency] + noise, 0, 5).round(1),
            day=day[local],
            method=method[local],
        )


def _standing(score: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return each person's place in the unit, from 0 for the best to 1."""
    order = np.lexsort((-score, unit))
    ranked = unit[order]
    first = np.searchsorted(ranked, ranked)
    size = np.searchsorted(ranked, ranked, side="right") - first
    standing = np.empty(len(score))
    standing[order] = (np.arange(len(score)) - first + 0.5) / size
    return standing
