"""Figures of a run on support needs for the page; nothing on a group that is too small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.small_cells import SMALLEST_GROUP, SMALLEST_SUPPORT_GROUP, is_small

SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
N_BANDS = 10


@dataclass(frozen=True)
class Band:
    """Rows of neighbouring probabilities, and how often the event came."""

    n_rows: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class AtShare:
    """What flagging the highest share of the rows would find."""

    share: float
    precision: float
    recall: float
    lift: float


def enough(rows: pd.DataFrame) -> bool:
    """Return whether figures on support needs may be shown: 20 people, 5 of either outcome."""
    people = rows["person"]
    with_event = people[rows["outcome"] == 1].nunique()
    without = people[rows["outcome"] == 0].nunique()
    return people.nunique() >= SMALLEST_SUPPORT_GROUP and min(with_event, without) >= SMALLEST_GROUP


def bands(rows: pd.DataFrame) -> list[Band]:
    """Return tenths of the rows by probability, joined until none tells of few.

    Each holds 20 people, and no or 5 events and as many others; equal probabilities stay together.
    """
    place = rows["probability"].rank(method="average", pct=True).to_numpy()
    tenth = np.minimum((place * N_BANDS).astype(int), N_BANDS - 1)
    joined: list[list[int]] = []
    for k in range(N_BANDS):
        if joined and not _may_stand(rows[np.isin(tenth, joined[-1])]):
            joined[-1].append(k)
        elif (tenth == k).any():
            joined.append([k])
    while len(joined) > 1 and not _may_stand(rows[np.isin(tenth, joined[-1])]):
        last = joined.pop()
        joined[-1] += last
    parts = [rows[np.isin(tenth, one)] for one in joined]
    return [
        Band(len(own), float(own["probability"].mean()), float(own["outcome"].mean()))
        for own in parts
        if _may_stand(own)
    ]


def at_shares(rows: pd.DataFrame, column: str, shares: tuple[float, ...] = SHARES) -> list[AtShare]:
    """Return what flagging the highest scores would find, where that is about 20 people.

    Rows of equal scores count by the mean of all their orders.
    """
    outcome = rows["outcome"].to_numpy(dtype=np.float64)
    ordered = mean_outcome_by_score(rows[column].to_numpy(dtype=np.float64), outcome)
    people = rows["person"].to_numpy()[np.argsort(-rows[column].to_numpy(), kind="stable")]
    found, out = np.cumsum(ordered), []
    for share in shares:
        n = round(share * len(rows))
        if n and len(set(people[:n])) >= SMALLEST_SUPPORT_GROUP:
            precision = float(found[n - 1] / n)
            recall = float(found[n - 1] / outcome.sum())
            out.append(AtShare(share, precision, recall, precision / float(outcome.mean())))
    return out


def mean_outcome_by_score(score: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return outcomes from the highest score down; ties share their mean.

    >>> mean_outcome_by_score(np.array([1.0, 2.0, 1.0]), np.array([1.0, 0.0, 0.0])).tolist()
    [0.0, 0.5, 0.5]
    """
    means = pd.Series(outcome).groupby(score).transform("mean").to_numpy()
    return means[np.argsort(-score, kind="stable")]


def _may_stand(rows: pd.DataFrame) -> bool:
    n_events = int(rows["outcome"].sum())
    few = is_small(n_events) or is_small(len(rows) - n_events)
    return rows["person"].nunique() >= SMALLEST_SUPPORT_GROUP and not few
