"""Lists as shelves, how alike courses are, ratios over people, and which people are which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.list_quality import Shelf
from models.cases import Cases
from training.bootstrap import Interval

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
Lists = NDArray[np.int64]
SMALL_UNIT, RARE_POST = 20, 5
"""A unit under 20 people is small; a post that fewer than 5 people hold is rare."""


def shelf_of(lists: Lists, n_courses: int) -> Shelf:
    """Return which courses stand on each list."""
    listed = np.zeros((len(lists), n_courses), dtype=bool)
    row, position = np.nonzero(lists >= 0)
    listed[row, lists[row, position]] = True
    return Shelf(listed)


def likeness_of(teaches: Marks) -> Floats:
    """Return how alike courses are: Jaccard of the competencies taught (n_courses, n_courses).

    ``teaches``: (n_courses, n_competencies). A course that teaches nothing is like none.
    """
    both = teaches.astype(float) @ teaches.T
    size = teaches.sum(axis=1)
    either = size[:, None] + size[None] - both
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def ratio_interval(parts: Sequence[Floats], rng: np.random.Generator, n: int = 500) -> Interval:
    """Return a ratio of sums over people with its 95% percentile interval.

    Parameters
    ----------
    parts : sequence of ndarray of shape (n_people,)
        Two: sum of the first by sum of the second. Four: that by the ratio of the other two.
    rng : Generator
    n : int
        Resamples of people.
    """
    stacked = np.stack(parts)

    def ratio(sums: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = sums[0] / sums[1]
            if len(sums) == 4:
                found = found / (sums[2] / sums[3])
        return np.nan_to_num(found, nan=0.0, posinf=0.0)

    people = stacked.shape[1]
    drawn = rng.multinomial(people, np.full(people, 1 / people), size=n).astype(np.float64)
    lower, upper = np.quantile(ratio(stacked @ drawn.T), [0.025, 0.975])
    return Interval(float(ratio(stacked.sum(axis=1))), float(lower), float(upper))


def segments(cases: Cases) -> dict[str, Marks]:
    """Return who is new (nothing taken yet), in a small unit, or in a rare post; and who is not."""
    people = cases.people
    unit = people.groupby(people["unit_id"].fillna(""))["employee_id"].transform("size").to_numpy()
    post = people.groupby(people["post_id"].fillna(""))["employee_id"].transform("size").to_numpy()
    new = ~people["employee_id"].isin(cases.history["employee_id"]).to_numpy()
    small, rare = unit < SMALL_UNIT, post < RARE_POST
    return {
        "new people": new,
        "small units": small,
        "rare posts": rare,
        "everybody else": ~(new | small | rare),
    }
