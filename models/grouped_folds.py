"""Folds that never split a person and hold about the same share of events."""

from __future__ import annotations

import numpy as np
import pandas as pd


def deal_folds(
    outcome: np.ndarray, groups: np.ndarray | None, n_folds: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the fold of each row, shape (n,).

    Groups are dealt in random order, those with an event apart from those without.

    Parameters
    ----------
    outcome : ndarray of shape (n,)
        1 for an event, 0 for none.
    groups : ndarray of shape (n,), optional
        Rows of one group stay together; without it each row is its own.
    n_folds : int
    rng : Generator

    Raises
    ------
    ValueError
        There are fewer groups than folds.
    """
    if groups is None:
        codes = np.arange(len(outcome))
    else:
        codes = pd.factorize(pd.Series(groups), sort=True)[0]
    n_groups = int(codes.max()) + 1 if len(codes) else 0
    if n_groups < n_folds:
        raise ValueError(f"n_folds must be at most the {n_groups} groups, got {n_folds}")
    share = np.bincount(codes, weights=outcome) / np.bincount(codes)
    order = rng.permutation(n_groups)
    order = order[np.argsort(-(share[order] > 0).astype(int), kind="stable")]
    fold = np.empty(n_groups, dtype=np.int64)
    fold[order] = np.arange(n_groups) % n_folds
    return fold[codes]
