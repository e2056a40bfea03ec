"""The choices of a model beside lists that another filled, by hand."""

from __future__ import annotations

import numpy as np

from models.course_set import CourseFacts, Needs
from models.replay import choices_beside
from models.set_choice import GrowingSets

FACTS = CourseFacts(
    ["a", "b", "c"], ["A"], np.array([[2.0], [3.0], [0.0]]), np.array([4.0, 20, 1]), np.arange(3),
    np.full(3, -1),
)  # fmt: skip


def sets(scores, jp_left=np.inf) -> GrowingSets:
    free = np.zeros(1, dtype=bool)
    needs = Needs(np.array([[1.0]]), np.array([[3.0]]), np.array([jp_left]), free)
    return GrowingSets(np.array([scores], dtype=float), needs, FACTS, by_value=False)


def test_a_choice_depends_on_what_was_shown_above():
    # c answers nothing; after a only b teaches more, after b nothing does
    assert choices_beside(sets([1, 2, 3]), np.array([[0, 1, -1]])).tolist() == [[1, 1, -1]]
    assert choices_beside(sets([2, 1, 3]), np.array([[1, 0, -1]])).tolist() == [[0, -1, -1]]


def test_hours_that_were_shown_are_gone():
    assert choices_beside(sets([1, 2, 3], jp_left=21), np.array([[0, 1]])).tolist() == [[1, -1]]


def test_a_course_shown_that_the_model_would_never_show_counts_all_the_same():
    assert choices_beside(sets([-np.inf, 2, 3]), np.array([[0, 1]])).tolist() == [[1, 1]]


def test_a_list_of_its_own_is_chosen_again():
    assert choices_beside(sets([2, 1, 3]), np.array([[0, 1]])).tolist() == [[0, 1]]
