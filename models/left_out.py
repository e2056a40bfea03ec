"""Why a course that no rule forbids was not added to a set that is as long as it can be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.course_set import EPSILON, CourseFacts, Needs, covered


def why_left_out(needs: Needs, facts: CourseFacts, above: NDArray[np.int64], column: int) -> str:
    """Return what keeps a course from following those `above` it on one person's list.

    Parameters
    ----------
    needs : Needs
        Of one person.
    facts : CourseFacts
    above : ndarray of int
        Columns of all that was chosen for the person.
    column : int
        The course.

    Returns
    -------
    str
        ``near_duplicate`` (of one above), ``repeats`` (teaches no more than those above of what the
        person lacks), ``hours`` (does not fit what they leave), ``not_candidate`` (none of these:
        the model did not score it).
    """
    rules = load_standard("recommending")
    if np.isin(facts.programme[column], facts.programme[above]):
        return "near_duplicate"
    level = needs.level.copy()
    if len(above):
        level = np.maximum(level, facts.taught[above].max(axis=0))
    adds = covered(level, needs.required, facts)[0, column] > EPSILON
    if needs.evidenced[0] and not adds and not rules["repeats"]["allowed"]:
        return "repeats"
    left = needs.jp_left[0] - np.nan_to_num(facts.jp[above]).sum()
    if rules["hours"]["within_ceiling"] and np.nan_to_num(facts.jp[column]) > left:
        return "hours"
    return "not_candidate"
