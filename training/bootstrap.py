# pyright: strict
"""Percentile bootstrap over people: how far a number could differ by the draw of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHUNK = 50
"""Resamples drawn at a time: bounds memory."""


@dataclass(frozen=True)
class Interval:
    """A mean over people with its two-sided interval."""

    mean: float
    lower: float
    upper: float


def mean_interval(
    values: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
) -> Interval:
    """Return the mean over people with its percentile interval.

    Parameters
    ----------
    values : ndarray of shape (n_people,)
        One value a person; people without a value are left out beforehand.
    rng : Generator
        Alone decides the resamples: the same state gives the same interval.
    confidence : float, default=0.95
    n_resamples : int, default=2000

    Raises
    ------
    ValueError
        No values, a value that is not finite, or a parameter out of range.
    """
    _check(values, confidence, n_resamples)
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(_resampled_means(values, rng, n_resamples), [tail, 1 - tail])
    return Interval(float(values.mean()), float(lower), float(upper))


def paired_gain(
    values: NDArray[np.float64],
    baseline: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
) -> Interval:
    """Return the mean gain over a baseline on the same people, with its percentile interval.

    A person is drawn with both values, so that what makes a person easy or hard to serve cancels
    out. ``lower`` is the lower end of the two-sided interval: at 95%, a gain of nothing passes
    above 0 in at most about 2.5% of draws.

    Parameters
    ----------
    values, baseline : ndarray of shape (n_people,)
        Of the same people in the same order.
    rng, confidence, n_resamples
        See `mean_interval`.

    Raises
    ------
    ValueError
        The shapes differ, or as in `mean_interval`.
    """
    if values.shape != baseline.shape:
        raise ValueError(f"baseline must be of shape {values.shape}, got {baseline.shape}")
    return mean_interval(values - baseline, rng=rng, confidence=confidence, n_resamples=n_resamples)


def statistic_interval(
    statistic: Callable[[NDArray[np.int64]], float],
    n_people: int,
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
) -> tuple[float, float]:
    """Return the percentile interval of any statistic of resampled people.

    Parameters
    ----------
    statistic : callable
        Takes the row numbers of the people drawn, shape (n_people,).
    n_people : int
    rng, confidence, n_resamples
        See `mean_interval`.
    """
    values = [statistic(rng.integers(0, n_people, n_people)) for _ in range(n_resamples)]
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(values, [tail, 1 - tail])
    return float(lower), float(upper)


def _check(values: NDArray[np.float64], confidence: float, n_resamples: int) -> None:
    if values.ndim != 1 or not len(values):
        raise ValueError(f"values must be of shape (n_people,), got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"values must be finite, got {int((~np.isfinite(values)).sum())} others")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    if n_resamples < 1:
        raise ValueError(f"n_resamples must be positive, got {n_resamples}")


def _resampled_means(
    values: NDArray[np.float64], rng: np.random.Generator, n_resamples: int
) -> NDArray[np.float64]:
    means = [
        values[rng.integers(len(values), size=(min(CHUNK, n_resamples - start), len(values)))].mean(
            axis=1
        )
        for start in range(0, n_resamples, CHUNK)
    ]
    return np.concatenate(means)
