"""Monthly attendance."""

from __future__ import annotations

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

MATERNITY_MONTHLY, MATERNITY_MONTHS, MATERNITY_UNTIL_AGE = 0.004, 3, 42
LONG_ILLNESS_MONTHLY, LONG_ILLNESS_MONTHS = 0.0008, 2


class AttendanceProcess:
    """Draws days of work and absence.

    Attributes
    ----------
    log : Log
        One row a person in service and month.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.strength, self.rng = world.attendance, rng
        self.people, self.period = employer.people, employer.period
        self.log = Log()

    def step(self, state: State, month: int) -> None:
        """Draw the month for everybody in service."""
        self._start_leave(state, month)
        rows = np.flatnonzero(state.active(self.people, month))
        workdays = self.period.workdays(month)
        away = state.on_leave_until[rows] > month
        rate = self.unexcused_rate(state)[rows]
        unexcused = self.rng.poisson(rate) + self._unrelated(state)[rows]
        unexcused = np.where(away, 0, np.minimum(unexcused, workdays))
        sick = self.rng.poisson(self._excused_rate(state)[rows])
        excused = np.where(away, workdays, np.minimum(sick, workdays - unexcused))
        self.log.add(
            person=rows,
            month=month,
            workdays=workdays,
            excused=excused,
            unexcused=unexcused,
            rate=rate,
        )

    def unexcused_rate(self, state: State) -> np.ndarray:
        """Return the expected days of unexcused absence in a month."""
        strength = self.strength
        spread = strength.person_spread
        log_rate = (
            np.log(strength.unexcused_monthly)
            + spread * self.people.absence
            - spread**2 / 2
            + strength.engagement * state.engagement
            + strength.low_engagement * np.minimum(state.engagement + 1, 0)
        )
        return np.minimum(np.exp(log_rate), strength.maximum_rate)

    def _excused_rate(self, state: State) -> np.ndarray:
        pull = np.exp(self.strength.excused_engagement * state.engagement)
        return self.strength.excused_monthly * pull

    def _unrelated(self, state: State) -> np.ndarray:
        """Days lost to mishaps of a person or to a unit's network, whatever the engagement."""
        strength, n = self.strength, len(self.people)
        mishap = self.rng.random(n) < strength.mishap_monthly
        fault = self.rng.random(state.unit.max() + 1) < strength.fault_monthly
        days = strength.mishap_days * mishap + strength.fault_days * fault[state.unit]
        return self.rng.poisson(days)

    def _start_leave(self, state: State, month: int) -> None:
        age = (self.period.first + month - self.people.birth.astype("datetime64[M]")).astype(
            int
        ) / 12
        mother = self.people.woman & (age < MATERNITY_UNTIL_AGE)
        chance = self.rng.random((2, len(age)))
        birth = mother & (chance[0] < MATERNITY_MONTHLY)
        illness = chance[1] < LONG_ILLNESS_MONTHLY
        months = np.where(birth, MATERNITY_MONTHS, np.where(illness, LONG_ILLNESS_MONTHS, 0))
        begins = (months > 0) & (state.on_leave_until <= month)
        state.on_leave_until[begins] = month + months[begins]
