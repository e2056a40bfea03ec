from __future__ import annotations

from datetime import date

import pytest

from features.known import known_records
from features.records import Records, empty_records
from features.skp import check_predicates, predicate_named
from tests.conftest import table_of

# results, behaviour, the predicate's ordinal: the nine cells of PermenPANRB 6/2022
CELLS = [
    ("above", "below", 2), ("above", "as_expected", 4), ("above", "above", 5),
    ("as_expected", "below", 2), ("as_expected", "as_expected", 4), ("as_expected", "above", 4),
    ("below", "below", 1), ("below", "as_expected", 3), ("below", "above", 3),
]  # fmt: skip


def reviews_of(*rows):
    columns = "employee_id year results behaviour predicate scale valid_from"
    dated = [(*row, date(row[1], 12, 31)) for row in rows]
    table = table_of("reviews", columns, *dated)
    return Records(**{**vars(empty_records()), "reviews": table})


def problems(records, on_engine, rows):
    known = known_records(on_engine(records), date(2025, 1, 1))
    return {
        (row["employee_id"], row["problem"]): row["expected_predicate"]
        for row in rows(check_predicates(known))
    }


def test_all_nine_cells_agree_with_the_matrix(on_engine, rows):
    given = [(f"e{n}", 2023, *cell, "predicate") for n, cell in enumerate(CELLS)]
    assert problems(reviews_of(*given), on_engine, rows) == {}


@pytest.mark.parametrize("cell", CELLS)
def test_any_other_predicate_is_reported_and_not_replaced(cell, rows):
    results, behaviour, right = cell
    given = [(f"e{n}", 2023, results, behaviour, n, "predicate") for n in range(1, 6)]
    known = known_records(reviews_of(*given), date(2025, 1, 1))
    found = rows(check_predicates(known))
    assert {row["predicate"] for row in found} == {1, 2, 3, 4, 5} - {right}  # as given
    assert {row["expected_predicate"] for row in found} == {right}


def test_what_cannot_be_checked_is_left_alone(on_engine, rows):
    records = reviews_of(
        ("missing", 2023, "above", "above", None, None),
        ("numeric", 2023, "above", "above", 3, "numeric"),
        ("early", 2021, "above", "above", 3, None),
        ("half", 2023, "above", None, 3, None),
        ("wrong", 2023, "below", "above", 4, None),
    )
    assert problems(records, on_engine, rows) == {
        ("missing", "missing"): 5,
        ("wrong", "differs"): 3,
    }


def test_names_of_predicates():
    assert predicate_named("Sangat Baik") == 5
    assert predicate_named("Cukup") == 3
    assert predicate_named("unknown") is None
