"""Turns scores into the ranked frame that every recommender returns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from models.cases import Cases

Choose = Callable[[Cases, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""From people and their scores to row, column and rank of what is recommended, as `top_pairs`."""
WHY = ("why_gap", "why_career", "why_peers", "why_policy", "why_interest", "why_base")
"""Parts of a score (`models.pair_features.REASON_OF`): what the person lacks, stage and goal of the
career, the paths of peers, what the employer sets, what the person's own courses are like, and the
constant."""

CHANCE = ("propensity", "explored")
"""With which chance a course came to its place given those above it, and whether a lot put it there
(`models.exploration`)."""


def top_pairs(scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row, column and rank (from 1) of the ``k`` highest finite scores of each row.

    Rows in order, ranks rising; equal scores are ordered by column.
    """
    k = min(k, scores.shape[1])
    columns = np.nonzero(lowest(-scores, k))[1].reshape(len(scores), k)
    best = np.take_along_axis(scores, columns, axis=1)
    order = np.argsort(-best, axis=1, kind="stable")
    row, position = np.nonzero(np.isfinite(np.take_along_axis(best, order, axis=1)))
    return row, columns[row, order[row, position]], position + 1


def lowest(keys: np.ndarray, n: int) -> np.ndarray:
    """Return where the ``n`` lowest keys of each row stand (all, if fewer); the first of equals.

    Returns
    -------
    ndarray of bool
        The shape of ``keys``, which must hold no NaN.
    """
    if n < 1 or n >= keys.shape[1]:
        return np.full(keys.shape, n >= 1)
    last = np.partition(keys, n - 1, axis=1)[:, n - 1 : n]
    below, equal = keys < last, keys == last
    left = n - below.sum(axis=1, keepdims=True)
    return below | (equal & (np.cumsum(equal, axis=1, dtype=np.int32) <= left))


def as_ranking(
    people: pd.DataFrame,
    course_ids: list[str],
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    scores: np.ndarray,
    why: np.ndarray,
) -> pd.DataFrame:
    """Return ``employee_id``, ``course_id``, ``rank``, ``score``, `CHANCE` and `WHY`.

    Parameters
    ----------
    people : DataFrame
        ``employee_id`` by row of ``scores``.
    pairs : tuple of ndarray
        See `top_pairs`.
    scores : ndarray of shape (n_people, n_courses)
    why : ndarray of shape (n_pairs, 6)
    """
    row, column, rank = pairs
    ids = np.array(people["employee_id"].tolist(), dtype=object)
    return pd.DataFrame(
        {
            "employee_id": pd.array(ids[row], dtype="str"),
            "course_id": pd.array(np.array(course_ids, dtype=object)[column], dtype="str"),
            "rank": rank.astype(np.int64),
            "score": scores[row, column],
            **dict(zip(WHY, np.asarray(why).T, strict=True)),
            "propensity": np.ones(len(row)),
            "explored": np.zeros(len(row), dtype=bool),
        }
    )
