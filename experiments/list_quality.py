"""What lists are like beyond hits: how much of the catalogue, how rare, how varied, how even."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shelf:
    """The first ``k`` courses of everybody.

    Attributes
    ----------
    listed : ndarray of bool, shape (n_people, n_courses)
    """

    listed: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, k: int) -> Shelf:
        """Return the ``k`` courses of highest finite score in each row; ties by column."""
        first = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        listed = np.zeros(scores.shape, dtype=bool)
        np.put_along_axis(listed, first, True, axis=1)
        return cls(listed & np.isfinite(scores))


def exposure_of(shelf: Shelf) -> np.ndarray:
    """Return in how many lists each course stands; shape (n_courses,)."""
    return shelf.listed.sum(axis=0)


def coverage(exposure: np.ndarray) -> float:
    """Return the share of the courses that stand in at least one list."""
    return float((exposure > 0).mean())


def gini(exposure: np.ndarray) -> float:
    r"""Return the Gini coefficient of exposure.

    :math:`\sum_i (2i - n - 1) e_i / (n \sum_i e_i)` over exposures sorted upwards: 0 if every
    course stands in as many lists, near 1 if one stands in all. 0 where nothing is listed.
    """
    ordered = np.sort(exposure).astype(np.float64)
    n = len(ordered)
    if ordered.sum() == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def novelty(shelf: Shelf, n_takers: np.ndarray, n_people: int) -> np.ndarray:
    r"""Return each person's mean self-information of the courses listed, in bits.

    :math:`-\log_2` of the share of people who took the course before, counting one person more
    than there were [1]_; NaN where nothing is listed. Shape (n_people,).

    References
    ----------
    .. [1] Vargas, Castells, "Rank and Relevance in Novelty and Diversity Metrics", RecSys 2011.
    """
    bits = -np.log2((n_takers + 1) / (n_people + 1))
    n_listed = shelf.listed.sum(axis=1)
    return _ratio(shelf.listed @ bits, n_listed)


def diversity(shelf: Shelf, likeness: np.ndarray) -> np.ndarray:
    """Return each person's mean of 1 - likeness over pairs of courses listed.

    Parameters
    ----------
    shelf : Shelf
    likeness : ndarray of shape (n_courses, n_courses)
        Symmetric, from 0 (nothing in common) to 1.

    Returns
    -------
    ndarray of shape (n_people,)
        NaN where fewer than two courses are listed.
    """
    listed = shelf.listed.astype(np.float64)
    n_listed = listed.sum(axis=1)
    alike = ((listed @ likeness) * listed).sum(axis=1) - listed @ np.diag(likeness)
    return 1 - _ratio(alike, n_listed * (n_listed - 1))


def whole_lists(exposure: np.ndarray, k: int) -> Mapping[str, float]:
    """Return what only all lists together have, by the name it has in a table."""
    return {f"coverage_at_{k}": coverage(exposure), f"exposure_gini_at_{k}": gini(exposure)}


def _ratio(value: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.divide(value, by, out=np.full(len(value), np.nan), where=by > 0)
