"""Choosing the event model's capacity by validation inside the training rows.

Every candidate scores each row from folds that hold nothing of the row's person; log loss after
calibration decides. Nothing is resampled or weighted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from models.column_encoder import ColumnEncoder
from models.event_parts import LinearPart, TreeSettings, TreesPart
from models.grouped_folds import deal_folds
from models.spline_basis import SplineBasis

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Share of the trees in the mean of calibrated log-odds; 0 and 1 are one part alone."""
LinearSetting = tuple[int, float]


@dataclass(frozen=True)
class Grid:
    """The candidates, and how they are compared.

    Attributes
    ----------
    knots : tuple of int
    penalties : tuple of float
        Values of ``C``.
    trees : tuple of TreeSettings
        Each with the most trees tried.
    n_stages : int
        Numbers of trees tried, evenly up to the most.
    n_folds : int
    larger : tuple of TreeSettings
        Tried one after the other as long as what was best has most leaves or trees, and each gains.
    """

    knots: tuple[int, ...]
    penalties: tuple[float, ...]
    trees: tuple[TreeSettings, ...]
    n_stages: int
    n_folds: int
    larger: tuple[TreeSettings, ...] = ()


MANY_COLUMNS = 100
LEAST_GAIN = 0.001
"""Of log loss, for which still larger trees are tried."""
LARGER = (
    TreeSettings(16, 300, 20, 0.06, 0.5, 3.0),
    TreeSettings(32, 400, 10, 0.06, 0.7, 1.0),
    TreeSettings(64, 600, 10, 0.06, 0.8, 1.0),
)
SMALL = Grid(
    knots=(0, 3),
    penalties=(0.003, 0.01, 0.03, 0.1, 0.3),
    trees=(
        TreeSettings(2, 750, 20, 0.06, 0.3),
        TreeSettings(3, 500, 20, 0.05, 0.3),
        TreeSettings(6, 300, 20, 0.05, 0.3),
    ),
    n_stages=5,
    n_folds=5,
    larger=LARGER,
)
LARGE = Grid(
    knots=(4,),
    penalties=(0.001, 0.01, 0.1),
    trees=(
        TreeSettings(6, 250, 40, 0.05, 0.4),
        TreeSettings(16, 150, 80, 0.05, 0.3),
    ),
    n_stages=5,
    n_folds=3,
    larger=LARGER[1:],
)


