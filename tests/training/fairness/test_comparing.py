import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from training.fairness.comparing import finding, holm, mean_ratio, rate_ratio


def test_rate_ratio_counts_half_a_person_more_and_tests_exactly():
    found = rate_ratio(6, 40, 10, 160)
    assert found.ratio == pytest.approx((6.5 / 40.5) / (10.5 / 160.5))
    error = np.sqrt(1 / 6.5 - 1 / 40.5 + 1 / 10.5 - 1 / 160.5)
    assert found.low == pytest.approx(found.ratio * np.exp(-1.959964 * error))
    # P(6 or more flags, or a table as unlikely, among 40 of 200 with 16 flags)
    chances = stats.hypergeom(200, 16, 40).pmf(np.arange(17))
    assert found.p_value == pytest.approx(chances[chances <= chances[6] * (1 + 1e-9)].sum())


def test_rate_ratio_of_nobody_is_finite():
    found = rate_ratio(0, 100, 10, 200)
    assert 0 < found.low < found.ratio < 1 < found.high * 10


@given(st.integers(0, 30), st.integers(30, 60), st.integers(0, 30), st.integers(30, 60))
def test_rate_ratio_turned_round_is_its_inverse(a, n, b, m):
    one, other = rate_ratio(a, n, b, m), rate_ratio(b, m, a, n)
    assert one.ratio * other.ratio == pytest.approx(1)
    assert one.low * other.high == pytest.approx(1)
    assert one.p_value == pytest.approx(other.p_value)


def test_mean_ratio_compares_within_strata():
    # type 0 has 10 hours, type 1 has 20; the group is mostly of type 1, as paid as others of it
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])
    values = np.array([10.0, 10, 10, 10, 20, 20, 20, 20, 20])
    inside = np.array([True, False, False, False, True, True, True, False, False])
    assert mean_ratio(values, inside, strata) == pytest.approx((1, 1, 1))
    unlike = mean_ratio(values, inside, np.zeros(9, dtype=np.int64))
    assert unlike[0] == pytest.approx(17.5 / 14)


@pytest.mark.parametrize(
    ("values", "inside", "strata"),
    [
        pytest.param([0.0, 0, 1, 2], [1, 1, 0, 0], [0, 0, 0, 0], id="the group gets nothing"),
        pytest.param([1.0, 2, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], id="the others get nothing"),
        pytest.param([1.0, 2, 1, 2], [1, 1, 0, 0], [0, 0, 1, 1], id="nobody alike"),
    ],
)
def test_mean_ratio_says_nothing_where_nobody_can_be_compared(values, inside, strata):
    found = mean_ratio(np.array(values), np.array(inside, dtype=bool), np.array(strata))
    assert np.isnan(found).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_lowers_and_keeps_the_order(p_values):
    adjusted = holm(np.array(p_values))
    assert (adjusted >= np.array(p_values) - 1e-12).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p_values, kind="stable")]) >= 0).all()


@pytest.mark.parametrize(
    ("ratio", "p", "expected"),
    [
        (1.0, 0.0, "even"),
        (0.8, 0.0, "even"),
        (1.25, 0.0, "even"),
        (0.79, 0.01, "too few"),
        (0.79, 0.05, "perhaps too few"),
        (1.26, 0.01, "too many"),
        (float("nan"), 0.0, "insufficient"),
    ],
)
def test_finding_needs_both_size_and_certainty(ratio, p, expected):
    assert finding(ratio, p, 0.8, 1.25, 0.05) == expected
