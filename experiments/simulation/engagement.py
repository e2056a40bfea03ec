"""Latent engagement: a slow process moved by how a unit is led, by load and by recognition."""

from __future__ import annotations

import numpy as np

from experiments.simulation.chances import support_effect
from experiments.simulation.employer import Employer
from experiments.simulation.people import NEVER
from experiments.simulation.state import State
from experiments.simulation.world import World

LEADERSHIP_PERSISTENCE, LOAD_PERSISTENCE = 0.97, 0.90
RECOGNITION_MONTHLY = 0.015


class EngagementProcess:
    """Moves engagement month by month.

    Attributes
    ----------
    leadership, unit_load : ndarray of shape (n_units,)
        How each unit is led and how loaded it is, in standard deviations.
    slide_since : ndarray of int
        Month in which a person began to lose heart, `NEVER` for those who have not.
    slid : ndarray of float
        What slides have taken from engagement so far (0 or negative).
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.world, self.strength = world, world.engagement
        self.people, self.offices, self.rng = employer.people, employer.offices, rng
        self.leadership = rng.standard_normal(len(self.offices.ids))
        self.unit_load = rng.standard_normal(len(self.offices.ids))
        self.own_load = rng.standard_normal(len(self.people))
        self.slide_since = np.full(len(self.people), NEVER)
        self.slid = np.zeros(len(self.people))
        self.recent: list[np.ndarray] = []

    def change_leaders(self, units: np.ndarray) -> None:
        """Draw anew how these units are led."""
        self.leadership = self.leadership.copy()
        self.leadership[units] = self.rng.standard_normal(len(units))

    def step(self, state: State, month: int) -> None:
        """Move engagement and workload on by a month."""
        self._move_surroundings()
        state.workload = (self.unit_load[state.unit] + self.own_load) / np.sqrt(2)
        self._start_slides(state, month)
        keep = self.strength.persistence
        self.recent = [*self.recent[-2:], state.engagement]
        state.engagement_before, state.leadership = self.recent[0], self.leadership
        recognised = self._recognised()
        state.recognised[recognised] = month
        self.slid = keep * self.slid + (1 - keep) * self._slide(month)
        state.engagement = (
            keep * state.engagement
            + (1 - keep) * self._target(state, month)
            + self.strength.recognition * recognised
            + self.strength.noise * self.rng.standard_normal(len(self.people))
        )

        own = self.leadership[state.unit]
        state.supported = state.engagement + support_effect(self.world, self.people, own, self.slid)

    def _recognised(self) -> np.ndarray:
        chance = RECOGNITION_MONTHLY * np.exp(0.5 * self.people.ability)
        return self.rng.random(len(chance)) < chance

    def _move_surroundings(self) -> None:
        self.leadership = _drift(self.leadership, LEADERSHIP_PERSISTENCE, self.rng)
        self.unit_load = _drift(self.unit_load, LOAD_PERSISTENCE, self.rng)
        self.own_load = _drift(self.own_load, LOAD_PERSISTENCE, self.rng)

    def _start_slides(self, state: State, month: int) -> None:
        strength = self.strength
        moved = (
            strength.slide_workload * state.workload
            + strength.slide_leadership * self.leadership[state.unit]
        )
        # Less half the spread: the mean of exp(moved) is 1, so the yearly share stays as declared.
        spread = strength.slide_workload**2 + strength.slide_leadership**2
        chance = strength.slide_yearly / 12 * np.exp(moved - spread / 2)
        length = 2 * strength.slide_months + strength.slide_rest_months
        free = (self.slide_since == NEVER) | (month - self.slide_since > length)
        starting = free & (self.rng.random(len(chance)) < chance)
        self.slide_since[starting] = month

    def _slide(self, month: int) -> np.ndarray:
        down, rest = self.strength.slide_months, self.strength.slide_rest_months
        age = np.where(self.slide_since == NEVER, -1, month - self.slide_since)
        return -self.strength.slide_depth * np.interp(
            age, [-1, 0, down, down + rest, 2 * down + rest], [0, 0, 1, 1, 0]
        )

    def _target(self, state: State, month: int) -> np.ndarray:
        led, load, form = self.leadership[state.unit], state.workload, self.world.form
        return (
            self.strength.trait * self.people.trait
            + (self.strength.leadership + form.leadership_by_workload * load) * led
            - self.strength.workload * load
            - form.workload_hump * (load**2 - 1)
            - self.strength.commute * self.people.commute
            + self.strength.competence * (state.competence() - 0.8) / 0.1
            - self.strength.remoteness * self.offices.remote[state.unit]
            + self._slide(month)
        )


def _drift(level: np.ndarray, persistence: float, rng: np.random.Generator) -> np.ndarray:
    return persistence * level + np.sqrt(1 - persistence**2) * rng.standard_normal(len(level))
