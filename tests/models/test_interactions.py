from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from features.errors import SchemaError
from models.cases import Cases, Catalogue
from models.interactions import (
    course_ids_of,
    people_index,
    recency_matrix,
    relevance_matrix,
    steps,
    taken_matrix,
)

COURSES = ["budget", "excel", "law", "lead", "speak"]


def test_steps_share_a_number_on_the_same_day_and_count_the_first_time_only(tiny_cases):
    taken = steps(tiny_cases, COURSES)
    dewi = taken[taken["person"] == 3]
    assert dewi["course"].tolist() == [1, 2, 4]
    assert dewi["step"].tolist() == [0, 1, 1]
    assert dewi["age"].tolist() == [1, 0, 0]


def test_a_course_outside_the_catalogue_leaves_no_step_behind(tiny_cases):
    taken = steps(tiny_cases, ["law", "lead"])
    citra = taken[taken["person"] == 2]
    assert citra["step"].tolist() == [0, 1]


def test_an_unknown_date_comes_first(tiny_cases):
    history = tiny_cases.history.copy()
    history.loc[history["course_id"] == "lead", "happened_on"] = pd.NaT
    taken = steps(Cases(tiny_cases.people, history, tiny_cases.gaps), COURSES)
    citra = taken[taken["person"] == 2]
    assert citra["course"].tolist() == [3, 0, 2]
    assert citra["step"].tolist() == [0, 1, 2]


def test_positions_order_as_dates_do(tiny_cases):
    history = tiny_cases.history.assign(
        happened_on=tiny_cases.history.groupby("employee_id").cumcount()
    )
    taken = steps(Cases(tiny_cases.people, history, tiny_cases.gaps), COURSES)
    assert taken.loc[taken["person"] == 0, "course"].tolist() == [1, 0, 2]


def test_taken_matrix_counts_a_course_once(tiny_cases):
    taken = taken_matrix(tiny_cases, COURSES).toarray()
    assert taken.tolist() == [
        [1, 1, 1, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 0, 1, 1, 0],
        [0, 1, 1, 0, 1],
    ]


def test_refuses_a_person_in_two_rows():
    with pytest.raises(ValueError, match="people must hold one row a person, got ani twice"):
        people_index(pd.DataFrame({"employee_id": ["ani", "ani"]}))


@pytest.mark.parametrize(
    ("course_ids", "message"),
    [
        pytest.param([], "catalogue must hold at least one course, got 0", id="empty"),
        pytest.param(["a", "b", "a"], "catalogue must name each course once, got a", id="twice"),
    ],
)
def test_refuses_catalogue(course_ids, message):
    catalogue = Catalogue(pd.DataFrame({"course_id": course_ids}, dtype="str"), pd.DataFrame())
    with pytest.raises(ValueError, match=message):
        course_ids_of(catalogue)


def test_refuses_a_history_without_its_columns(tiny_cases):
    cases = Cases(
        tiny_cases.people, tiny_cases.history.drop(columns="happened_on"), tiny_cases.gaps
    )
    with pytest.raises(
        SchemaError, match=r"history must have the columns .* got \['happened_on'\]"
    ):
        steps(cases, COURSES)


def test_recency_matrix_holds_shares_that_add_up_to_one(tiny_cases):
    shares = recency_matrix(tiny_cases, COURSES, 0.5).toarray()
    np.testing.assert_allclose(shares[1], [2 / 3, 1 / 3, 0, 0, 0])
    np.testing.assert_allclose(shares[3], [0, 0.2, 0.4, 0, 0.4])  # law and speak are both latest


def test_relevance_matrix_keeps_the_highest_and_ignores_what_is_unknown(tiny_cases):
    y = pd.DataFrame(
        {
            "employee_id": ["ani", "ani", "nobody", "budi"],
            "course_id": ["law", "law", "law", "unlisted"],
            "relevance": [2, 1, 1, 1],
        }
    )
    relevance = relevance_matrix(tiny_cases, y, COURSES)
    assert relevance[0].tolist() == [0, 0, 2, 0, 0]
    assert relevance.sum() == 2
    assert relevance_matrix(tiny_cases, y[["employee_id", "course_id"]], COURSES).sum() == 1
