"""How good a list of flags is: lift, precision, net benefit; and how well calibrated a score is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

Flags = NDArray[np.bool_]
Outcomes = NDArray[np.float64]


def precision_at_capacity(flags: Flags, outcome: Outcomes) -> float:
    """Return the share of flagged people with the event; NaN if nobody is flagged."""
    return float(outcome[flags].mean()) if flags.any() else float("nan")


def lift_at_capacity(flags: Flags, outcome: Outcomes) -> float:
    """Return precision divided by the base rate; NaN without flags or events."""
    base = outcome.mean()
    return precision_at_capacity(flags, outcome) / base if base else float("nan")


def net_benefit(flags: Flags, outcome: Outcomes, threshold: float) -> float:
    """Return the net benefit of supporting the flagged, a person.

    ``TP / n - FP / n * threshold / (1 - threshold)`` (Vickers & Elkin, Medical Decision Making
    2006): one false flag costs ``threshold / (1 - threshold)`` of what one true flag gains.
    """
    true = (flags & (outcome == 1)).mean()
    false = (flags & (outcome == 0)).mean()
    return float(true - false * threshold / (1 - threshold))


def score_metrics(score: NDArray[np.float64], outcome: Outcomes) -> dict[str, float]:
    """Return ``auc`` and ``ap`` of any score."""
    return {
        "auc": float(roc_auc_score(outcome, score)),
        "ap": float(average_precision_score(outcome, score)),
    }


def calibration_metrics(probability: NDArray[np.float64], outcome: Outcomes) -> dict[str, float]:
    """Return ``brier``, ``mean_predicted_by_observed`` and ``calibration_slope`` (best: 1)."""
    log_odds = np.log(probability / (1 - probability)).reshape(-1, 1)
    slope = LogisticRegression(C=1e6).fit(log_odds, outcome).coef_[0, 0]
    return {
        "brier": float(brier_score_loss(outcome, probability)),
        "mean_predicted_by_observed": float(probability.mean() / outcome.mean()),
        "calibration_slope": float(slope),
    }
