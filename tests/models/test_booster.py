import numpy as np
import pytest

from models.booster import BoosterParams, train_lambdarank


def train(relevance, group_sizes):
    params = BoosterParams(
        n_estimators=2, learning_rate=0.1, n_leaves=2, min_leaf=1, l2=0.0, feature_fraction=1.0
    )
    told = []
    booster = train_lambdarank(
        np.array([[0.0], [1.0], [0.0], [1.0]]),
        np.array(relevance),
        np.array(group_sizes),
        names=["likes"],
        params=params,
        seed=0,
        n_threads=1,
        on_tree=told.append,
    )
    return booster, told


def test_the_better_pair_of_each_person_comes_first():
    booster, told = train([0, 1, 0, 1], [2, 2])
    worse, better = booster.predict(np.array([[0.0], [1.0]]), num_threads=1)
    assert better > worse
    assert told == [1, 2]
    assert booster.feature_name() == ["likes"]


@pytest.mark.parametrize(
    ("relevance", "group_sizes", "got"),
    [
        pytest.param([0, 1, 0, 1], [2, 1], 3, id="a pair of nobody"),
        pytest.param([0, 1, 0, 1], [3, 2], 5, id="a person of no pair"),
        pytest.param([0, 1, 0], [2, 2], 4, id="a pair without relevance"),
    ],
)
def test_groups_must_cover_the_pairs(relevance, group_sizes, got):
    with pytest.raises(ValueError, match=f"must add up to the 4 pairs, got {got}"):
        train(relevance, group_sizes)


@pytest.mark.parametrize(("way", "expected"), [(1, 0), (0, 1), (-1, 1)])
def test_a_constraint_keeps_a_score_from_falling(way, expected):
    """Where the lower value is the better one, a score that may not fall cannot tell them apart."""
    booster = train_lambdarank(
        np.array([[0.0], [1.0]] * 10),
        np.array([1, 0] * 10),
        np.full(10, 2),
        names=["gap_gap"],
        params=BoosterParams(2, 0.1, 2, 1, 0.0, 1.0),
        seed=0,
        n_threads=1,
        monotone=[way],
    )
    low, high = booster.predict(np.array([[0.0], [1.0]]), num_threads=1)
    assert (low > high) == bool(expected)


def test_what_weighs_more_decides():
    """Of two kinds of people who want the opposite, those who weigh more are followed."""
    params = BoosterParams(2, 0.1, 2, 1, 0.0, 1.0)
    features, sizes = np.array([[0.0], [1.0]] * 10), np.full(10, 2)
    relevance = np.array([1, 0] * 5 + [0, 1] * 5)
    for heavy, expected in ((slice(0, 10), True), (slice(10, 20), False)):
        weight = np.ones(20)
        weight[heavy] = 5.0
        booster = train_lambdarank(
            features, relevance, sizes, names=["likes"], params=params, seed=0, n_threads=1,
            weight=weight,
        )  # fmt: skip
        low, high = booster.predict(np.array([[0.0], [1.0]]), num_threads=1)
        assert (low > high) == expected
