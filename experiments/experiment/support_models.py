"""The built-in models of an event that experiments may name, each with parameters to search."""

from __future__ import annotations

from typing import Any, Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from features.errors import HuyulaError
from features.labels import EVENT
from models.column_encoder import ColumnEncoder
from models.disengagement import DisengagementModel
from models.event_model import EventModel
from models.spline_basis import SplineBasis
from training.fitting import MIN_EVENTS


class PlainLogistic(BaseEstimator):
    """Regularised logistic regression on any columns.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty.
    n_knots : int, default=0
        See `SplineBasis`.
    random_state : int, default=0
        Of the folds from which rates of categories are learned.
    """

    def __init__(
        self,
        *,
        C: float = 1.0,  # noqa: N803 - as scikit-learn
        n_knots: int = 0,
        random_state: int = 0,
    ) -> None:
        self.C = C
        self.n_knots = n_knots
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None = None) -> Self:
        """Learn; no column need be a number."""
        self.encoder_ = ColumnEncoder(random_state=self.random_state)
        matrix = self.encoder_.fit_transform(X, np.asarray(y, dtype=np.float64), groups)
        self.basis_ = SplineBasis(n_knots=self.n_knots).fit(matrix)
        linear = LogisticRegression(C=self.C, max_iter=2000)
        self.linear_ = linear.fit(self.basis_.transform(matrix), y)
        return self

    def probability(self, X: pd.DataFrame) -> np.ndarray:
        """Return probabilities, shape (n,)."""
        basis = self.basis_.transform(self.encoder_.transform(X))
        return self.linear_.predict_proba(basis)[:, 1]


class BoostedTrees(BaseEstimator):
    """LightGBM on any columns, with its usual defaults.

    Parameters
    ----------
    n_estimators, num_leaves, learning_rate, min_child_samples, lambda_l2, feature_fraction
        LightGBM's.
    random_state : int, default=0
        The same rows in the same order give the same model.
    """

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        num_leaves: int = 31,
        learning_rate: float = 0.1,
        min_child_samples: int = 20,
        lambda_l2: float = 0.0,
        feature_fraction: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.num_leaves = num_leaves
        self.learning_rate = learning_rate
        self.min_child_samples = min_child_samples
        self.lambda_l2 = lambda_l2
        self.feature_fraction = feature_fraction
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None = None) -> Self:
        """Learn; no column need be a number."""
        self.encoder_ = ColumnEncoder(random_state=self.random_state)
        matrix = self.encoder_.fit_transform(X, np.asarray(y, dtype=np.float64), groups)
        own = self.get_params()
        settings: dict[str, Any] = {
            "objective": "binary", "deterministic": True, "force_row_wise": True, "verbosity": -1,
            "num_threads": 2, "seed": own.pop("random_state"),
            "num_iterations": own.pop("n_estimators"), **own,
        }  # fmt: skip
        names = [f"{name} {i}" for i, name in enumerate(self.encoder_.names_)]
        clean = ["".join(c if c.isalnum() else "_" for c in name) for name in names]
        rows = lgb.Dataset(matrix, np.asarray(y), feature_name=clean)
        self.booster_ = lgb.train(settings, rows)
        return self

    def probability(self, X: pd.DataFrame) -> np.ndarray:
        """Return probabilities, shape (n,)."""
        return np.asarray(self.booster_.predict(self.encoder_.transform(X), num_threads=1))


class Disengagement(BaseEstimator):
    """The model that `huyula train` fits, calibrated on the last snapshot.

    Parameters
    ----------
    n_estimators, num_leaves, learning_rate, min_child_samples, random_state
        See `DisengagementModel`, which also gives the defaults.

    Attributes
    ----------
    model_ : DisengagementModel
    """

    def __init__(
        self,
        *,
        n_estimators: int = 150,
        num_leaves: int = 15,
        learning_rate: float = 0.05,
        min_child_samples: int = 100,
        random_state: int = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.num_leaves = num_leaves
        self.learning_rate = learning_rate
        self.min_child_samples = min_child_samples
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: np.ndarray, late: np.ndarray) -> Self:
        """Learn from rows before the last snapshot's window, calibrate on the last snapshot.

        Parameters
        ----------
        late : ndarray of int, shape (n,)
            1: of the last snapshot; 0: its label ends before that; -1: neither.

        Raises
        ------
        HuyulaError
            Too few events in either part.
        """
        y = np.asarray(y, dtype=np.float64)
        for name, part in (("training", late == 0), ("calibration", late == 1)):
            n_events = int(y[part].sum())
            if n_events < MIN_EVENTS or n_events == part.sum():
                raise HuyulaError(
                    f"the {name} period holds {n_events} events among {int(part.sum())} labelled "
                    f"person-dates; at least {MIN_EVENTS} are needed, and some without"
                )
        outcome = pd.Series(y, index=X.index, name=EVENT)
        model = DisengagementModel(features=tuple(map(str, X.columns)), **self.get_params())
        model.fit(X[late == 0], outcome[late == 0])
        self.model_ = model.calibrate(X[late == 1], outcome[late == 1])
        self.booster_ = self.model_.booster_
        return self

    def probability(self, X: pd.DataFrame) -> np.ndarray:
        """Return calibrated probabilities, shape (n,)."""
        return self.model_.probability(X)


SUPPORT_MODELS: dict[str, type] = {
    "disengagement": Disengagement,
    "event": EventModel,
    "lightgbm": BoostedTrees,
    "logistic_regression": PlainLogistic,
}
WORKSPACE_ONLY = frozenset({"disengagement"})
"""What needs snapshots a month apart."""
