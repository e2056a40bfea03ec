from __future__ import annotations

from datetime import date

from features.engagement import engagement_summary
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff


def summary(engine, entries, *columns):
    people = [(name, "u" if name < "f" else "v", "staff") for name in "abcdefg"]
    surveys = table_of("surveys", "employee_id instrument score valid_from", *entries)
    known, posts = on(engine, staff(*people, surveys=surveys))
    return rows(engagement_summary(known, posts, AS_OF), "employee_id", *columns)


def test_scores_are_the_newest_and_change_against_the_answer_before(engine):
    entries = [
        ("a", "UWES9", 4.0, date(2022, 5, 1)),
        ("a", "uwes9", 3.0, date(2023, 5, 1)),
        ("a", "uwes9", None, date(2024, 5, 1)),  # asked, not answered
        ("a", "pulse", 70.0, date(2024, 6, 1)),
        ("b", "uwes9", None, date(2024, 5, 1)),
    ]
    found = summary(engine, entries, "uwes9", "uwes9_change", "pulse", "pulse_change")
    assert found == {"a": (3, -1, 70, None), "b": (None, None, None, None)}


def test_answering_is_a_figure_of_its_own(engine):
    entries = [
        ("a", "pulse", 3.0, date(2023, 12, 31)),  # over a year ago
        ("a", "pulse", 3.0, date(2024, 2, 1)),
        ("a", "uwes9", None, date(2024, 3, 1)),
        ("a", "pulse", None, date(2024, 4, 1)),
        ("b", "other", None, date(2023, 4, 1)),
    ]
    found = summary(engine, entries, "n_surveys_asked_12_months",
                    "surveys_answered_share_12_months", "days_since_survey")  # fmt: skip
    assert found == {"a": (3, round(1 / 3, 6), 335), "b": (0, None, None)}


def test_a_unit_of_few_answers_has_no_mean(engine):
    entries = [
        *((name, "uwes9", float(i), date(2024, 5, 1)) for i, name in enumerate("abcde")),
        ("f", "uwes9", 1.0, date(2024, 5, 1)),
        ("g", "uwes9", 5.0, date(2024, 5, 1)),
    ]
    found = summary(engine, entries, "uwes9_vs_unit")
    assert found == {"a": -2, "b": -1, "c": 0, "d": 1, "e": 2, "f": None, "g": None}


def test_one_answer_under_two_names_is_one(engine):
    day = date(2024, 5, 1)
    entries = [("a", "uwes9", 4.0, day), ("a", "UWES9", 4.0, day)]
    found = summary(engine, [*entries, ("b", "pulse", None, day)], "uwes9", "uwes9_change")
    assert found == {"a": (4, None), "b": (None, None)}
