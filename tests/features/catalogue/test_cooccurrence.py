from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from features.catalogue.cooccurrence import Hint, find_hints
from features.records import empty_records

DAY = date(2024, 1, 1)


@pytest.fixture
def records(table_of):
    """Return ten people: e0-e4 took K and hold P1, which requires T; the others hold P2.

    Those who took K rose by 1 in T, one other by 0 (twice assessed).
    """
    people = [f"e{i}" for i in range(10)]
    takers = people[:5]
    return replace(
        empty_records(),
        employments=table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            *((p, "U", "P1" if p in takers else "P2", date(2020, 1, 1)) for p in people),
        ),
        post_requirements=table_of(
            "post_requirements",
            "post_id competency_id required_level",
            ("P1", "T", 2),
            ("P1", "M", 2),
            ("P2", "M", 2),
        ),
        enrolments=table_of(
            "enrolments",
            "employee_id course_id status valid_from",
            *((p, "K1" if p == "e0" else "K", "completed", DAY) for p in takers),
            ("e9", "K", "dropped", DAY),
        ),
        assessments=table_of(
            "assessments",
            "employee_id competency_id level valid_from",
            *((p, "T", 1.0, DAY - timedelta(days=90)) for p in (*takers, "e9")),
            *((p, "T", 2.0, DAY + timedelta(days=90)) for p in takers),
            ("e9", "T", 1.0, DAY + timedelta(days=90)),
        ),
    )


def test_posts_and_rises_are_counted_over_the_merged_course(records):
    hints = find_hints(records, {"K": "K", "K1": "K"})
    assert hints.keys() == {("K", "T")}  # every post requires M: it says nothing
    hint = hints["K", "T"]
    assert hint.lift == pytest.approx(2.0)  # 5 of 5 takers against 5 of 10 people
    assert hint.rise == 0.0  # 1 against 5/6 usually: under a fifth of a level more
    assert hint.evidence == ("required by the posts of 100% of its 5 takers, of 50% of all people",)


def test_rise_counts_from_a_fifth_of_a_level(records, table_of):
    more = table_of(
        "assessments",
        "employee_id competency_id level valid_from",
        *((f"e{i}", "T", 1.0, DAY - timedelta(days=90)) for i in range(5, 9)),
        *((f"e{i}", "T", 1.0, DAY + timedelta(days=90)) for i in range(5, 9)),
    )
    more = replace(records, assessments=records.assessments.vstack(more))
    hint = find_hints(more, {"K": "K", "K1": "K"})["K", "T"]
    assert hint.rise == pytest.approx(1 - 5 / 10)  # usually 5 rises of 1 in 10 steps
    assert hint.evidence[1] == "assessed +1.0 after it (5 people), +0.5 usually"


def test_four_people_are_too_few(records):
    assert find_hints(records, {"K": "K", "K1": "K1"}) == {}


def test_nothing_taken_says_nothing():
    assert find_hints(empty_records(), {}) == {}


def test_strength_grows_and_is_bounded():
    assert Hint().strength == 0
    assert Hint(lift=1.4, rise=0.1).strength == 0
    assert Hint(lift=2.25).strength == pytest.approx(0.5)
    assert Hint(lift=99, rise=99).strength == 3
