from __future__ import annotations

import numpy as np
import pytest

from models.daily_rhythm import daily_rhythm


@pytest.fixture(scope="module")
def found():
    counts = np.zeros((3, 14, 2))
    counts[0, [2, 3, 4, 9, 12], 0] = [4, 2, 2, 1, 3]  # the first day is a Monday
    counts[0, 12, 1] = 1
    counts[1, 13, 1] = 5
    return daily_rhythm(
        counts, ["read", "write"],
        first_weekday=np.array([0, 6, 0]), groups=np.array(["c", "c", "d"]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("n_active_days", [5, 1, 0]),
        ("n_active_3", [1, 1, 0]),
        ("since_last", [1, 0, 14]),
        ("since_first", [11, 0, 0]),
        ("current_streak", [0, 1, 0]),
        ("longest_streak", [3, 1, 0]),
        ("longest_pause", [4, 0, 0]),
        ("late_share", [5 / 13, 1, 0]),
        ("mean_gap", [10 / 4, np.nan, np.nan]),
        ("weekend_share", [4 / 13, 1, 0]),
        ("since_last write", [1, 0, 14]),
        ("days read", [5, 0, 0]),
        ("entropy_days", [-sum(p * np.log(p) for p in (4/13, 2/13, 2/13, 1/13, 4/13)), 0, 0]),
        ("log_week_1", [np.log(6), np.log(6), 0]),
        ("log_week_2", [np.log(9), 0, 0]),
        ("n_active_week_2", [3, 0, 0]),
        ("log_day_1", [np.log(5), 0, 0]),
        ("log_last_active", [np.log(5), np.log(6), 0]),
        ("last_weekday", [6, 5, 6]),
        ("n_active_days rank", [0.75, 0.25, 0.5]),
    ],
)  # fmt: skip
def test_figures_counted_by_hand(found, figure, values):
    np.testing.assert_allclose(found[figure], values, atol=1e-12)


def test_others_of_the_group_count_and_other_groups_do_not(found):
    assert found["group active last week"].tolist() == pytest.approx([3 / 14, 3 / 14, 0])
    assert found["trend"].tolist()[2] == 0
    assert found["trend"].tolist()[1] > 0
