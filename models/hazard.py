"""When a component may happen: a discrete-time hazard over the months after a snapshot.

For each month at risk the log-odds that the component happens in it, given that it has not before
(Singer & Willett, "It's about time", Journal of Educational Statistics 1993), from the profile at
the snapshot, the month since then and the calendar month. A regularised logistic and small boosted
trees learn it side by side; which of them, or their mean, is chosen by log loss on folds of people.
"""

from __future__ import annotations

from typing import Any, Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from features.errors import ArtifactError
from features.profiles import FEATURES
from models.contributions import BASE
from models.event_parts import LinearPart, TreeSettings, TreesPart
from models.hazard_choice import HazardGrid, choose_hazard, grid_for
from models.hazard_curve import curve_through
from models.person_periods import PersonPeriods, calendar_months, of_some_people, person_periods
from models.platt import expit, fit_platt, logit, resampled_weights

Floats = NDArray[np.float64]
MOST_ROWS, MOST_ROWS_TO_CHOOSE = 300_000, 24_000
"""Person-periods learned from and chosen on; those of whole people drawn by the seed, if more."""
MIN_EVENTS_LATER = 30
"""Events after the first window without which nothing is said of the months after it."""
N_RESAMPLES = 200
MOST_MONTHS = 12


class HazardModel(BaseEstimator):
    """Hazard of one component, calibrated on a later period.

    Parameters
    ----------
    component : str
        See `features.labels.COMPONENTS`.
    features : tuple of str
        Profile columns; never a protected attribute or an identity.
    horizon_months : int, default=6
        The score and the calibration are about so many months.
    grid : HazardGrid, optional
        Candidates; None takes those for the number of events.
    n_seeds : int, default=2
        Boosters whose mean the trees are.
    random_state : int
        Seed; the same rows in the same order give the same model.

    Attributes
    ----------
    linear_, trees_ : LinearPart, TreesPart
    share_ : float
        Of the trees in the mean log-odds.
    baseline_ : ndarray of shape (n_months,)
        Hazard of each month since the snapshot over all people; its length says how far the curve
        goes.
    weights_ : ndarray of shape (horizon_months,)
        Share of the horizon's events that fall into each month.
    slope_, intercept_ : float
        Platt scaling: calibrated log-odds of the event within the horizon are
        ``slope_ * score + intercept_``.
    resampled_ : ndarray of shape (n_resamples, 2)
        The same on people drawn with replacement.
    base_rate_ : float
        Share with the event within the horizon, in the later period.
    n_events_ : int
        In the rows learned from.
    losses_ : dict of str to float
        Log loss of every candidate in the validation.
    """

    kind = "hazard"

    def __init__(
        self,
        *,
        component: str = "",
        features: tuple[str, ...] = FEATURES,
        horizon_months: int = 6,
        grid: HazardGrid | None = None,
        n_seeds: int = 2,
        random_state: int = 0,
    ) -> None:
        self.component = component
        self.features = features
        self.horizon_months = horizon_months
        self.grid = grid
        self.n_seeds = n_seeds
        self.random_state = random_state

    def fit(self, panel: pd.DataFrame) -> Self:
        """Learn from snapshots.

        Parameters
        ----------
        panel : DataFrame
            `features.panel.build_panel`: ``employee_id``, ``as_of``, the features (null is
            unknown), the component and its month; not modified.

        Raises
        ------
        ValueError
            The component never happened, or always did at once.
        """
        with threadpool_limits(1):  # the matrices are small: threads would wait for each other
            return self._fit(panel)

    def _fit(self, panel: pd.DataFrame) -> Self:
        periods = person_periods(panel, self.component, self.horizon_months, MOST_MONTHS)
        self._learn_baseline(periods)
        person = pd.factorize(panel["employee_id"], sort=True)[0]
        periods = of_some_people(periods, person, MOST_ROWS, self.random_state)
        few = of_some_people(periods, person, MOST_ROWS_TO_CHOOSE, self.random_state)
        grid = self.grid or grid_for(self.n_events_)
        chosen = choose_hazard(
            self._design(panel, few.row, few.month), few.event, person[few.row], grid,
            self.random_state,
        )  # fmt: skip
        design = self._design(panel, periods.row, periods.month)
        knots, penalty = chosen.linear
        self.linear_ = LinearPart(n_knots=knots, C=penalty).fit(design, periods.event)
        self.trees_ = TreesPart(
            settings=chosen.trees, n_seeds=self.n_seeds, random_state=self.random_state
        ).fit(design, periods.event)
        self.share_, self.losses_ = chosen.share, chosen.losses
        self.slope_, self.intercept_, self.base_rate_ = 1.0, 0.0, float("nan")
        self.resampled_ = np.array([[1.0, 0.0]])
        return self

    def calibrate(self, panel: pd.DataFrame, weight: Floats | None = None) -> Self:
        """Fit Platt scaling on a snapshot whose outcomes the hazard has not seen.

        Parameters
        ----------
        panel : DataFrame
            As for `fit`; rows without a label are left out.
        weight : ndarray of shape (n,), optional
            How often each row counts; see `training.unsupported`.
        """
        weight = np.ones(len(panel)) if weight is None else weight
        told = panel[self.component].notna().to_numpy() & (weight > 0)
        later, weight = panel[told], weight[told]
        outcome = later[self.component].to_numpy(dtype=np.float64)
        score, rng = self.score(later), np.random.default_rng(self.random_state)
        self.slope_, self.intercept_ = map(float, fit_platt(score, outcome, weight[None, :])[0])
        weights = resampled_weights(weight, N_RESAMPLES, rng)
        self.resampled_ = fit_platt(score, outcome, weights)
        self.base_rate_ = float((weight @ outcome) / weight.sum())
        return self

    def score(self, people: pd.DataFrame) -> Floats:
        """Return the mean hazard log-odds over the horizon, by when events happen, shape (n,)."""
        return self._log_odds(people, self.horizon_months) @ self.weights_

    def probability(self, people: pd.DataFrame) -> Floats:
        """Return calibrated probabilities of the event within the horizon, shape (n,)."""
        return expit(self.slope_ * self.score(people) + self.intercept_)

    def interval(self, people: pd.DataFrame, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Return the percentile interval of each probability over resampled people.

        It holds how well the level and spread of the probabilities are known, not whether the
        order of people is right (Efron & Tibshirani, "An introduction to the bootstrap", 1993).
        """
        slope, intercept = self.resampled_[:, :1], self.resampled_[:, 1:]
        drawn = expit(slope * self.score(people) + intercept)
        tail = (1 - confidence) / 2
        lower, upper = np.quantile(drawn, [tail, 1 - tail], axis=0)
        return lower, upper

    def curves(self, people: pd.DataFrame) -> Floats:
        """Return the probability of the event by the end of each month, shape (n, n_months).

        Never falling. The hazards give its shape; a factor on each person's cumulative hazard makes
        it equal the calibrated probability at the horizon.
        """
        hazards = expit(self._log_odds(people, len(self.baseline_)))
        return curve_through(
            np.log1p(-hazards).cumsum(axis=1), self.probability(people), self.horizon_months
        )

    def contributions(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return the part of each feature in the score (`BASE`: the rest); rows add up to it."""
        parts = np.zeros((len(people), len(self.features) + 1))
        for month, weight in enumerate(self.weights_, start=1):
            design = self._design(people, np.arange(len(people)), month)
            own = np.zeros((len(people), design.shape[1] + 1))
            if self.share_ < 1:
                own += (1 - self.share_) * self.linear_.contributions(design)
            if self.share_ > 0:
                own += self.share_ * self.trees_.contributions(design)
            parts[:, :-1] += weight * own[:, : len(self.features)]
            parts[:, -1] += weight * own[:, len(self.features) :].sum(axis=1)
        return pd.DataFrame(parts, columns=[*self.features, BASE], index=people.index)

    def to_files(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return what was learned, JSON-able, and the boosters' texts by name."""
        check_is_fitted(self, "linear_")
        settings = self.trees_.settings
        content = {
            "component": self.component,
            "features": list(self.features),
            "horizon_months": self.horizon_months,
            "linear": self.linear_.to_dict(),
            "trees": vars(settings),
            "share": self.share_,
            "baseline": self.baseline_.tolist(),
            "weights": self.weights_.tolist(),
            "platt": [self.slope_, self.intercept_],
            "resampled": self.resampled_.tolist(),
            "base_rate": None if np.isnan(self.base_rate_) else self.base_rate_,
            "n_events": self.n_events_,
            "losses": self.losses_,
        }
        texts = self.trees_.to_texts()
        return content, {f"hazard_{self.component}_{i}.txt": one for i, one in enumerate(texts)}

    @classmethod
    def from_files(cls, content: dict[str, Any], files: dict[str, str]) -> Self:
        """Rebuild a fitted model; every booster's text is checked before it is parsed.

        Raises
        ------
        ArtifactError
            A booster is damaged, or none is there.
        """
        component = content["component"]
        names = sorted(name for name in files if name.startswith(f"hazard_{component}_"))
        if not names:
            raise ArtifactError(f"hazard of {component} is damaged: it must have its boosters")
        model = cls(
            component=component,
            features=tuple(content["features"]),
            horizon_months=content["horizon_months"],
            n_seeds=len(names),
        )
        model.linear_ = LinearPart.from_dict(content["linear"])
        model.trees_ = TreesPart.from_texts(
            [files[name] for name in names], TreeSettings(**content["trees"])
        )
        model.share_, model.losses_ = content["share"], content["losses"]
        model.baseline_ = np.array(content["baseline"], dtype=np.float64)
        model.weights_ = np.array(content["weights"], dtype=np.float64)
        model.slope_, model.intercept_ = content["platt"]
        model.resampled_ = np.array(content["resampled"], dtype=np.float64)
        model.base_rate_ = float("nan") if content["base_rate"] is None else content["base_rate"]
        model.n_events_ = content["n_events"]
        return model

    @property
    def booster_(self) -> lgb.Booster:
        """The first of the boosters."""
        return self.trees_.boosters_[0]

    def _learn_baseline(self, periods: PersonPeriods) -> None:
        self.n_events_ = int(periods.event.sum())
        if not 0 < self.n_events_ < len(periods.event):
            raise ValueError(
                f"{self.component} must hold events and others, got {self.n_events_} events in "
                f"{len(periods.event)} months"
            )
        n_months = int(periods.month.max())
        events = np.bincount(periods.month, periods.event, n_months + 1)[1:]
        at_risk = np.bincount(periods.month, minlength=n_months + 1)[1:]
        if events[self.horizon_months :].sum() < MIN_EVENTS_LATER:
            events, at_risk = events[: self.horizon_months], at_risk[: self.horizon_months]
        overall = events.sum() / at_risk.sum()
        self.baseline_ = (events + overall) / (at_risk + 1)
        within = events[: self.horizon_months] + overall
        self.weights_ = within / within.sum()

    def _design(
        self, people: pd.DataFrame, row: NDArray[np.int64], month: NDArray[np.int64] | int
    ) -> Floats:
        """Return profile, month, its hazard over all people, and the calendar month as a circle."""
        values = people[list(self.features)].to_numpy(dtype=np.float64, na_value=np.nan)[row]
        months = np.broadcast_to(np.asarray(month, dtype=np.int64), len(row))
        angle = calendar_months(people["as_of"].iloc[row], months) * (2 * np.pi / 12)
        usual = logit(self.baseline_[np.minimum(months, len(self.baseline_)) - 1])
        since = months.astype(np.float64)
        return np.column_stack([values, since, usual, np.sin(angle), np.cos(angle)])

    def _log_odds(self, people: pd.DataFrame, n_months: int) -> Floats:
        """Return the hazard log-odds of each month, shape (n, n_months)."""
        check_is_fitted(self, "linear_")
        row = np.repeat(np.arange(len(people)), n_months)
        design = self._design(people, row, np.tile(np.arange(1, n_months + 1), len(people)))
        mean: Floats = np.zeros(len(row))
        if self.share_ < 1:
            mean += (1 - self.share_) * self.linear_.score(design)
        if self.share_ > 0:
            mean += self.share_ * self.trees_.score(design)
        return mean.reshape(len(people), n_months)
