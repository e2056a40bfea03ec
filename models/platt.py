"""Platt scaling with weights, of many resamples at once: log-odds linear in a score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
N_STEPS, RIDGE = 25, 1e-4


def fit_platt(score: Floats, outcome: Floats, weight: Floats) -> Floats:
    """Return slope and intercept of each weighting, shape (n_weightings, 2).

    Logistic regression by Newton steps with a penalty that only bounds what is separable (Platt,
    "Probabilistic outputs for support vector machines", 1999).

    Parameters
    ----------
    score, outcome : ndarray of shape (n,)
    weight : ndarray of shape (n_weightings, n)
        How often each row counts; not negative.
    """
    centre, spread = float(score.mean()), float(score.std()) or 1.0
    x = (score - centre) / spread
    base = np.clip((weight @ outcome) / np.maximum(weight.sum(axis=1), 1e-12), 1e-6, 1 - 1e-6)
    slope, intercept = np.zeros(len(weight)), np.log(base / (1 - base))
    for _ in range(N_STEPS):
        p = expit(slope[:, None] * x + intercept[:, None])
        missed, curved = weight * (outcome - p), weight * p * (1 - p)
        g1, g0 = missed @ x - RIDGE * slope, missed.sum(axis=1)
        h11, h10, h00 = curved @ x**2 + RIDGE, curved @ x, curved.sum(axis=1) + RIDGE
        det = np.maximum(h11 * h00 - h10**2, 1e-12)
        step1, step0 = (h00 * g1 - h10 * g0) / det, (h11 * g0 - h10 * g1) / det
        slope, intercept = slope + np.clip(step1, -2, 2), intercept + np.clip(step0, -2, 2)
        if max(np.abs(step1).max(), np.abs(step0).max()) < 1e-9:
            break
    return np.column_stack([slope / spread, intercept - slope * centre / spread])


def slope_error(score: Floats, outcome: Floats, weight: Floats) -> tuple[float, float]:
    """Return the slope of Platt scaling and its standard error, robust to the weights.

    The sandwich of Huber and White: with weights, information alone would understate the error.
    """
    slope, intercept = fit_platt(score, outcome, weight[None, :])[0]
    x = np.column_stack([score, np.ones(len(score))])
    p = expit(slope * score + intercept)
    bread = np.linalg.pinv((x * (weight * p * (1 - p))[:, None]).T @ x)
    scores = x * (weight * (outcome - p))[:, None]
    return float(slope), float(np.sqrt((bread @ (scores.T @ scores) @ bread)[0, 0]))


def resampled_weights(weight: Floats, n_resamples: int, rng: np.random.Generator) -> Floats:
    """Return bootstrap weightings, shape (n_resamples, n): times drawn times the weight."""
    n = len(weight)
    return rng.multinomial(n, np.full(n, 1 / n), n_resamples) * weight


def expit(log_odds: Floats) -> Floats:
    """Return probabilities."""
    return 1 / (1 + np.exp(-np.clip(log_odds, -500, 500)))


def logit(probability: Floats | float) -> Floats:
    """Return log-odds; 0 and 1 are moved a hair inside."""
    inside = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.log(inside / (1 - inside))
