"""Vectorised draws that NumPy does not have, and one independent stream a purpose."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, purpose: str, employer: int = 0) -> np.random.Generator:
    """Return the random stream of one purpose: changing one part leaves the others as they were.

    Each employer has streams of its own, so that it comes out the same whoever simulates it when.
    """
    key = zlib.crc32(purpose.encode())
    return np.random.default_rng([seed, key, employer] if employer else [seed, key])


def poisson_at(place: np.ndarray, rate: np.ndarray, most: int = 31) -> np.ndarray:
    """Return the Poisson count at a place in [0, 1) of its distribution, at most `most`.

    The same place under two rates gives what the same luck would bring under each.

    >>> poisson_at(np.array([0.1, 0.5, 0.5]), np.array([1.0, 1.0, 3.0]))
    array([0, 1, 3])
    """
    term = np.exp(-rate)
    below, count = term.copy(), np.zeros(len(place), int)
    for number in range(1, most + 1):
        above = place >= below
        if not above.any():
            break
        count += above
        term = term * rate / number
        below += term
    return count


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
