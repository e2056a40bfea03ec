"""What stands still in a simulation: the employer, its catalogue, its calendar and its people."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.simulation.competencies import Competencies, read_competencies
from experiments.simulation.courses import Courses, build_courses
from experiments.simulation.draws import stream
from experiments.simulation.offices import Offices, build_offices
from experiments.simulation.people import People, build_people
from experiments.simulation.period import Period
from experiments.simulation.policy import Regulation, draw_policy
from experiments.simulation.posts import Posts, build_posts
from experiments.simulation.serials import civil_serials
from experiments.simulation.sessions import Sessions, build_sessions
from experiments.simulation.world import Policy


@dataclass(frozen=True)
class Employer:
    """An employer before anything happens.

    Attributes
    ----------
    number, of : int
        Which of how many employers of the simulation, from 0.
    """

    number: int
    of: int

    period: Period
    competencies: Competencies
    offices: Offices
    posts: Posts
    courses: Courses
    sessions: Sessions
    people: People
    policy: list[Regulation]


def build_employer(
    people: int, period: Period, seed: int, policy: Policy, number: int = 0, of: int = 1
) -> Employer:
    """Draw an employer of so many people (all who are employed at any time of the period)."""
    competencies = read_competencies()
    offices = build_offices(people, number, of)
    posts = build_posts(competencies)
    courses = build_courses(competencies)
    return Employer(
        number=number,
        of=of,
        period=period,
        competencies=competencies,
        offices=offices,
        posts=posts,
        courses=courses,
        sessions=build_sessions(courses, period, people, stream(seed, "sessions", number)),
        people=build_people(
            offices, posts, period, stream(seed, "people", number), civil_serials(number, of)
        ),
        # New regulations are the same for every employer.
        policy=draw_policy(policy, posts, competencies, period, stream(seed, "policy")),
    )
