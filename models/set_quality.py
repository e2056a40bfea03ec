"""What makes a set better than its courses one by one: no near-duplicates, a mix, a path's order.

Weights and limits stand in ``standards/recommending.toml``.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
EPSILON = 1e-6
"""Levels: less than this is nothing."""


def programmes_of(courses: pd.DataFrame, taught: Floats) -> NDArray[np.int64]:
    """Return a number for each course that its near-duplicates share, shape (n_courses,).

    Near-duplicates have the same form and competencies taught to the same levels, and titles at
    least as alike as ``[near_duplicates] title_similarity`` says (token sort ratio of RapidFuzz,
    0 to 100). Courses that teach nothing, or without title, are near no other.

    Parameters
    ----------
    courses : DataFrame
        By row of `taught`: ``title`` and ``form`` where known.
    taught : ndarray of shape (n_courses, n_competencies)
    """
    found = np.arange(len(taught), dtype=np.int64)
    if "title" not in courses or "form" not in courses:
        return found
    alike: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    titles, forms = courses["title"].to_numpy(object), courses["form"].to_numpy(object)
    for place, level in enumerate(taught):
        if level.any() and isinstance(titles[place], str):
            alike[str(forms[place]), level.tobytes()].append(place)
    for places in alike.values():
        for late, place in enumerate(places):
            same = [one for one in places[:late] if _near(titles[one], titles[place])]
            if same:
                found[place] = found[same[0]]
    return found


@cache
def _near(one: str, other: str) -> bool:
    from rapidfuzz.fuzz import token_sort_ratio

    limit = float(load_standard("recommending")["near_duplicates"]["title_similarity"])
    return token_sort_ratio(one.casefold(), other.casefold()) >= limit


def mix_of(courses: pd.DataFrame) -> NDArray[np.int64]:
    """Return the place of each course's kind of learning in ``[mix]``; -1 where it has none."""
    if "form" not in courses:
        return np.full(len(courses), -1, dtype=np.int64)
    kinds = load_standard("recommending")["mix"]["kinds"]
    kind_of = {form: place for place, kind in enumerate(kinds.values()) for form in kind["forms"]}
    return np.asarray(courses["form"].map(kind_of).fillna(-1), dtype=np.int64)


def mix_factor(chosen: Floats, mix: NDArray[np.int64]) -> Floats:
    """Return by how much to weigh each course for the learning mix, shape (n_people, n_courses).

    ``1 + weight * (share wanted - share so far)`` of the course's kind of learning; 1 for courses
    without a kind, and where nothing is chosen yet.

    Parameters
    ----------
    chosen : ndarray of shape (n_people, n_kinds)
        Courses chosen so far by kind.
    mix : ndarray of int, shape (n_courses,)
        See `mix_of`.
    """
    rules = load_standard("recommending")["mix"]
    wanted = np.array([kind["share"] for kind in rules["kinds"].values()])
    n_chosen = chosen.sum(axis=1, keepdims=True)
    missing = np.where(n_chosen > 0, wanted - chosen / np.maximum(n_chosen, 1), 0.0)
    return 1 + float(rules["weight"]) * np.where(mix >= 0, missing[:, mix], 0.0)


def next_on_path(level: Floats, required: Floats, taught: Floats, is_open: Marks) -> Marks:
    """Return the courses that come next on the way to what is required.

    A course comes next if it teaches one competency that is lacking to the lowest level above the
    person's that any open course teaches.

    Parameters
    ----------
    level, required : ndarray of shape (n_people, n_competencies)
    taught : ndarray of shape (n_courses, n_competencies)
    is_open : ndarray of bool, shape (n_people, n_courses)

    Returns
    -------
    ndarray of bool, shape (n_people, n_courses)
    """
    course, competency = np.nonzero(taught)
    to_level, have = taught[course, competency], level[:, competency]
    lacking = (required[:, competency] > have + EPSILON) & (to_level > have + EPSILON)
    reached = np.where(is_open[:, course] & lacking, to_level, np.inf)
    lowest = np.full((level.shape[1], len(level)), np.inf)
    np.minimum.at(lowest, competency, reached.T)
    is_lowest = np.isfinite(reached) & (reached <= lowest.T[:, competency] + EPSILON)
    found = np.zeros((len(taught), len(level)), dtype=bool)
    np.logical_or.at(found, course, is_lowest.T)
    return found.T
