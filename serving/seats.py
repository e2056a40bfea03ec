"""Courses that more people would have than there are places, and what that does to lists.

A list is no allocation. Where far more people would have a course among their first than its coming
sessions have places, a lot lowers its worth a little, differently for each person, so that courses
of like worth take turns; and every list says how many places there are for how many people. Who
gets a place is for a plan to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.eligibility import sessions_ahead

SAMPLE = 2_000
"""People from whose lists it is foreseen which courses are crowded."""
COLUMNS = ("course_id", "places", "wanted", "crowded")


def sample_of(n_people: int) -> NDArray[np.int64]:
    """Return the places of the people to foresee crowds from: spread evenly, all if few."""
    if n_people == 0:
        return np.zeros(0, dtype=np.int64)
    return np.unique(np.linspace(0, n_people - 1, min(n_people, SAMPLE)).round().astype(np.int64))


def places_ahead(sessions: pd.DataFrame, as_of: date) -> dict[str, float]:
    """Return the places of each course's coming sessions together; absent where one is not known.

    Parameters
    ----------
    sessions : DataFrame
        ``course_id``, ``starts_on`` and, where known, ``seats``.
    as_of : date
    """
    if sessions.empty or "seats" not in sessions:
        return {}
    ahead = sessions_ahead(sessions, as_of)
    known = ahead.assign(seats=ahead["seats"].astype("float64")).groupby("course_id")["seats"]
    return {str(name): float(seats.sum()) for name, seats in known if seats.notna().all()}


def wanted_by(ranking: pd.DataFrame) -> pd.Series:
    """Return how many people have each course among their first (``[seats] first``)."""
    first = int(load_standard("recommending")["seats"]["first"])
    return ranking.loc[ranking["rank"] <= first, "course_id"].value_counts()


def crowded_courses(
    ranking: pd.DataFrame, n_sampled: int, n_people: int, places: dict[str, float]
) -> set[str]:
    """Return the courses that far more people would have than there are places.

    Parameters
    ----------
    ranking : DataFrame
        Lists of the sampled people: ``course_id``, ``rank``.
    n_sampled, n_people : int
        People of these lists, and of all.
    places : dict of str to float
        See `places_ahead`.
    """
    if not n_sampled:
        return set()
    limit = float(load_standard("recommending")["seats"]["people_a_place"])
    wanted = wanted_by(ranking) * (n_people / n_sampled)
    return {
        str(name)
        for name, people in wanted.items()
        if str(name) in places and people > limit * places[str(name)]
    }


def demand_of(
    wanted: pd.Series, course_ids: list[str], places: dict[str, float], crowded: Iterable[str]
) -> pd.DataFrame:
    """Return `COLUMNS`, one row a course: places (null: not known), people who would have it."""
    held = set(crowded)
    return pd.DataFrame(
        {
            "course_id": course_ids,
            "places": [places.get(one, np.nan) for one in course_ids],
            "wanted": [float(wanted.get(one, 0)) for one in course_ids],
            "crowded": [one in held for one in course_ids],
        }
    )[list(COLUMNS)]


def chance_of_place(places: float | None, wanted: float) -> float | None:
    """Return the share of those who would have a course that its places are for; None: not known.

    >>> chance_of_place(30, 120), chance_of_place(30, 0), chance_of_place(None, 5)
    (0.25, 1.0, None)
    """
    if places is None:
        return None
    return min(places / wanted, 1.0) if wanted else 1.0
