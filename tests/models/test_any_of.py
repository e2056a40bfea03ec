"""Languages read and places within reach: what is not stated forbids nothing."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.any_of import AnyOf, is_anywhere, parts_of, places_of
from models.cases import Catalogue
from models.eligibility import why_not

AS_OF = date(2026, 1, 1)
COURSES = pd.DataFrame(
    {
        "course_id": ["own", "foreign", "unsaid", "far", "both"],
        "language": ["id", "en", None, "id", None],
    }
)
SESSIONS = pd.DataFrame(
    [
        ("own", "2026-02-01", 5, "Daring"),
        ("foreign", "2026-02-01", 5, None),
        ("unsaid", "2026-02-01", 5, "Gorontalo"),
        ("far", "2025-02-01", 5, "Gorontalo"),  # begun
        ("far", "2026-02-01", 0, "Gorontalo"),  # full
        ("far", "2026-03-01", 5, "Makassar"),
        ("both", "2026-03-01", 5, "Makassar"),
        ("both", "2026-04-01", 5, "gorontalo "),
    ],
    columns=["course_id", "starts_on", "seats", "place"],
)
NOTHING = pd.DataFrame({"employee_id": [], "course_id": [], "happened_on": []})


def rules_of(**stated: list[str | None]) -> list[list[str]]:
    n = len(next(iter(stated.values())))
    people = pd.DataFrame({"employee_id": [f"p{i}" for i in range(n)], **stated})
    return why_not(people, NOTHING, Catalogue(COURSES, pd.DataFrame()), SESSIONS, AS_OF).tolist()


def test_a_course_in_a_language_the_person_does_not_read_is_left_out():
    assert rules_of(languages=["id", "ID | EN", None, " "]) == [
        ["", "language", "", "", ""],
        ["", "", "", "", ""],
        ["", "", "", "", ""],
        ["", "", "", "", ""],
    ]


def test_a_course_held_only_out_of_reach_is_left_out():
    # of `far` the session in Gorontalo is full; `both` is held there once; the others online
    assert rules_of(reach=["Gorontalo", "Makassar|Gorontalo", "Limboto", None]) == [
        ["", "", "", "place", ""],
        ["", "", "", "", ""],
        ["", "", "place", "place", "place"],
        ["", "", "", "", ""],
    ]


def test_language_is_named_before_place():
    assert rules_of(languages=["en"], reach=["Limboto"])[0] == [
        "language", "", "place", "language", "place",
    ]  # fmt: skip


def test_without_dates_no_place_is_asked_for():
    people = pd.DataFrame({"employee_id": ["p"], "reach": ["Limboto"]})
    catalogue = Catalogue(COURSES, pd.DataFrame())
    assert (why_not(people, NOTHING, catalogue, None, AS_OF) == "").all()


@pytest.mark.parametrize("place", [None, "", float("nan"), "Daring", " ONLINE ", "zoom"])
def test_online_and_unknown_places_ask_nobody_to_travel(place):
    assert is_anywhere(place)
    sessions = pd.DataFrame({"course_id": ["a", "a"], "place": ["Makassar", place]})
    assert places_of(["a", "b"], sessions) == [frozenset(), frozenset()]


@given(
    options=st.lists(st.frozensets(st.sampled_from("abcd")), min_size=1, max_size=5),
    stated=st.lists(st.none() | st.sets(st.sampled_from("abcde")), max_size=6),
)
def test_it_is_the_plain_meeting_of_sets(options, stated):
    own = [None if one is None else "|".join(sorted(one)) for one in stated]
    people = pd.DataFrame({"who": pd.Series(own, dtype=object)})
    found = AnyOf.of(options).allow(people, "who")
    expected = [[not s or not o or bool(o & s) for o in options] for s in stated]
    if found is None:
        assert all(all(row) for row in expected)
    else:
        assert found.tolist() == expected


def test_lists_are_read_without_case_and_blanks():
    assert parts_of(" Limboto ||GORONTALO") == {"limboto", "gorontalo"}
    assert parts_of(3.0) == frozenset()
