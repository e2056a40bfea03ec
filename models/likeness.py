"""Whether a profile is like those that a model learned from.

The distance of a profile is how far its figures lie outside the ranges that hold the middle 98% of
the training figures, in widths of the range and at most 1 a figure, as the mean over the figures
that are known. It asks each figure alone: a combination that is rare though each figure is usual
goes unnoticed.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from features.profiles import FAMILIES, FEATURES

Floats = NDArray[np.float64]


class Likeness(BaseEstimator):
    """Distance from the training profiles, and the distance that hardly any of them exceeds.

    Parameters
    ----------
    features : tuple of str
    quantile : float, default=0.99
        Share of the training profiles within the threshold.

    Attributes
    ----------
    low_, high_ : ndarray of shape (n_features,)
        1st and 99th percentile; NaN where nothing was known.
    threshold_ : float
    families_ : tuple of str
        Families of figures of which most training profiles know something.
    """

    def __init__(self, *, features: tuple[str, ...] = FEATURES, quantile: float = 0.99) -> None:
        self.features = features
        self.quantile = quantile

    def fit(self, people: pd.DataFrame) -> Self:
        """Learn from profiles.

        Raises
        ------
        ValueError
            `quantile` lies outside (0, 1), or there is nobody.
        """
        if not 0 < self.quantile < 1:
            raise ValueError(f"quantile must lie between 0 and 1, got {self.quantile}")
        if people.empty:
            raise ValueError("people must not be empty, got 0 rows")
        values = self._values(people)
        nothing = np.isnan(values).all(axis=0)
        known = np.where(nothing, 0.0, values)
        low, high = np.nanquantile(known, [0.01, 0.99], axis=0)
        self.low_, self.high_ = (np.where(nothing, np.nan, one) for one in (low, high))
        self.families_ = tuple(
            name for name in FAMILIES if (~self._lacks(people, name)).mean() > 0.5
        )
        self.threshold_ = float(np.quantile(self.distance(people), self.quantile))
        return self

    def distance(self, people: pd.DataFrame) -> Floats:
        """Return the distance of each profile, shape (n,), from 0 to 1."""
        check_is_fitted(self, "low_")
        values = self._values(people)
        width = np.where(self.high_ > self.low_, self.high_ - self.low_, 1.0)
        outside = np.maximum(self.low_ - values, values - self.high_) / width
        known = ~np.isnan(outside)
        far = np.where(known, np.clip(outside, 0, 1), 0.0)
        return far.sum(axis=1) / np.maximum(known.sum(axis=1), 1)

    def is_unlike(self, people: pd.DataFrame) -> NDArray[np.bool_]:
        """Return whose distance exceeds the threshold, shape (n,)."""
        return self.distance(people) > self.threshold_

    def n_missing_families(self, people: pd.DataFrame) -> NDArray[np.int64]:
        """Return of how many of `families_` nothing is known, shape (n,)."""
        check_is_fitted(self, "families_")
        lacks = [self._lacks(people, name) for name in self.families_]
        return np.sum([np.zeros(len(people), dtype=bool), *lacks], axis=0)

    def to_dict(self) -> dict[str, Any]:
        """Return everything learned, JSON-able."""
        return {
            "features": list(self.features),
            "quantile": self.quantile,
            "low": [None if np.isnan(one) else one for one in self.low_.tolist()],
            "high": [None if np.isnan(one) else one for one in self.high_.tolist()],
            "threshold": self.threshold_,
            "families": list(self.families_),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Rebuild a fitted one."""
        model = cls(features=tuple(content["features"]), quantile=content["quantile"])
        model.low_, model.high_ = (
            np.array([np.nan if one is None else one for one in content[name]], dtype=np.float64)
            for name in ("low", "high")
        )
        model.threshold_ = content["threshold"]
        model.families_ = tuple(content["families"])
        return model

    def _values(self, people: pd.DataFrame) -> Floats:
        return people[list(self.features)].to_numpy(dtype=np.float64, na_value=np.nan)

    def _lacks(self, people: pd.DataFrame, family: str) -> NDArray[np.bool_]:
        columns = [name for name in FAMILIES[family] if name in self.features]
        return people[columns].isna().all(axis=1).to_numpy(dtype=bool)
