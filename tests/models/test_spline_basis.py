from __future__ import annotations

import json

import numpy as np
import pytest

from models.spline_basis import SplineBasis


def test_a_bent_line_is_fitted_exactly():
    x = np.linspace(0, 10, 401).reshape(-1, 1)
    basis = SplineBasis(n_knots=1).fit(x)
    design = np.column_stack([basis.transform(x), np.ones(401)])
    bent = np.abs(np.clip(x[:, 0], 0.05, 9.95) - 5)
    found = np.linalg.lstsq(design, bent, rcond=None)[0]
    np.testing.assert_allclose(design @ found, bent, atol=1e-9)
    assert basis.sources_.tolist() == [0, 0]


def test_gaps_are_marked_and_count_as_the_mean():
    x = np.r_[np.full(20, np.nan), np.arange(80.0)].reshape(-1, 1)
    design = SplineBasis().fit(x).transform(x)
    assert design.shape == (100, 2)
    assert design[0, 0] == 0
    assert design[0, 1] == pytest.approx(2.0)  # (1 - .2) / sqrt(.2 * .8)
    assert design[20:, 0].mean() == pytest.approx(0)


def test_skewed_numbers_enter_by_their_logarithm_and_far_ones_are_clipped():
    rng = np.random.default_rng(1)
    x = np.exp(rng.normal(0, 2, 2000)).reshape(-1, 1)
    basis = SplineBasis().fit(x)
    assert basis.steps_[0]["scale"] > 0
    assert abs(basis.transform(np.array([[1e9]]))[0, 0]) < 4


def test_constant_and_empty_numbers_say_nothing():
    x = np.column_stack([np.ones(30), np.full(30, np.nan), np.arange(30.0)])
    design = SplineBasis(n_knots=2).fit(x).transform(x)
    assert not design[:, :2].any()
    assert np.isfinite(design).all()
    assert SplineBasis().fit(np.empty((5, 0))).transform(np.empty((5, 0))).shape == (5, 0)


def test_reads_back_from_json_exactly():
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.normal(size=200), np.ones(200)])
    x[:15, 0] = np.nan
    basis = SplineBasis(n_knots=3).fit(x)
    restored = SplineBasis.from_dict(json.loads(json.dumps(basis.to_dict(), allow_nan=False)))
    np.testing.assert_array_equal(restored.transform(x), basis.transform(x))
