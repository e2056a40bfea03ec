"""Vectorised draws that NumPy does not have, and one independent stream a purpose."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the random stream of one purpose: changing one part leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Turn log-odds into probabilities."""
    return 1 / (1 + np.exp(-x))


def pick(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """Draw one column a row, in proportion to non-negative weights of shape (n, n_choices)."""
    cumulative = np.cumsum(weights, axis=1)
    drawn = rng.random(len(weights)) * cumulative[:, -1]
    return (cumulative <= drawn[:, None]).sum(axis=1).clip(max=weights.shape[1] - 1)


def gumbel_order(rng: np.random.Generator, log_weights: np.ndarray, k: int) -> np.ndarray:
    """Draw `k` different columns a row, in order, in proportion to ``exp(log_weights)``.

    Columns at -inf may be returned where fewer than `k` others are left: check them.
    """
    noise = rng.gumbel(size=log_weights.shape)
    k = min(k, log_weights.shape[1])
    keys = log_weights + noise
    top = np.argpartition(-keys, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(keys, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)
