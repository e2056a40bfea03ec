"""How any estimator of an event is fitted and asked, ours or scikit-learn's or one's own."""

from __future__ import annotations

import inspect
from typing import Any, Protocol, cast

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone

from features.errors import ContractError
from models.column_encoder import ColumnEncoder


class EventEstimator(Protocol):
    """What follows scikit-learn's conventions and foresees an event.

    It has ``fit(X, y)``, whose signature may also name ``groups`` (whom each row is about),
    ``when`` (the moment of each row) and ``late`` (1: of the last moment, 0: its label ends before
    that, -1: neither), and either ``probability(X)``, shape (n,), or
    ``predict_proba(X)``, shape (n, 2).
    """

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Any:  # noqa: ANN401
        """Learn."""
        ...

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's parameters."""
        ...


def fit_event(
    model: EventEstimator,
    X: pd.DataFrame,
    y: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    when: np.ndarray | None = None,
    late: np.ndarray | None = None,
) -> EventEstimator:
    """Fit and return the model; it is given more than rows where its ``fit`` names that."""
    named = inspect.signature(model.fit).parameters
    more = {"groups": groups, "when": when, "late": late}
    return model.fit(X, y, **{name: one for name, one in more.items() if name in named})


def event_probability(model: EventEstimator, X: pd.DataFrame) -> np.ndarray:
    """Return probabilities of the event, shape (n,).

    Raises
    ------
    ContractError
        The model has neither ``probability`` nor ``predict_proba``.
    """
    own = getattr(model, "probability", None)
    if own is not None:
        return np.asarray(own(X), dtype=np.float64)
    proba = getattr(model, "predict_proba", None)
    if proba is None:
        raise ContractError(
            type(model).__name__, "must have probability or predict_proba", "neither"
        )
    return np.asarray(proba(X), dtype=np.float64)[:, 1]


class Encoded(BaseEstimator):
    """Lets an estimator that reads only numbers read any column.

    Parameters
    ----------
    estimator : EventEstimator
        Is given a frame of numbers (NaN: unknown), named after the columns they come from.
    random_state : int
        Of the folds from which rates of categories are learned.

    Attributes
    ----------
    encoder_ : ColumnEncoder
    estimator_ : EventEstimator
        Fitted.
    """

    def __init__(self, estimator: EventEstimator, random_state: int = 0) -> None:
        self.estimator = estimator
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None = None) -> Encoded:
        """Learn how columns become numbers, then what follows from them."""
        self.encoder_ = ColumnEncoder(random_state=self.random_state)
        matrix = self.encoder_.fit_transform(X, np.asarray(y, dtype=np.float64), groups)
        inner = cast("EventEstimator", clone(self.estimator))
        self.estimator_ = fit_event(inner, self._frame(matrix), y, groups=groups)
        return self

    def probability(self, X: pd.DataFrame) -> np.ndarray:
        """Return probabilities, shape (n,)."""
        return event_probability(self.estimator_, self._frame(self.encoder_.transform(X)))

    def _frame(self, matrix: np.ndarray) -> pd.DataFrame:
        names = [f"{name}_{i}" for i, name in enumerate(self.encoder_.names_)]
        return pd.DataFrame(matrix, columns=names)
