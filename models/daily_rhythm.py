"""What a sequence of daily counts says: how much, how recently, how regularly, compared to whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

WEEK = 7


def daily_rhythm(
    counts: np.ndarray, kinds: list[str], *, first_weekday: np.ndarray, groups: np.ndarray
) -> pd.DataFrame:
    """Return figures of each person's daily counts.

    Parameters
    ----------
    counts : ndarray of shape (n, n_days, n_kinds)
        Events of each kind on each day, the last day last; `n_days` at least 14.
    kinds : list of str
    first_weekday : ndarray of int, shape (n,)
        Of the first day; Monday is 0.
    groups : ndarray of shape (n,)
        Who is compared with whom (a course): ranks and the group's own activity, without labels.

    Returns
    -------
    DataFrame of shape (n, n_figures)
        Days count backwards from the last (0: active on the last day; n_days: never).
    """
    totals = counts.sum(axis=2)
    figures = {
        **_amounts(counts, totals, kinds),
        **_active_days(totals),
        **_shape(counts, totals, first_weekday),
        **_recency_of_kinds(counts, kinds),
    }
    compared = ["n_active_days", "since_last", "log_total", "log_week_1", "n_active_14"]
    for name in compared:
        figures[f"{name} rank"] = _rank_within(figures[name], groups)
    return pd.DataFrame({**figures, **_of_group(totals, groups)})


def _amounts(counts: np.ndarray, totals: np.ndarray, kinds: list[str]) -> dict[str, np.ndarray]:
    n_days = totals.shape[1]
    out = {"log_total": np.log1p(totals.sum(axis=1))}
    for j, kind in enumerate(kinds):
        out[f"log {kind}"] = np.log1p(counts[:, :, j].sum(axis=1))
        out[f"log {kind} last week"] = np.log1p(counts[:, -WEEK:, j].sum(axis=1))
    for week in range(n_days // WEEK):
        part = totals[:, n_days - WEEK * (week + 1) : n_days - WEEK * week]
        out[f"log_week_{week + 1}"] = np.log1p(part.sum(axis=1))
        out[f"n_active_week_{week + 1}"] = (part > 0).sum(axis=1).astype(np.float64)
    for day in range(WEEK):
        out[f"log_day_{day}"] = np.log1p(totals[:, n_days - 1 - day])
    return out


def _active_days(totals: np.ndarray) -> dict[str, np.ndarray]:
    """Return counts of active days, streaks and gaps."""
    active = totals > 0
    n, n_days = active.shape
    day = np.arange(n_days)
    ever = active.any(axis=1)
    last = np.where(ever, n_days - 1 - np.argmax(active[:, ::-1], axis=1), -1)
    first = np.where(ever, np.argmax(active, axis=1), n_days)
    n_active = active.sum(axis=1).astype(np.float64)
    run = longest = pause = longest_pause = np.zeros(n)
    for d in day:
        run = np.where(active[:, d], run + 1, 0)
        longest = np.maximum(longest, run)
        pause = np.where(active[:, d] | (d < first), 0, pause + 1)
        longest_pause = np.where(d < last, np.maximum(longest_pause, pause), longest_pause)
    since = n_days - 1.0 - last
    mean_gap = np.where(n_active > 1, (last - first) / np.maximum(n_active - 1, 1), np.nan)
    weights = np.where(active, 0.9 ** (n_days - 1 - day), 0).sum(axis=1)
    return {
        "n_active_days": n_active,
        "n_active_3": active[:, -3:].sum(axis=1).astype(np.float64),
        "n_active_14": active[:, -2 * WEEK :].sum(axis=1).astype(np.float64),
        "decayed_active_days": weights,
        "since_first": n_days - 1.0 - np.minimum(first, n_days - 1),
        "since_last": since,
        "current_streak": run.astype(np.float64),
        "longest_streak": longest.astype(np.float64),
        "longest_pause": longest_pause,
        "mean_gap": mean_gap,
        "pause_by_gap": since / np.maximum(mean_gap, 1),
        "share_active_since_first": n_active / np.maximum(n_days - first, 1),
    }


def _shape(
    counts: np.ndarray, totals: np.ndarray, first_weekday: np.ndarray
) -> dict[str, np.ndarray]:
    """Return trend, concentration over days and kinds, weekend share, the last active day."""
    n_days = totals.shape[1]
    day = np.arange(n_days) - (n_days - 1) / 2
    log = np.log1p(totals)
    whole = np.maximum(totals.sum(axis=1), 1)
    weekend = (first_weekday[:, None] + np.arange(n_days)) % WEEK >= 5
    active = totals > 0
    last = n_days - 1 - np.argmax(active[:, ::-1], axis=1)
    return {
        "trend": log @ day / (day**2).sum(),
        "late_share": totals[:, -WEEK:].sum(axis=1) / whole,
        "entropy_days": _entropy(totals / whole[:, None]),
        "entropy_kinds": _entropy(counts.sum(axis=1) / whole[:, None]),
        "weekend_share": (totals * weekend).sum(axis=1) / whole,
        "log_last_active": log[np.arange(len(log)), last],
        "log_per_active_day": np.log1p(whole / np.maximum(active.sum(axis=1), 1)),
        "last_weekday": (first_weekday + n_days - 1.0) % WEEK,
    }


def _recency_of_kinds(counts: np.ndarray, kinds: list[str]) -> dict[str, np.ndarray]:
    active = counts > 0
    n_days = counts.shape[1]
    last = np.argmax(active[:, ::-1, :], axis=1).astype(np.float64)
    last[~active.any(axis=1)] = n_days
    return {f"since_last {kind}": last[:, j] for j, kind in enumerate(kinds)} | {
        f"days {kind}": active[:, :, j].sum(axis=1).astype(np.float64)
        for j, kind in enumerate(kinds)
    }


def _entropy(shares: np.ndarray) -> np.ndarray:
    return -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=1)


def _rank_within(value: np.ndarray, groups: np.ndarray) -> np.ndarray:
    out = np.empty(len(value))
    for group in np.unique(groups):
        inside = groups == group
        out[inside] = (rankdata(value[inside]) - 0.5) / inside.sum()
    return out


def _of_group(totals: np.ndarray, groups: np.ndarray) -> dict[str, np.ndarray]:
    """Return how active a person's group is: late by early, and on the last days."""
    active = (totals > 0).astype(np.float64)
    late = np.empty(len(totals))
    last = np.empty(len(totals))
    for group in np.unique(groups):
        inside = groups == group
        mean = active[inside].mean(axis=0)
        late[inside] = mean[-WEEK:].mean() / max(mean.mean(), 1e-9)
        last[inside] = mean[-WEEK:].mean()
    return {"group late by all": late, "group active last week": last}
