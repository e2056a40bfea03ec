from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from models.cases import Catalogue
from models.eligibility import allowed_courses, why_not

AS_OF = date(2025, 1, 1)


@pytest.fixture
def catalogue() -> Catalogue:
    courses = pd.DataFrame(
        {
            "course_id": ["open", "heads", "pppk", "second", "oath"],
            "post_levels": [None, "pengawas|administrator", "", None, None],
            "employment_types": [None, None, "PPPK", None, None],
            "prerequisite_course_id": [None, None, None, "open", None],
            "mandatory": [False, None, False, False, True],
        }
    )
    return Catalogue(courses, pd.DataFrame())


@pytest.fixture
def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": ["ani", "budi", "citra"],
            "post_level": ["pengawas", "pelaksana", None],
            "employment_type": ["PNS", "PPPK", None],
        }
    )


@pytest.fixture
def history() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": ["ani"],
            "course_id": ["open"],
            "happened_on": pd.to_datetime(["2024-01-01"]),
        }
    )


def test_names_the_first_rule_for_each_pair(people, history, catalogue):
    reasons = why_not(people, history, catalogue, None, AS_OF)
    assert reasons.tolist() == [
        ["taken", "", "employment_type", "", "mandatory"],
        ["", "post_level", "", "prerequisite", "mandatory"],
        ["", "post_level", "employment_type", "prerequisite", "mandatory"],
    ]


def test_allowed_is_where_no_rule_forbids(people, history, catalogue):
    allowed = allowed_courses(people, history, catalogue, None, AS_OF)
    assert allowed.dtype == bool
    assert allowed.tolist() == [
        [False, True, False, True, False],
        [True, False, True, False, False],
        [True, False, False, False, False],
    ]


def test_a_course_needs_a_session_from_the_day_on(people, history, catalogue):
    sessions = pd.DataFrame(
        {
            "course_id": ["open", "pppk", "second"],
            "starts_on": pd.to_datetime(["2024-12-31", "2025-01-01", "2025-06-01"]),
        }
    )
    reasons = why_not(people, history, catalogue, sessions, AS_OF)
    assert reasons[:, 0].tolist() == ["taken", "no_session", "no_session"]
    assert reasons[:, 2].tolist() == ["employment_type", "", "employment_type"]
    assert reasons[0].tolist()[3] == ""


@pytest.mark.parametrize("sessions", [None, pd.DataFrame({"course_id": [], "starts_on": []})])
def test_unknown_sessions_forbid_nothing(sessions, people, history, catalogue):
    assert (why_not(people, history, catalogue, sessions, AS_OF) != "no_session").all()


def test_a_prerequisite_outside_the_catalogue_is_never_met(people, history):
    courses = pd.DataFrame({"course_id": ["a"], "prerequisite_course_id": ["gone"]})
    reasons = why_not(people, history, Catalogue(courses, pd.DataFrame()), None, AS_OF)
    assert (reasons == "prerequisite").all()


def test_a_bare_catalogue_forbids_only_what_was_taken(people, history):
    catalogue = Catalogue(pd.DataFrame({"course_id": ["open", "other"]}), pd.DataFrame())
    allowed = allowed_courses(people[["employee_id"]], history, catalogue, None, AS_OF)
    assert allowed.tolist() == [[False, True], [True, True], [True, True]]


def test_nobody_gives_no_rows(people, history, catalogue):
    allowed = allowed_courses(people.iloc[:0], history, catalogue, None, AS_OF)
    np.testing.assert_array_equal(allowed, np.zeros((0, 5), dtype=bool))


def test_what_an_event_assigns_is_not_recommended():
    catalogue = Catalogue(
        pd.DataFrame({"course_id": ["a", "b", "c"], "trigger": ["entry", " ", None]}),
        pd.DataFrame(),
    )
    people = pd.DataFrame({"employee_id": ["ani"]})
    history = pd.DataFrame(columns=["employee_id", "course_id", "happened_on"])
    why = why_not(people, history, catalogue, None, date(2026, 1, 1))
    assert why.tolist() == [["mandatory", "", ""]]


def test_a_prerequisite_has_to_be_completed(people, history, catalogue):
    begun = history.assign(completed=[False])
    assert why_not(people, begun, catalogue, None, AS_OF)[0].tolist()[3] == "prerequisite"
    ended = history.assign(completed=[True])
    assert why_not(people, ended, catalogue, None, AS_OF)[0].tolist()[3] == ""


def test_a_full_session_is_not_open(people, history, catalogue):
    sessions = pd.DataFrame(
        {
            "course_id": ["open", "pppk", "pppk", "second"],
            "starts_on": pd.to_datetime(["2025-02-01"] * 4),
            "seats": [0.0, 0.0, 12.0, None],
        }
    )
    reasons = why_not(people, history, catalogue, sessions, AS_OF)
    assert reasons[1].tolist() == ["no_seat", "post_level", "", "prerequisite", "mandatory"]
    assert reasons[0].tolist()[3] == ""  # how many places there are is not known


@pytest.mark.parametrize(
    ("years", "taken_on", "reason"),
    [
        (3.0, ["2021-12-01"], ""),
        (3.0, ["2022-02-01"], "taken"),
        (3.0, ["2018-01-01", "2024-01-01"], "taken"),
        (3.0, ["2024-01-01", "2018-01-01"], "taken"),
        (None, ["2001-01-01"], "taken"),
    ],
)
def test_a_course_may_be_repeated_once_its_certificate_has_expired(years, taken_on, reason):
    courses = pd.DataFrame({"course_id": ["a", "b"], "certificate_years": [years, 1.0]})
    history = pd.DataFrame(
        {"employee_id": "ani", "course_id": "a", "happened_on": pd.to_datetime(taken_on)}
    )
    catalogue = Catalogue(courses, pd.DataFrame())
    reasons = why_not(pd.DataFrame({"employee_id": ["ani"]}), history, catalogue, None, AS_OF)
    assert reasons.tolist() == [[reason, ""]]
