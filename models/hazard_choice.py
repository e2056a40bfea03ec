"""Choosing the hazard's linear part, its trees and their share, on folds that split no person.

Log loss of the person-period rows decides. Nothing is resampled or weighted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.event_parts import LinearPart, TreeSettings, TreesPart
from models.grouped_folds import deal_folds
from models.platt import expit

Floats = NDArray[np.float64]
SHARES = (0.0, 0.5, 1.0)
"""Share of the trees in the mean log-odds; 0 and 1 are one part alone."""


@dataclass(frozen=True)
class HazardGrid:
    """The candidates.

    Attributes
    ----------
    linear : tuple of (int, float)
        Knots and ``C`` (`models.event_parts.LinearPart`).
    trees : tuple of TreeSettings
        Each with the most trees tried.
    n_stages : int
        Numbers of trees tried, evenly up to the most.
    n_folds : int
    """

    linear: tuple[tuple[int, float], ...]
    trees: tuple[TreeSettings, ...]
    n_stages: int = 4
    n_folds: int = 3


FEW = HazardGrid(
    linear=((0, 0.002), (0, 0.02)),
    trees=(TreeSettings(3, 180, 100, 0.05, 0.5), TreeSettings(6, 100, 100, 0.05, 0.5)),
)
MANY = HazardGrid(
    linear=((3, 0.003), (3, 0.03)),
    trees=(TreeSettings(6, 200, 200, 0.06, 0.5), TreeSettings(16, 160, 200, 0.06, 0.5)),
)
MANY_EVENTS = 3_000


def grid_for(n_events: int) -> HazardGrid:
    """Return the candidates: few leaves where events are few."""
    return MANY if n_events >= MANY_EVENTS else FEW


@dataclass(frozen=True)
class HazardChoice:
    """What was chosen, and the log loss of every candidate."""

    linear: tuple[int, float]
    trees: TreeSettings
    share: float
    losses: dict[str, float]


def choose_hazard(
    X: Floats, event: Floats, person: NDArray[np.int64], grid: HazardGrid, random_state: int
) -> HazardChoice:
    """Compare all candidates on the same folds of people.

    Parameters
    ----------
    X : ndarray of shape (n, n_columns)
    event : ndarray of shape (n,)
    person : ndarray of shape (n,)
        Rows of one person stay together.
    """
    folds = deal_folds(event, person, grid.n_folds, np.random.default_rng(random_state))
    linear = {one: _linear_scores(one, X, event, folds) for one in grid.linear}
    trees: dict[TreeSettings, Floats] = {}
    for most in grid.trees:
        trees |= _tree_scores(most, grid.n_stages, X, event, folds, random_state)
    losses = {f"linear {key}": log_loss(score, event) for key, score in linear.items()}
    losses |= {f"trees {key}": log_loss(score, event) for key, score in trees.items()}
    line = min(linear, key=lambda key: losses[f"linear {key}"])
    wood = min(trees, key=lambda key: losses[f"trees {key}"])
    means = {share: (1 - share) * linear[line] + share * trees[wood] for share in SHARES}
    losses |= {f"mean {share}": log_loss(score, event) for share, score in means.items()}
    return HazardChoice(line, wood, min(SHARES, key=lambda one: losses[f"mean {one}"]), losses)


def log_loss(log_odds: Floats, event: Floats) -> float:
    """Return the mean log loss."""
    p = np.clip(expit(log_odds), 1e-12, 1 - 1e-12)
    return float(-(event * np.log(p) + (1 - event) * np.log(1 - p)).mean())


def _out_of_fold(
    score: Callable[[NDArray[np.bool_], NDArray[np.bool_]], Floats], folds: NDArray[np.int64]
) -> Floats:
    out = np.zeros(len(folds))
    for fold in np.unique(folds):
        inside = folds == fold
        out[inside] = score(~inside, inside)
    return out


def _linear_scores(
    setting: tuple[int, float], X: Floats, event: Floats, folds: NDArray[np.int64]
) -> Floats:
    knots, penalty = setting

    def score(known: NDArray[np.bool_], asked: NDArray[np.bool_]) -> Floats:
        return LinearPart(n_knots=knots, C=penalty).fit(X[known], event[known]).score(X[asked])

    return _out_of_fold(score, folds)


def _tree_scores(
    most: TreeSettings,
    n_stages: int,
    X: Floats,
    event: Floats,
    folds: NDArray[np.int64],
    random_state: int,
) -> dict[TreeSettings, Floats]:
    """Return the out-of-fold scores of several numbers of trees, up to the most."""
    stages = [most.n_trees * (i + 1) // n_stages for i in range(n_stages)]
    out = {replace(most, n_trees=stage): np.zeros(len(folds)) for stage in stages}
    for fold in np.unique(folds):
        inside = folds == fold
        part = TreesPart(settings=most, n_seeds=1, random_state=random_state)
        scores = part.fit(X[~inside], event[~inside]).staged_scores(X[inside], stages)
        for kept, score in zip(out.values(), scores, strict=True):
            kept[inside] = score
    return out
