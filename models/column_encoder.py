"""Any table as numbers that trees and linear models read; NaN stays where nothing is known."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from models.column_types import ColumnType, infer_type, read_numbers, read_texts
from models.grouped_folds import deal_folds

N_FOLDS = 5
RARE = "(rare)"
ABSENT = "(missing)"
NOTHING = "(nothing)"
"""The one number, always 0, of a table without anything to learn from."""


class ColumnEncoder(BaseEstimator):
    """Reads each column by its type and writes one or several numbers for it.

    Numbers and dates stay one number. A category of few levels becomes a column a level, rare ones
    pooled. A category of many levels, and free text by its words, becomes the log-odds of the event
    among earlier rows of that level, learned from other people than the row's own.

    Parameters
    ----------
    max_levels : int, default=20
        A category with more levels is encoded by its log-odds.
    rare : float, default=0.005
        Levels with a smaller share of the rows (or under 8 rows) are pooled.
    smoothing : float, default=20.0
        Rows of the base rate that are added to each level.
    random_state : int
        Deals the folds.

    Attributes
    ----------
    types_ : dict of str to ColumnType
    levels_ : dict of str to list of str
        Of categories with few levels.
    odds_ : dict of str to dict of str to float
        Log-odds above the base rate by level (word).
    counts_ : dict of str to dict of str to float
        Log of the rows by level.
    names_, sources_ : list of str
        Of the numbers written: their names, and the column each comes from.
    """

    def __init__(
        self,
        *,
        max_levels: int = 20,
        rare: float = 0.005,
        smoothing: float = 20.0,
        random_state: int = 0,
    ) -> None:
        self.max_levels = max_levels
        self.rare = rare
        self.smoothing = smoothing
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None = None) -> Self:
        """Find the types and learn the levels; see `fit_transform` for training rows."""
        self.fit_transform(X, y, groups)
        return self

    def fit_transform(
        self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None = None
    ) -> np.ndarray:
        """Learn, and return the training rows with log-odds learned from other groups.

        Parameters
        ----------
        X : DataFrame of shape (n, n_columns)
            Any columns; not modified.
        y : ndarray of shape (n,)
        groups : ndarray of shape (n,), optional

        Returns
        -------
        ndarray of float64, shape (n, n_numbers)

        Raises
        ------
        ValueError
            There are no columns.
        """
        if not X.shape[1]:
            raise ValueError("X must have columns, got none")
        y = np.asarray(y, dtype=np.float64)
        self.types_ = {str(name): infer_type(X[name]) for name in X.columns}
        self.levels_: dict[str, list[str]] = {}
        self.odds_: dict[str, dict[str, float]] = {}
        self.counts_: dict[str, dict[str, float]] = {}
        parts, folds = [], None
        for name, found in self.types_.items():
            if found.kind in {"left_out", "number", "date"}:
                parts.append(self._numbers(X[name], found))
                continue
            texts = read_texts(X[name])
            common = self._common(texts)
            if found.kind == "category" and len(set(texts) - {""}) <= self.max_levels:
                self.levels_[name] = common
                parts.append(self._one_hot(name, texts))
                continue
            if folds is None:
                rng = np.random.default_rng(self.random_state)
                n_groups = len(y) if groups is None else len(np.unique(groups))
                folds = deal_folds(y, groups, min(N_FOLDS, n_groups), rng)
            parts.append(self._out_of_fold(name, texts, y, folds))
        self._name_columns()
        return self._joined(parts, len(X))

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return rows as numbers, shape (n, n_numbers).

        Raises
        ------
        ValueError
            A column is missing that was there when the encoder learned.
        """
        check_is_fitted(self, "types_")
        lacking = [
            name for name, t in self.types_.items() if t.kind != "left_out" and name not in X
        ]
        if lacking:
            raise ValueError(f"X must have the columns learned from, got none named {lacking}")
        parts = []
        for name, found in self.types_.items():
            if found.kind in {"number", "date"}:
                parts.append(self._numbers(X[name], found))
            elif name in self.levels_:
                parts.append(self._one_hot(name, read_texts(X[name])))
            elif name in self.odds_:
                parts.append(self._encoded(name, read_texts(X[name])))
        return self._joined(parts, len(X))

    def to_dict(self) -> dict[str, Any]:
        """Return everything learned, JSON-able."""
        check_is_fitted(self, "types_")
        return {
            "parameters": self.get_params(),
            "types": {name: [one.kind, one.form] for name, one in self.types_.items()},
            "levels": self.levels_,
            "odds": self.odds_,
            "counts": self.counts_,
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Rebuild a fitted encoder."""
        encoder = cls(**content["parameters"])
        encoder.types_ = {name: ColumnType(*one) for name, one in content["types"].items()}
        encoder.levels_, encoder.odds_ = content["levels"], content["odds"]
        encoder.counts_ = content["counts"]
        encoder._name_columns()
        return encoder

    def _joined(self, parts: list[np.ndarray], n: int) -> np.ndarray:
        matrix = np.hstack([*parts, np.empty((n, 0))])
        return matrix if matrix.shape[1] else np.zeros((n, 1))  # estimators want a column

    def _common(self, texts: np.ndarray) -> list[str]:
        least = max(8.0, self.rare * len(texts))
        return sorted(level for level, n in Counter(texts).items() if n >= least and level)

    def _numbers(self, column: pd.Series, found: ColumnType) -> np.ndarray:
        if found.kind == "left_out":
            return np.empty((len(column), 0))
        return read_numbers(column, found).reshape(-1, 1)

    def _one_hot(self, name: str, texts: np.ndarray) -> np.ndarray:
        levels = self.levels_[name]
        known = [texts == level for level in levels]
        absent = texts == ""
        rare = ~absent & ~np.logical_or.reduce([*known, np.zeros(len(texts), dtype=bool)])
        return np.column_stack([*known, rare, absent]).astype(np.float64)

    def _out_of_fold(
        self, name: str, texts: np.ndarray, y: np.ndarray, folds: np.ndarray
    ) -> np.ndarray:
        out = np.empty((len(texts), 2))
        for fold in np.unique(folds):
            inside = folds == fold
            self._learn_odds(name, texts[~inside], y[~inside])
            out[inside] = self._encoded(name, texts[inside])
        self._learn_odds(name, texts, y)
        out[:, 1] = self._encoded(name, texts)[:, 1]
        return out

    def _learn_odds(self, name: str, texts: np.ndarray, y: np.ndarray) -> None:
        rows, words = self._words(name, texts)
        codes, distinct = pd.factorize(words)
        n = np.bincount(codes, minlength=len(distinct)).astype(np.float64)
        events = np.bincount(codes, weights=y[rows], minlength=len(distinct))
        base = (y.sum() + 0.5) / (len(y) + 1)
        rate = (events + self.smoothing * base) / (n + self.smoothing)
        odds = np.log(rate / (1 - rate)) - np.log(base / (1 - base))
        kept = n >= 3
        names = [str(word) for word in distinct[kept]]
        self.odds_[name] = dict(zip(names, odds[kept].tolist(), strict=True))
        self.counts_[name] = dict(zip(names, np.log1p(n[kept]).tolist(), strict=True))

    def _words(self, name: str, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return row and word of every level; of a text, of each of its distinct words."""
        if self.types_[name].kind == "category":
            return np.arange(len(texts)), texts
        split = [sorted(set(text.split())) or [""] for text in texts]
        rows = np.repeat(np.arange(len(texts)), [len(words) for words in split])
        return rows, np.array([word for words in split for word in words], dtype=object)

    def _encoded(self, name: str, texts: np.ndarray) -> np.ndarray:
        """Return mean log-odds and mean log-count of a row's words, shape (n, 2)."""
        rows, words = self._words(name, texts)
        series = pd.Series(words, dtype=object)
        parts = [
            series.map(learned[name]).fillna(0.0).to_numpy(dtype=np.float64)
            for learned in (self.odds_, self.counts_)
        ]
        n = np.bincount(rows, minlength=len(texts))
        return np.column_stack(
            [np.bincount(rows, weights=part, minlength=len(texts)) / n for part in parts]
        )

    def _name_columns(self) -> None:
        self.names_, self.sources_ = [], []
        for name, found in self.types_.items():
            if found.kind in {"number", "date"}:
                endings = [""]
            elif name in self.levels_:
                endings = [f"={level}" for level in [*self.levels_[name], RARE, ABSENT]]
            elif name in self.odds_:
                endings = [" (log-odds)", " (log-rows)"]
            else:
                endings = []
            self.names_ += [name + ending for ending in endings]
            self.sources_ += [name] * len(endings)
        if not self.names_:
            self.names_, self.sources_ = [NOTHING], list(self.types_)[:1]
