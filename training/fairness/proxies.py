"""The proxy meter: how well what models see foresees what they must not see.

A model that never reads an attribute can still act on it where its features give it away. An area
under the curve of .5 gives nothing away; at 1 leaving the attribute out changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.audit_table import UNKNOWN
from models.grouped_folds import deal_folds
from training.bootstrap import statistic_interval

N_FOLDS = 5
N_TREES = 40
N_TOP = 5
N_RESAMPLES = 200
PARAMETERS = {
    "objective": "binary", "num_leaves": 8, "learning_rate": 0.15, "min_child_samples": 20,
    "feature_fraction": 0.6, "lambda_l2": 10.0, "verbosity": -1, "num_threads": 1,
    "deterministic": True, "force_row_wise": True, "seed": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One class: who belongs to it, the scores of people not learned from, and their fold."""

    truth: NDArray[np.bool_]
    score: NDArray[np.float64]
    fold: NDArray[np.int64]


def proxy_meter(
    profiles: pd.DataFrame,
    attribute: pd.Series,
    features: Sequence[str],
    *,
    min_people: int,
    seed: int,
) -> dict[str, Any]:
    """Foresee one protected attribute from the features, on people not learned from.

    Parameters
    ----------
    profiles : DataFrame of shape (n, >= n_features + 1)
        ``employee_id`` and the features; several rows a person are kept in one fold.
    attribute : Series of str, shape (n,)
        Rows as in `profiles`; unknown ones are left out.
    features : sequence of str
    min_people : int
        Classes with fewer people are left out.
    seed : int
        Of folds and resamples.

    Returns
    -------
    dict
        ``finding``: ``insufficient`` (fewer than two classes), or ``measured`` with ``auc`` (mean
        over classes, each against the rest), ``auc_low``, ``auc_high`` (95%, people drawn again),
        ``n_people``, ``n_classes`` and ``top``: the features with the largest shares of the gain.
    """
    known = (attribute != UNKNOWN).to_numpy()
    rows, labels = profiles[known].reset_index(drop=True), attribute[known].reset_index(drop=True)
    sizes = rows["employee_id"].groupby(labels).nunique()
    classes = sorted(sizes.index[sizes >= min_people])
    if len(classes) < 2:
        return {"finding": "insufficient"}
    here = labels.isin(classes).to_numpy()
    rows, labels = rows[here].reset_index(drop=True), labels[here].reset_index(drop=True)
    matrix = rows[list(features)].to_numpy(dtype=np.float64, na_value=np.nan)
    # of two classes one says all
    truths = [(labels == one).to_numpy() for one in (classes if len(classes) > 2 else classes[1:])]
    people = rows["employee_id"].to_numpy()
    foreseen, folds, gains = zip(
        *(_foresee(matrix, truth, people, seed) for truth in truths), strict=True
    )
    codes, names = pd.factorize(rows["employee_id"])
    judged = [Judged(*of) for of in zip(truths, foreseen, folds, strict=True)]
    low, high = _interval(judged, codes, len(names), seed)
    shares = np.sum(gains, axis=0) / max(float(np.sum(gains)), 1e-12)
    top = np.argsort(-shares, kind="stable")[:N_TOP]
    return {
        "finding": "measured", "auc": _mean_auc(judged, np.ones(len(rows))),
        "auc_low": low, "auc_high": high, "n_people": len(names), "n_classes": len(classes),
        "top": [{"feature": features[one], "share": float(shares[one])} for one in top],
    }  # fmt: skip


def _foresee(
    matrix: NDArray[np.float64], truth: NDArray[np.bool_], people: NDArray[Any], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Return scores of rows whose person was not learned from, folds, and each feature's gain."""
    fold = deal_folds(truth.astype(np.float64), people, N_FOLDS, np.random.default_rng(seed))
    scores, gain = np.zeros(len(truth)), np.zeros(matrix.shape[1])
    for one in range(N_FOLDS):
        inside = fold != one
        booster = lgb.train(
            PARAMETERS, lgb.Dataset(matrix[inside], truth[inside].astype(np.float64)), N_TREES
        )
        scores[~inside] = np.asarray(booster.predict(matrix[~inside], num_threads=1))
        gain += booster.feature_importance("gain")
    return scores, fold, gain


def weighted_auc(
    truth: NDArray[np.bool_], score: NDArray[np.float64], weight: NDArray[np.float64]
) -> float:
    """Return the area under the ROC curve of weighted rows; NaN where one class has no weight.

    >>> weighted_auc(np.array([False, True, True]), np.array([1.0, 1.0, 2.0]), np.ones(3))
    0.75
    """
    place = np.unique(score, return_inverse=True)[1]
    hits = np.bincount(place, weight * truth)
    misses = np.bincount(place, weight * ~truth)
    pairs = hits.sum() * misses.sum()
    below = np.cumsum(misses) - misses
    return float((hits * (below + misses / 2)).sum() / pairs) if pairs else float("nan")


def _mean_auc(judged: Sequence[Judged], weight: NDArray[np.float64]) -> float:
    """Return the mean over classes and folds.

    Scores of different folds are not compared: each fold's model knows the share of the class among
    the others, which is low where the fold's own is high, and small classes would be foreseen worse
    than by chance.
    """
    found = [
        weighted_auc(one.truth[here], one.score[here], weight[here])
        for one in judged
        for here in (one.fold == fold for fold in range(N_FOLDS))
    ]
    return float(np.nanmean(found))


def _interval(
    judged: Sequence[Judged], codes: NDArray[np.int64], n_people: int, seed: int
) -> tuple[float, float]:
    def drawn_auc(drawn: NDArray[np.int64]) -> float:
        times = np.bincount(drawn, minlength=n_people).astype(np.float64)
        return _mean_auc(judged, times[codes])

    return statistic_interval(
        drawn_auc, n_people, rng=np.random.default_rng(seed), n_resamples=N_RESAMPLES
    )
