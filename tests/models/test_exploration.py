"""Places filled by lot: the chance that is kept is the chance it had, and no rule is broken."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.course_set import CourseFacts, Needs, legal_and_useful
from models.exploration import BestPick, Exploration, LotPick
from models.set_choice import choose_set

VALUE = np.array([[3.0, 1, 2, -np.inf]])


@pytest.mark.parametrize(
    ("lot", "column", "propensity", "explored"),
    [
        pytest.param(0.5, 0, 0.8, False, id="the best"),
        pytest.param(0.2, 0, 0.8, False, id="the share itself is beyond it"),
        pytest.param(0.0, 2, 0.1, True, id="the first of two others"),
        pytest.param(0.11, 1, 0.1, True, id="the second of two others"),
    ],
)
def test_a_place_by_hand(lot, column, propensity, explored):
    pick = LotPick(np.array([[lot]]), 0.2, 10)
    assert pick(VALUE, 0).tolist() == [column]
    assert pick.propensity[0].tolist() == pytest.approx([propensity])
    assert pick.explored[0].tolist() == [explored]
    assert pick.pools[0].tolist() == [[0, 2, 1, -1]]


def test_the_lot_falls_on_the_next_best_alone():
    pick = LotPick(np.array([[0.19]]), 0.2, 1)
    assert pick(VALUE, 0).tolist() == [2]
    assert pick.propensity[0].tolist() == pytest.approx([0.2])


@pytest.mark.parametrize("value", [[[1.0, -np.inf]], [[-np.inf, -np.inf]]])
def test_where_nothing_else_is_open_the_choice_is_certain(value):
    pick = LotPick(np.array([[0.0]]), 0.2, 10)
    assert pick(np.array(value), 0).tolist() == [0]
    assert pick.propensity[0].tolist() == [1.0]
    assert not pick.explored[0].any()


def test_courses_are_shown_as_often_as_the_propensities_say():
    n = 40_000
    explorer = Exploration("test", share=0.2, among=3)
    ids = pd.Series([f"e{i}" for i in range(n)])
    pick = explorer.pick(ids, 1)
    chosen = pick(np.tile([4.0, 3, 2, 1, 0], (n, 1)), 0)
    seen = np.bincount(chosen, minlength=5) / n
    # standard deviations of .002 and .0012
    assert seen[0] == pytest.approx(0.8, abs=0.01)
    assert seen[1:4] == pytest.approx(np.full(3, 0.2 / 3), abs=0.006)
    assert seen[4] == 0


def test_without_a_share_the_best_is_always_taken():
    pick = Exploration("test", share=0).pick(pd.Series(["ani"]), 1)
    assert pick(VALUE, 0).tolist() == BestPick()(VALUE, 0).tolist() == [0]
    assert pick.propensity[0].tolist() == [1.0]


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.9), st.integers(1, 4))
def test_a_list_with_lots_keeps_every_rule(seed, share, among):
    rng = np.random.default_rng(seed)
    n, courses = 6, [f"c{i}" for i in range(7)]
    facts = CourseFacts(courses, ["A", "B"], rng.integers(0, 4, (7, 2)).astype(float),
                        rng.integers(1, 12, 7).astype(float), np.arange(7),
                        rng.integers(-1, 3, 7))  # fmt: skip
    needs = Needs(rng.integers(0, 3, (n, 2)) * 1.0, rng.integers(0, 4, (n, 2)) * 1.0,
                  rng.choice([24.0, np.inf], n), np.zeros(n, dtype=bool))  # fmt: skip
    scores = np.where(
        legal_and_useful(rng.random((n, 7)) < 0.8, needs, facts), rng.random((n, 7)), -np.inf
    )
    pick = LotPick(rng.random((n, 4)), share, among)
    row, column, rank = choose_set(scores, needs, facts, 4, pick=pick)
    for person in range(n):
        own = column[row == person]
        assert rank[row == person].tolist() == list(range(1, len(own) + 1))
        assert len(set(own)) == len(own)
        assert np.isfinite(scores[person, own]).all()
        assert facts.jp[own].sum() <= needs.jp_left[person]
        level = needs.level[person].copy()
        for course in own:
            gain = np.minimum(facts.taught[course], needs.required[person]) - level
            assert gain.max() > 0 or not needs.evidenced[person]
            level = np.maximum(level, facts.taught[course])


def test_chances_are_remembered_person_by_person():
    explorer = Exploration("test", share=0.5, among=2)
    assert explorer.places().empty
    people = pd.Series(["ani", "budi"])
    pick = LotPick(np.array([[0.9, 0.0], [0.0, 0.9]]), 0.5, 2)
    value = np.array([[3.0, 2, 1], [3, 2, 1]])
    first = pick(value, 0)
    value[np.arange(2), first] = -np.inf
    pick(value, 1)
    explorer.remember(people, pick, np.array([0, 0, 1]), np.array([1, 2, 1]))
    places = explorer.places()
    assert places.drop(columns="pool").to_dict("split")["data"] == [
        ["ani", 1, 0.5, False],
        ["ani", 2, 0.5, True],  # one other is open there: the lot falls on it for certain
        ["budi", 1, 0.25, True],
    ]
    assert [pool.tolist() for pool in places["pool"]] == [[0, 1, 2], [1, 2], [0, 1, 2]]


@pytest.mark.parametrize(
    ("share", "among", "message"),
    [
        (1.0, 1, "share must be at least 0 and below 1, got 1.0"),
        (-0.1, 1, "share must be at least 0 and below 1, got -0.1"),
        (0.1, 0, "among must be positive, got 0"),
    ],
)
def test_parameters_are_checked(share, among, message):
    with pytest.raises(ValueError, match=message):
        LotPick(np.zeros((1, 1)), share, among)


def test_the_declared_share_is_small():
    explorer = Exploration("test")
    assert 0 < explorer.share <= 0.1
    assert explorer.among > 1
