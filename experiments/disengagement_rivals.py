"""What the disengagement model is judged beside: a plain logistic, LightGBM as it comes, a rule."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from models.column_encoder import ColumnEncoder
from models.event_model import EventModel
from models.grouped_folds import deal_folds
from models.spline_basis import SplineBasis

OURS, LOGISTIC, BOOSTED, RULE = (
    "disengagement", "logistic_regression", "lightgbm_default", "base_rule",
)  # fmt: skip
MODELS = (OURS, LOGISTIC, BOOSTED, RULE)
BINS = 10


class BaseRule:
    """The event's rate by the one column that tells most of it among the training rows.

    Numbers are cut at their tenths; each bin's rate is smoothed by 20 rows of the base rate.

    Attributes
    ----------
    column_ : str
        Which column; its AUC among training rows, out of fold, is ``aucs_[column_]``.
    aucs_ : dict of str to float
        Of each column alone.
    """

    def fit(
        self, matrix: np.ndarray, y: np.ndarray, names: list[str], groups: np.ndarray | None
    ) -> BaseRule:
        """Learn from encoded rows, shape (n, n_numbers)."""
        self.aucs_ = column_aucs(matrix, y, names, groups)
        self.column_ = max(self.aucs_, key=lambda name: self.aucs_[name], default="")
        self._at = names.index(self.column_) if self.column_ else None
        self._cuts = cuts(matrix[:, self._at]) if self._at is not None else np.empty(0)
        codes = self._codes(matrix)
        self._rates = rates(codes, y, len(self._cuts) + 2)
        return self

    def probability(self, matrix: np.ndarray) -> np.ndarray:
        """Return rates, shape (n,)."""
        return self._rates[self._codes(matrix)]

    def _codes(self, matrix: np.ndarray) -> np.ndarray:
        if self._at is None:
            return np.zeros(len(matrix), dtype=np.int64)
        return bins(matrix[:, self._at], self._cuts)


def cuts(column: np.ndarray) -> np.ndarray:
    """Return up to nine cuts: between all values where they are few, else the tenths."""
    known = column[~np.isnan(column)]
    values = np.unique(known)
    if len(values) <= BINS:
        return (values[1:] + values[:-1]) / 2
    return np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))


def bins(column: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Return the bin of each value; a gap has the last bin."""
    return np.where(np.isnan(column), len(cut) + 1, np.searchsorted(cut, column, side="right"))


def rates(codes: np.ndarray, y: np.ndarray, n_bins: int) -> np.ndarray:
    """Return the smoothed rate of each bin."""
    n = np.bincount(codes, minlength=n_bins)
    return (np.bincount(codes, weights=y, minlength=n_bins) + 20 * y.mean()) / (n + 20)


def column_aucs(
    matrix: np.ndarray, y: np.ndarray, names: list[str], groups: np.ndarray | None
) -> dict[str, float]:
    """Return the AUC of each column alone: rates by bin, learned from other groups, 5 folds."""
    n_groups = len(y) if groups is None else len(np.unique(groups))
    folds = deal_folds(y, groups, min(5, n_groups), np.random.default_rng(0))
    out = {}
    for j, name in enumerate(names):
        cut = cuts(matrix[:, j])
        codes = bins(matrix[:, j], cut)
        score = np.zeros(len(y))
        for fold in np.unique(folds):
            inside = folds == fold
            score[inside] = rates(codes[~inside], y[~inside], len(cut) + 2)[codes[inside]]
        out[name] = float(roc_auc_score(y, score))
    return out


class Fitted:
    """All four models learned from the same rows.

    Attributes
    ----------
    ours : EventModel
    rule : BaseRule
    """

    def __init__(
        self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None, seed: int
    ) -> None:
        self.ours = EventModel(random_state=seed).fit(X, y, groups)
        encoder = self.ours.encoder_
        matrix = ColumnEncoder(random_state=seed).fit_transform(X, y, groups)
        self.rule = BaseRule().fit(matrix, y, encoder.names_, groups)
        self._basis = SplineBasis().fit(matrix)
        self._plain = LogisticRegression(max_iter=1000).fit(self._basis.transform(matrix), y)
        self._boosted = lgb.LGBMClassifier(
            random_state=seed, n_jobs=1, verbosity=-1, deterministic=True, force_row_wise=True
        ).fit(matrix, y)

    def probabilities(self, X: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return each model's probabilities, shape (n,), in the order of `MODELS`."""
        matrix = self.ours.encoder_.transform(X)
        boosted = self._boosted.booster_.predict(matrix, num_threads=1)
        plain = self._plain.predict_proba(self._basis.transform(matrix))[:, 1]
        return {
            OURS: self.ours.probability(X),
            LOGISTIC: plain,
            BOOSTED: np.asarray(boosted),
            RULE: self.rule.probability(matrix),
        }
