"""What stands still in a simulation: the employer, its catalogue, its calendar and its people."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.simulation.competencies import Competencies, read_competencies
from experiments.simulation.courses import Courses, build_courses
from experiments.simulation.draws import stream
from experiments.simulation.offices import Offices, build_offices
from experiments.simulation.people import People, build_people
from experiments.simulation.period import Period
from experiments.simulation.posts import Posts, build_posts
from experiments.simulation.sessions import Sessions, build_sessions


@dataclass(frozen=True)
class Employer:
    """An employer before anything happens."""

    period: Period
    competencies: Competencies
    offices: Offices
    posts: Posts
    courses: Courses
    sessions: Sessions
    people: People


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
