"""Judging a challenger from another's lists: counted by hand, and against a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from models.off_policy import Decisions, OffPolicyError, compare, cross_fitted_rewards


def decisions(reward, propensity, agrees, person=None, possible=None) -> Decisions:
    return Decisions(
        np.arange(len(reward)) if person is None else np.array(person),
        np.array(reward, dtype=float),
        np.array(propensity, dtype=float),
        np.array(agrees, dtype=float),
        np.ones(len(reward), dtype=bool) if possible is None else np.array(possible),
    )


def test_estimates_are_weighted_means():
    # weights 2, 0, 4, 0: of what agrees, the third place stands for twice the first
    own = decisions([1, 1, 0, 0], [0.5, 0.5, 0.25, 0.75], [1, 0, 1, 0])
    nothing = np.zeros(4)
    found = compare(own, nothing, nothing, rng=np.random.default_rng(0))
    assert found.shown.value == 0.5
    assert found.snipw.value == pytest.approx(2 / 6)
    assert found.doubly_robust.value == pytest.approx(2 / 4)  # not normalised: plain IPW
    assert found.gain_snipw.value == pytest.approx(2 / 6 - 0.5)
    assert found.effective == pytest.approx(36 / 20)
    assert (found.n, found.n_people) == (4, 4)
    assert found.verdict == "too_few"


def test_places_where_the_choice_was_never_possible_say_nothing():
    reward, propensity, agrees = [1, 1, 0, 0], [0.5, 0.5, 0.25, 0.75], [1, 0, 1, 0]
    own = decisions([*reward, 1], [*propensity, 0.5], [*agrees, 0], possible=np.arange(5) < 4)
    found = compare(own, np.zeros(5), np.ones(5), rng=np.random.default_rng(0))
    alone = compare(
        decisions(reward, propensity, agrees), np.zeros(4), np.ones(4), rng=np.random.default_rng(0)
    )
    assert found.possible == 0.8
    assert found.doubly_robust == alone.doubly_robust
    assert (found.shown, found.n) == (alone.shown, 4)
    rarely = decisions(reward, propensity, agrees, possible=np.arange(4) < 1)
    assert compare(rarely, np.zeros(4), np.zeros(4), rng=np.random.default_rng(0)).verdict == (
        "other_courses"
    )


def test_a_model_of_rewards_that_is_right_leaves_nothing_to_weigh():
    own = decisions([1, 1, 0, 0], [0.5, 0.5, 0.25, 0.75], [1, 0, 1, 0])
    found = compare(
        own, np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 0, 1]), rng=np.random.default_rng(0)
    )
    assert found.doubly_robust.value == 0.5


def _logged(n_people: int, share: float, seed: int) -> tuple[Decisions, np.ndarray, np.ndarray]:
    """Return places where course 0 is shown but for a share by lot among four; it takes .2, .5, .1,
    .1 of people, and the challenger shows course 1."""
    rng = np.random.default_rng(seed)
    takes = np.array([0.2, 0.5, 0.1, 0.1])
    n = 2 * n_people
    by_lot = rng.random(n) < share
    course = np.where(by_lot, rng.integers(0, 4, n), 0)
    propensity = np.where(course == 0, 1 - share + share / 4, share / 4)
    reward = rng.random(n) < takes[course]
    own = decisions(reward, propensity, course == 1, np.repeat(np.arange(n_people), 2))
    return own, np.eye(4)[course], np.eye(4)[np.ones(n, dtype=int)]


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = {"snipw": 0, "doubly_robust": 0}
    for seed in range(100):
        own, shown, challenger = _logged(2_000, 0.3, seed)
        expected = cross_fitted_rewards(shown, challenger, own)
        found = compare(own, *expected, rng=np.random.default_rng(seed), n_resamples=300)
        for name in held:
            one = getattr(found, name)
            held[name] += one.lower <= 0.5 <= one.upper
        assert found.verdict == "better"
    # 95 of 100 expected; 88 or fewer would come up in 1 of 250 such tests
    assert min(held.values()) > 88


def test_a_challenger_that_changes_nothing_gains_nothing():
    own, shown, _ = _logged(2_000, 0.3, 1)
    same = decisions(own.reward, np.ones(len(own.reward)), np.ones(len(own.reward)), own.person)
    found = compare(same, *cross_fitted_rewards(shown, shown, same), rng=np.random.default_rng(0))
    assert found.gain.value == pytest.approx(0)
    assert found.gain_snipw.upper == found.gain_snipw.lower == pytest.approx(0)
    assert found.verdict == "undecided"


def test_a_worse_challenger_is_said_to_be_worse():
    own, _, _ = _logged(2_000, 0.3, 1)
    shows_the_rare = decisions(1 - own.reward, own.propensity, own.agrees, own.person)
    flat = np.full(len(own.reward), 0.5)
    assert compare(shows_the_rare, flat, flat, rng=np.random.default_rng(0)).verdict == "worse"


def test_expected_rewards_never_saw_the_person():
    # the only one whom course 0 serves is told from others, to whom it brought nothing
    own = decisions([1, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, 1])
    features = np.zeros((4, 1))
    shown, challenger = cross_fitted_rewards(features, features, own)
    assert shown.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])
    assert challenger.tolist() == shown.tolist()


def test_one_person_leaves_the_mean():
    own = decisions([1, 0], [1, 1], [1, 1], [7, 7])
    shown, _ = cross_fitted_rewards(np.zeros((2, 1)), np.zeros((2, 1)), own)
    assert shown.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        pytest.param(([], [], []), "no decisions were logged", id="nothing"),
        pytest.param(([1], [1], [0]), "agrees with none of the courses shown", id="no overlap"),
    ],
)
def test_what_cannot_be_judged_is_said(own, message):
    with pytest.raises(OffPolicyError, match=message):
        compare(decisions(*own), np.zeros(len(own[0])), np.zeros(len(own[0])),
                rng=np.random.default_rng(0))  # fmt: skip


@pytest.mark.parametrize(
    ("own", "message"),
    [
        pytest.param(([1, 1], [0.5, 0], [1, 1]), "propensity .* got 0.0 .place 1", id="never"),
        pytest.param(([1], [1.5], [1]), "propensity must lie between 0 and 1", id="above 1"),
        pytest.param(([1], [np.nan], [1]), "propensity must lie between 0 and 1", id="NaN"),
        pytest.param(([1], [1], [-1]), "agrees must lie between 0 and 1", id="negative"),
        pytest.param(
            ([1], [1, 1], [1]), r"must be of one length, got \[1, 1, 2, 1, 1\]", id="lengths"
        ),
    ],
)
def test_chances_are_chances(own, message):
    with pytest.raises((OffPolicyError, ValueError), match=message):
        decisions(*own)
