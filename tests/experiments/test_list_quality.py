from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.list_quality import (
    Shelf,
    coverage,
    diversity,
    exposure_of,
    gini,
    novelty,
    whole_lists,
)

SCORES = np.array([[3.0, 2.0, 1.0, -np.inf], [1.0, 1.0, 2.0, -np.inf], [-np.inf] * 4])


def test_shelf_holds_the_highest_finite_scores():
    assert Shelf.of(SCORES, 2).listed.tolist() == [
        [True, True, False, False],
        [True, False, True, False],
        [False] * 4,
    ]


def test_exposure_counts_lists():
    exposure = exposure_of(Shelf.of(SCORES, 2))
    assert exposure.tolist() == [2, 1, 1, 0]
    assert whole_lists(exposure, 2) == {
        "coverage_at_2": 0.75,
        # sorted 0 1 1 2: (-3*0 - 1*1 + 1*1 + 3*2) / (4 * 4)
        "exposure_gini_at_2": pytest.approx(6 / 16),
    }


def test_novelty_is_the_mean_information_in_bits():
    bits = novelty(Shelf.of(SCORES, 2), np.array([3, 1, 0, 0]), 7)
    assert bits[:2].tolist() == [(1 + 2) / 2, (1 + 3) / 2]
    assert np.isnan(bits[2])


def test_diversity_is_the_mean_unlikeness_of_pairs():
    likeness = np.eye(4)
    likeness[0, 1] = likeness[1, 0] = 0.5
    found = diversity(Shelf.of(SCORES, 3), likeness)
    assert found[0] == pytest.approx(1 - 0.5 / 3)
    assert np.isnan(found[2])
    assert np.isnan(diversity(Shelf.of(SCORES, 1), likeness)).all()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_inequality_and_coverage_are_shares(exposure):
    counts = np.array(exposure)
    assert 0 <= gini(counts) < 1
    assert 0 <= coverage(counts) <= 1
    assert gini(np.full(len(counts), 3)) == pytest.approx(0)


def test_one_course_in_all_lists_is_most_unequal():
    assert gini(np.array([0, 0, 0, 9])) == pytest.approx(0.75)
