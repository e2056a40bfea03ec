"""What each person would do each month as things are, and under support: expected, and by luck."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from experiments.simulation.attendance import AttendanceProcess
from experiments.simulation.careers import Careers
from experiments.simulation.chances import answer_log_odds, exit_chance, unexcused_rate
from experiments.simulation.draws import sigmoid
from experiments.simulation.employer import Employer
from experiments.simulation.state import Log, State
from experiments.simulation.world import World

Law = Callable[[State, np.ndarray], np.ndarray]
"""From the state and engagement to what people would do."""


class Potential:
    """Writes down both outcomes of everybody in service, month by month.

    Attributes
    ----------
    log : Log
        Columns are those of the truth's ``months``; ``_supported`` marks the outcome under support
        that has had time to work. Days and exits under both come of the same luck.
    """

    def __init__(self, world: World, employer: Employer) -> None:
        self.world, self.people, self.offices = world, employer.people, employer.offices
        self.log = Log()

    def step(
        self, state: State, month: int, attendance: AttendanceProcess, careers: Careers
    ) -> None:
        """Write the month down, after all of it was played."""
        absence = attendance.log.last()
        rows = absence["person"]
        self.log.add(
            person=rows,
            month=month,
            engagement=state.engagement[rows].astype(np.float32),
            engagement_supported=state.supported[rows].astype(np.float32),
            **self._pair("unexcused_rate", self._rate, state, rows),
            **self._pair("accept_chance", self._accepts, state, rows),
            **self._pair("exit_chance", self._exits, state, rows),
            unexcused_days=absence["unexcused"].astype(np.int8),
            unexcused_days_supported=absence["unexcused_supported"].astype(np.int8),
            exits=careers.leaves[rows],
            exits_supported=careers.would_leave[rows],
        )

    def _pair(self, name: str, law: Law, state: State, rows: np.ndarray) -> dict[str, np.ndarray]:
        return {
            name: law(state, state.engagement)[rows].astype(np.float32),
            f"{name}_supported": law(state, state.supported)[rows].astype(np.float32),
        }

    def _rate(self, _state: State, spirit: np.ndarray) -> np.ndarray:
        return unexcused_rate(self.world, self.people, spirit)

    def _exits(self, _state: State, spirit: np.ndarray) -> np.ndarray:
        return exit_chance(self.world, spirit)

    def _accepts(self, state: State, spirit: np.ndarray) -> np.ndarray:
        """Return the chance of accepting an offer of average attraction."""
        risen = state.engagement - state.engagement_before
        remote = self.offices.remote[state.unit]
        return sigmoid(
            answer_log_odds(
                self.world, spirit, spirit - risen, state.workload, self.people.commute, remote
            )
        )
