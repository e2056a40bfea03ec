"""Predicates in unit, pattern and time: by hand, on three engines."""

from __future__ import annotations

from datetime import date

from features.performance import numeric_summary, review_summary
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff

COLUMNS = "employee_id year predicate scale score results behaviour valid_from"


def reviews(*entries):
    """Return reviews of (person, year, predicate) and further columns for the numeric ones."""
    filled = [(*e, *[None] * (7 - len(e)), date(e[1], 12, 31)) for e in entries]
    return table_of("reviews", COLUMNS, *filled)


def unit_reviews(*entries):
    return table_of(
        "unit_reviews",
        "unit_id year predicate valid_from",
        *((*e, date(e[1], 12, 31)) for e in entries),
    )


def test_position_counts_those_below_and_half_of_the_equal(engine):
    people = [(name, "u", "staff") for name in "abcd"] + [("x", "v", "staff")]
    table = reviews(("a", 2023, 5), ("b", 2023, 4), ("c", 2023, 4), ("d", 2023, 3), ("x", 2023, 1),
                    ("d", 2022, 5))  # fmt: skip
    known, posts = on(engine, staff(*people, reviews=table))
    found = rows(review_summary(known, posts, AS_OF), "employee_id", "predicate_position",
                 "predicate_vs_unit")  # fmt: skip
    # of 4 people: 3 below and half of one; 1 below and half of two; half of one. Mean 16 / 4
    assert found == {
        "a": (0.875, 1.0), "b": (0.5, 0.0), "c": (0.5, 0.0), "d": (0.125, -1.0), "x": (0.5, 0.0),
    }  # fmt: skip


def test_position_in_the_pattern_is_among_units_with_the_same_result(engine):
    people = [("a", "u", "staff"), ("b", "u", "staff"), ("c", "v", "staff"), ("d", "w", "staff"),
              ("e", "x", "staff")]  # fmt: skip
    table = reviews(("a", 2023, 5), ("b", 2023, 4), ("c", 2023, 4), ("d", 2023, 4), ("e", 2023, 4))
    results = unit_reviews(("u", 2023, 5), ("v", 2023, 5), ("w", 2023, 3), ("v", 2022, 3))
    known, posts = on(engine, staff(*people, reviews=table, unit_reviews=results))
    found = rows(review_summary(known, posts, AS_OF), "employee_id", "unit_predicate",
                 "predicate_position_pattern", "predicate_position")  # fmt: skip
    # u and v had the same result: 5, 4, 4; w and x (no result held) stand alone
    assert found == {
        "a": (5, round(2.5 / 3, 6), 0.75),
        "b": (5, round(1 / 3, 6), 0.25),
        "c": (5, round(1 / 3, 6), 0.5),
        "d": (3, 0.5, 0.5),
        "e": (None, 0.5, 0.5),
    }


def test_trend_and_spread_are_of_the_last_five_years(engine):
    table = reviews(
        ("a", 2019, 1),  # six years before 2025
        *(("a", year, p) for year, p in ((2021, 3), (2022, 4), (2023, 5))),
        *(("b", year, p) for year, p in ((2020, 4), (2023, 5))),
        ("c", 2023, 4),
    )
    people = [(name, "u", "staff") for name in "abc"]
    known, posts = on(engine, staff(*people, reviews=table))
    found = rows(review_summary(known, posts, AS_OF), "employee_id", "predicate_trend",
                 "predicate_spread")  # fmt: skip
    # 3, 4, 5: a step a year, deviation 1; 4 and 5: sqrt(1/2), too few for a trend; one: neither
    assert found == {"a": (1.0, 1.0), "b": (None, 0.707107), "c": (None, None)}


def test_trend_stands_on_the_years_themselves(engine):
    table = reviews(*(("a", year, p) for year, p in ((2020, 4), (2021, 4), (2023, 5))))
    known, posts = on(engine, staff(("a", "u", "staff"), reviews=table))
    found = rows(review_summary(known, posts, AS_OF), "employee_id", "predicate_trend")
    # years from their mean: -4/3, -1/3, 5/3; slope (5/3 * 1) / (42/9) = 5/14, the missing 2022 felt
    assert found == {"a": round(5 / 14, 6)}


def test_numeric_scores_and_predicates_are_never_one_series(engine):
    table = reviews(
        ("a", 2019, None, "numeric", 80.0),
        ("a", 2020, None, "numeric", 84.0),
        ("a", 2021, 2, "numeric", 88.0),  # a predicate read off the number is none
        ("a", 2022, 4, "predicate"),
        ("b", 2021, 1, "numeric", 70.0),
    )
    people = [("a", "u", "staff"), ("b", "u", "staff")]
    known, posts = on(engine, staff(*people, reviews=table))
    found = rows(review_summary(known, posts, AS_OF), "employee_id", "predicate",
                 "predicate_change", "predicate_vs_unit", "predicate_spread")  # fmt: skip
    assert found == {"a": (4, None, 0, None)}
    numeric = rows(numeric_summary(known, posts), "employee_id", "numeric_score",
                   "numeric_score_year", "numeric_score_trend")  # fmt: skip
    assert numeric == {"a": (88, 2021, 4), "b": (70, 2021, None)}


def test_results_and_behaviour_are_of_the_newest_year(engine):
    table = reviews(
        ("a", 2022, 5, None, None, "above", "above"),
        ("a", 2023, 4, None, None, "as_expected", "below"),
        ("b", 2022, 5, None, None, "above", "above"),
        ("b", 2023, 4),
        ("c", 2023, 1, None, None, None, "above"),
    )
    people = [(name, "u", "staff") for name in "abc"]
    known, posts = on(engine, staff(*people, reviews=table))
    found = rows(review_summary(known, posts, AS_OF), "employee_id", "predicate", "results_rating",
                 "behaviour_rating")  # fmt: skip
    assert found == {"a": (4, 2, 1), "b": (4, None, None), "c": (1, None, 3)}
