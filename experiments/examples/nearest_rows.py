"""An estimator of one's own: the share of events among the rows most alike.

It follows scikit-learn's conventions, so `huyula experiment run` takes it as it is; see
``nearest_rows.toml``. With ``encode = true`` it is given numbers.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.neighbors import NearestNeighbors


class NearestRows(BaseEstimator):
    """Shrinks the share of events among the nearest rows to that of all rows.

    Parameters
    ----------
    n_rows : int, default=50
        How many rows are alike.
    prior_rows : float, default=20.0
        As how many rows the share of all counts.
    """

    def __init__(self, n_rows: int = 50, prior_rows: float = 20.0) -> None:
        self.n_rows = n_rows
        self.prior_rows = prior_rows

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Self:
        """Keep the rows, each column scaled to its spread; a gap counts as the mean."""
        numbers = X.to_numpy(dtype=np.float64)
        known = np.maximum((~np.isnan(numbers)).sum(axis=0), 1)
        self.mean_ = np.nansum(numbers, axis=0) / known
        spread = np.sqrt(np.nansum((numbers - self.mean_) ** 2, axis=0) / known)
        self.spread_ = np.where(spread > 0, spread, 1.0)
        self.outcome_ = np.asarray(y, dtype=np.float64)
        self.nearest_ = NearestNeighbors(n_neighbors=min(self.n_rows, len(X)))
        self.nearest_.fit(self._scaled(X))
        return self

    def probability(self, X: pd.DataFrame) -> np.ndarray:
        """Return probabilities, shape (n,)."""
        alike = np.asarray(self.nearest_.kneighbors(self._scaled(X), return_distance=False))
        n_events = self.outcome_[alike].sum(axis=1)
        return (n_events + self.prior_rows * self.outcome_.mean()) / (
            alike.shape[1] + self.prior_rows
        )

    def _scaled(self, X: pd.DataFrame) -> np.ndarray:
        return np.nan_to_num((X.to_numpy(dtype=np.float64) - self.mean_) / self.spread_)
