"""Whether an event follows, from any table: the mean of a regularised logistic and small trees."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.metrics import precision_recall_curve
from sklearn.utils.validation import check_is_fitted

from features.errors import ArtifactError
from models.column_encoder import ColumnEncoder
from models.contributions import BASE
from models.event_choice import Calibration, Grid, choose, grid_for
from models.event_parts import LinearPart, TreeSettings, TreesPart

MOST_ROWS = 60_000
"""Rows on which capacity is chosen; all rows are learned from."""


class EventModel(BaseEstimator):
    """Calibrated log-odds of an event; its capacity is chosen inside the training rows.

    Parameters
    ----------
    grid : Grid, optional
        Candidates; None takes those for the number of rows.
    n_seeds : int, default=4
        Boosters whose mean the trees are.
    random_state : int
        Seed; the same rows in the same order give the same model.

    Attributes
    ----------
    encoder_ : ColumnEncoder
    linear_ : LinearPart
    trees_ : TreesPart
    share_ : float
        Of the trees in the mean; a part with no share is fitted all the same, for comparison.
    calibrations_ : tuple of Calibration
        Of the linear part, the trees, and their mean.
    threshold_ : float
        The probability above which flags had the best F1 among out-of-fold training rows.
    losses_ : dict of str to float
        Log loss of every candidate in the validation.
    """

    kind = "event"

    def __init__(
        self, *, grid: Grid | None = None, n_seeds: int = 4, random_state: int = 0
    ) -> None:
        self.grid = grid
        self.n_seeds = n_seeds
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None = None) -> Self:
        """Choose and learn.

        Parameters
        ----------
        X : DataFrame of shape (n, n_columns)
            Any columns: numbers, dates, categories, text, with gaps; not modified.
        y : array of shape (n,)
            1 for an event, 0 for none; no gaps.
        groups : ndarray of shape (n,), optional
            The person of each row: folds never split one.

        Raises
        ------
        ValueError
            `y` holds gaps or anything but both 0 and 1.
        """
        y = np.asarray(y, dtype=np.float64)
        if set(np.unique(y)) != {0.0, 1.0}:
            raise ValueError(f"y must hold 0 and 1, both, and nothing else, got {np.unique(y)[:5]}")
        grid = self.grid or grid_for(*X.shape)
        some = _some_rows(y, groups, self.random_state)
        own = None if groups is None else groups[some]
        chosen = choose(X.iloc[some], y[some], own, grid, random_state=self.random_state)
        self.encoder_ = ColumnEncoder(random_state=self.random_state)
        matrix = self.encoder_.fit_transform(X, y, groups)
        self.linear_ = LinearPart(n_knots=chosen.linear[0], C=chosen.linear[1]).fit(matrix, y)
        self.trees_ = TreesPart(
            settings=chosen.trees, n_seeds=self.n_seeds, random_state=self.random_state
        ).fit(matrix, y)
        self.share_ = chosen.share
        self.calibrations_ = (chosen.of_linear, chosen.of_trees, chosen.of_mean)
        self.losses_ = chosen.losses
        self.threshold_ = _best_threshold(_probability(chosen.score), y[some])
        return self

    def score(self, X: pd.DataFrame) -> np.ndarray:
        """Return calibrated log-odds, shape (n,)."""
        check_is_fitted(self, "encoder_")
        matrix = self.encoder_.transform(X)
        of_linear, of_trees, of_mean = self.calibrations_
        mean = np.zeros(len(X))
        if self.share_ < 1:
            mean += (1 - self.share_) * of_linear(self.linear_.score(matrix))
        if self.share_ > 0:
            mean += self.share_ * of_trees(self.trees_.score(matrix))
        return of_mean(mean)

    def probability(self, X: pd.DataFrame) -> np.ndarray:
        """Return calibrated probabilities, shape (n,)."""
        return _probability(self.score(X))

    def contributions(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return each column's part in the score (`BASE`: the rest); rows add up to it."""
        check_is_fitted(self, "encoder_")
        matrix = self.encoder_.transform(X)
        of_linear, of_trees, of_mean = self.calibrations_
        parts = np.zeros((len(X), matrix.shape[1] + 1))
        for share, part, own in (
            (1 - self.share_, self.linear_, of_linear),
            (self.share_, self.trees_, of_trees),
        ):
            parts += of_mean.slope * share * own.slope * part.contributions(matrix)
            parts[:, -1] += of_mean.slope * share * own.intercept
        parts[:, -1] += of_mean.intercept
        out = pd.DataFrame(0.0, index=X.index, columns=[*self.encoder_.types_, BASE])
        for k, source in enumerate([*self.encoder_.sources_, BASE]):
            out[source] += parts[:, k]
        return out

    def to_files(self) -> dict[str, str]:
        """Return JSON and the boosters' texts, for a bundle."""
        check_is_fitted(self, "encoder_")
        about = {
            "kind": self.kind,
            "encoder": self.encoder_.to_dict(),
            "linear": self.linear_.to_dict(),
            "trees": asdict(self.trees_.settings),
            "share": self.share_,
            "calibrations": [[one.slope, one.intercept] for one in self.calibrations_],
            "threshold": self.threshold_,
            "losses": self.losses_,
        }
        texts = {f"event_trees_{i}.txt": text for i, text in enumerate(self.trees_.to_texts())}
        return {"event.json": json.dumps(about, allow_nan=False), **texts}

    @classmethod
    def from_files(cls, files: dict[str, str]) -> Self:
        """Rebuild a fitted model; every booster's text is checked before it is parsed.

        Raises
        ------
        ArtifactError
            A booster is damaged, or none is there.
        """
        about = json.loads(files["event.json"])
        texts = [files[name] for name in sorted(files) if name.startswith("event_trees_")]
        if not texts:
            raise ArtifactError("event model is damaged: it must have event_trees_0.txt")
        model = cls(n_seeds=len(texts))
        model.encoder_ = ColumnEncoder.from_dict(about["encoder"])
        model.linear_ = LinearPart.from_dict(about["linear"])
        model.trees_ = TreesPart.from_texts(texts, TreeSettings(**about["trees"]))
        model.share_, model.threshold_ = about["share"], about["threshold"]
        of_linear, of_trees, of_mean = (Calibration(*one) for one in about["calibrations"])
        model.calibrations_ = (of_linear, of_trees, of_mean)
        model.losses_ = about["losses"]
        return model


def _some_rows(y: np.ndarray, groups: np.ndarray | None, seed: int) -> np.ndarray:
    """Return the rows to choose on: all, or those of as many whole groups as `MOST_ROWS` takes."""
    if len(y) <= MOST_ROWS:
        return np.arange(len(y))
    codes = np.arange(len(y)) if groups is None else pd.factorize(pd.Series(groups))[0]
    place = np.random.default_rng(seed).permutation(codes.max() + 1)[codes]
    some = np.sort(np.argsort(place, kind="stable")[:MOST_ROWS])
    return some if len(np.unique(y[some])) > 1 else np.arange(len(y))


def _probability(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))


def _best_threshold(probability: np.ndarray, y: np.ndarray) -> float:
    precision, recall, thresholds = precision_recall_curve(y, probability)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[int(np.argmax(f1[:-1]))])
