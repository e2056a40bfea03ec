"""Metrics of judged rows, by period and over all, and gains on the same people, with intervals.

Resamples draw people with all their rows, so that who stands in several periods counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.disengagement_scores import Part, judge
from experiments.experiment.specification import LOWER_IS_BETTER, METRICS
from training.bootstrap import Interval
from training.support_metrics import calibration_metrics, lift_at_capacity, precision_at_capacity

N_RESAMPLES = 400
EDGE = 1e-6
Measured = dict[str, Interval]


def measure(task: str, rows: pd.DataFrame, seed: int) -> Measured:
    """Return each metric of the model over the rows, with its 95% interval."""
    return gains(task, rows, {}, seed)[0]


def gains(
    task: str, rows: pd.DataFrame, others: Mapping[str, pd.DataFrame | str], seed: int
) -> tuple[Measured, dict[str, Measured], dict[str, Measured]]:
    """Compare the model with others on the same rows.

    Parameters
    ----------
    task : str
    rows : DataFrame
        ``person`` and what `Judged.rows` holds.
    others : mapping of str to DataFrame or str
        Rows of another run, in the same order; or the name of a rival in these rows.

    Returns
    -------
    of_model, of_others, gained : dict
        Metrics; by other: its metrics, and what the model gains over it (less is a gain of the
        Brier score).
    """
    if task == "support":
        return _support(rows, others, seed)
    values = {"": _values(rows, None)}
    for name, one in others.items():
        values[name] = _values(rows, one) if isinstance(one, str) else _values(one, None)
    return _averages(values, rows["person"].to_numpy(), seed)


def rivals_of(rows: pd.DataFrame) -> list[str]:
    """Return the rivals that rows of the task `recommend` hold."""
    metric = METRICS["recommend"][0]
    names = map(str, rows.columns)
    return [name.partition(".")[2] for name in names if name.startswith(f"{metric}.")]


def best_rival(task: str, rows: pd.DataFrame) -> str:
    """Return the rival with the highest first metric."""
    if task == "support":
        return "rule"
    metric = METRICS["recommend"][0]
    return max(rivals_of(rows), key=lambda name: float(rows[f"{metric}.{name}"].mean()))


def at_capacity(rows: pd.DataFrame) -> dict[str, float]:
    """Return precision and lift of model and rule within capacity; NaN where nobody is flagged."""
    outcome = rows["outcome"].to_numpy(dtype=np.float64)
    found = {}
    for column, name in (("flagged", ""), ("rule_flagged", "rule_")):
        flags = rows[column].to_numpy(dtype=bool)
        found[f"{name}precision_at_capacity"] = precision_at_capacity(flags, outcome)
        found[f"{name}lift_at_capacity"] = lift_at_capacity(flags, outcome)
    return found


def calibration(rows: pd.DataFrame, seed: int) -> Measured:
    """Return calibration slope and mean predicted by observed, with 95% intervals over people."""
    probability = rows["probability"].to_numpy(dtype=np.float64)
    outcome = rows["outcome"].to_numpy(dtype=np.float64)
    codes = pd.factorize(rows["person"])[0]
    rng = np.random.default_rng(seed)
    names = list(calibration_at_all(rows))
    whole = list(calibration_at_all(rows).values())
    drawn = np.array([
        list(_calibrated(probability[at], outcome[at]).values())
        for at in _draws(codes, rng, N_RESAMPLES // 2)
    ])  # fmt: skip
    if np.isnan(drawn).all():
        return {
            name: Interval(value, np.nan, np.nan) for name, value in zip(names, whole, strict=True)
        }
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return {name: Interval(whole[i], float(low[i]), float(high[i])) for i, name in enumerate(names)}


def calibration_at_all(rows: pd.DataFrame) -> dict[str, float]:
    """Return calibration slope and mean predicted by observed; NaN without both outcomes."""
    return _calibrated(
        rows["probability"].to_numpy(dtype=np.float64), rows["outcome"].to_numpy(dtype=np.float64)
    )


def same_people(task: str, one: pd.DataFrame, other: pd.DataFrame) -> str:
    """Return why two runs' rows cannot be compared pair by pair, or nothing."""
    for column, what in (("period", "periods"), ("person", "people")):
        mine, theirs = set(one[column]), set(other[column])
        if mine != theirs:
            more = [f"{len(a - b):,} only of {who}" for a, b, who in (
                (mine, theirs, "the first"), (theirs, mine, "the other")) if a - b]  # fmt: skip
            shown = ", ".join(more)
            if column == "period":
                shown = f"{_listed(mine)} and {_listed(theirs)}"
            return f"they were judged on other {what}: {shown}"
    if len(one) != len(other) or not (one[KEYS].to_numpy() == other[KEYS].to_numpy()).all():
        return "they were judged on other rows of the same people"
    if task == "support" and not one["outcome"].equals(other["outcome"]):
        return "the same people had other outcomes: labels or data differ"
    return ""


