from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.bootstrap import mean_interval, paired_gain


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_interval_of_a_constant_is_a_point():
    interval = mean_interval(np.full(20, 0.25), rng=rng())
    assert (interval.mean, interval.lower, interval.upper) == (0.25, 0.25, 0.25)


def test_interval_agrees_with_the_normal_one_for_many_people():
    values = rng(1).normal(3.0, 2.0, size=4_000)
    interval = mean_interval(values, rng=rng())
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert interval.mean == values.mean()
    assert interval.lower == pytest.approx(values.mean() - half, abs=0.005)
    assert interval.upper == pytest.approx(values.mean() + half, abs=0.005)


def test_the_same_rng_state_gives_the_same_interval():
    values = rng(1).random(50)
    assert mean_interval(values, rng=rng(4)) == mean_interval(values, rng=rng(4))
    assert mean_interval(values, rng=rng(4)) != mean_interval(values, rng=rng(5))


def test_pairing_removes_what_makes_people_differ():
    easy = rng(2).normal(size=300)
    gain = paired_gain(easy + 0.1, easy, rng=rng())
    assert gain.lower == pytest.approx(0.1)
    assert gain.upper == pytest.approx(0.1)


def test_no_gain_rarely_passes():
    passed = 0
    for seed in range(200):
        draw = rng(seed)
        gain = draw.normal(size=60)
        passed += paired_gain(gain, np.zeros(60), rng=draw, n_resamples=200).lower > 0
    assert passed / 200 < 0.06


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(-10, 10)))
def test_the_interval_lies_within_the_values(values):
    interval = mean_interval(values, rng=rng(), n_resamples=60)
    slack = 1e-9
    assert values.min() - slack <= interval.lower <= interval.upper <= values.max() + slack


@pytest.mark.parametrize(
    ("values", "parameters", "message"),
    [
        pytest.param(np.array([]), {}, r"of shape \(n_people,\), got \(0,\)", id="nobody"),
        pytest.param(np.zeros((2, 2)), {}, r"of shape \(n_people,\), got \(2, 2\)", id="matrix"),
        pytest.param(np.array([np.nan, 1.0]), {}, "values must be finite, got 1 others", id="NaN"),
        pytest.param(np.ones(3), {"confidence": 1.0}, "confidence must lie between", id="level"),
        pytest.param(np.ones(3), {"n_resamples": 0}, "n_resamples must be positive", id="none"),
    ],
)
def test_refuses(values, parameters, message):
    with pytest.raises(ValueError, match=message):
        mean_interval(values, rng=rng(), **parameters)


def test_refuses_baselines_of_other_people():
    with pytest.raises(ValueError, match=r"baseline must be of shape \(3,\), got \(2,\)"):
        paired_gain(np.ones(3), np.ones(2), rng=rng())
