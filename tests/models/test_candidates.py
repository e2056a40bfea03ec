from __future__ import annotations

import numpy as np

from models.candidates import choose_candidates, ranks

NAN = np.nan


def test_ranks_share_the_better_place_and_skip_silence():
    scores = np.array([[0.5, 0.9, 0.5, 0.0, 0.1]])
    allowed = np.array([[True, True, True, True, False]])
    np.testing.assert_array_equal(ranks(scores, allowed), [[2, 1, 2, NAN, NAN]])


def test_negative_scores_are_ranked_last():
    ranked = ranks(np.array([[-0.1, 0.2, 0.0]]), np.ones((1, 3), dtype=bool))
    np.testing.assert_array_equal(ranked, [[2, 1, NAN]])


def test_candidates_are_what_any_generator_puts_first():
    ranked = [np.array([[1.0, 2, 3, 4]]), np.array([[NAN, NAN, 2, 1]])]
    allowed = np.ones((1, 4), dtype=bool)
    chosen = choose_candidates(ranked, allowed, 2)
    assert chosen.tolist() == [[True, False, False, True]]


def test_equal_best_ranks_are_ordered_by_the_mean_rank():
    ranked = [np.array([[2.0, 1, 3]]), np.array([[1.0, 3, 2]])]
    chosen = choose_candidates(ranked, np.ones((1, 3), dtype=bool), 1)
    assert chosen.tolist() == [[True, False, False]]


def test_silence_is_filled_up_and_forbidden_courses_never_are():
    ranked = [np.full((2, 4), NAN)]
    allowed = np.array([[True, False, True, True], [False, False, False, False]])
    chosen = choose_candidates(ranked, allowed, 2)
    assert chosen.tolist() == [[True, False, True, False], [False] * 4]
