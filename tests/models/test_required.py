from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases, Catalogue
from models.recommender import Recommender
from models.required import RequiredCoverage, hours_to_do, unassessed
from tests.models.contracts import GeneratorContract, RecommenderContract


class TestContract(GeneratorContract):
    make = RequiredCoverage


class TestReleased(RecommenderContract):
    @pytest.fixture
    def recommender(self, tiny_cases, tiny_catalogue):
        return Recommender("required", RequiredCoverage().fit(tiny_cases, tiny_catalogue))


@pytest.fixture
def levels(tiny_cases, tiny_catalogue):
    """Score what the post requires alone, for cases given."""

    def score(cases: Cases) -> np.ndarray:
        return RequiredCoverage().fit(tiny_cases, tiny_catalogue).parts(cases)["gap"]

    return score


def with_people(cases: Cases, **columns: object) -> Cases:
    return Cases(cases.people.assign(**columns), cases.history, cases.gaps)


def test_a_required_competency_that_nobody_assessed_may_be_added_to(tiny_cases, levels):
    # budi: M.01 required at 3, anywhere from 0 to 5; budget teaches it to 3: 3^2 / (2 * 5) = .9
    np.testing.assert_allclose(levels(tiny_cases), [[0] * 5, [0.9, 0, 0, 0, 0], [0] * 5, [0] * 5])


def test_what_is_assessed_is_left_to_the_gap(tiny_cases, levels):
    gaps = tiny_cases.gaps.assign(evidence="valid")
    assert not levels(Cases(tiny_cases.people, tiny_cases.history, gaps)).any()


def test_an_expired_assessment_shows_nothing(tiny_cases, levels):
    gaps = tiny_cases.gaps.assign(evidence="expired", level_lower=0.0, level_upper=5.0)
    scores = levels(Cases(tiny_cases.people, tiny_cases.history, gaps))
    # ani: M.01 required at 2, taught to 3: 4 / 10; T.01 required at 4, taught to 2: 4 / 10
    np.testing.assert_allclose(scores[0], [0.8, 0, 0, 0, 0])
    # citra: M.02 required at 3, lead teaches it to 4: 9 / 10
    np.testing.assert_allclose(scores[2], [0, 0, 0, 0.9, 0])


@pytest.mark.parametrize(
    ("employment", "jp", "share"),
    [
        pytest.param("PNS", 10.0, 0.5, id="half of the 20 JP counts"),
        pytest.param("PNS", None, 1.0, id="nothing taken"),
        pytest.param("PNS", 25.0, 1.0, id="nothing left to do"),
        pytest.param("PPPK", 14.0, 0.5, id="of 24"),
        pytest.param("CPNS", 19.0, 1.0, id="no entitlement"),
    ],
)
def test_hours_beyond_the_entitlement_count_less(tiny_cases, levels, employment, jp, share):
    cases = with_people(tiny_cases, employment_type=employment, jp_this_year=jp)
    assert levels(cases)[1, 0] == pytest.approx(0.9 * share)  # budget has 20 JP


def test_a_course_of_unknown_length_is_not_weighted(tiny_cases, tiny_catalogue):
    courses = tiny_catalogue.courses.assign(jp=None)
    model = RequiredCoverage().fit(tiny_cases, Catalogue(courses, tiny_catalogue.teaches))
    cases = with_people(tiny_cases, employment_type="PNS", jp_this_year=19.0)
    assert model.parts(cases)["gap"][1, 0] == pytest.approx(0.9)


def test_without_a_kind_of_employment_no_hours_are_known(tiny_cases):
    assert np.isnan(hours_to_do(tiny_cases.people)).all()


def test_peers_decide_between_courses_the_post_says_nothing_of(tiny_cases, tiny_catalogue):
    model = RequiredCoverage().fit(tiny_cases, tiny_catalogue)
    everything = np.ones((4, 5), dtype=bool)
    shelf = Recommender("required", model).recommend(tiny_cases, k=5, allowed=everything)
    budi = shelf[shelf["employee_id"] == "budi"]
    assert budi["course_id"].iloc[0] == "budget"
    assert (budi["why_gap"] > 0).tolist() == [True, False, False, False, False]
    assert (budi["why_peers"] > 0).all()
    np.testing.assert_allclose(budi["why_gap"] + budi["why_peers"], budi["score"])


def test_rows_of_what_is_required_come_in_one_order(tiny_cases):
    rows = unassessed(tiny_cases.gaps.iloc[::-1])
    assert rows.to_dict("list") == {
        "employee_id": ["budi"], "competency_id": ["M.01"], "required_level": [3.0],
        "level_lower": [0.0], "level_upper": [5.0],
    }  # fmt: skip


def test_peers_must_not_weigh_less_than_nothing(tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match="peers_weight must not be negative, got -1"):
        RequiredCoverage(peers_weight=-1).fit(tiny_cases, tiny_catalogue)


def test_nobody_in_service_has_no_rows(tiny_catalogue):
    nobody = Cases(
        pd.DataFrame({"employee_id": []}, dtype="str"),
        pd.DataFrame({"employee_id": [], "course_id": [], "happened_on": []}),
        pd.DataFrame(columns=["employee_id", "competency_id", "level", "required_level", "gap"]),
    )
    assert RequiredCoverage().fit(nobody, tiny_catalogue).score(nobody).shape == (0, 5)
