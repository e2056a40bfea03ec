"""Flags are the top of a declared capacity in each unit, not a threshold on a score."""

from __future__ import annotations

import numpy as np
import pandas as pd


def flag(people: pd.DataFrame, score: np.ndarray, capacity: float) -> np.ndarray:
    """Mark the highest scores of each unit, at most ``floor(capacity * n)`` of its n people.

    Parameters
    ----------
    people : DataFrame of shape (n, >=2)
        ``employee_id``, ``unit_id``.
    score : ndarray of shape (n,)
        Higher means sooner; NaN (abstained) is never flagged. Ties go by ``employee_id``.
    capacity : float
        Share of a unit, between 0 and 1.

    Returns
    -------
    ndarray of bool of shape (n,)

    Raises
    ------
    ValueError
        `capacity` lies outside [0, 1].
    """
    if not 0 <= capacity <= 1:
        raise ValueError(f"capacity must lie between 0 and 1, got {capacity}")
    return rank_in_unit(people, score) <= places(people, capacity)


def places(people: pd.DataFrame, capacity: float) -> np.ndarray:
    """Return for each person the number of places of the unit.

    >>> units = pd.DataFrame({"unit_id": ["a"] * 40 + ["b"] * 10})
    >>> places(units, 0.05)[[0, 40]].tolist()
    [2, 0]
    """
    size = people.groupby("unit_id")["unit_id"].transform("size").to_numpy()
    # 0.05 * 60 is 3.0000000000000004 in floating point, 0.29 * 100 is 28.999999999999996
    return np.floor(np.round(size * capacity, 9)).astype(int)


def rank_in_unit(people: pd.DataFrame, score: np.ndarray) -> np.ndarray:
    """Return each person's rank by score within the unit, from 1; inf where the score is NaN."""
    ranked = people[["employee_id", "unit_id"]].assign(score=score).reset_index(drop=True)
    ordered = ranked.sort_values(["score", "employee_id"], ascending=[False, True])
    rank = ordered.groupby("unit_id").cumcount() + 1
    return np.where(np.isnan(score), np.inf, rank.reindex(ranked.index).to_numpy())
