"""Promotions, moves, resignations, and who follows a leader that retires."""

from __future__ import annotations

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.posts import STRUCTURAL
from experiments.simulation.state import Log, State
from experiments.simulation.world import World


class Careers:
    """Changes posts and units.

    Attributes
    ----------
    log : Log
        A row each time somebody gets another post or unit.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.strength, self.rng = world.careers, rng
        self.people, self.offices, self.posts = employer.people, employer.offices, employer.posts
        self.rank = np.array(
            [STRUCTURAL.index(name) if name in STRUCTURAL else 3 for name in self.posts.levels]
        )
        self.log = Log()

    def step(self, state: State, month: int) -> np.ndarray:
        """Play one month; return the units that got another head."""
        active = state.active(self.people, month)
        changed = self._promote(state, active) | self._move(state, active)
        followers, units = self._follow(state, active, month)
        changed[followers] = True
        rows = np.flatnonzero(changed)
        self.log.add(person=rows, post=state.post[rows], unit=state.unit[rows], month=month)
        self._resign(state, active, month)
        return units

    def _promote(self, state: State, active: np.ndarray) -> np.ndarray:
        following = self.posts.next_post[state.post]
        chance = self.strength.promotion_yearly / 12 * np.exp(0.5 * self.people.ability)
        settled = active & ~self.people.pppk & (following >= 0) & (self.people.joins < 0)
        promoted = settled & (self.rng.random(len(active)) < chance)
        state.post = np.where(promoted, following, state.post)
        return promoted

    def _move(self, state: State, active: np.ndarray) -> np.ndarray:
        moved = np.zeros(len(active), bool)
        drawn = self.rng.random(len(active)) < self.strength.move_yearly / 12
        n_units = len(self.offices.ids)
        target = self.rng.integers(0, n_units, len(active))
        for person in np.flatnonzero(drawn & active):
            kind = self.offices.kinds[target[person]]
            fits = self.posts.weights[kind][state.post[person]] > 0
            if fits and target[person] != state.unit[person]:
                state.unit[person] = target[person]
                moved[person] = True
        return moved

    def _follow(self, state: State, active: np.ndarray, month: int) -> tuple[list[int], np.ndarray]:
        """Fill the structural posts that fell vacant this month, the highest first.

        Returns who follows, and the units that got another head.
        """
        rank = self.rank[state.post]
        gone = np.flatnonzero((state.leaves == month) & (rank < len(STRUCTURAL)))
        followers, units = [], []
        for person in gone[np.argsort(rank[gone], kind="stable")]:
            unit, post = int(state.unit[person]), int(state.post[person])
            chosen = self._best_candidate(state, active, unit, post)
            if chosen is None:
                continue
            state.post[chosen] = post
            followers.append(chosen)
            if post in self.posts.heads.values():
                units.append(unit)
        return followers, np.array(units, dtype=int)

    def _best_candidate(self, state: State, active: np.ndarray, unit: int, post: int) -> int | None:
        rank = self.rank[state.post]
        permanent = active & ~self.people.pppk & (self.people.joins < 0)
        able = np.flatnonzero(permanent & (state.unit == unit) & (rank > self.rank[post]))
        if len(able) == 0:
            return None
        merit = self.people.ability[able] - 2.0 * rank[able]
        return int(able[np.argmax(merit)])

    def _resign(self, state: State, active: np.ndarray, month: int) -> None:
        drive = np.exp(self.strength.resignation_engagement * np.minimum(state.engagement, 0.5))
        chance = self.strength.resignation_yearly / 12 * np.minimum(drive, 20)
        leaving = active & (self.rng.random(len(active)) < chance)
        state.leaves = np.where(leaving, np.minimum(state.leaves, month + 1), state.leaves)
