from __future__ import annotations

from datetime import date

import pytest

from features.feedback import BEHAVIOURS, behaviour_scores, feedback_summary
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff

DAY = date(2024, 6, 1)


def test_a_role_with_too_few_raters_is_hidden_and_does_not_count(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    # e1: superior 90; two peers are too few; e2: one peer; e3: the superior is not known yet
    columns = ("feedback_score", "feedback_superior", "feedback_peer")
    assert by_person(people, *columns) == {
        "e1": (90, 90, None),
        "e2": (None, None, None),
        "e3": (None, None, None),
    }


def test_feedback_changes_against_the_twelve_months_before(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    assert by_person(people, "feedback_change")["e1"] == (10,)  # 90 after 80 in June 2023


def test_feedback_older_than_a_year_is_gone(tiny_profiles, by_person):
    people = tiny_profiles(date(2025, 6, 2)).people  # the day after 1 June 2024 + 12 months
    assert by_person(people, "feedback_score")["e1"] == (None,)
    people = tiny_profiles(date(2025, 6, 1)).people
    assert by_person(people, "feedback_score")["e1"] == (90,)


def given(*scores, people="abcdef", unit="u"):
    """Return people of one unit with scores (person, role, behaviour, score, date)."""
    return staff(
        *((name, unit, "staff") for name in people),
        feedback360=table_of(
            "feedback360", "employee_id rater_role behaviour score valid_from", *scores
        ),
    )


def scores_of(person, role, behaviour, *scores, day=DAY):
    return [(person, role, behaviour, float(score), day) for score in scores]


def test_roles_are_weighted_where_enough_raters_speak(engine):
    records = given(
        *scores_of("a", "superior", None, 90),
        *scores_of("a", "peer", None, 60, 70, 80),
        *scores_of("a", "subordinate", None, 10, 20),
        *scores_of("a", "self", None, 100),
        *scores_of("b", "peer", None, 70, 80, 90),
        *scores_of("c", "peer", None, 70, 80),
        *scores_of("d", "self", None, 100, 100, 100),
    )
    known, posts = on(engine, records)
    found = rows(
        feedback_summary(known, posts, AS_OF), "employee_id", "feedback_score",
        "feedback_superior", "feedback_peer", "feedback_subordinate", "feedback_vs_unit",
    )  # fmt: skip
    # a: (.6 * 90 + .2 * 70) / .8 = 85; two subordinates are too few. Unit mean (85 + 80) / 2
    assert found == {
        "a": (85, 90, 70, None, 2.5),
        "b": (80, None, 80, None, -2.5),
        "c": (None, None, None, None, None),
    }


def test_raters_are_counted_by_behaviour_not_by_score(engine):
    records = given(
        *(one for b in ("Adaptif", "Loyal", "Harmonis") for one in scores_of("a", "peer", b, 50)),
        *(one for b in ("Adaptif", "Loyal") for one in scores_of("b", "peer", b, 60, 70, 80)),
    )
    known, posts = on(engine, records)
    found = rows(feedback_summary(known, posts, AS_OF), "employee_id", "feedback_peer")
    assert found == {"a": None, "b": 70}  # a: three scores, perhaps of one peer


def test_scores_of_two_years_are_not_added_up_to_enough_raters(engine):
    records = given(
        *scores_of("a", "peer", None, 60, 70),
        *scores_of("a", "peer", None, 60, day=date(2023, 6, 1)),
    )
    known, posts = on(engine, records)
    found = rows(feedback_summary(known, posts, AS_OF), "employee_id", "feedback_peer")
    assert found == {"a": None}


def test_behaviours_far_from_the_unit_are_strengths_or_to_improve(engine):
    level = {"a": 80, "b": 70, "c": 70, "d": 70, "e": 60}
    records = given(
        *(one for who, x in level.items() for one in scores_of(who, "peer", "Loyal", x, x, x)),
        *scores_of("a", "superior", "Loyal", 80),
        *scores_of("a", "peer", "Adaptif", 50, 60, 70),
        *scores_of("b", "superior", "Adaptif", 90),  # a superior alone would be seen
        *scores_of("c", "peer", None, 50, 60, 70),  # about no behaviour
    )
    known, posts = on(engine, records)
    found = rows(behaviour_scores(known, posts, AS_OF), *BEHAVIOURS, key=2)
    assert found == {
        ("a", "Loyal"): (80, 4, 70, 10, "strength"),
        ("b", "Loyal"): (70, 3, 70, 0, "as_unit"),
        ("c", "Loyal"): (70, 3, 70, 0, "as_unit"),
        ("d", "Loyal"): (70, 3, 70, 0, "as_unit"),
        ("e", "Loyal"): (60, 3, 70, -10, "to_improve"),
        ("a", "Adaptif"): (60, 3, None, None, None),  # one person is no unit mean
    }


@pytest.mark.parametrize(("apart", "standing"), [(5, "strength"), (4.9, "as_unit")])
def test_five_points_are_a_strength(engine, apart, standing):
    level = {"a": 70 + apart, "b": 70 - apart, "c": 70, "d": 70, "e": 70}
    records = given(
        *(one for who, x in level.items() for one in scores_of(who, "peer", "Loyal", x, x, x))
    )
    known, posts = on(engine, records)
    found = rows(behaviour_scores(known, posts, AS_OF), "employee_id", "standing")
    assert found["a"] == standing
    assert found["b"] == ("to_improve" if standing == "strength" else standing)
