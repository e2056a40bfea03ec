"""Whether probabilities hold within a group: mean predicted by observed, and the slope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]


def group_calibration(
    probability: Floats, outcome: Floats, limits: Mapping[str, Any], n_groups: int
) -> dict[str, Any]:
    """Judge one group's calibration, with intervals adjusted for the number of groups.

    Parameters
    ----------
    probability, outcome : ndarray of shape (n,)
        Of the group's people whose outcome is known.
    limits : mapping
        ``calibration`` of ``standards/fairness.toml``.
    n_groups : int
        Groups that are judged beside each other: the intervals cover ``1 - 0.05 / n_groups``
        (Bonferroni).

    Returns
    -------
    dict
        ``finding``: ``insufficient``, ``holds`` or ``fails``; but for the first
        ``predicted_by_observed`` and ``slope`` with ``_low`` and ``_high``. A group fails where an
        interval lies outside of the limits as a whole.
    """
    n_events = int(outcome.sum())
    if n_events < limits["min_events"] or n_events == len(outcome):
        return {"finding": "insufficient"}
    tail = 0.025 / n_groups
    ratio = _ratio(probability, outcome, tail)
    slope = _slope(probability, outcome, tail)
    outside = any(
        low > limits[f"highest_{name}"] or high < limits[f"lowest_{name}"]
        for name, (_, low, high) in (("ratio", ratio), ("slope", slope))
    )
    named = {"predicted_by_observed": ratio, "slope": slope}
    figures = {
        f"{name}{end}": value
        for name, triple in named.items()
        for end, value in zip(("", "_low", "_high"), triple, strict=True)
    }
    return {"finding": "fails" if outside else "holds"} | figures


def _ratio(probability: Floats, outcome: Floats, tail: float) -> tuple[float, float, float]:
    """Return mean predicted by observed, with the exact interval of the observed share."""
    n, k = len(outcome), int(outcome.sum())
    low, high = stats.beta.ppf(tail, k, n - k + 1), stats.beta.ppf(1 - tail, k + 1, n - k)
    mean = float(probability.mean())
    return mean * n / k, mean / float(high), mean / float(low)


def _slope(probability: Floats, outcome: Floats, tail: float) -> tuple[float, float, float]:
    """Return the slope of the outcome on the predicted log-odds, with its Wald interval."""
    clipped = np.clip(probability, 1e-9, 1 - 1e-9)
    log_odds = np.log(clipped / (1 - clipped))
    if np.ptp(log_odds) == 0:  # one probability for everybody has no slope
        return float("nan"), -float("inf"), float("inf")
    fitted = LogisticRegression(C=1e6).fit(log_odds[:, None], outcome)
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    expected = 1 / (1 + np.exp(-(slope * log_odds + intercept)))
    design = np.column_stack([np.ones_like(log_odds), log_odds])
    information = design.T @ (design * (expected * (1 - expected))[:, None])
    reach = float(stats.norm.ppf(1 - tail) * np.sqrt(np.linalg.inv(information)[1, 1]))
    return slope, slope - reach, slope + reach
