import numpy as np

from training.judging import shuffled_courses
from training.metrics import ndcg_at_k


def test_a_model_that_says_nothing_gains_nothing_from_the_order_of_the_catalogue():
    n = 4000
    constant, relevant = np.zeros((n, 5)), np.zeros((n, 5), dtype=bool)
    relevant[:, 0] = True  # what everybody took stands first in the catalogue
    assert ndcg_at_k(constant, relevant, 10).mean() == 1
    by_lot = ndcg_at_k(*shuffled_courses(constant, relevant, 0), 10).mean()
    # the one course is at each of five ranks as often: mean of 1 / log2(rank + 1)
    assert abs(by_lot - np.mean(1 / np.log2(np.arange(2, 7)))) < 0.01


def test_shuffling_changes_no_metric_of_scores_that_differ():
    rng = np.random.default_rng(1)
    scores, relevant = rng.normal(size=(50, 20)), rng.random((50, 20)) < 0.2
    shuffled = ndcg_at_k(*shuffled_courses(scores, relevant, 3), 10)
    np.testing.assert_allclose(shuffled, ndcg_at_k(scores, relevant, 10))
