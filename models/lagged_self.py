"""The baseline every component has to beat: what it was in the window before."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from models.contributions import BASE
from models.hazard_curve import curve_through
from models.platt import logit

Floats = NDArray[np.float64]
STATES = ("not", "happened", "unknown")


class LaggedSelf(BaseEstimator):
    """Logistic calibration of one column: whether the component happened in the window before.

    Parameters
    ----------
    component : str
    horizon_months : int

    Attributes
    ----------
    log_odds_ : ndarray of shape (3,)
        Of the event within the horizon, by `STATES`; each shrunk to all of them by one person.
    n_, n_events_ : ndarray of shape (3,)
        People and events behind them, by weight.
    base_rate_ : float
    baseline_ : ndarray of shape (n_months,)
        Hazard of each month over all people: the shape of the curve.
    """

    kind = "lagged"

    def __init__(self, *, component: str = "", horizon_months: int = 6) -> None:
        self.component = component
        self.horizon_months = horizon_months

    @property
    def column(self) -> str:
        """The column of the panel that it reads."""
        return f"{self.component}_before"

    def fit(self, panel: pd.DataFrame, baseline: Floats, weight: Floats | None = None) -> Self:
        """Learn from a snapshot whose outcomes are known.

        Parameters
        ----------
        panel : DataFrame
            ``<component>_before`` and the component (1, 0 or null: left out).
        baseline : ndarray of shape (n_months,)
            See ``baseline_``.
        weight : ndarray of shape (n,), optional
        """
        weight = np.ones(len(panel)) if weight is None else weight
        told = panel[self.component].notna().to_numpy()
        outcome = panel.loc[told, self.component].to_numpy(dtype=np.float64)
        state, weight = self._states(panel[told]), weight[told]
        self.n_ = np.bincount(state, weight, 3)
        self.n_events_ = np.bincount(state, weight * outcome, 3)
        self.base_rate_ = float(self.n_events_.sum() / max(self.n_.sum(), 1e-12))
        self.log_odds_ = logit((self.n_events_ + self.base_rate_) / (self.n_ + 1))
        self.baseline_ = np.asarray(baseline, dtype=np.float64)
        return self

    def score(self, people: pd.DataFrame) -> Floats:
        """Return log-odds, shape (n,)."""
        check_is_fitted(self, "log_odds_")
        return self.log_odds_[self._states(people)]

    def probability(self, people: pd.DataFrame) -> Floats:
        """Return probabilities of the event within the horizon, shape (n,)."""
        return 1 / (1 + np.exp(-self.score(people)))

    def interval(self, people: pd.DataFrame, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Return the interval of each probability (Jeffreys; Brown et al., 2001)."""
        check_is_fitted(self, "log_odds_")
        tail = (1 - confidence) / 2
        hits, misses = self.n_events_ + 0.5, self.n_ - self.n_events_ + 0.5
        lower, upper = beta.ppf(tail, hits, misses), beta.ppf(1 - tail, hits, misses)
        state = self._states(people)
        return lower[state], upper[state]

    def curves(self, people: pd.DataFrame) -> Floats:
        """Return the probability by the end of each month, shape (n, n_months); never falling."""
        usual = np.log1p(-self.baseline_).cumsum()
        log_survival = np.broadcast_to(usual, (len(people), len(usual)))
        return curve_through(log_survival, self.probability(people), self.horizon_months)

    def contributions(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return the part of the window before (`BASE`: the base rate); rows add up."""
        base = float(logit(self.base_rate_))
        own = self.score(people) - base
        return pd.DataFrame({self.column: own, BASE: base}, index=people.index)

    def to_dict(self) -> dict[str, Any]:
        """Return everything learned, JSON-able."""
        return {
            "component": self.component,
            "horizon_months": self.horizon_months,
            "n": self.n_.tolist(),
            "n_events": self.n_events_.tolist(),
            "baseline": self.baseline_.tolist(),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Rebuild a fitted baseline."""
        model = cls(component=content["component"], horizon_months=content["horizon_months"])
        model.n_ = np.array(content["n"], dtype=np.float64)
        model.n_events_ = np.array(content["n_events"], dtype=np.float64)
        model.base_rate_ = float(model.n_events_.sum() / max(model.n_.sum(), 1e-12))
        model.log_odds_ = logit((model.n_events_ + model.base_rate_) / (model.n_ + 1))
        model.baseline_ = np.array(content["baseline"], dtype=np.float64)
        return model

    def _states(self, people: pd.DataFrame) -> NDArray[np.int64]:
        before = people[self.column].to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isnan(before), 2, before > 0).astype(np.int64)
