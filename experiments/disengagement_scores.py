"""AUC, AP and Brier score of several models; intervals draw people with all their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.bootstrap import Interval

METRICS = ("auc", "ap", "brier")


@dataclass(frozen=True)
class Part:
    """Rows that are judged as one list.

    Attributes
    ----------
    rows : ndarray of shape (n,)
        Positions in the table.
    outcome : ndarray of shape (n,)
    probability : dict of str to ndarray of shape (n,)
        By model.
    """

    rows: np.ndarray
    outcome: np.ndarray
    probability: dict[str, np.ndarray]


class WeightedScores:
    """AUC, AP and Brier score of one list for any weights of its rows; sorts once.

    Equal scores count as one step, as in scikit-learn.
    """

    def __init__(self, outcome: np.ndarray, probability: np.ndarray) -> None:
        self._order = np.argsort(-probability, kind="stable")
        self._outcome = outcome[self._order]
        ordered = probability[self._order]
        self._starts = np.flatnonzero(np.r_[True, np.diff(ordered) != 0])
        self._error = (ordered - self._outcome) ** 2

    def __call__(self, weight: np.ndarray) -> tuple[float, float, float]:
        """Return AUC, AP and Brier score; NaN without events or without others."""
        weight = weight[self._order]
        events = np.add.reduceat(weight * self._outcome, self._starts)
        others = np.add.reduceat(weight * (1 - self._outcome), self._starts)
        true, false = np.cumsum(events), np.cumsum(others)
        if not true[-1] or not false[-1]:
            return float("nan"), float("nan"), float("nan")
        above = true - events / 2
        auc = float((others * above).sum() / (true[-1] * false[-1]))
        flagged = np.maximum(true + false, 1e-12)
        ap = float((events * true / flagged).sum() / true[-1])
        return auc, ap, float((weight * self._error).sum() / weight.sum())


@dataclass(frozen=True)
class Scores:
    """Every model's metrics with intervals, and paired gains.

    Attributes
    ----------
    metrics : dict of str to dict of str to Interval
        By model and metric.
    gains : dict of str to dict of str to Interval
        By rival and metric: what the first model gains over it (of the Brier score: loses).
    """

    metrics: dict[str, dict[str, Interval]]
    gains: dict[str, dict[str, Interval]]


def judge(
    parts: Sequence[Part],
    people: np.ndarray,
    *,
    rng: np.random.Generator,
    n_resamples: int = 400,
    confidence: float = 0.95,
) -> Scores:
    """Return the mean over the parts of each metric of each model.

    Parameters
    ----------
    parts : sequence of Part
        Their first model is the one whose gains are told.
    people : ndarray of shape (n_rows_of_the_table,)
        A resample draws people; all rows of a person, in all parts, count as often as it is drawn.
    """
    codes = pd.factorize(pd.Series(people))[0]
    judged = np.unique(np.concatenate([codes[part.rows] for part in parts]))
    models = list(parts[0].probability)
    known = [{m: WeightedScores(p.outcome, p.probability[m]) for m in models} for p in parts]

    def measured(weight: np.ndarray) -> np.ndarray:
        values = [
            [own[model](weight[codes[part.rows]]) for model in models]
            for part, own in zip(parts, known, strict=True)
        ]
        return np.nanmean(np.array(values), axis=0)

    found = measured(np.ones(codes.max() + 1))
    drawn = np.empty((n_resamples, *found.shape))
    for i in range(n_resamples):
        picked = judged[rng.integers(0, len(judged), len(judged))]
        drawn[i] = measured(np.bincount(picked, minlength=codes.max() + 1).astype(np.float64))
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    return Scores(
        {m: _intervals(found[i], drawn[:, i], tails) for i, m in enumerate(models)},
        {
            m: _intervals(found[0] - found[i], drawn[:, 0] - drawn[:, i], tails)
            for i, m in enumerate(models)
            if i
        },
    )


def _intervals(found: np.ndarray, drawn: np.ndarray, tails: list[float]) -> dict[str, Interval]:
    ends = np.nanquantile(drawn, tails, axis=0)
    return {
        name: Interval(float(found[j]), float(ends[0, j]), float(ends[1, j]))
        for j, name in enumerate(METRICS)
    }
