"""The catalogue: series of courses taught in steps, and the mandatory ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.simulation.competencies import Competencies
from experiments.simulation.lists import read_list

TYPES = ("PNS", "CPNS", "PPPK")


@dataclass(frozen=True)
class Courses:
    """Courses; lists and arrays have one entry a course.

    Attributes
    ----------
    ids, titles, forms, providers : list of str
        As the catalogue prints them.
    jp, cost, sessions_yearly, days, seats : ndarray
        Hours, rupiah a place, dated runs a year, their length and their places.
    post_levels, types : list of tuple of str
        Who may take it; an empty tuple means everybody.
    prerequisite, previous : ndarray of int
        The course to complete first and the step before in its series, -1 for none.
    mandatory : ndarray of bool
        Assigned by rule.
    triggers : list of str
        The event that assigns it, empty for none.
    topic : ndarray of int
        Its subject.
    teaches : ndarray of shape (n_courses, n_competencies)
        Level up to which it teaches, 0 where not taught.
    """

    ids: list[str]
    titles: list[str]
    forms: list[str]
    providers: list[str]
    jp: np.ndarray
    cost: np.ndarray
    sessions_yearly: np.ndarray
    days: np.ndarray
    seats: np.ndarray
    post_levels: list[tuple[str, ...]]
    types: list[tuple[str, ...]]
    prerequisite: np.ndarray
    previous: np.ndarray
    mandatory: np.ndarray
    triggers: list[str]
    topic: np.ndarray
    teaches: np.ndarray

    def open_to(self, level: str, employment_type: str) -> np.ndarray:
        """Return True for the courses that somebody in such a post may take."""
        return np.array(
            [
                (not levels or level in levels) and (not types or employment_type in types)
                for levels, types in zip(self.post_levels, self.types, strict=True)
            ]
        )


def build_courses(competencies: Competencies) -> Courses:
    """Expand the series into a catalogue."""
    listed = read_list("courses")
    rows = _mandatory(listed) + _series(listed)
    forms = [listed["forms"][row["form"]] for row in rows]
    jp = np.array([float(row["jp"]) for row in rows])
    return Courses(
        ids=[f"KRS-{number:03d}" for number in range(1, len(rows) + 1)],
        titles=[row["title"] for row in rows],
        forms=[row["form"] for row in rows],
        providers=[form["provider"] for form in forms],
        jp=jp,
        cost=jp * [form["cost"] for form in forms],
        sessions_yearly=np.array([form["sessions"] for form in forms]),
        days=np.array([form["days"] for form in forms]),
        seats=np.array([form["seats"] for form in forms]),
        post_levels=[tuple(row.get("post_levels", ())) for row in rows],
        types=[tuple(row.get("employment_types", ())) for row in rows],
        prerequisite=_back(rows, "prerequisite"),
        previous=_back(rows, "previous"),
        mandatory=np.array([row["form"] == "Pelatihan Struktural" for row in rows]),
        triggers=[row.get("trigger", "") for row in rows],
        topic=np.array([competencies.topics.index(row["topic"]) for row in rows]),
        teaches=np.array([competencies.levels(row["teaches"]) for row in rows]),
    )


def _mandatory(listed: dict[str, Any]) -> list[dict[str, Any]]:
    fixed = {"form": "Pelatihan Struktural", "topic": "kepemimpinan"}
    return [{**row, **fixed} for row in listed["mandatory"]]


def _series(listed: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **step,
            "title": step["title"].format(subject),
            "topic": series["topic"],
            "teaches": dict.fromkeys(series["teaches"], float(step["level"])),
            "previous": number > 0,
        }
        for series in listed["series"]
        for subject in series["subjects"]
        for number, step in enumerate(listed["patterns"][series["pattern"]])
    ]


def _back(rows: list[dict[str, Any]], flag: str) -> np.ndarray:
    return np.array([i - 1 if row.get(flag, False) else -1 for i, row in enumerate(rows)])
