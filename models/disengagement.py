"""Who may disengage within the horizon: a calibrated LightGBM, and the rule it has to beat."""

from __future__ import annotations

import json
from typing import Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from features.profiles import FEATURES
from models.lightgbm_text import check_lightgbm_text

BASE = "base"


class SupportRule(BaseEstimator):
    """The rule of thumb: absence above one's own past, and offers without any enrolment.

    ``score = max(unexcused_rise, 0) + 1[offers in 6 months, no enrolment in 6 months]``, in points.
    """

    kind = "rule"

    def score(self, people: pd.DataFrame) -> np.ndarray:
        """Return points, shape (n,)."""
        return self.contributions(people).sum(axis=1).to_numpy()

    def probability(self, people: pd.DataFrame) -> None:
        """Return None: a rule knows no probability."""
        return

    def contributions(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return the points of each part; rows add up to the score."""
        rise = people["unexcused_rise"].fillna(0.0).clip(lower=0.0)
        idle = (people["n_offers_6_months"] > 0) & (people["n_enrolments_6_months"] == 0)
        return pd.DataFrame(
            {"unexcused_rise": rise, "n_enrolments_6_months": idle.astype(float), BASE: 0.0}
        )

    def to_files(self) -> dict[str, str]:
        """Return the rule as a file, for the bundle."""
        return {"rule.json": json.dumps({"kind": self.kind})}

    @classmethod
    def from_files(cls, files: dict[str, str]) -> Self:
        """Return the rule."""
        return cls()


class DisengagementModel(BaseEstimator):
    """Gradient-boosted log-odds of the event, calibrated on a later period.

    Parameters
    ----------
    features : tuple of str
        Profile columns; never a protected attribute or an identity.
    n_estimators, num_leaves, learning_rate, min_child_samples
        LightGBM's; small on purpose, for events are rare.
    random_state : int
        Seed; the same rows in the same order give the same model.

    Attributes
    ----------
    booster_ : lightgbm.Booster
    slope_, intercept_ : float
        Platt scaling: calibrated log-odds are ``slope_ * score + intercept_``.
    """

    kind = "disengagement"

    def __init__(
        self,
        *,
        features: tuple[str, ...] = FEATURES,
        n_estimators: int = 150,
        num_leaves: int = 15,
        learning_rate: float = 0.05,
        min_child_samples: int = 100,
        random_state: int = 0,
    ) -> None:
        self.features = features
        self.n_estimators = n_estimators
        self.num_leaves = num_leaves
        self.learning_rate = learning_rate
        self.min_child_samples = min_child_samples
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: pd.Series) -> Self:
        """Learn from panel rows.

        Parameters
        ----------
        X : DataFrame of shape (n, >= n_features)
            Profile columns; null means unknown.
        y : Series of shape (n,)
            1 for an event, 0 for none; no nulls.

        Raises
        ------
        ValueError
            `y` holds nulls or a single class.
        """
        if y.isna().any() or y.nunique() < 2:
            raise ValueError(f"y must hold events and others and no nulls, got {y.unique()}")
        parameters = {
            "objective": "binary",
            "num_leaves": self.num_leaves,
            "learning_rate": self.learning_rate,
            "min_child_samples": self.min_child_samples,
            "feature_fraction": 0.6,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 10.0,
            "seed": self.random_state,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 2,
            "verbosity": -1,
        }
        rows = lgb.Dataset(self._matrix(X), y.to_numpy(), feature_name=list(self.features))
        self.booster_ = lgb.train(parameters, rows, self.n_estimators)
        self.slope_, self.intercept_ = 1.0, 0.0
        return self

    def calibrate(self, X: pd.DataFrame, y: pd.Series) -> Self:
        """Fit Platt scaling on people and dates the booster has not seen."""
        platt = LogisticRegression(C=1e6).fit(self.score(X).reshape(-1, 1), y)
        self.slope_, self.intercept_ = float(platt.coef_[0, 0]), float(platt.intercept_[0])
        return self

    def score(self, people: pd.DataFrame) -> np.ndarray:
        """Return uncalibrated log-odds, shape (n,)."""
        check_is_fitted(self, "booster_")
        return np.asarray(
            self.booster_.predict(self._matrix(people), raw_score=True, num_threads=1)
        )

    def probability(self, people: pd.DataFrame) -> np.ndarray:
        """Return calibrated probabilities, shape (n,)."""
        return 1 / (1 + np.exp(-(self.slope_ * self.score(people) + self.intercept_)))

    def contributions(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return the part of each feature in the score (`BASE`: the mean); rows add up to it."""
        check_is_fitted(self, "booster_")
        parts = self.booster_.predict(self._matrix(people), pred_contrib=True, num_threads=1)
        columns = [*self.features, BASE]
        return pd.DataFrame(np.asarray(parts), columns=columns, index=people.index)

    def to_files(self) -> dict[str, str]:
        """Return booster text and calibration, for the bundle."""
        check_is_fitted(self, "booster_")
        about = {
            "kind": self.kind, "features": list(self.features),
            "slope": self.slope_, "intercept": self.intercept_,
        }  # fmt: skip
        return {
            "disengagement.txt": self.booster_.model_to_string(),
            "disengagement.json": json.dumps(about),
        }

    @classmethod
    def from_files(cls, files: dict[str, str]) -> Self:
        """Rebuild a fitted model; the booster's text is checked before it is parsed."""
        about = json.loads(files["disengagement.json"])
        check_lightgbm_text(files["disengagement.txt"])
        model = cls(features=tuple(about["features"]))
        model.booster_ = lgb.Booster(model_str=files["disengagement.txt"])
        model.slope_, model.intercept_ = about["slope"], about["intercept"]
        return model

    def _matrix(self, people: pd.DataFrame) -> np.ndarray:
        return people[list(self.features)].to_numpy(dtype=np.float64, na_value=np.nan)


def load_support(kind: str, files: dict[str, str]) -> DisengagementModel | SupportRule:
    """Return the released support model of a bundle."""
    classes = {DisengagementModel.kind: DisengagementModel, SupportRule.kind: SupportRule}
    return classes[kind].from_files(files)