def grid_for(n_rows: int, n_columns: int) -> Grid:
    """Return the candidates: few leaves where rows are few, no knots where columns are many."""
    grid = SMALL if n_rows < 6_000 else LARGE
    if n_columns <= MANY_COLUMNS:
        return grid
    return replace(grid, knots=(0,), penalties=(0.001, 0.01, 0.1), n_folds=3)


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: calibrated log-odds are ``slope * score + intercept``."""

    slope: float
    intercept: float

    def __call__(self, score: np.ndarray) -> np.ndarray:
        """Return calibrated log-odds."""
        return self.slope * score + self.intercept


def calibrate(score: np.ndarray, y: np.ndarray) -> Calibration:
    """Fit Platt scaling on scores of rows that the model has not seen."""
    spread = float(score.std()) or 1.0
    platt = LogisticRegression(C=1e4).fit((score / spread).reshape(-1, 1), y)
    return Calibration(float(platt.coef_[0, 0]) / spread, float(platt.intercept_[0]))


@dataclass(frozen=True)
class Choice:
    """What validation chose.

    Attributes
    ----------
    linear : tuple of int and float
        Knots and ``C``.
    trees : TreeSettings
    share : float
        Of the trees in the mean.
    of_linear, of_trees, of_mean : Calibration
        Learned on out-of-fold scores.
    losses : dict of str to float
        Log loss of every candidate.
    score : ndarray of shape (n,)
        Out-of-fold calibrated log-odds of the training rows.
    """

    linear: LinearSetting
    trees: TreeSettings
    share: float
    of_linear: Calibration
    of_trees: Calibration
    of_mean: Calibration
    losses: dict[str, float]
    score: np.ndarray


def choose(
    X: pd.DataFrame,
    y: np.ndarray,
    groups: np.ndarray | None,
    grid: Grid,
    *,
    random_state: int,
) -> Choice:
    """Compare all candidates on folds by group and return the best linear, trees and mean."""
    folds = _encoded_folds(X, y, groups, grid.n_folds, random_state)
    linear: dict[LinearSetting, np.ndarray] = {}
    for fold in folds:
        for line, score in _linear_scores(fold, grid):
            linear.setdefault(line, np.zeros(len(y)))[fold.inside] = score
    trees: dict[TreeSettings, np.ndarray] = {}
    for settings in grid.trees:
        trees |= _tree_scores(folds, settings, grid.n_stages, random_state)
    before = np.inf
    for settings in grid.larger:
        best = min(trees, key=lambda key: loss(trees[key], y))
        at_the_edge = best in _most(trees)
        if not at_the_edge or loss(trees[best], y) > before - LEAST_GAIN:
            break
        before = loss(trees[best], y)
        trees |= _tree_scores(folds, settings, grid.n_stages, random_state)
    return _best(linear, trees, y)


def _most(tried: Collection[TreeSettings]) -> set[TreeSettings]:
    """Return the settings beyond which nothing was tried: most leaves, or most trees of a kind."""
    leaves = max(one.n_leaves for one in tried)
    trees: dict[TreeSettings, int] = {}
    for one in tried:
        kind = replace(one, n_trees=0)
        trees[kind] = max(one.n_trees, trees.get(kind, 0))
    return {
        one
        for one in tried
        if one.n_leaves == leaves or one.n_trees == trees[replace(one, n_trees=0)]
    }


@dataclass(frozen=True)
class _Fold:
    """Encoded rows to learn from with their outcome, and the rows left out."""

    inside: np.ndarray
    known: np.ndarray
    y: np.ndarray
    unseen: np.ndarray


def _encoded_folds(
    X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None, n_folds: int, random_state: int
) -> list[_Fold]:
    rng = np.random.default_rng(random_state)
    n_groups = len(y) if groups is None else len(np.unique(groups))
    fold_of = deal_folds(y, groups, min(n_folds, n_groups), rng)
    folds = []
    for fold in np.unique(fold_of):
        inside = fold_of == fold
        own = None if groups is None else groups[~inside]
        encoder = ColumnEncoder(random_state=random_state)
        known = encoder.fit_transform(X[~inside], y[~inside], own)
        folds.append(_Fold(inside, known, y[~inside], encoder.transform(X[inside])))
    return folds


def loss(score: np.ndarray, y: np.ndarray) -> float:
    """Return the log loss of a score after calibration on the same rows."""
    return _log_loss(calibrate(score, y)(score), y)


def _log_loss(log_odds: np.ndarray, y: np.ndarray) -> float:
    return float(log_loss(y, 1 / (1 + np.exp(-log_odds))))


def _best(
    linear: dict[LinearSetting, np.ndarray], trees: dict[TreeSettings, np.ndarray], y: np.ndarray
) -> Choice:
    losses = {f"linear {key}": loss(score, y) for key, score in linear.items()}
    losses |= {f"trees {key}": loss(score, y) for key, score in trees.items()}
    line = min(linear, key=lambda key: losses[f"linear {key}"])
    wood = min(trees, key=lambda key: losses[f"trees {key}"])
    of_linear, of_trees = calibrate(linear[line], y), calibrate(trees[wood], y)
    both = of_linear(linear[line]), of_trees(trees[wood])
    means = {share: (1 - share) * both[0] + share * both[1] for share in SHARES}
    losses |= {f"mean {share}": loss(score, y) for share, score in means.items()}
    share = min(SHARES, key=lambda one: losses[f"mean {one}"])
    of_mean = calibrate(means[share], y)
    score = of_mean(means[share])
    return Choice(line, wood, share, of_linear, of_trees, of_mean, losses, score)


def _linear_scores(fold: _Fold, grid: Grid) -> Iterator[tuple[LinearSetting, np.ndarray]]:
    for n_knots in grid.knots:
        basis = SplineBasis(n_knots=n_knots).fit(fold.known)
        learned, asked = basis.transform(fold.known), basis.transform(fold.unseen)
        for penalty in grid.penalties:
            part = LinearPart(n_knots=n_knots, C=penalty).fit_basis(learned, fold.y)
            yield (n_knots, penalty), asked @ part.weights_ + part.intercept_


def _tree_scores(
    folds: list[_Fold], most: TreeSettings, n_stages: int, random_state: int
) -> dict[TreeSettings, np.ndarray]:
    """Return the out-of-fold scores of several numbers of trees, up to the most."""
    stages = [most.n_trees * (i + 1) // n_stages for i in range(n_stages)]
    out = {replace(most, n_trees=stage): np.zeros(len(folds[0].inside)) for stage in stages}
    for fold in folds:
        part = TreesPart(settings=most, n_seeds=1, random_state=random_state)
        scores = part.fit(fold.known, fold.y).staged_scores(fold.unseen, stages)
        for kept, score in zip(out.values(), scores, strict=True):
            kept[fold.inside] = score
    return out
