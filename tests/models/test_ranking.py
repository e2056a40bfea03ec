"""The best of each row, against a full stable sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.ranking import lowest, top_pairs

TIED = arrays(
    np.float64, st.tuples(st.integers(0, 4), st.integers(1, 7)), elements=st.integers(-2, 2)
).map(lambda scores: np.where(scores == -2, -np.inf, scores))


@given(TIED, st.integers(0, 9))
def test_the_lowest_are_those_that_a_stable_sort_puts_first(keys: np.ndarray, n: int) -> None:
    expected = np.zeros(keys.shape, dtype=bool)
    np.put_along_axis(expected, np.argsort(keys, axis=1, kind="stable")[:, :n], True, axis=1)
    assert lowest(keys, n).tolist() == expected.tolist()


@given(TIED, st.integers(0, 9))
def test_pairs_are_the_finite_ones_of_a_stable_sort(scores: np.ndarray, k: int) -> None:
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    expected = [
        (row, column, rank)
        for row, columns in enumerate(order.tolist())
        for rank, column in enumerate(columns, start=1)
        if np.isfinite(scores[row, column])
    ]
    assert list(zip(*(one.tolist() for one in top_pairs(scores, k)), strict=True)) == expected
