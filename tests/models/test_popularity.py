from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases
from models.popularity import Popularity
from tests.models.contracts import GeneratorContract

COURSES = ["budget", "excel", "law", "lead", "speak"]


class TestContract(GeneratorContract):
    make = Popularity


def undated(cases: Cases) -> Cases:
    """The same enrolments without dates: nothing decays."""
    return Cases(cases.people, cases.history.assign(happened_on=0), cases.gaps)


def test_peers_of_the_post_and_level_shrink_towards_everybody(tiny_cases, tiny_catalogue):
    cases = undated(tiny_cases)
    scores = Popularity(shrinkage=1, min_people=1).fit(cases, tiny_catalogue).score(cases)
    everybody = np.array([3, 3, 3, 1, 1]) / 4
    pelaksana = (np.array([2, 3, 2, 0, 1]) + everybody) / (3 + 1)
    clerk = (np.array([2, 2, 1, 0, 0]) + pelaksana) / (2 + 1)
    np.testing.assert_allclose(scores[0], clerk)
    np.testing.assert_allclose(scores[3], pelaksana)  # dewi has no post


def test_a_taker_counts_half_after_one_half_life(tiny_cases, tiny_catalogue):
    people = tiny_cases.people[["employee_id"]]
    rows = tiny_cases.history.iloc[:2].assign(
        employee_id=["ani", "budi"],
        course_id=["law", "lead"],
        happened_on=pd.to_datetime(["2024-01-01", "2024-01-31"]),
    )
    cases = Cases(people, rows, tiny_cases.gaps)
    scores = Popularity(half_life_days=30).fit(cases, tiny_catalogue).score(cases)
    np.testing.assert_allclose(scores, np.tile([0, 0, 0.5 / 4, 1 / 4, 0], (4, 1)))


def test_a_stranger_gets_what_everybody_took(tiny_cases, tiny_catalogue):
    popularity = Popularity().fit(undated(tiny_cases), tiny_catalogue)
    stranger = pd.DataFrame({"employee_id": ["new"], "post_id": ["x"], "post_level": ["x"]})
    scores = popularity.score(Cases(stranger, tiny_cases.history, tiny_cases.gaps))
    np.testing.assert_allclose(scores[0], np.array([3, 3, 3, 1, 1]) / 4)


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        pytest.param({"half_life_days": 0}, "half_life_days must be positive, got 0", id="half"),
        pytest.param({"shrinkage": -1}, "shrinkage must not be negative, got -1", id="shrinkage"),
    ],
)
def test_fit_refuses(parameter, message, tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match=message):
        Popularity(**parameter).fit(tiny_cases, tiny_catalogue)


def test_a_group_of_few_people_says_nothing_of_its_own(tiny_cases, tiny_catalogue):
    """What the one holder of a post took could otherwise be read off a released model."""
    fitted = Popularity().fit(tiny_cases, tiny_catalogue)
    assert len(tiny_cases.people) < 5
    assert fitted.groups_ == {"post_level": [], "post_id": []}
    everybody = fitted.score(tiny_cases)
    assert (everybody == everybody[0]).all()
