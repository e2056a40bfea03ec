"""What lists are like beside their use: coverage, novelty, diversity, exposure, and of whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.cases import Cases
from training.bootstrap import Interval

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
Lists = NDArray[np.int64]
SMALL_UNIT, RARE_POST = 20, 5
"""A unit under 20 people is small; a post that fewer than 5 people hold is rare."""


def coverage(lists: Lists, n_open: int) -> float:
    """Return the share of the courses open to anybody that stand on a list."""
    return len(np.unique(lists[lists >= 0])) / max(n_open, 1)


def inequality(lists: Lists, is_open: Marks) -> float:
    """Return the Gini coefficient of how often each open course is recommended.

    0: all alike; towards 1: one course on every list.
    """
    counts = np.sort(np.bincount(lists[lists >= 0], minlength=len(is_open))[is_open])
    n, total = len(counts), counts.sum()
    if not total:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ counts / (n * total))


def list_novelty(lists: Lists, taken_share: Floats) -> Floats:
    r"""Return each list's mean self-information in bits; NaN where it is empty.

    :math:`-\log_2` of the share of people who took a course (Zhou et al., PNAS 2010).
    """
    bits = -np.log2(taken_share)
    return _mean_of_list(np.where(lists >= 0, bits[lists], np.nan))


def list_diversity(lists: Lists, teaches: Marks) -> Floats:
    """Return each list's mean distance of two of its courses; NaN with fewer than two.

    Distance is 1 - Jaccard of the competencies taught. ``teaches``: (n_courses, n_competencies).
    """
    both = teaches.astype(float) @ teaches.T
    size = teaches.sum(axis=1)
    either = size[:, None] + size[None] - both
    apart = 1 - np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    first, second = np.triu_indices(lists.shape[1], 1)
    one, other = lists[:, first], lists[:, second]
    return _mean_of_list(np.where((one >= 0) & (other >= 0), apart[one, other], np.nan))


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


def _mean_of_list(values: Floats) -> Floats:
    known = np.isfinite(values)
    n = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.divide(total, n, out=np.full(len(values), np.nan), where=n > 0)
