"""Runs the simulated workforce through its months."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from experiments.simulation.appraisal import Appraisals
from experiments.simulation.attendance import AttendanceProcess
from experiments.simulation.careers import Careers
from experiments.simulation.choices import Choices
from experiments.simulation.competencies import Competencies, read_competencies
from experiments.simulation.courses import Courses, build_courses
from experiments.simulation.draws import stream
from experiments.simulation.engagement import EngagementProcess
from experiments.simulation.learning import LearningProcess
from experiments.simulation.offices import Offices, build_offices
from experiments.simulation.people import People, build_people
from experiments.simulation.period import Period
from experiments.simulation.posts import Posts, build_posts
from experiments.simulation.sessions import Sessions, build_sessions
from experiments.simulation.state import State, first_state
from experiments.simulation.world import World

WARM_UP_MONTHS = 36
FEEDBACK_MONTH = 3

Progress = Callable[[Iterable[int]], Iterable[int]]


@dataclass(frozen=True)
class Employer:
    """What stands still: the employer, its catalogue and its people."""

    period: Period
    competencies: Competencies
    offices: Offices
    posts: Posts
    courses: Courses
    sessions: Sessions
    people: People


@dataclass(frozen=True)
class Story:
    """What happened to an employer.

    Attributes
    ----------
    employer : Employer
    state : State
        At the end.
    first_levels : ndarray of shape (n_people, n_competencies)
        True competency levels at the start.
    engagement, leadership : ndarray of shape (n_months, n_people) and (n_months, n_units)
    process : EngagementProcess
    learning : LearningProcess
    attendance : AttendanceProcess
    appraisals : Appraisals
    careers : Careers
    """

    employer: Employer
    state: State
    first_levels: np.ndarray
    engagement: np.ndarray
    leadership: np.ndarray
    process: EngagementProcess
    learning: LearningProcess
    attendance: AttendanceProcess
    appraisals: Appraisals
    careers: Careers


def build_employer(people: int, period: Period, seed: int) -> Employer:
    """Draw an employer of so many people (all who are employed at any time of the period)."""
    competencies = read_competencies()
    offices = build_offices(people)
    posts = build_posts(competencies)
    courses = build_courses(competencies)
    return Employer(
        period=period,
        competencies=competencies,
        offices=offices,
        posts=posts,
        courses=courses,
        sessions=build_sessions(courses, period, people, stream(seed, "sessions")),
        people=build_people(offices, posts, period, stream(seed, "people")),
    )


def play(
    employer: Employer, world: World, seed: int, progress: Progress = lambda months: months
) -> Story:
    """Run all months of `employer`'s period under the strengths of `world`."""
    people, offices, posts = employer.people, employer.offices, employer.posts
    courses, period = employer.courses, employer.period
    state = first_state(people, posts, len(courses.ids), stream(seed, "levels"))
    process = EngagementProcess(world, people, offices, stream(seed, "engagement"))
    choices = Choices(world, people, posts, courses, stream(seed, "customs"))
    learning = LearningProcess(
        world, people, offices, choices, employer.sessions, period, stream(seed, "learning")
    )
    attendance = AttendanceProcess(world, people, period, stream(seed, "attendance"))
    appraisals = Appraisals(world, people, posts, stream(seed, "appraisals"))
    careers = Careers(world, people, offices, posts, stream(seed, "careers"))
    spirits = [_warm_up(process, state)]
    first_levels = state.levels.copy()
    leadership = []
    appraisals.review(state, spirits[0], _serving(people, state, -1), period.year(0) - 1)
    for month in progress(range(period.months)):
        process.change_leaders(careers.step(state, month))
        process.step(state, month)
        learning.step(state, month)
        attendance.step(state, month)
        _forget(state, posts, world)
        spirits.append(state.engagement)
        leadership.append(process.leadership)
        _look_back(state, employer, appraisals, spirits, month)
    learning.step(state, period.months)
    return Story(
        employer=employer,
        state=state,
        first_levels=first_levels,
        engagement=np.array(spirits[1:]),
        leadership=np.array(leadership),
        process=process,
        learning=learning,
        attendance=attendance,
        appraisals=appraisals,
        careers=careers,
    )


def _warm_up(process: EngagementProcess, state: State) -> np.ndarray:
    """Let engagement settle; return its mean over the last year."""
    spirits = []
    for month in range(-WARM_UP_MONTHS, 0):
        process.step(state, month)
        spirits.append(state.engagement)
    return np.mean(spirits[-12:], axis=0)


def _look_back(
    state: State,
    employer: Employer,
    appraisals: Appraisals,
    spirits: list[np.ndarray],
    month: int,
) -> None:
    period, people = employer.period, employer.people
    active = state.active(people, month)
    appraisals.assess(state, active, month, period.day_one(month))
    if period.calendar_month(month) == FEEDBACK_MONTH:
        appraisals.ask_around(state, np.flatnonzero(active), period.day_one(month))
    if period.calendar_month(month) == 12:
        rows = _serving(people, state, month)
        appraisals.review(state, np.mean(spirits[-12:], axis=0), rows, period.year(month))


def _serving(people: People, state: State, month: int) -> np.ndarray:
    """Return those in service at the end of a month for three months or more."""
    settled = (people.joins < 0) | (people.joins <= month - 3)
    return np.flatnonzero(settled & (state.leaves > month + 1))


def _forget(state: State, posts: Posts, world: World) -> None:
    excess = np.maximum(state.levels - posts.required[state.post], 0)
    state.levels -= world.learning.forgetting_monthly * excess
