from __future__ import annotations

from datetime import date

from features.profiles import build_profiles

AS_OF = date(2025, 1, 1)


def test_a_role_with_too_few_raters_is_hidden_and_does_not_count(tiny, by_person):
    people = build_profiles(tiny, AS_OF).people
    # e1: superior 90; two peers are too few; e2: one peer; e3: the superior is not known yet
    columns = ("feedback_score", "feedback_superior", "feedback_peer")
    assert by_person(people, *columns) == {
        "e1": (90, 90, None),
        "e2": (None, None, None),
        "e3": (None, None, None),
    }


def test_feedback_changes_against_the_twelve_months_before(tiny, by_person):
    people = build_profiles(tiny, AS_OF).people
    assert by_person(people, "feedback_change")["e1"] == (10,)  # 90 after 80 in June 2023


def test_feedback_older_than_a_year_is_gone(tiny, by_person):
    people = build_profiles(tiny, date(2025, 6, 2)).people  # the day after 1 June 2024 + 12 months
    assert by_person(people, "feedback_score")["e1"] == (None,)
    people = build_profiles(tiny, date(2025, 6, 1)).people
    assert by_person(people, "feedback_score")["e1"] == (90,)
