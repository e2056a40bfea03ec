"""Monthly attendance."""

from __future__ import annotations

import numpy as np

from experiments.simulation.chances import unexcused_rate
from experiments.simulation.draws import poisson_at
from experiments.simulation.employer import Employer
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

MATERNITY_MONTHLY, MATERNITY_MONTHS, MATERNITY_UNTIL_AGE = 0.004, 3, 42
LONG_ILLNESS_MONTHLY, LONG_ILLNESS_MONTHS = 0.0008, 2
MOST_OUTAGE_DAYS = 15


class AttendanceProcess:
    """Draws days of work and absence.

    Attributes
    ----------
    log : Log
        One row a person in service and month.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.world, self.strength, self.rng = world, world.attendance, rng
        self.people, self.period = employer.people, employer.period
        self.log = Log()

    def step(self, state: State, month: int) -> None:
        """Draw the month for everybody in service."""
        self._start_leave(state, month)
        if self.period.calendar_month(month) == 1:
            state.unexcused_this_year[:] = 0
        rows = np.flatnonzero(state.active(self.people, month))
        workdays = self.period.workdays(month)
        there = state.on_leave_until[rows] <= month
        outage, elsewhere = (there * days[rows] for days in self._unrelated(state))
        usual, supported = self._absences(state, rows)
        unexcused = there * np.minimum(usual + elsewhere, workdays - outage)
        sick = self.rng.poisson(self._excused_rate(state)[rows])
        excused = np.where(there, np.minimum(sick, workdays - outage - unexcused), workdays)
        leave = np.where(there, self.rng.binomial(excused, self.strength.leave_share), excused)
        state.unexcused_this_year[rows] += unexcused
        self.log.add(
            person=rows,
            month=month,
            workdays=workdays,
            excused=excused,
            unexcused=unexcused,
            leave=leave,
            outage=outage,
            unexcused_supported=there * np.minimum(supported + elsewhere, workdays - outage),
        )

    def _absences(self, state: State, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return days lost as things are and under support, with the same luck."""
        luck = self.rng.random(len(self.people))
        usual, supported = (
            poisson_at(luck, unexcused_rate(self.world, self.people, spirit))
            for spirit in (state.engagement, state.supported)
        )
        return usual[rows], supported[rows]

    def _excused_rate(self, state: State) -> np.ndarray:
        pull = np.exp(self.strength.excused_engagement * state.engagement)
        return self.strength.excused_monthly * pull

    def _unrelated(self, state: State) -> tuple[np.ndarray, np.ndarray]:
        """Return days lost whatever the engagement: entered as outage, entered as unexcused.

        A unit's network loses attendance; people have mishaps.
        """
        strength, n = self.strength, len(self.people)
        mishap = self.rng.random(n) < strength.mishap_monthly
        fault = self.rng.random(len(state.leadership)) < strength.fault_monthly
        lost = self.rng.poisson(strength.fault_days * fault[state.unit])
        outage = np.minimum(self.rng.binomial(lost, strength.fault_recognised), MOST_OUTAGE_DAYS)
        return outage, lost - outage + self.rng.poisson(strength.mishap_days * mishap)

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
