import math

import numpy as np
import pytest

from training.support_metrics import (
    calibration_metrics,
    lift_at_capacity,
    net_benefit,
    precision_at_capacity,
    score_metrics,
)

FLAGS = np.array([True, True, False, False, False, False, False, False, False, False])
OUTCOME = np.array([1.0, 0, 1, 0, 0, 0, 0, 0, 0, 0])


def test_flag_metrics_by_hand():
    assert precision_at_capacity(FLAGS, OUTCOME) == 0.5  # one of two flags
    assert lift_at_capacity(FLAGS, OUTCOME) == pytest.approx(2.5)  # base rate 2 of 10
    # 1/10 true, 1/10 false, a false flag costs .2/.8 of a true one
    assert net_benefit(FLAGS, OUTCOME, 0.2) == pytest.approx(0.1 - 0.1 * 0.25)


def test_flag_metrics_without_flags_or_events():
    nobody = np.zeros(10, dtype=bool)
    assert math.isnan(precision_at_capacity(nobody, OUTCOME))
    assert math.isnan(lift_at_capacity(FLAGS, np.zeros(10)))
    assert net_benefit(nobody, OUTCOME, 0.2) == 0


def test_score_metrics_of_a_perfect_order():
    assert score_metrics(OUTCOME + 0.1, OUTCOME) == {"auc": 1.0, "ap": 1.0}


def test_calibration_of_true_probabilities_is_right():
    rng = np.random.default_rng(0)
    probability = rng.uniform(0.02, 0.5, 50_000)
    outcome = (rng.random(50_000) < probability).astype(float)
    metrics = calibration_metrics(probability, outcome)
    assert metrics["calibration_slope"] == pytest.approx(1, abs=0.05)
    assert metrics["mean_predicted_by_observed"] == pytest.approx(1, abs=0.03)
