from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.metrics import hit_rate_at_k, ndcg_at_k, recall_at_k

METRICS = [recall_at_k, ndcg_at_k, hit_rate_at_k]
INF = np.inf

SCORES = np.array([[0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6], [0.1, 0.2, 0.3, 0.4]])
RELEVANT = np.array([[1, 0, 1, 1], [0, 0, 0, 1], [0, 0, 1, 1]], dtype=bool)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        pytest.param(recall_at_k, [1 / 3, 0, 1], id="recall"),
        pytest.param(hit_rate_at_k, [1, 0, 1], id="hit rate"),
        pytest.param(ndcg_at_k, [1 / (1 + 1 / np.log2(3)), 0, 1], id="ndcg"),
    ],
)
def test_by_hand_at_2(metric, expected):
    np.testing.assert_allclose(metric(SCORES, RELEVANT, 2), expected)


def test_ndcg_discounts_by_the_logarithm_of_the_rank():
    scores, relevant = np.array([[3.0, 2.0, 1.0]]), np.array([[False, True, True]])
    ideal = 1 + 1 / np.log2(3)
    np.testing.assert_allclose(
        ndcg_at_k(scores, relevant, 3), [(1 / np.log2(3) + 1 / np.log2(4)) / ideal]
    )


def test_recall_is_not_capped_at_k():
    scores, relevant = np.array([[3.0, 2.0, 1.0, 0.0]]), np.ones((1, 4), dtype=bool)
    assert recall_at_k(scores, relevant, 1).tolist() == [0.25]
    assert ndcg_at_k(scores, relevant, 1).tolist() == [1.0]


@pytest.mark.parametrize("metric", METRICS)
def test_a_person_without_relevant_courses_has_no_value(metric):
    assert np.isnan(metric(SCORES[:1], np.zeros((1, 4), dtype=bool), 2)).all()


@pytest.mark.parametrize("metric", METRICS)
def test_courses_not_recommended_are_never_hits(metric):
    scores = np.array([[-INF, -INF, 0.5]])
    relevant = np.array([[True, True, False]])
    assert metric(scores, relevant, 3).tolist() == [0.0]


@pytest.mark.parametrize("metric", METRICS)
def test_equal_scores_are_ordered_by_column(metric):
    relevant = np.array([[True, False], [False, True]])
    assert metric(np.zeros((2, 2)), relevant, 1).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("scores", "relevant", "k", "message"),
    [
        pytest.param(SCORES, RELEVANT[:2], 2, r"relevant must be of shape \(3, 4\)", id="shape"),
        pytest.param(SCORES, RELEVANT, 0, "k must be positive, got 0", id="k"),
        pytest.param(SCORES * np.nan, RELEVANT, 1, "scores must not be NaN, got 12", id="NaN"),
    ],
)
def test_refuses(metric, scores, relevant, k, message):
    with pytest.raises(ValueError, match=message):
        metric(scores, relevant, k)


@st.composite
def ranked_people(draw):
    shape = (draw(st.integers(1, 5)), draw(st.integers(1, 8)))
    scores = draw(arrays(np.float64, shape, elements=st.floats(-5, 5)))
    relevant = draw(arrays(np.bool_, shape))
    return scores, relevant, draw(st.integers(1, 10))


@given(ranked_people())
def test_bounds_and_order_of_the_metrics(drawn):
    scores, relevant, k = drawn
    judged = relevant.any(axis=1)
    recall, ndcg, hit = (metric(scores, relevant, k)[judged] for metric in METRICS)
    assert ((recall >= 0) & (recall <= hit)).all()
    assert ((ndcg >= 0) & (ndcg <= hit + 1e-12)).all()
    assert set(hit) <= {0.0, 1.0}
    np.testing.assert_array_equal(recall > 0, hit == 1)


@given(ranked_people())
def test_a_perfect_order_has_ndcg_1_and_a_longer_list_never_recalls_less(drawn):
    scores, relevant, k = drawn
    judged = relevant.any(axis=1)
    perfect = ndcg_at_k(relevant.astype(float), relevant, k)[judged]
    np.testing.assert_allclose(perfect, 1.0)
    longer = recall_at_k(scores, relevant, k + 1)[judged]
    assert (longer >= recall_at_k(scores, relevant, k)[judged]).all()


@given(ranked_people(), st.randoms(use_true_random=False))
def test_order_of_people_does_not_matter(drawn, random):
    scores, relevant, k = drawn
    order = list(range(len(scores)))
    random.shuffle(order)
    for metric in METRICS:
        np.testing.assert_array_equal(
            metric(scores, relevant, k)[order], metric(scores[order], relevant[order], k)
        )
