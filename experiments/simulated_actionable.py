"""Actionable@5, counted apart from the code that chooses: one person, one course, one rule each.

A course on a list is actionable if the person is eligible (level, type of employment, completed
prerequisite, neither assigned by rule nor taken), it answers a gap that a valid assessment found,
a session with places lies ahead, the list up to it fits the hours left under the ceiling, and it
teaches more of the person's gaps than the courses above it and those taken since the assessment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.simulated_employer import SimulatedEmployer
from features.known import known_records
from features.standards.load import load_standard

RULES = ("eligible", "evidenced_gap", "attendable", "fits_hours", "repeats_nothing")
SMALLEST = 1e-6
CEILING_JP = float(load_standard("jp")["PPPK"]["maximum_jp"])
CEILED = ("PPPK",)


@dataclass(frozen=True)
class Course:
    """What the count reads of a course."""

    taught: Mapping[str, float]
    jp: float = 0.0
    post_levels: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    prerequisite: str = ""
    assigned: bool = False
    has_session: bool = True


@dataclass(frozen=True)
class Situation:
    """What the count reads of a person.

    Attributes
    ----------
    level, required : mapping of str to float
        By competency; only valid measurements, and what the post requires.
    taken, completed : frozenset of str
        Courses begun and not dropped; completed.
    since : mapping of str to float
        By competency the level taught by courses taken since it was measured.
    jp_left : float
    """

    post_level: str = ""
    employment_type: str = ""
    level: Mapping[str, float] = field(default_factory=dict)
    required: Mapping[str, float] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    completed: frozenset[str] = frozenset()
    since: Mapping[str, float] = field(default_factory=dict)
    jp_left: float = float("inf")


def broken_rules(
    person: Situation, courses: Mapping[str, Course], shelf: Sequence[str]
) -> list[list[str]]:
    """Return the rules of `RULES` that each course of a list breaks, in the order of the list."""
    reached = {name: max(person.level[name], person.since.get(name, 0.0)) for name in person.level}
    hours, broken = 0.0, []
    for course_id in shelf:
        course = courses[course_id]
        hours += course.jp
        kept = {
            "eligible": _eligible(person, course, course_id),
            "evidenced_gap": _answers(person, course, person.level),
            "attendable": course.has_session,
            "fits_hours": hours <= person.jp_left,
            "repeats_nothing": _answers(person, course, reached),
        }
        broken.append([rule for rule in RULES if not kept[rule]])
        for name, level in course.taught.items():
            if name in reached:
                reached[name] = max(reached[name], level)
    return broken


def extended(
    person: Situation, courses: Mapping[str, Course], shelf: Sequence[str], k: int
) -> list[str]:
    """Return the list with what could still be added to it, the shortest courses first, up to `k`.

    Nothing can be added to what is returned, unless it is `k` long.
    """
    longer = list(shelf)
    alone = [one for one in courses if not broken_rules(person, courses, [one])[0]]
    for one in sorted(alone, key=lambda one: (courses[one].jp, one)):
        if len(longer) >= k:
            break
        # what does not fit now never will: hours only shrink, and levels taught only rise
        if one not in longer and not broken_rules(person, courses, [*longer, one])[-1]:
            longer.append(one)
    return longer


def situations(employer: SimulatedEmployer) -> tuple[list[Situation], dict[str, Course]]:
    """Return everybody at the held-out date, in the order of the cases, and the catalogue."""
    courses = _courses(employer)
    history = known_records(employer.records, employer.as_of).enrolments.collect().to_pandas()
    history = history[history["status"] != "dropped"]
    own_courses = dict(tuple(history.groupby("employee_id")))
    gaps = employer.cases.gaps
    valid = gaps[
        gaps["level"].notna() & (gaps["evidence"] == "valid") & gaps["required_level"].notna()
    ]
    own_gaps = dict(tuple(valid.groupby("employee_id")))
    people = [
        _situation(
            person,
            own_gaps.get(person["employee_id"], valid[:0]),
            own_courses.get(person["employee_id"], history[:0]),
            courses,
            pd.Timestamp(employer.as_of),
        )
        for person in employer.cases.people.to_dict("records")
    ]
    return people, courses


def actionable_shares(
    people: Sequence[Situation],
    courses: Mapping[str, Course],
    shelves: Sequence[Sequence[str]],
    k: int,
) -> tuple[NDArray[np.float64], dict[str, float]]:
    """Return each person's share of actionable courses, and how often each rule is broken.

    The share is of the longer of the list and of what its actionable part could be extended to
    (`extended`): a list left short loses like one filled up with anything. NaN for people to whom
    nothing actionable is possible, say because nothing of them is measured; their lists break rules
    by necessity and are not counted.
    """
    shares, broken = np.full(len(people), np.nan), {rule: 0 for rule in map(str, RULES)}
    n_listed = 0
    for row, (person, shelf) in enumerate(zip(people, shelves, strict=True)):
        if not extended(person, courses, [], 1):
            continue
        found = broken_rules(person, courses, shelf[:k])
        n_listed += len(found)
        for rules in found:
            for rule in rules:
                broken[rule] += 1
        sound = [one for one, rules in zip(shelf, found, strict=False) if not rules]
        shares[row] = len(sound) / max(len(found), len(extended(person, courses, sound, k)))
    return shares, {rule: n / max(n_listed, 1) for rule, n in broken.items()}


def _eligible(person: Situation, course: Course, course_id: str) -> bool:
    return (
        (not course.post_levels or person.post_level in course.post_levels)
        and (not course.types or person.employment_type in course.types)
        and (not course.prerequisite or course.prerequisite in person.completed)
        and not course.assigned
        and course_id not in person.taken
    )


def _answers(person: Situation, course: Course, reached: Mapping[str, float]) -> bool:
    return any(
        min(taught, person.required.get(name, 0.0)) - reached[name] > SMALLEST
        for name, taught in course.taught.items()
        if name in reached
    )


def _courses(employer: SimulatedEmployer) -> dict[str, Course]:
    sessions = employer.sessions
    ahead = (pd.to_datetime(sessions["starts_on"]) >= pd.Timestamp(employer.as_of)) & (
        sessions["seats"].fillna(1) > 0
    )
    open_ids = set(sessions.loc[ahead, "course_id"])
    taught: dict[str, dict[str, float]] = defaultdict(dict)
    for row in employer.catalogue.teaches.itertuples():
        taught[str(row.course_id)][str(row.competency_id)] = float(row.level)  # pyright: ignore[reportArgumentType]
    return {
        row["course_id"]: Course(
            taught=taught[row["course_id"]],
            jp=row["jp"],
            post_levels=_members(row["post_levels"]),
            types=_members(row["employment_types"]),
            prerequisite=_text(row["prerequisite_course_id"]),
            assigned=bool(row["mandatory"]) or bool(_text(row["trigger"])),
            has_session=row["course_id"] in open_ids,
        )
        for row in employer.catalogue.courses.to_dict("records")
    }


def _situation(
    person: dict,
    gaps: pd.DataFrame,
    taken: pd.DataFrame,
    courses: Mapping[str, Course],
    as_of: pd.Timestamp,
) -> Situation:
    done = taken[taken["status"] == "completed"]
    measured = dict(
        zip(
            gaps["competency_id"],
            as_of - pd.to_timedelta(gaps["days_since_assessment"], "D"),
            strict=True,
        )
    )
    since: dict[str, float] = {}
    for course_id, day in zip(taken["course_id"], taken["valid_from"], strict=True):
        for name, level in courses[course_id].taught.items() if course_id in courses else ():
            if name in measured and day >= measured[name]:
                since[name] = max(since.get(name, 0.0), level)
    used = taken.loc[taken["valid_from"] >= pd.Timestamp(as_of.year, 1, 1), "jp"].fillna(0).sum()
    return Situation(
        post_level=_text(person["post_level"]),
        employment_type=_text(person["employment_type"]),
        level=dict(zip(gaps["competency_id"], gaps["level"], strict=True)),
        required=dict(zip(gaps["competency_id"], gaps["required_level"], strict=True)),
        taken=frozenset(taken["course_id"]),
        completed=frozenset(done["course_id"]),
        since=since,
        jp_left=CEILING_JP - used if person["employment_type"] in CEILED else float("inf"),
    )


def _members(listed: object) -> frozenset[str]:
    return frozenset(part.strip() for part in _text(listed).split("|") if part.strip())


def _text(value: object) -> str:
    """Return a text, empty where it is null (None or NaN)."""
    return value if isinstance(value, str) else ""
