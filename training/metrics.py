# pyright: strict
"""Ranking metrics of each person, with binary relevance.

All take scores and relevance of shape (n_people, n_courses). A course whose score is -inf is not
recommended; equal scores are ordered by column. A person without any relevant course has no value
(NaN): nothing could have been found.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Relevant = NDArray[np.bool_]


def recall_at_k(scores: Scores, relevant: Relevant, k: int) -> NDArray[np.float64]:
    r"""Return the share of a person's relevant courses that stand among the first k.

    :math:`\mathrm{hits} / |\mathrm{relevant}|`; the denominator is not capped at k.

    Parameters
    ----------
    scores : ndarray of shape (n_people, n_courses)
    relevant : ndarray of bool, shape (n_people, n_courses)
    k : int

    Returns
    -------
    ndarray of shape (n_people,)
        0 to 1, or NaN without a relevant course.

    Raises
    ------
    ValueError
        The shapes differ, k is not positive, or a score is NaN.
    """
    hits = _hits(scores, relevant, k)
    found, possible = hits.sum(axis=1), relevant.sum(axis=1)
    return _per_relevant(found.astype(np.float64), possible.astype(np.float64))


def hit_rate_at_k(scores: Scores, relevant: Relevant, k: int) -> NDArray[np.float64]:
    """Return 1 where any relevant course stands among the first k, else 0.

    Parameters, NaN and errors as in `recall_at_k`.
    """
    hits = _hits(scores, relevant, k)
    return np.where(relevant.any(axis=1), hits.any(axis=1).astype(np.float64), np.nan)


def ndcg_at_k(scores: Scores, relevant: Relevant, k: int) -> NDArray[np.float64]:
    r"""Return the normalised discounted cumulative gain.

    :math:`\sum_{r \le k} \mathrm{rel}_r / \log_2(r + 1)`, divided by its value for a list that
    begins with :math:`\min(k, |\mathrm{relevant}|)` relevant courses.

    Parameters, NaN and errors as in `recall_at_k`.
    """
    hits = _hits(scores, relevant, k)
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(relevant.sum(axis=1), k)]
    return _per_relevant(hits @ discount[: hits.shape[1]], ideal)


def _hits(scores: Scores, relevant: Relevant, k: int) -> NDArray[np.bool_]:
    """Return whether the course at each of the first k ranks is relevant."""
    if scores.shape != relevant.shape:
        raise ValueError(f"relevant must be of shape {scores.shape}, got {relevant.shape}")
    if k < 1:
        raise ValueError(f"k must be positive, got {k}")
    if np.isnan(scores).any():
        raise ValueError(f"scores must not be NaN, got {int(np.isnan(scores).sum())}")
    first = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    recommended = np.take_along_axis(scores, first, axis=1) > -np.inf
    return np.take_along_axis(relevant, first, axis=1) & recommended


def _per_relevant(found: NDArray[np.float64], possible: NDArray[np.float64]) -> NDArray[np.float64]:
    undefined = np.full(len(found), np.nan)
    return np.divide(found, possible, out=undefined, where=possible > 0)
