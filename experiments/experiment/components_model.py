"""The components that `huyula train` fits, as one model of an event that experiments compare."""

from __future__ import annotations

from typing import Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from features.labels import EVENT
from models.hazard import HazardModel
from models.platt import expit, fit_platt
from training.fitting import TooLittleError
from training.support_candidate import SupportCandidate
from training.support_fitting import fit_components


class Components(BaseEstimator):
    """The hazard of each component in one order, calibrated on the last snapshot.

    It has no parameters: `training.support_fitting` chooses them by the number of events. Every
    fitted component counts here, before any gate has seen the test period. The probability of an
    event is Platt scaling of the order; it serves comparisons and is not in the bundle.

    Attributes
    ----------
    candidate_ : SupportCandidate
    platt_ : ndarray of shape (2,)
        Slope and intercept.
    """

    def fit_panel(
        self,
        learned: pd.DataFrame,
        later: pd.DataFrame,
        horizon_months: int,
        features: tuple[str, ...],
    ) -> Self:
        """Learn from snapshots, calibrate on the last one.

        Parameters
        ----------
        learned, later : DataFrame
            `features.panel.build_panel`; labels of `learned` end before `later`.
        horizon_months : int
        features : tuple of str
            Profile columns that hazards may see.

        Raises
        ------
        TooLittleError
            No component that counts has events enough.
        """
        self.candidate_ = fit_components(learned, later, horizon_months, features=features)
        self.model_ = self.candidate_.released(dict.fromkeys(self.candidate_.hazards, HAZARD))
        if not self.model_.components:
            raise TooLittleError(
                "; ".join(f"{name}: {lack}" for name, lack in self.candidate_.missing.items())
            )
        score = self.model_.score(later)
        known = np.isfinite(score) & later[EVENT].notna().to_numpy()
        outcome = later.loc[known, EVENT].to_numpy(dtype=np.float64)
        self.platt_ = fit_platt(score[known], outcome, np.ones((1, known.sum())))[0]
        self.lowest_ = float(score[known].min())
        return self

    @property
    def booster_(self) -> lgb.Booster:
        """The first component's trees, which the tracking keeps."""
        return first_booster(self.candidate_)

    def probability(self, panel: pd.DataFrame) -> np.ndarray:
        """Return probabilities, shape (n,); where no component can happen, the lowest seen."""
        score = np.nan_to_num(self.model_.score(panel), nan=self.lowest_)
        slope, intercept = self.platt_
        return expit(slope * score + intercept)


def first_booster(candidate: SupportCandidate) -> lgb.Booster:
    """Return the trees of the first hazard."""
    return next(iter(candidate.hazards.values())).booster_


HAZARD = HazardModel.kind
