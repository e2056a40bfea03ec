"""Numbers with gaps as a design matrix: standardised, bent at quantiles, gaps marked."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.stats import skew
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

LEAST_MISSING = 10
"""Gaps in fewer rows get no column of their own."""


class SplineBasis(BaseEstimator):
    """Piecewise linear functions of each number, for a regularised linear model.

    A number is clipped to its 0.5th and 99.5th percentile; a very skewed one enters by its signed
    logarithm. At each knot, a quantile, the slope may change. A gap counts as the mean.

    Parameters
    ----------
    n_knots : int, default=0
        Of a number with many values; 0 leaves it linear.

    Attributes
    ----------
    steps_ : list of dict
        For each number: its ``scale`` of the logarithm (0: none), bounds and ``knots``.
    missing_ : list of int
        Positions of numbers with a mark for gaps.
    mean_, sd_ : ndarray of shape (n_basis,)
    sources_ : ndarray of int, shape (n_basis,)
        The number that each column of the basis comes from.
    """

    def __init__(self, *, n_knots: int = 0) -> None:
        self.n_knots = n_knots

    def fit(self, X: np.ndarray) -> Self:
        """Learn bounds, knots and scale from rows, shape (n, n_numbers); NaN is a gap."""
        self.steps_ = [self._steps(X[:, j]) for j in range(X.shape[1])]
        absent = np.isnan(X).sum(axis=0)
        self.missing_ = [j for j, n in enumerate(absent) if LEAST_MISSING <= n < len(X)]
        self._name_sources()
        basis = self._basis(X)
        n = np.maximum((~np.isnan(basis)).sum(axis=0), 1)
        self.mean_ = np.nansum(basis, axis=0) / n
        sd = np.sqrt(np.nansum((basis - self.mean_) ** 2, axis=0) / n)
        self.sd_ = np.where(sd > 1e-9, sd, np.inf)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return the standardised basis, shape (n, n_basis), without gaps."""
        check_is_fitted(self, "steps_")
        return np.nan_to_num((self._basis(X) - self.mean_) / self.sd_)

    def to_dict(self) -> dict[str, Any]:
        """Return everything learned, JSON-able."""
        return {
            "n_knots": self.n_knots,
            "steps": self.steps_,
            "missing": self.missing_,
            "mean": self.mean_.tolist(),
            "sd": [None if np.isinf(one) else one for one in self.sd_.tolist()],
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Rebuild a fitted basis."""
        basis = cls(n_knots=content["n_knots"])
        basis.steps_, basis.missing_ = content["steps"], content["missing"]
        basis.mean_ = np.array(content["mean"], dtype=np.float64)
        basis.sd_ = np.array([np.inf if one is None else one for one in content["sd"]])
        basis._name_sources()
        return basis

    def _steps(self, column: np.ndarray) -> dict[str, Any]:
        known = column[~np.isnan(column)]
        if not len(known):
            return {"scale": 0.0, "low": 0.0, "high": 0.0, "knots": []}
        low, high = np.quantile(known, [0.005, 0.995])
        if low == high:
            low, high = known.min(), known.max()
        many = len(np.unique(known)) > 8
        clipped = np.clip(known, low, high)
        bent = many and low < high and abs(float(skew(clipped))) > 2
        scale = float(np.median(np.abs(known[known != 0]))) if bent else 0.0
        shares = np.linspace(0, 1, self.n_knots + 2)[1:-1]
        knots = np.unique(np.quantile(_log(clipped, scale), shares)) if many else np.empty(0)
        top, bottom = _log(np.array([high, low]), scale)
        inside = knots[(knots > bottom) & (knots < top)]
        return {"scale": scale, "low": float(low), "high": float(high), "knots": inside.tolist()}

    def _basis(self, X: np.ndarray) -> np.ndarray:
        columns = []
        for j, step in enumerate(self.steps_):
            value = _log(np.clip(X[:, j], step["low"], step["high"]), step["scale"])
            columns += [value, *(np.maximum(value - knot, 0) for knot in step["knots"])]
        columns += [np.isnan(X[:, j]).astype(np.float64) for j in self.missing_]
        return np.column_stack([*columns, np.empty((len(X), 0))])

    def _name_sources(self) -> None:
        own = [j for j, step in enumerate(self.steps_) for _ in range(1 + len(step["knots"]))]
        self.sources_ = np.array([*own, *self.missing_], dtype=np.int64)


def _log(value: np.ndarray, scale: float) -> np.ndarray:
    return np.sign(value) * np.log1p(np.abs(value) / scale) if scale else value
