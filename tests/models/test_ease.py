from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases, Catalogue
from models.ease import EASE
from models.interactions import taken_matrix
from tests.models.contracts import GeneratorContract


class TestContract(GeneratorContract):
    make = EASE


@pytest.fixture
def crowd() -> tuple[Cases, Catalogue]:
    """Return sixty people with six courses of very different popularity."""
    rng = np.random.default_rng(3)
    taken = rng.random((60, 6)) < np.array([0.9, 0.5, 0.4, 0.3, 0.2, 0.1])
    person, course = np.nonzero(taken)
    people = pd.DataFrame({"employee_id": [f"e{i}" for i in range(60)]})
    history = pd.DataFrame(
        {
            "employee_id": people["employee_id"].to_numpy()[person],
            "course_id": np.array(list("abcdef"))[course],
            "happened_on": 0,
        }
    )
    gaps = pd.DataFrame(columns=["employee_id", "competency_id", "level", "gap"])
    teaches = pd.DataFrame(columns=["course_id", "competency_id", "level"])
    return Cases(people, history, gaps), Catalogue(
        pd.DataFrame({"course_id": list("abcdef")}), teaches
    )


@pytest.mark.parametrize("l2", [0.5, 30.0])
def test_each_column_is_the_ridge_regression_of_a_course_on_the_others(crowd, l2):
    cases, catalogue = crowd
    taken = taken_matrix(cases, list("abcdef")).toarray()
    weights = EASE(l2=l2).fit(cases, catalogue).weights_
    for course in range(6):
        others = np.arange(6) != course
        own = taken[:, others]
        ridge = np.linalg.solve(own.T @ own + l2 * np.eye(5), own.T @ taken[:, course])
        np.testing.assert_allclose(weights[others, course], ridge, atol=1e-10)
        assert weights[course, course] == 0


def test_scores_are_not_those_of_the_transpose(crowd):
    cases, catalogue = crowd
    model = EASE(l2=1.0).fit(cases, catalogue)
    taken = taken_matrix(cases, list("abcdef")).toarray()
    scores = model.score(cases)
    np.testing.assert_allclose(scores, taken @ model.weights_)
    assert np.abs(scores - taken @ model.weights_.T).max() > 0.1


def test_predicts_a_column_better_than_the_transpose(crowd):
    cases, catalogue = crowd
    model = EASE(l2=1.0).fit(cases, catalogue)
    taken = taken_matrix(cases, list("abcdef")).toarray()
    own = np.square(taken - taken @ model.weights_).sum()
    assert own < np.square(taken - taken @ model.weights_.T).sum()


def test_l2_must_be_positive(crowd):
    with pytest.raises(ValueError, match="l2 must be positive, got 0"):
        EASE(l2=0).fit(*crowd)
