"""Training hours (JP) a year: how many people may still take, and how many they still have to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.case_arrays import numbers_of
from models.ranking import lowest

if TYPE_CHECKING:
    from models.course_set import CourseFacts, Needs

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
EXEMPT = ("jpt_utama", "jpt_madya")
"""Post levels on contract to whom the ceiling does not apply (PP 49/2018, art. 40 (2))."""
EPSILON = 1e-6
"""JP: less than this is nothing."""


def jp_left(people: pd.DataFrame) -> Floats:
    """Return the hours left under the ceiling of a contract's year; infinite without a ceiling."""
    left = np.full(len(people), np.inf)
    if "employment_type" not in people:
        return left
    ceiling = float(load_standard("jp")["PPPK"]["maximum_jp"])
    limited = [one == "PPPK" for one in people["employment_type"].tolist()]
    if "post_level" in people:
        levels = people["post_level"].tolist()
        limited = [own and level not in EXEMPT for own, level in zip(limited, levels, strict=True)]
    used = np.nan_to_num(numbers_of(people, "jp_this_year"))
    return np.where(limited, ceiling - used, left)


def jp_missing(people: pd.DataFrame) -> Floats:
    """Return the hours still missing this year to the floor of a PNS.

    0 for everybody else, and where hours are not known.
    """
    if "employment_type" not in people:
        return np.zeros(len(people))
    floor = float(load_standard("jp")["PNS"]["minimum_jp"])
    bound = np.array([one == "PNS" for one in people["employment_type"].tolist()], dtype=bool)
    missing = np.maximum(floor - numbers_of(people, "jp_this_year"), 0)
    return np.where(bound & ~np.isnan(missing), missing, 0.0)


def hour_fillers(useful: Marks, others: Marks, needs: Needs, facts: CourseFacts) -> Marks:
    """Return courses that could fill a list up to the floor once gaps are answered.

    Nobody needs them whose every useful course is as long as all that is missing.

    Parameters
    ----------
    useful, others : ndarray of bool, shape (n_people, n_courses)
        Open courses that answer a gap, and open ones that answer none but fit the hours.
    needs, facts
        Of the same people and courses.

    Returns
    -------
    ndarray of bool, shape (n_people, n_courses)
        Of the ``others`` that bring hours those taken most often, as many a person as ``[floor]``
        of ``standards/recommending.toml`` says.
    """
    jp, gap = np.nan_to_num(facts.jp), needs.floor_gap
    shortest = np.where(useful, jp, np.inf).min(axis=1, initial=np.inf)
    short = (gap > EPSILON) & ~((shortest + EPSILON >= gap) & useful.any(axis=1))
    found = np.zeros(useful.shape, dtype=bool)
    rows = np.flatnonzero(short)
    if not len(rows):
        return found
    open_here = others[rows] & (jp > 0)
    keys = np.where(open_here, facts.rarity, np.inf)
    among = int(load_standard("recommending")["floor"]["among"])
    found[rows] = lowest(keys, among) & open_here
    return found


def teaches_more(level: Floats, facts: CourseFacts) -> Marks:
    """Return which courses teach anything beyond these levels, or nothing that is known.

    Parameters
    ----------
    level : ndarray of shape (n_people, n_competencies)
    facts : CourseFacts

    Returns
    -------
    ndarray of bool, shape (n_people, n_courses)
    """
    course, competency, taught, first = facts.pairs
    more = np.ones((len(level), len(facts.course_ids)), dtype=bool)
    if len(course):
        beyond = taught > level[:, competency] + EPSILON
        more[:, course[first]] = np.logical_or.reduceat(beyond, first, axis=1)
    return more
