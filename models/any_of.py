"""Courses that ask for one of several things that people state of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard

Marks = NDArray[np.bool_]


def parts_of(listed: object) -> frozenset[str]:
    """Return the values of a ``|``-joined list, without case; none where it is empty or null.

    >>> sorted(parts_of("Limboto | GORONTALO")), parts_of(None)
    (['gorontalo', 'limboto'], frozenset())
    """
    if not isinstance(listed, str):
        return frozenset()
    return frozenset(part.strip().casefold() for part in listed.split("|") if part.strip())


def is_anywhere(place: object) -> bool:
    """Return whether a session's place asks nobody to travel: none is known, or it is online."""
    words = parts_of(place)
    return not words or words <= frozenset(load_standard("recommending")["place"]["online"])


@dataclass(frozen=True)
class AnyOf:
    """Who can follow courses that ask for one of several values.

    Attributes
    ----------
    order : dict of str to int
        Row of each value that a course asks for.
    asked : ndarray of bool, shape (n_values, n_courses)
    asks_nothing : ndarray of bool, shape (n_courses,)
    """

    order: dict[str, int]
    asked: Marks
    asks_nothing: Marks

    @classmethod
    def of(cls, options: Sequence[Iterable[str]]) -> AnyOf:
        """Read the values of each course, one of which has to be met; none: it asks nothing."""
        own = [frozenset(values) for values in options]
        names = sorted(frozenset().union(*own))
        asked = np.array([[name in values for values in own] for name in names], dtype=bool)
        return cls(
            {name: row for row, name in enumerate(names)},
            asked.reshape(len(names), len(own)),
            np.array([not values for values in own], dtype=bool),
        )

    def allow(self, people: pd.DataFrame, column: str) -> Marks | None:
        """Return which courses each person meets, shape (n_people, n_courses); None: all.

        ``column`` holds ``|``-joined lists. Of whom it holds nothing, nothing is known: no course
        is forbidden.
        """
        if column not in people or self.asks_nothing.all():
            return None
        codes, values = pd.factorize(people[column])
        rows = [self._meets(parts_of(value)) for value in values]
        return np.array([*rows, np.ones_like(self.asks_nothing)])[codes]

    def _meets(self, stated: frozenset[str]) -> Marks:
        if not stated:
            return np.ones_like(self.asks_nothing)
        rows = [self.order[value] for value in stated if value in self.order]
        return self.asks_nothing | self.asked[rows].any(axis=0)


def languages_of(courses: pd.DataFrame) -> list[frozenset[str]]:
    """Return the language of each course; none where it is not known."""
    return [parts_of(value) for value in courses.reindex(columns=["language"])["language"]]


def places_of(course_ids: Sequence[str], attendable: pd.DataFrame) -> list[frozenset[str]]:
    """Return the places of each course's sessions; none where one of them can be had anywhere.

    ``attendable`` (``course_id`` and, where known, ``place``) are the sessions that can still be
    attended.
    """
    found: dict[str, frozenset[str]] = {}
    anywhere: set[str] = set()
    places = attendable.reindex(columns=["place"])["place"]
    for course_id, place in zip(attendable["course_id"], places, strict=True):
        if is_anywhere(place):
            anywhere.add(course_id)
        found[course_id] = found.get(course_id, frozenset()) | {str(place).strip().casefold()}
    return [frozenset() if one in anywhere else found.get(one, frozenset()) for one in course_ids]
