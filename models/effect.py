r"""The effect of a treatment by augmented inverse probability weighting, with cross-fitting.

The estimate is right if either the outcomes or the chances of treatment are modelled well (doubly
robust), and so for the chance of being observed. With :math:`T` treated, :math:`R` observed,
:math:`e = P(T | X)`, :math:`\pi = P(R | X, T)`, :math:`m_t = E(Y | X, T = t)`:

.. math:: \hat m_t = m_t + 1[T = t] \frac{R}{\pi} (Y - m_t), \qquad
          \tau_{att} = \frac{1}{E(T)} E\{ T (\hat m_1 - m_0) - (1 - T) \frac{e}{1 - e}
          \frac{R}{\pi} (Y - m_0) \}

References: Robins, Rotnitzky & Zhao 1994; Chernozhukov et al., "Double/debiased machine learning",
Econometrics J. 2018 (median over splits, eq. 3.13-3.14).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from models.nuisance import LEARNERS, Nuisance, cross_fitted
from models.parameters import check_positive

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
LEAST_OBSERVED = 0.02
"""Chances of being observed are taken to be at least this: one row may stand for 50 at most."""


@dataclass(frozen=True)
class Estimate:
    """A number with its two-sided interval."""

    mean: float
    lower: float
    upper: float

    @property
    def holds_zero(self) -> bool:
        """Whether the interval holds 0."""
        return self.lower <= 0 <= self.upper


@dataclass(frozen=True)
class Overlap:
    r"""How comparable the treated and the others are.

    Attributes
    ----------
    n_treated, n_others : int
        Rows used, after trimming.
    n_treated_trimmed, n_others_trimmed : int
        Rows left out because their propensity lies outside ``[trim, 1 - trim]``.
    propensity_low, propensity_high : float
        Range of the propensity of the treated that are used.
    effective_others : float
        Size of the weighted others, :math:`(\sum w)^2 / \sum w^2`.
    largest_weight : float
        The largest share that one row has in the weights of the others.
    """

    n_treated: int
    n_others: int
    n_treated_trimmed: int
    n_others_trimmed: int
    propensity_low: float
    propensity_high: float
    effective_others: float
    largest_weight: float

    @property
    def kept(self) -> float:
        """Share of the treated that the estimate is about."""
        return self.n_treated / max(self.n_treated + self.n_treated_trimmed, 1)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return {**asdict(self), "kept": self.kept}


class TreatmentEffect(BaseEstimator):
    """What a treatment changes, doubly robust and cross-fitted.

    Parameters
    ----------
    estimand : {"att", "ate"}, default="att"
        Mean effect over the treated, or over everybody.
    learner : {"linear", "lightgbm", "stacked"}, default="stacked"
        Of outcomes and chances, see `models.nuisance`.
    trim : float, default=0.1
        Rows whose propensity lies outside ``[trim, 1 - trim]`` are left out: hardly anybody there
        is comparable (Crump, Hotz, Imbens & Mitnik, Biometrika 2009, whose rule of thumb is .1).
        The estimate is about the rest, and `overlap_` says how many that are.
    n_folds : int, default=5
    n_repeats : int, default=5
        Splits into folds; estimates are aggregated by their median, which adds their spread to the
        variance.
    confidence : float, default=0.95
    random_state : int, default=0

    Attributes
    ----------
    effect_ : Estimate
        Outcome's unit; the interval clusters rows of one group.
    naive_ : float
        Difference of the observed means, for comparison.
    overlap_ : Overlap
        Of the split in the middle.
    propensity_ : ndarray of shape (n_rows,)
        Mean over the splits.
    boosted_share_ : float
        LightGBM's mean share in the predictions: 0 for linear, 1 for LightGBM alone.
    """

    def __init__(
        self,
        *,
        estimand: str = "att",
        learner: str = "stacked",
        trim: float = 0.1,
        n_folds: int = 5,
        n_repeats: int = 5,
        confidence: float = 0.95,
        random_state: int = 0,
    ) -> None:
        self.estimand = estimand
        self.learner = learner
        self.trim = trim
        self.n_folds = n_folds
        self.n_repeats = n_repeats
        self.confidence = confidence
        self.random_state = random_state

    def fit(
        self,
        X: pd.DataFrame,
        treated: NDArray[Any],
        outcome: Floats,
        *,
        observed: NDArray[Any] | None = None,
        groups: NDArray[Any] | None = None,
    ) -> Self:
        """Estimate the effect.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns)
            What was known before the treatment: numbers, NaN unknown. Not modified.
        treated : ndarray of shape (n_rows,)
            1 or True where treated.
        outcome : ndarray of shape (n_rows,)
            Only read where observed.
        observed : ndarray of shape (n_rows,), optional
            Whether the outcome was seen; default: where it is not NaN.
        groups : ndarray of shape (n_rows,), optional
            The person a row is about; default: each row another.

        Raises
        ------
        ValueError
            A parameter is out of range, or fewer than ``n_folds`` groups are treated and observed,
            or not treated and observed.
        """
        self._check()
        took = np.asarray(treated).astype(bool)
        y = np.asarray(outcome, dtype=np.float64)
        seen = np.isfinite(y) if observed is None else np.asarray(observed).astype(bool)
        who = np.arange(len(y)) if groups is None else pd.factorize(np.asarray(groups))[0]
        for name, rows in (("treated", took & seen), ("not treated", ~took & seen)):
            n = len(np.unique(who[rows]))
            if n < 2 * self.n_folds:
                raise ValueError(
                    f"groups {name} and observed must be at least {2 * self.n_folds}, got {n}"
                )
        y = np.where(seen, y, 0.0)
        splits = [
            self._one_split(X, took, y, seen, who, self.random_state + i)
            for i in range(self.n_repeats)
        ]
        self.naive_ = float(y[took & seen].mean() - y[~took & seen].mean())
        self._aggregate(splits)
        return self

    def report(self) -> dict[str, Any]:
        """Return what was found, JSON-able."""
        check_is_fitted(self, "effect_")
        return {
            "effect": asdict(self.effect_),
            "naive": self.naive_,
            "overlap": self.overlap_.to_dict(),
            "boosted_share": self.boosted_share_,
            "estimand": self.estimand,
            "trim": self.trim,
        }

    def _check(self) -> None:
        if self.estimand not in ("att", "ate"):
            raise ValueError(f"estimand must be att or ate, got {self.estimand}")
        if self.learner not in LEARNERS:
            raise ValueError(f"learner must be one of {', '.join(LEARNERS)}, got {self.learner}")
        if not 0 <= self.trim < 0.5:
            raise ValueError(f"trim must be at least 0 and below 0.5, got {self.trim}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, got {self.confidence}")
        if self.n_folds < 2:
            raise ValueError(f"n_folds must be at least 2, got {self.n_folds}")
        check_positive("n_repeats", self.n_repeats)

    def _one_split(
        self, X: pd.DataFrame, took: Marks, y: Floats, seen: Marks, who: NDArray[Any], seed: int
    ) -> _Split:
        chances = Nuisance(self.learner, is_chance=True, random_state=seed)
        everybody = np.ones(len(y), dtype=bool)
        e, share_e = cross_fitted(
            chances, X, took.astype(float), everybody, who, self.n_folds, seed
        )
        kept = (e >= self.trim) & (e <= 1 - self.trim)
        if not (kept & took & seen).any() or not (kept & ~took & seen).any():
            raise ValueError("treated and others must overlap somewhere, got no common propensity")
        part = X[kept]
        row = _Rows(took[kept], y[kept], seen[kept], who[kept], e[kept])
        pi = self._observed_chance(part, row, seed)
        outcomes = Nuisance(self.learner, is_chance=False, random_state=seed)
        m, shares = [], [share_e]
        for arm in (~row.took, row.took):
            own, share = cross_fitted(
                outcomes, part, row.y, arm & row.seen, row.who, self.n_folds, seed
            )
            m.append(own)
            shares.append(share)
        effect, influence, weights = _aipw(row, pi, m[0], m[1], self.estimand)
        error = _clustered_error(influence, row.who)
        overlap = _overlap(took, kept, row, weights)
        return _Split(effect, error, overlap, e, float(np.mean(shares)))

    def _observed_chance(self, X: pd.DataFrame, row: _Rows, seed: int) -> Floats:
        if row.seen.all():
            return np.ones(len(row.y))
        chances = Nuisance(self.learner, is_chance=True, random_state=seed)
        with_arm = X.assign(_treated=row.took.astype(float))
        everybody = np.ones(len(row.y), dtype=bool)
        pi, _ = cross_fitted(
            chances, with_arm, row.seen.astype(float), everybody, row.who, self.n_folds, seed
        )
        return np.maximum(pi, LEAST_OBSERVED)

    def _aggregate(self, splits: list[_Split]) -> None:
        effects = np.array([one.effect for one in splits])
        centre = float(np.median(effects))
        variance = float(np.median([o.error**2 + (o.effect - centre) ** 2 for o in splits]))
        reach = float(norm.ppf((1 + self.confidence) / 2)) * variance**0.5
        self.effect_ = Estimate(centre, centre - reach, centre + reach)
        self.overlap_ = splits[int(np.argsort(effects)[(len(splits) - 1) // 2])].overlap
        self.propensity_ = np.mean([one.propensity for one in splits], axis=0)
        self.boosted_share_ = float(np.mean([one.boosted_share for one in splits]))


@dataclass(frozen=True)
class _Rows:
    """The rows inside the common range of propensities."""

    took: Marks
    y: Floats
    seen: Marks
    who: NDArray[Any]
    e: Floats


@dataclass(frozen=True)
class _Split:
    effect: float
    error: float
    overlap: Overlap
    propensity: Floats
    boosted_share: float


def _aipw(
    row: _Rows, pi: Floats, m0: Floats, m1: Floats, estimand: str
) -> tuple[float, Floats, Floats]:
    """Return effect, influence of each row, and the weights that the others have."""
    took, rest0, rest1 = row.took, row.seen / pi * (row.y - m0), row.seen / pi * (row.y - m1)
    if estimand == "ate":
        weights = np.where(took, 0.0, 1 / (1 - row.e))
        value = m1 - m0 + np.where(took, rest1 / row.e, -rest0 * weights)
        return float(value.mean()), value - value.mean(), weights * row.seen / pi
    weights = np.where(took, 0.0, row.e / (1 - row.e))
    value = np.where(took, m1 + rest1 - m0, -weights * rest0)
    effect = float(value.sum() / took.sum())
    return effect, (value - took * effect) / took.mean(), weights * row.seen / pi


def _clustered_error(influence: Floats, who: NDArray[Any]) -> float:
    """Return the standard error of a mean whose terms of one group hang together."""
    sums = np.bincount(pd.factorize(who)[0], weights=influence)
    n = len(sums)
    return float(np.sqrt((sums**2).sum() * n / max(n - 1, 1)) / len(influence))


def _overlap(took: Marks, kept: Marks, row: _Rows, weights: Floats) -> Overlap:
    own, total = row.e[row.took], float(weights.sum())
    return Overlap(
        n_treated=int(row.took.sum()),
        n_others=int((~row.took).sum()),
        n_treated_trimmed=int((took & ~kept).sum()),
        n_others_trimmed=int((~took & ~kept).sum()),
        propensity_low=float(own.min()),
        propensity_high=float(own.max()),
        effective_others=total**2 / max(float((weights**2).sum()), 1e-12),
        largest_weight=float(weights.max()) / max(total, 1e-12),
    )
