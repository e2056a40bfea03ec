"""Scores moved towards equal quantiles in each group, so that groups reach the top alike.

Post-processing: the model is as it was. It would read a protected attribute when people are scored,
so no scoring does it; the fairness audit shows what it would bring and cost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.small_cells import SMALLEST_SUPPORT_GROUP


def repaired_scores(
    score: NDArray[np.float64], groups: pd.Series, strength: float
) -> NDArray[np.float64]:
    """Return scores whose ranks lie between those among everybody and those within each group.

    The partial repair of Feldman et al. (KDD 2015) with the pooled quantiles as the target:
    ``(1 - strength) * q_all + strength * q_group``. Within a group nobody changes place. Groups of
    fewer than 20 people keep ``q_all``: a rank among few says little, and would tell of them.

    Parameters
    ----------
    score : ndarray of shape (n,)
        Higher means sooner; NaN stays NaN.
    groups : Series of str, shape (n,)
        One group a person.
    strength : float
        From 0 (the order is as it was) to 1.

    Returns
    -------
    ndarray of shape (n,)
        Quantiles in (0, 1]; the score itself at strength 0.

    Raises
    ------
    ValueError
        `strength` lies outside [0, 1].

    Examples
    --------
    >>> group = pd.Series(["a"] * 20 + ["b"] * 20)
    >>> repaired = repaired_scores(np.arange(40.0), group, 1.0)
    >>> bool(repaired[19] == repaired[39] == 1.0)
    True
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"strength must lie between 0 and 1, got {strength}")
    if strength == 0:
        return score
    scores = pd.Series(score).reset_index(drop=True)
    group = groups.reset_index(drop=True)
    overall = scores.rank(pct=True)
    within = scores.groupby(group).rank(pct=True)
    size = scores.groupby(group).transform("count")
    own = within.where(size >= SMALLEST_SUPPORT_GROUP, overall)
    return np.asarray((1 - strength) * overall + strength * own, dtype=np.float64)
