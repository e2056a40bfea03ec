"""What a doubly robust estimate needs first: expected outcomes and chances, predicted out of fold.

A regularised linear model (bent at the quartiles of each column) and LightGBM are fitted; where
both are wanted, the mixture that loses least on people neither has seen is used (Naimi & Balzer,
"Stacked generalization", Eur. J. Epidemiol. 2018).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Floats = NDArray[np.float64]
LEARNERS = ("linear", "lightgbm", "stacked")
INNER_FOLDS = 3
SHARES = np.linspace(0, 1, 5)
"""Shares of LightGBM in the mixture that are tried."""
LEAST_CHANCE = 1e-3
"""Chances are kept this far from 0 and 1, so that a loss stays finite."""


class Hinges(TransformerMixin, BaseEstimator):
    r"""Adds to each column :math:`\max(x - q, 0)` at its quartiles: lines that bend.

    Attributes
    ----------
    knots_ : list of (int, float)
        Column and place of each bend; none at the ends of a column, so none for one of two values.
    """

    def fit(self, X: Floats, y: object = None) -> Self:
        """Find the quartiles."""
        self.knots_ = [
            (column, float(knot))
            for column, values in enumerate(X.T)
            for knot in np.unique(np.quantile(values, [0.25, 0.5, 0.75]))
            if values.min() < knot < values.max()
        ]
        return self

    def transform(self, X: Floats) -> Floats:
        """Return the columns and their bends."""
        bent = [np.maximum(X[:, column] - knot, 0) for column, knot in self.knots_]
        return np.column_stack([X, *bent])


@dataclass(frozen=True)
class Nuisance:
    """One kind of learner for a number or a chance.

    Attributes
    ----------
    learner : str
        ``linear``, ``lightgbm`` or ``stacked``.
    is_chance : bool
        Whether the target is 0 or 1 and its probability wanted.
    random_state : int
        Of LightGBM.
    """

    learner: str
    is_chance: bool
    random_state: int = 0

    def fit_predict(
        self, X: pd.DataFrame, y: Floats, groups: NDArray[Any], asked: pd.DataFrame
    ) -> tuple[Floats, float]:
        """Fit on ``X``, ``y`` and return predictions for ``asked`` and LightGBM's share in them.

        A target that does not vary is predicted by its value.
        """
        if np.ptp(y) == 0:
            return np.full(len(asked), y[0]), 0.0
        if self.learner != "stacked":
            share = float(self.learner == "lightgbm")
            return self._mixed(X, y, asked, share), share
        share = self._best_share(X, y, groups)
        return self._mixed(X, y, asked, share), share

    def _best_share(self, X: pd.DataFrame, y: Floats, groups: NDArray[Any]) -> float:
        linear, boosted = np.zeros(len(y)), np.zeros(len(y))
        for learned, held in folds(groups, INNER_FOLDS, self.random_state):
            if np.ptp(y[learned]) == 0:
                linear[held] = boosted[held] = y[learned][0]
                continue
            linear[held] = self._linear(X.iloc[learned], y[learned], X.iloc[held])
            boosted[held] = self._boosted(X.iloc[learned], y[learned], X.iloc[held])
        losses = [self._loss(y, (1 - share) * linear + share * boosted) for share in SHARES]
        return float(SHARES[int(np.argmin(losses))])

    def _loss(self, y: Floats, predicted: Floats) -> float:
        if not self.is_chance:
            return float(((y - predicted) ** 2).mean())
        return float(-(y * np.log(predicted) + (1 - y) * np.log(1 - predicted)).mean())

    def _mixed(self, X: pd.DataFrame, y: Floats, asked: pd.DataFrame, share: float) -> Floats:
        parts = [
            weight * learn(X, y, asked)
            for weight, learn in ((1 - share, self._linear), (share, self._boosted))
            if weight > 0
        ]
        return np.sum(parts, axis=0)

    def _linear(self, X: pd.DataFrame, y: Floats, asked: pd.DataFrame) -> Floats:
        last: Any = (
            LogisticRegression(C=1.0, solver="newton-cholesky")
            if self.is_chance
            else RidgeCV(np.logspace(-1, 4, 11))
        )
        model = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            Hinges(),
            StandardScaler(),
            last,
        )
        with warnings.catch_warnings():
            # at a flat optimum Newton's line search says that it went on by another solver
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X.to_numpy(np.float64), y)
        return self._predicted(model, asked.to_numpy(np.float64))

    def _boosted(self, X: pd.DataFrame, y: Floats, asked: pd.DataFrame) -> Floats:
        kind = lgb.LGBMClassifier if self.is_chance else lgb.LGBMRegressor
        model = kind(
            n_estimators=80, learning_rate=0.08, num_leaves=8, min_child_samples=20,
            reg_lambda=5.0, colsample_bytree=0.8, random_state=self.random_state,
            deterministic=True, n_jobs=1, verbose=-1,
        )  # fmt: skip
        model.fit(X.to_numpy(np.float64), y)
        return self._predicted(model, asked.to_numpy(np.float64))

    def _predicted(self, model: Any, asked: Floats) -> Floats:  # noqa: ANN401
        if not self.is_chance:
            return np.asarray(model.predict(asked), dtype=np.float64)
        chance = np.asarray(model.predict_proba(asked), dtype=np.float64)[:, 1]
        return np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)


def folds(
    groups: NDArray[Any], n_folds: int, seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return row numbers to learn from and to predict, no group in both."""
    split = GroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    return list(split.split(np.zeros(len(groups)), groups=groups))


def cross_fitted(
    nuisance: Nuisance,
    X: pd.DataFrame,
    y: Floats,
    learned: NDArray[np.bool_],
    groups: NDArray[Any],
    n_folds: int,
    seed: int,
) -> tuple[Floats, float]:
    """Predict every row from other groups' rows that are marked in ``learned``.

    Parameters
    ----------
    nuisance : Nuisance
    X : DataFrame of shape (n_rows, n_columns)
        Numbers; NaN means unknown.
    y : ndarray of shape (n_rows,)
        Only read where ``learned``.
    learned : ndarray of bool, shape (n_rows,)
        Rows that may be fitted on, say those without treatment.
    groups : ndarray of shape (n_rows,)
        The person a row is about.
    n_folds, seed : int

    Returns
    -------
    ndarray of shape (n_rows,), float
        Predictions, and LightGBM's mean share in them.

    Raises
    ------
    ValueError
        A fold has no row to learn from.
    """
    predicted, shares = np.zeros(len(X)), []
    for others, held in folds(groups, n_folds, seed):
        own = others[learned[others]]
        if not len(own):
            raise ValueError("every fold must leave rows to learn from, got a fold with 0")
        predicted[held], share = nuisance.fit_predict(
            X.iloc[own], y[own], groups[own], X.iloc[held]
        )
        shares.append(share)
    return predicted, float(np.mean(shares))
