"""Which of a released recommender's courses people may be recommended now."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from models.cases import Cases, Catalogue
from models.eligibility import allowed_courses


def allowed_now(
    cases: Cases,
    course_ids: list[str],
    courses: pd.DataFrame,
    sessions: pd.DataFrame,
    as_of: date,
) -> np.ndarray:
    """Return a bool array of shape (n_people, n_courses) in the order of ``course_ids``.

    The recommender's courses are those of the day it was trained; one that has left the catalogue
    since is not allowed to anybody, and one that is new cannot be scored.
    """
    by_id = courses.set_index("course_id")
    present = np.isin(course_ids, by_id.index.to_numpy(dtype=str))
    known = by_id.reindex(course_ids).rename_axis("course_id").reset_index()
    catalogue = Catalogue(known, pd.DataFrame())
    return present & allowed_courses(cases.people, cases.history, catalogue, sessions, as_of)