KEYS = ["period", "person", "case"]


def _listed(periods: set[Any]) -> str:
    return ", ".join(sorted(map(str, periods)))


def _support(
    rows: pd.DataFrame, others: Mapping[str, pd.DataFrame | str], seed: int
) -> tuple[Measured, dict[str, Measured], dict[str, Measured]]:
    scores = {"": rows["probability"].to_numpy(dtype=np.float64)}
    for name, one in others.items():
        frame, column = (rows, one) if isinstance(one, str) else (one, "probability")
        scores[name] = frame[column].to_numpy(dtype=np.float64)
    part = Part(np.arange(len(rows)), rows["outcome"].to_numpy(dtype=np.float64), scores)
    found = judge(
        [part],
        rows["person"].to_numpy(),
        rng=np.random.default_rng(seed),
        n_resamples=N_RESAMPLES,
    )
    gained = {
        name: {m: _turned(m, interval) for m, interval in found.gains[name].items()
               if not (isinstance(others[name], str) and m == "brier")}
        for name in others
    }  # fmt: skip
    return found.metrics[""], {name: found.metrics[name] for name in others}, gained


def _calibrated(probability: np.ndarray, outcome: np.ndarray) -> dict[str, float]:
    names = ("calibration_slope", "mean_predicted_by_observed")
    if not 0 < outcome.sum() < len(outcome) or np.ptp(probability) == 0:
        return dict.fromkeys(names, float("nan"))
    own = calibration_metrics(np.clip(probability, EDGE, 1 - EDGE), outcome)
    return {name: own[name] for name in names}


def _turned(metric: str, gain: Interval) -> Interval:
    if metric not in LOWER_IS_BETTER:
        return gain
    return Interval(-gain.mean, -gain.upper, -gain.lower)


def _values(rows: pd.DataFrame, rival: str | None) -> np.ndarray:
    end = "" if rival is None else f".{rival}"
    return rows[[f"{metric}{end}" for metric in METRICS["recommend"]]].to_numpy(dtype=np.float64)


def _averages(
    values: Mapping[str, np.ndarray], people: np.ndarray, seed: int
) -> tuple[Measured, dict[str, Measured], dict[str, Measured]]:
    codes = pd.factorize(people)[0]
    n_people, rng = codes.max() + 1, np.random.default_rng(seed)
    sums = {name: _sums(codes, own, n_people) for name, own in values.items()}
    counts = np.bincount(codes, minlength=n_people).astype(np.float64)
    drawn = {name: np.empty((N_RESAMPLES, own.shape[1])) for name, own in values.items()}
    for i in range(N_RESAMPLES):
        weight = np.bincount(rng.integers(0, n_people, n_people), minlength=n_people)
        for name, own in sums.items():
            drawn[name][i] = weight @ own / (weight @ counts)
    whole = {name: own.mean(axis=0) for name, own in values.items()}
    others = [name for name in values if name]
    return (
        _intervals(whole[""], drawn[""]),
        {name: _intervals(whole[name], drawn[name]) for name in others},
        {name: _intervals(whole[""] - whole[name], drawn[""] - drawn[name]) for name in others},
    )


def _sums(codes: np.ndarray, values: np.ndarray, n_people: int) -> np.ndarray:
    columns = [np.bincount(codes, weights=column, minlength=n_people) for column in values.T]
    return np.stack(columns, axis=1)


def _intervals(whole: np.ndarray, drawn: np.ndarray) -> Measured:
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return {
        name: Interval(float(whole[i]), float(low[i]), float(high[i]))
        for i, name in enumerate(METRICS["recommend"])
    }


def _draws(codes: np.ndarray, rng: np.random.Generator, n: int) -> Sequence[np.ndarray]:
    """Return rows of people drawn with replacement, each with all rows."""
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max() + 2))
    out = []
    for _ in range(n):
        drawn = rng.integers(0, codes.max() + 1, codes.max() + 1)
        out.append(np.concatenate([order[starts[p] : starts[p + 1]] for p in drawn]))
    return out
