"""The two parts of the event model: a regularised logistic and small boosted trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from models.lightgbm_text import check_lightgbm_text
from models.spline_basis import SplineBasis

FEWEST = 8
"""Columns that a tree may use at least, however small its share of them."""


class LinearPart(BaseEstimator):
    """Logistic regression with an L2 penalty on a `SplineBasis`.

    Parameters
    ----------
    n_knots : int
        See `SplineBasis`.
    C : float
        Inverse strength of the penalty on the standardised basis, as in scikit-learn.

    Attributes
    ----------
    basis_ : SplineBasis
    weights_ : ndarray of shape (n_basis,)
    intercept_ : float
    """

    def __init__(self, *, n_knots: int = 0, C: float = 0.1) -> None:  # noqa: N803 (scikit-learn's)
        self.n_knots = n_knots
        self.C = C

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Learn from rows of shape (n, n_numbers); NaN is a gap."""
        self.basis_ = SplineBasis(n_knots=self.n_knots).fit(X)
        return self.fit_basis(self.basis_.transform(X), y)

    def fit_basis(self, basis: np.ndarray, y: np.ndarray) -> Self:
        """Learn weights from a basis that is already worked out."""
        solver = "newton-cholesky" if basis.shape[1] < 1500 else "lbfgs"
        fitted = LogisticRegression(C=self.C, solver=solver, max_iter=300).fit(basis, y)
        self.weights_, self.intercept_ = fitted.coef_[0], float(fitted.intercept_[0])
        return self

    def score(self, X: np.ndarray) -> np.ndarray:
        """Return log-odds, shape (n,)."""
        check_is_fitted(self, "weights_")
        return self.basis_.transform(X) @ self.weights_ + self.intercept_

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Return each number's part in the log-odds, and the base last: (n, n_numbers + 1)."""
        parts = self.basis_.transform(X) * self.weights_
        out = np.zeros((len(X), X.shape[1] + 1))
        for k, source in enumerate(self.basis_.sources_):
            out[:, source] += parts[:, k]
        out[:, -1] = self.intercept_
        return out

    def to_dict(self) -> dict[str, Any]:
        """Return everything learned, JSON-able."""
        return {
            "C": self.C,
            "basis": self.basis_.to_dict(),
            "weights": self.weights_.tolist(),
            "intercept": self.intercept_,
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Rebuild a fitted part."""
        basis = SplineBasis.from_dict(content["basis"])
        part = cls(n_knots=basis.n_knots, C=content["C"])
        part.basis_, part.weights_ = basis, np.array(content["weights"])
        part.intercept_ = content["intercept"]
        return part


@dataclass(frozen=True)
class TreeSettings:
    """What is worth choosing of LightGBM; the rest is fixed in `TreesPart`.

    Attributes
    ----------
    n_leaves, n_trees, min_leaf : int
    learning_rate, feature_fraction, l2 : float
    """

    n_leaves: int
    n_trees: int
    min_leaf: int = 20
    learning_rate: float = 0.05
    feature_fraction: float = 0.5
    l2: float = 10.0


class TreesPart(BaseEstimator):
    """The mean log-odds of boosted trees of several seeds.

    Parameters
    ----------
    settings : TreeSettings
    n_seeds : int
    random_state : int
        The first seed.

    Attributes
    ----------
    boosters_ : list of lightgbm.Booster
    """

    def __init__(self, *, settings: TreeSettings, n_seeds: int = 3, random_state: int = 0) -> None:
        self.settings = settings
        self.n_seeds = n_seeds
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Learn from rows of shape (n, n_numbers); NaN is a gap."""
        chosen = self.settings
        fixed = {
            "objective": "binary",
            "num_leaves": chosen.n_leaves,
            "learning_rate": chosen.learning_rate,
            "min_data_in_leaf": chosen.min_leaf,
            "feature_fraction": min(1.0, max(chosen.feature_fraction, FEWEST / X.shape[1])),
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": chosen.l2,
            "max_bin": 127,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
        rows = lgb.Dataset(X, y, params={"max_bin": 127, "verbosity": -1})
        self.boosters_ = [
            lgb.train({**fixed, "seed": self.random_state + i}, rows, chosen.n_trees)
            for i in range(self.n_seeds)
        ]
        return self

    def score(self, X: np.ndarray) -> np.ndarray:
        """Return log-odds, shape (n,)."""
        return self.staged_scores(X, [self.settings.n_trees])[0]

    def staged_scores(self, X: np.ndarray, stages: Sequence[int]) -> list[np.ndarray]:
        """Return the log-odds that the first trees alone would give, for each number of trees."""
        check_is_fitted(self, "boosters_")
        out = [np.zeros(len(X)) for _ in stages]
        for booster in self.boosters_:
            before, sums = 0, np.zeros(len(X))
            for score, stage in zip(out, stages, strict=True):
                sums += np.asarray(
                    booster.predict(
                        X, raw_score=True, start_iteration=before, num_iteration=stage - before,
                        num_threads=1,
                    )
                )  # fmt: skip
                score += sums / len(self.boosters_)
                before = stage
        return out

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Return each number's part in the log-odds, and the base last: (n, n_numbers + 1)."""
        parts = [np.asarray(b.predict(X, pred_contrib=True, num_threads=1)) for b in self.boosters_]
        return np.mean(parts, axis=0)

    def to_texts(self) -> list[str]:
        """Return the text of each booster."""
        return [booster.model_to_string() for booster in self.boosters_]

    @classmethod
    def from_texts(cls, texts: Sequence[str], settings: TreeSettings) -> Self:
        """Rebuild a fitted part; each text is checked before it is parsed."""
        for text in texts:
            check_lightgbm_text(text)
        part = cls(settings=settings, n_seeds=len(texts))
        part.boosters_ = [lgb.Booster(model_str=text) for text in texts]
        return part
