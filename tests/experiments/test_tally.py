from __future__ import annotations

import numpy as np
import pytest

from experiments.tally import Moment, Tally, by_lot, clustered_intervals
from training.bootstrap import Interval, mean_interval


def moment(relevant: list[list[int]], **changes) -> Moment:
    shape = np.shape(relevant)
    content = {
        "person": np.array([f"e{i}" for i in range(shape[0])]),
        "relevant": np.array(relevant, dtype=bool),
        "allowed": np.ones(shape, dtype=bool),
        "likeness": np.eye(shape[1]),
        "n_takers": np.zeros(shape[1], dtype=int),
        "n_known": 3,
    }
    return Moment(**(content | changes))


def twelve_courses(found_at: int) -> np.ndarray:
    """Scores of twelve courses that put the first at this place, from 1."""
    scores = np.arange(12, 0, -1.0)
    return np.r_[13 - found_at - 0.5 + (found_at == 1), scores[1:]]


def test_who_took_nothing_is_not_judged_and_what_is_forbidden_is_not_found():
    allowed = np.ones((3, 12), dtype=bool)
    allowed[2, 0] = False
    relevant = [[1] + [0] * 11, [0] * 12, [1] + [0] * 11]
    tally = Tally(0)
    tally.add("a", np.tile(twelve_courses(1), (3, 1)), moment(relevant, allowed=allowed))
    assert (tally.n_cases, tally.n_people) == (1, 1)
    row = tally.rows()[0]
    assert row.metrics["recall_at_10"].mean == 1
    assert row.metrics["novelty_at_10"].mean == 2  # nobody of 3: -log2(1 / 4)
    assert row.metrics["diversity_at_10"].mean == 1
    assert row.lists["coverage_at_10"] == pytest.approx(10 / 12)


def test_moments_are_pooled_case_by_case():
    relevant = [[1] + [0] * 11]
    tally = Tally(0)
    tally.add("a", twelve_courses(1)[None], moment(relevant))
    tally.add("a", twelve_courses(12)[None], moment(relevant))
    assert (tally.n_cases, tally.n_people) == (2, 1)
    recall = tally.rows()[0].metrics["recall_at_10"]
    # one person alone: every resample is the same
    assert recall == Interval(0.5, 0.5, 0.5)
    assert tally.rows()[0].lists["coverage_at_10"] == pytest.approx(11 / 12)


def test_segments_judge_some_people_and_some_hits():
    relevant = [[1, 1] + [0] * 10, [0, 1] + [0] * 10]
    first = np.arange(12) == 0
    tally = Tally(0)
    tally.add(
        "a",
        np.tile(twelve_courses(12), (2, 1)),
        moment(
            relevant,
            segments={
                "one": (np.array([True, False]), None),
                "first course": (None, first),
                "nobody": (np.array([False, False]), None),
            },
        ),
    )
    found = {each.segment: each for each in tally.segments()}
    assert list(found) == ["first course", "one"]
    assert found["one"].metrics["recall_at_10"].mean == 0.5
    assert found["first course"].n_cases == 1
    assert found["first course"].metrics["recall_at_10"].mean == 0


def test_gains_are_paired():
    relevant = [[1] + [0] * 11] * 4
    tally = Tally(0)
    tally.add("good", np.tile(twelve_courses(1), (4, 1)), moment(relevant))
    tally.add("bad", np.tile(twelve_courses(12), (4, 1)), moment(relevant))
    (gain,) = tally.gains("good")
    assert (gain.over, gain.metric) == ("bad", "ndcg_at_10")
    assert gain.interval == Interval(1, 1, 1)


def test_equal_scores_are_ordered_by_the_same_lot_for_every_model():
    scores = np.array([[1.0, 1.0, 3.0, -np.inf]] * 50)
    dealt = by_lot(scores, 7)
    np.testing.assert_array_equal(dealt, by_lot(scores * 2, 7))
    assert (dealt.argmax(axis=1) == 2).all()
    assert np.isneginf(dealt[:, 3]).all()
    first_wins = (dealt[:, 0] > dealt[:, 1]).mean()
    assert 0.2 < first_wins < 0.8


def test_a_person_is_drawn_with_all_their_cases():
    values = np.array([1.0] * 50 + [0.0] * 50)
    apart = interval(values, np.arange(100).astype(str))
    together = interval(values, np.repeat(["a", "b"], 50))
    assert apart.mean == together.mean == 0.5
    assert 0 < apart.upper - apart.lower < 0.25
    assert (together.lower, together.upper) == (0, 1)


def test_cases_without_a_value_are_left_out():
    person = np.array(["a", "b"])
    assert interval(np.array([0.25, np.nan]), person) == Interval(0.25, 0.25, 0.25)
    assert np.isnan(interval(np.array([np.nan, np.nan]), person).mean)


def test_the_interval_is_that_of_the_plain_bootstrap_where_nobody_stands_twice():
    values = np.random.default_rng(1).random(200)
    found = interval(values, np.arange(200).astype(str))
    plain = mean_interval(values, rng=np.random.default_rng(0))
    assert found.mean == pytest.approx(plain.mean)
    assert found.lower == pytest.approx(plain.lower, abs=0.005)
    assert found.upper == pytest.approx(plain.upper, abs=0.005)


def interval(values: np.ndarray, person: np.ndarray) -> Interval:
    return clustered_intervals({"x": values}, person, 0)["x"]
