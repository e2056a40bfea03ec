"""Ranking metrics of each person at several lengths of the list, from one ordering."""

from __future__ import annotations

import numpy as np

LENGTHS = (1, 3, 5, 20)
"""Besides 10, which experiments are judged by."""


def by_length(
    scores: np.ndarray, relevant: np.ndarray, lengths: tuple[int, ...] = LENGTHS
) -> dict[str, np.ndarray]:
    """Return ``ndcg_at_k``, ``recall_at_k`` and ``hit_rate_at_k`` for each k.

    Parameters
    ----------
    scores, relevant : ndarray of shape (n_people, n_courses)
        As `training.metrics`; each person has a relevant course.
    lengths : tuple of int

    Returns
    -------
    dict of str to ndarray of shape (n_people,)
    """
    first = np.argsort(-scores, axis=1, kind="stable")[:, : max(lengths)]
    hits = np.take_along_axis(relevant, first, 1) & (np.take_along_axis(scores, first, 1) > -np.inf)
    possible = relevant.sum(axis=1)
    found = hits.cumsum(axis=1)
    gain = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    gained, ideal = (hits * gain).cumsum(axis=1), np.concatenate([[0.0], gain.cumsum()])
    out: dict[str, np.ndarray] = {}
    for k in lengths:
        at = min(k, hits.shape[1]) - 1
        out[f"ndcg_at_{k}"] = gained[:, at] / ideal[np.minimum(possible, at + 1)]
        out[f"recall_at_{k}"] = found[:, at] / possible
        out[f"hit_rate_at_{k}"] = (found[:, at] > 0).astype(np.float64)
    return out
