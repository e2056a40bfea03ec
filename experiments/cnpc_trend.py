"""Which courses lately came more often than the courses before them explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.cnpc_data import HELD_OUT, as_cases, cut_last
from models.cases import Catalogue
from models.interactions import course_ids_of
from models.next_course import NextCourse

PRIOR = 10.0
"""Enrolments added to both sides, so that rare courses do not shout."""


def trend(history: pd.DataFrame, catalogue: Catalogue) -> np.ndarray:
    r"""Return the log of observed by expected enrolments at the end of all histories.

    A course that was launched late stands mostly at the end of histories: where these ends are cut
    off, what follows what is known too rarely of it. So the last fifth is cut off once more, what
    follows is foreseen by `NextCourse` from what remains, and each course is compared with what
    came: :math:`\log((o_j + m) / (e_j + m))`.

    Parameters
    ----------
    history : DataFrame
        ``employee_id``, ``course_id``, ``happened_on``.
    catalogue : Catalogue

    Returns
    -------
    ndarray of shape (n_courses,)
        0 where as many came as expected.
    """
    earlier, later = cut_last(history, HELD_OUT)
    X = as_cases(earlier)
    model = NextCourse(recency=0.4, decay=0.9, random_state=1).fit(X, catalogue)
    foreseen = later[later["employee_id"].isin(X.people["employee_id"])]
    n_later = foreseen.groupby("employee_id").size().reindex(X.people["employee_id"])
    expected = n_later.fillna(0).to_numpy() @ model.score(X)
    observed = foreseen["course_id"].value_counts().reindex(course_ids_of(catalogue))
    return np.log((observed.fillna(0).to_numpy() + PRIOR) / (expected + PRIOR))
