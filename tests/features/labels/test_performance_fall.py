from __future__ import annotations

from datetime import date

import pytest

from features.labels import build_labels
from features.records import Records, empty_records
from tests.conftest import table_of

AS_OF = date(2025, 1, 1)
WHEN = date(2024, 12, 31)
JULY = date(2024, 7, 1)


def jobs(*people: str) -> tuple:
    return (
        "employee_id unit_id post_id valid_from",
        *((person, "U", "P", date(2020, 1, 1)) for person in people),
    )


def reviews(**predicates: int) -> tuple:
    rows = ((person, 2024, predicate, WHEN) for person, predicate in predicates.items())
    return ("employee_id year predicate valid_from", *rows)


def falls(records, by_person) -> dict:
    labels = by_person(build_labels(records, JULY, 6), "performance_fall")
    return {person: value for person, (value,) in labels.items()}


def test_a_predicate_below_baik_counts_against_the_unit(records_of, by_person):
    records = records_of(employments=jobs("a", "b", "c"), reviews=reviews(a=3, b=4, c=5))
    assert falls(records, by_person) == {"a": 1, "b": 0, "c": 0}


def test_a_year_that_the_whole_unit_shares_makes_nobody_fall(records_of, by_person):
    records = records_of(employments=jobs("a", "b", "c"), reviews=reviews(a=3, b=3, c=3))
    assert falls(records, by_person) == {"a": 0, "b": 0, "c": 0}


def test_a_unit_below_baik_has_another_pattern(records_of, by_person):
    people = jobs("a", "b", "c")
    unit = ("unit_id year predicate valid_from", ("U", 2024, 3, WHEN))
    records = records_of(employments=people, reviews=reviews(a=3, b=4, c=4), unit_reviews=unit)
    assert falls(records, by_person) == {"a": 0, "b": 0, "c": 0}
    records = records_of(employments=people, reviews=reviews(a=2, b=4, c=4), unit_reviews=unit)
    assert falls(records, by_person) == {"a": 1, "b": 0, "c": 0}


def test_two_people_are_no_unit_to_compare_with(records_of, by_person):
    records = records_of(employments=jobs("a", "b"), reviews=reviews(a=2, b=5))
    assert falls(records, by_person) == {}


def test_behaviour_below_expectation_counts_against_the_unit(records_of, by_person):
    rows = (("a", "below"), ("b", "as_expected"), ("c", "above"))
    records = records_of(
        employments=jobs("a", "b", "c"),
        reviews=(
            "employee_id year predicate behaviour valid_from",
            *((person, 2024, 4, behaviour, WHEN) for person, behaviour in rows),
        ),
    )
    assert falls(records, by_person) == {"a": 1, "b": 0, "c": 0}


@pytest.mark.parametrize(
    ("after", "label"),
    [
        pytest.param(70.0, 1, id="ten points against a unit that kept its level"),
        pytest.param(76.0, 0, id="four points"),
    ],
)
def test_feedback_falls_beyond_the_units_change(records_of, by_person, after, label):
    # unit of four: three keep 80, so that the unit's mean change is a quarter of a's
    rows = [(p, "peer", 80.0, date(2024, 3, i)) for p in "abcd" for i in (1, 2, 3)]
    rows += [
        (p, "peer", after if p == "a" else 80.0, date(2024, 9, i))
        for p in "abcd"
        for i in (1, 2, 3)
    ]
    columns = "employee_id rater_role score valid_from"
    records = records_of(employments=jobs(*"abcd"), feedback360=(columns, *rows))
    assert falls(records, by_person) == {"a": label, "b": 0, "c": 0, "d": 0}
    own = [(p, "self", score, day) for p, _, score, day in rows]
    records = records_of(employments=jobs(*"abcd"), feedback360=(columns, *own))
    assert falls(records, by_person) == {}  # the own rating is no evidence


def test_feedback_needs_three_ratings_before_and_after(records_of, by_person):
    rows = [(p, "peer", 80.0, date(2024, 3, i)) for p in "abc" for i in (1, 2, 3)]
    rows += [(p, "peer", 50.0, date(2024, 9, i)) for p in "abc" for i in (1, 2)]
    columns = "employee_id rater_role score valid_from"
    records = records_of(employments=jobs(*"abc"), feedback360=(columns, *rows))
    assert falls(records, by_person) == {}


def test_sangat_baik_to_baik_never_counts():
    """Units of 3 to 8 people, all of them Sangat Baik; from nobody to everybody falls to Baik."""
    units = [(size, n_baik) for size in range(3, 9) for n_baik in range(size + 1)]
    people = [(f"p{n}-{k}-{i}", f"U{n}-{k}", 4 if i < k else 5) for n, k in units for i in range(n)]
    posts = [(person, unit, "P", date(2020, 1, 1)) for person, unit, _ in people]
    before = [(person, 2023, 5, date(2023, 12, 31)) for person, _, _ in people]
    after = [(person, 2024, predicate, WHEN) for person, _, predicate in people]
    frames = {
        "employments": table_of("employments", "employee_id unit_id post_id valid_from", *posts),
        "reviews": table_of("reviews", "employee_id year predicate valid_from", *before, *after),
    }
    labels = build_labels(Records(**{**vars(empty_records()), **frames}), JULY, 6)
    assert labels["performance_fall"].to_list() == [0] * 232
