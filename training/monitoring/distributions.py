"""How a distribution is remembered without anybody in it, and how far another lies from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from features.small_cells import safe_spans

Floats = NDArray[np.float64]
TENTHS = np.arange(1, 10) / 10
FLOOR = 1e-4
"""Least share of a bin: an empty one would make the index infinite."""


def summarise(values: Floats) -> dict[str, Any]:
    """Return a distribution as the shares between its deciles; no smallest or largest value.

    Bins of fewer than five people are joined with their neighbours.

    Parameters
    ----------
    values : ndarray of shape (n,)
        NaN where not known.

    Returns
    -------
    dict
        ``n``, ``missing`` (share), ``edges`` (upper ends of all bins but the last), ``shares``
        (of what is known, one more than edges; empty where nothing is known).
    """
    known = values[~np.isnan(values)]
    missing = round(1 - len(known) / len(values), 4) if len(values) else 1.0
    if not len(known):
        return {"n": len(values), "missing": missing, "edges": [], "shares": []}
    edges = np.unique(np.quantile(known, TENTHS))
    edges = edges[edges < known.max()]
    spans = safe_spans(_counts(known, edges).tolist())
    kept = edges[[stop - 1 for _, stop in spans[:-1]]] if spans else edges[:0]
    shares = _counts(known, kept) / len(known)
    return {
        "n": len(values), "missing": missing, "edges": kept.tolist(), "shares": shares.tolist(),
    }  # fmt: skip


def shift(reference: Mapping[str, Any], values: Floats, alpha: float) -> dict[str, Any]:
    """Return how far live values lie from a remembered distribution.

    Parameters
    ----------
    reference : mapping
        See `summarise`.
    values : ndarray of shape (n,)
    alpha : float
        Of the chance level.

    Returns
    -------
    dict
        ``psi``: sum of ``(live - reference) * ln(live / reference)`` over the bins, missing values
        being one. ``psi_by_chance``: what it stays under with probability ``1 - alpha`` if
        nothing moved, for it is about chi-squared times ``1/n + 1/m`` (Yurdakul, 2018). ``ks``:
        the largest difference of the distribution functions at the edges. ``missing``: now.
    """
    known = values[~np.isnan(values)]
    before, now = np.array(reference["shares"]), np.zeros(len(reference["shares"]))
    if len(before) and len(known):
        now = _counts(known, np.array(reference["edges"])) / len(known)
    missing = 1 - len(known) / len(values)
    ks = float(np.abs(np.cumsum(now) - np.cumsum(before)).max()) if len(before) else 0.0
    whole = [
        np.r_[shares * (1 - gone), gone]
        for shares, gone in ((before, reference["missing"]), (now, missing))
    ]
    old, new = (np.maximum(shares, FLOOR) for shares in whole)
    chance = float(stats.chi2.ppf(1 - alpha, max(len(before), 1)))
    return {
        "psi": float(((new - old) * np.log(new / old)).sum()),
        "psi_by_chance": chance * (1 / reference["n"] + 1 / len(values)),
        "ks": ks if len(known) else None,
        "missing": missing,
    }


def _counts(values: Floats, edges: Floats) -> NDArray[np.int64]:
    return np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
