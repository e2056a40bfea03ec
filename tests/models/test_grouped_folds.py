from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.grouped_folds import deal_folds


def test_rows_are_dealt_evenly_with_their_events(rng):
    outcome = np.array([1.0] * 10 + [0.0] * 40)
    folds = deal_folds(outcome, None, 5, rng)
    assert np.bincount(folds).tolist() == [10] * 5
    assert np.bincount(folds, weights=outcome).tolist() == [2] * 5


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=3, max_size=60))
def test_no_group_is_split(rows):
    groups = np.array([f"p{group}" for group, _ in rows], dtype=object)
    outcome = np.array([float(event) for _, event in rows])
    n_groups = len(set(groups))
    folds = deal_folds(outcome, groups, min(3, n_groups), np.random.default_rng(1))
    for group in set(groups):
        assert len(set(folds[groups == group])) == 1
    assert set(folds) == set(range(min(3, n_groups)))


def test_fewer_groups_than_folds_is_an_error(rng):
    with pytest.raises(ValueError, match="n_folds must be at most the 2 groups, got 3"):
        deal_folds(np.array([1.0, 0, 0]), np.array(["a", "a", "b"]), 3, rng)
