from __future__ import annotations

import numpy as np
import pytest

from models.interactions import steps
from models.transitions import Transitions, forward_pairs
from tests.models.contracts import GeneratorContract

COURSES = ["budget", "excel", "law", "lead", "speak"]


class TestContract(GeneratorContract):
    make = Transitions


class TestContractOfBackward(GeneratorContract):
    @staticmethod
    def make():
        return Transitions(backward=True, target_power=0.3, name="before")


def test_pairs_are_counted_forward_and_decay_with_the_steps_between(tiny_cases):
    pairs = forward_pairs(steps(tiny_cases, COURSES), 5, 0.5)
    expected = np.zeros((5, 5))
    expected[1, 0] = 2  # excel then budget: ani, budi
    expected[0, 2] = 2  # budget then law: ani, citra
    expected[1, 2] = 0.5 + 1  # ani two steps later, dewi next
    expected[2, 3] = 1  # law then lead: citra
    expected[0, 3] = 0.5
    expected[1, 4] = 1  # dewi; law and speak began on the same day, so neither follows
    np.testing.assert_array_equal(pairs, expected)


def test_score_is_the_recency_weighted_mean_of_what_follows(tiny_cases, tiny_catalogue):
    model = Transitions(decay=0.5, recency=0.5, shrinkage=0).fit(tiny_cases, tiny_catalogue)
    scores = model.score(tiny_cases)
    # budi took excel, then budget. Takers: excel 3, budget 3; law follows excel 1.5, budget 2
    # times.
    assert scores[1, 2] == pytest.approx((0.5 * 1.5 / 3 + 1 * 2 / 3) / 1.5)
    assert scores[1, 3] == pytest.approx(1 * 0.5 / 3 / 1.5)


def test_tiny_recency_and_decay_leave_the_immediate_next_of_the_latest(tiny_cases, tiny_catalogue):
    model = Transitions(decay=1e-9, recency=1e-9, shrinkage=0).fit(tiny_cases, tiny_catalogue)
    np.testing.assert_allclose(model.score(tiny_cases)[1], [0, 0, 2 / 3, 0, 0], atol=1e-8)


def test_backward_counts_what_came_before(tiny_cases, tiny_catalogue):
    model = Transitions(backward=True, decay=0.5, recency=1.0, shrinkage=0, source_power=0.0)
    scores = model.fit(tiny_cases, tiny_catalogue).score(tiny_cases)
    assert scores[1, 1] == pytest.approx(2 / 2)  # before budget came excel twice


def test_powers_divide_out_frequency(tiny_cases, tiny_catalogue):
    plain = Transitions(source_power=0, shrinkage=0).fit(tiny_cases, tiny_catalogue)
    divided = Transitions(source_power=0, shrinkage=0, target_power=1.0)
    divided = divided.fit(tiny_cases, tiny_catalogue)
    taken = np.array([3, 3, 3, 1, 1])
    np.testing.assert_allclose(divided.score(tiny_cases), plain.score(tiny_cases) / taken[None, :])


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        pytest.param({"decay": 0}, "decay must be above 0 and at most 1, got 0", id="decay"),
        pytest.param({"recency": 1.5}, "recency must be above 0 and at most 1", id="recency"),
        pytest.param({"shrinkage": -1}, "shrinkage must not be negative, got -1", id="shrinkage"),
    ],
)
def test_fit_refuses(parameter, message, tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match=message):
        Transitions(**parameter).fit(tiny_cases, tiny_catalogue)
