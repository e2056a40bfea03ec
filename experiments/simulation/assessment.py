"""Assessments of competencies."""

from __future__ import annotations

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.people import NEVER
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

METHODS = ("Assessment Center", "CACT", "Uji Kompetensi")
FIRST_WITHIN_MONTHS, MIN_MONTHS_BETWEEN = 24, 6


class Assessments:
    """Measures, with noise, the competencies that people's posts require.

    Attributes
    ----------
    log : Log
        One row a person, day and competency.
    due : ndarray of int
        Month of each person's next assessment, `NEVER` for those who are left out.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.strength, self.period = world.assessment, employer.period
        self.rng, self.log = rng, Log()
        n = len(employer.people)
        first = (FIRST_WITHIN_MONTHS * rng.random(n) ** 1.5).astype(int)
        ever = rng.random(n) < world.assessment.ever
        self.due = np.where(ever, np.maximum(employer.people.joins, 0) + first, NEVER)

    def step(self, state: State, active: np.ndarray, month: int) -> None:
        """Assess those in service whose turn it is."""
        rows = np.flatnonzero(active & (self.due <= month))
        wait = self.rng.poisson(self.strength.again_months, len(rows))
        self.due[rows] = month + np.maximum(wait, MIN_MONTHS_BETWEEN)
        day = self.period.day_one(month) + self.rng.integers(0, 28, len(rows))
        method = self.rng.integers(0, len(METHODS), len(rows))
        local, competency = np.nonzero(state.required[state.post[rows]])
        person = rows[local]
        noise = self.strength.noise * self.rng.standard_normal(len(person))
        self.log.add(
            person=person,
            competency=competency,
            level=np.clip(state.levels[person, competency] + noise, 0, 5).round(1),
            day=day[local],
            method=method[local],
        )
