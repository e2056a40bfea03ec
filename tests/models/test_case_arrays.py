"""Frames read as arrays: hand-countable, with what is not known and who is not asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from features.errors import SchemaError
from models.case_arrays import gap_rows, numbers_of, order_of, places_in, taken_rows
from models.cases import Cases

PEOPLE = pd.DataFrame({"employee_id": ["ani", "budi"]})
HISTORY = pd.DataFrame(
    {
        "employee_id": ["budi", "nobody", "ani"],
        "course_id": ["law", "law", "unknown"],
        "happened_on": pd.to_datetime(["2024-01-01"] * 3),
    }
)
GAPS = pd.DataFrame(
    {
        "employee_id": ["budi", "nobody"],
        "competency_id": ["T.01", "T.02"],
        "level": pd.array([2, None], dtype="Int64"),
        "gap": [1.0, 2.0],
    }
)


def test_what_has_no_place_is_minus_one() -> None:
    values = pd.Series(["b", None, "c", "a"])
    assert places_in(order_of(["a", "b"]), values).tolist() == [1, -1, -1, 0]


def test_a_missing_number_or_column_is_nan() -> None:
    assert numbers_of(GAPS, "level").tolist()[0] == 2
    assert np.isnan(numbers_of(GAPS, "level")[1])
    assert np.isnan(numbers_of(GAPS, "required_level")).all()


def test_only_known_people_and_courses_took_something() -> None:
    taken = taken_rows(Cases(PEOPLE, HISTORY, GAPS), ["excel", "law"])
    assert taken.row.tolist() == [True, False, False]
    assert (taken.person.tolist(), taken.course.tolist()) == ([1], [1])


def test_a_history_without_dates_is_named() -> None:
    with pytest.raises(SchemaError, match="happened_on"):
        taken_rows(Cases(PEOPLE, HISTORY.drop(columns="happened_on"), GAPS), ["law"])


def test_gaps_count_as_valid_where_nothing_is_said_of_evidence() -> None:
    rows = gap_rows(Cases(PEOPLE, HISTORY, GAPS))
    assert (rows.person.tolist(), rows.valid.tolist()) == ([1, -1], [True, True])
    assert rows.column(order_of(["T.02"])).tolist() == [-1, 0]
    said = gap_rows(Cases(PEOPLE, HISTORY, GAPS.assign(evidence=["expired", "valid"])))
    assert said.valid.tolist() == [False, True]


def test_what_is_made_of_cases_is_made_once() -> None:
    cases = Cases(PEOPLE, HISTORY, GAPS)
    assert gap_rows(cases) is gap_rows(cases)
    assert taken_rows(cases, ["law"]) is taken_rows(cases, ["law"])
    assert taken_rows(cases, ["law"]) is not taken_rows(cases, ["law", "excel"])
