import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.repair import repaired_scores


@given(st.lists(st.integers(-50, 50), min_size=40, max_size=80), st.floats(0.01, 1))
def test_nobody_changes_place_within_a_group(scores, strength):
    score = np.array(scores, dtype=float)
    group = pd.Series(np.where(np.arange(len(score)) % 2, "a", "b"))
    repaired = repaired_scores(score, group, strength)
    for one in "ab":
        inside = (group == one).to_numpy()
        own, before = repaired[inside], score[inside]
        assert (np.sign(own[:, None] - own) == np.sign(before[:, None] - before)).all()
    assert ((repaired > 0) & (repaired <= 1)).all()


def test_whole_strength_gives_each_group_its_share_of_the_top():
    score = np.r_[np.arange(100.0), 1000 + np.arange(100.0)]
    group = pd.Series(["low"] * 100 + ["high"] * 100)
    top = np.argsort(-repaired_scores(score, group, 1.0), kind="stable")[:20]
    assert (top < 100).sum() == 10


def test_small_groups_keep_their_place_and_the_unscored_none():
    score = np.r_[np.nan, np.arange(38.0), 50.0]
    group = pd.Series(["large"] * 39 + ["alone"])
    repaired = repaired_scores(score, group, 1.0)
    assert np.isnan(repaired[0])
    assert repaired[-1] == 1.0
    assert repaired_scores(score, group, 0.0) is score


def test_strength_is_a_share():
    with pytest.raises(ValueError, match="strength must lie between 0 and 1, got 1.5"):
        repaired_scores(np.ones(3), pd.Series(list("abc")), 1.5)
