from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases
from models.course_order import CourseOrder
from tests.models.contracts import GeneratorContract


class TestContract(GeneratorContract):
    make = CourseOrder


def test_courses_stand_in_the_order_in_which_they_are_taken(tiny_cases, tiny_catalogue):
    place = CourseOrder().fit(tiny_cases, tiny_catalogue).place_
    excel, budget, law, lead = place[[1, 0, 2, 3]]
    assert excel < budget < law < lead


def test_two_courses_in_one_order_are_placed_by_hand(tiny_cases, tiny_catalogue):
    history = tiny_cases.history.iloc[3:5]  # budi: excel, then budget
    cases = Cases(tiny_cases.people, history, tiny_cases.gaps)
    place = CourseOrder(l2=0.5).fit(cases, tiny_catalogue).place_
    # One pair, places z and -z: (2z - 1)^2 + 0.5 * 2 z^2 is least at z = 0.4.
    np.testing.assert_allclose(place, [0.4, -0.4, 0, 0, 0])


def test_score_is_the_distance_from_the_latest_courses(tiny_cases, tiny_catalogue):
    model = CourseOrder(recency=0.5).fit(tiny_cases, tiny_catalogue)
    budget, excel, law = model.place_[[0, 1, 2]]
    at = (0.5 * excel + budget) / 1.5
    assert model.score(tiny_cases)[1, 2] == pytest.approx(law - at)


def test_says_nothing_of_courses_nobody_took_or_without_a_history(tiny_cases, tiny_catalogue):
    model = CourseOrder().fit(tiny_cases.of(["ani", "budi"]), tiny_catalogue)
    assert not model.score(tiny_cases)[:, 4].any()
    nobody = Cases(pd.DataFrame({"employee_id": ["new"]}), tiny_cases.history, tiny_cases.gaps)
    assert not model.score(nobody).any()
