"""Runs the simulated workforce through its months."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from experiments.simulation.appraisal import Appraisals
from experiments.simulation.assessment import Assessments
from experiments.simulation.attendance import AttendanceProcess
from experiments.simulation.careers import Careers
from experiments.simulation.conditions import Pulses, ServiceResults, Surveys
from experiments.simulation.draws import stream
from experiments.simulation.employer import Employer
from experiments.simulation.engagement import EngagementProcess
from experiments.simulation.history import earlier_training
from experiments.simulation.learning import LearningProcess
from experiments.simulation.policy import enforce
from experiments.simulation.potential import Potential
from experiments.simulation.state import first_state
from experiments.simulation.world import World

WARM_UP_MONTHS = 36
FEEDBACK_MONTH, REVIEW_MONTH = 3, 12
SETTLED_MONTHS = 3

Progress = Callable[[str], None]


class Workforce:
    """An employer's people on their way through the months.

    Attributes
    ----------
    state : State
        The people now.
    first_levels : ndarray of shape (n_people, n_competencies)
        True competency levels before the first month.
    surveys, pulses, results, potential
        What is measured beside them, and what would have been.
    earlier : Earlier
        Courses completed before the period.
    snapshots : list of (int, ndarray)
        Months, and the true levels before them: the first of each year, and at last the end.
    spirits, leadership : list of ndarray
        Engagement of each person and leadership of each unit, by month.
    engagement, learning, attendance, appraisals, assessments, careers
        The processes, each with the log of what happened.
    """

    def __init__(self, employer: Employer, world: World, seed: int) -> None:
        self.employer, self.world = employer, world

        def draws(purpose: str) -> np.random.Generator:
            return stream(seed, purpose, employer.number)

        self.state = first_state(employer, draws("levels"))
        self.first_levels = self.state.levels.copy()
        self.engagement = EngagementProcess(world, employer, draws("engagement"))
        self.learning = LearningProcess(world, employer, seed)
        self.attendance = AttendanceProcess(world, employer, draws("attendance"))
        self.appraisals = Appraisals(world, employer, draws("appraisals"))
        self.assessments = Assessments(world, employer, draws("assessments"))
        self.careers = Careers(world, employer, draws("careers"))
        self.surveys = Surveys(world, employer, draws("surveys"))
        self.pulses = Pulses(world, employer, draws("pulses"))
        self.results = ServiceResults(world, employer, draws("results"))
        self.potential = Potential(world, employer)
        self.earlier = earlier_training(employer, self.state, draws("history"))
        self.snapshots: list[tuple[int, np.ndarray]] = []
        self.spirits: list[np.ndarray] = []
        self.leadership: list[np.ndarray] = []

    def run(self, progress: Progress) -> None:
        """Play the whole period."""
        period = self.employer.period
        self._warm_up()
        for month in range(period.months):
            self._play(month)
            progress(str(period.first + month))
        self.snapshots.append((period.months, self.state.levels.astype(np.float32)))
        # Courses that start after the period have been offered before its end.
        self.learning.step(self.state, period.months)

    def _warm_up(self) -> None:
        """Let engagement settle, and appraise the year before the first."""
        spirits = []
        for month in range(-WARM_UP_MONTHS, 0):
            self.engagement.step(self.state, month)
            spirits.append(self.state.engagement)
        spirit = np.mean(spirits[-12:], axis=0)
        self.appraisals.review(
            self.state, spirit, self._settled(-1), self.employer.period.year(0) - 1, -1
        )

    def _play(self, month: int) -> None:
        period, state = self.employer.period, self.state
        if month == 0 or period.calendar_month(month) == 1:
            self.snapshots.append((month, state.levels.astype(np.float32)))
        enforce(self.employer.policy, state.required, month)
        self.engagement.change_leaders(self.careers.step(state, month))
        self.engagement.step(state, month)
        self.careers.resign(state, month)
        self.learning.step(state, month)
        self.attendance.step(state, month)
        self._forget()
        self.spirits.append(state.engagement)
        self.leadership.append(self.engagement.leadership)
        active = state.active(self.employer.people, month)
        self.potential.step(state, month, self.attendance, self.careers)
        self.assessments.step(state, active, month)
        self.surveys.step(state, active, month)
        self.pulses.step(state, active, month)
        self.results.step(state, active, month)
        if period.calendar_month(month) == FEEDBACK_MONTH:
            self.appraisals.ask_around(state, np.flatnonzero(active), period.day_one(month))
        if period.calendar_month(month) == REVIEW_MONTH:
            spirit = np.mean(self.spirits[-12:], axis=0)
            self.appraisals.review(state, spirit, self._settled(month), period.year(month), month)

    def _settled(self, month: int) -> np.ndarray:
        """Return those who have been in service for some months and remain."""
        joins = self.employer.people.joins
        settled = (joins < 0) | (joins <= month - SETTLED_MONTHS)
        return np.flatnonzero(settled & (self.state.leaves > month + 1))

    def _forget(self) -> None:
        required = self.state.required[self.state.post]
        excess = np.maximum(self.state.levels - required, 0)
        self.state.levels -= self.world.learning.forgetting_monthly * excess
