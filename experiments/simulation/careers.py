"""Promotions, moves, resignations, and who follows a leader that retires."""

from __future__ import annotations

import numpy as np

from experiments.simulation.chances import exit_chance
from experiments.simulation.employer import Employer
from experiments.simulation.posts import STRUCTURAL
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

NO_MOVE, APPOINTMENT, PROMOTION, ROTATION, EQUATION = -1, 0, 1, 2, 3
EQUATION_MONTH, EQUATED_LEVEL = np.datetime64("2021-12"), "ahli_muda"


class Careers:
    """Changes posts and units.

    Attributes
    ----------
    log : Log
        A row each time somebody gets another post or unit.
    leaves, would_leave : ndarray of bool
        Who resigns this month, and who would under support.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.world, self.strength, self.rng, self.period = (
            world,
            world.careers,
            rng,
            employer.period,
        )
        self.people, self.offices, self.posts = employer.people, employer.offices, employer.posts
        self.rank = np.array(
            [STRUCTURAL.index(name) if name in STRUCTURAL else 3 for name in self.posts.levels]
        )
        self.log = Log()
        self.leaves = self.would_leave = np.zeros(len(self.people), bool)

    def step(self, state: State, month: int) -> np.ndarray:
        """Play one month but for resignations; return the units that got another head."""
        active = state.active(self.people, month)
        move = np.full(len(active), NO_MOVE)
        move[self._promote(state, active)] = PROMOTION
        move[self._move(state, active)] = ROTATION
        followers, units = self._follow(state, active, month)
        move[followers] = PROMOTION
        move[self._equate(state, active, month)] = EQUATION
        rows = np.flatnonzero(move != NO_MOVE)
        state.in_post_since[rows] = month
        self.log.add(
            person=rows, post=state.post[rows], unit=state.unit[rows], month=month, move=move[rows]
        )
        return units

    def _equate(self, state: State, active: np.ndarray, month: int) -> np.ndarray:
        """Turn supervisors' posts into functional ones (penyetaraan, December 2021)."""
        if self.period.first + month != EQUATION_MONTH:
            return np.zeros(0, int)
        chosen = self.rng.random(len(active)) < self.strength.equated
        rows = np.flatnonzero(active & chosen & self.posts.at_level("pengawas")[state.post])
        state.post[rows] = [
            self._functional_post(state.post[row], self.offices.kinds[state.unit[row]])
            for row in rows
        ]
        return rows

    def _functional_post(self, post: int, kind: str) -> int:
        """Return the functional post of such an office that requires most of the same."""
        possible = self.posts.at_level(EQUATED_LEVEL) & (self.posts.weights[kind] > 0)
        if not possible.any():
            possible = self.posts.at_level(EQUATED_LEVEL)
        same = ((self.posts.required > 0) & (self.posts.required[post] > 0)).sum(axis=1)
        return int(np.argmax(np.where(possible, same, -1)))

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

    def resign(self, state: State, month: int) -> None:
        """Let people leave before the next month, as engaged as they are now."""
        active = state.active(self.people, month)
        luck = self.rng.random(len(active))
        leaving = active & (luck < exit_chance(self.world, state.engagement))
        self.would_leave = active & (luck < exit_chance(self.world, state.supported))
        self.leaves = leaving
        state.leaves = np.where(leaving, np.minimum(state.leaves, month + 1), state.leaves)
