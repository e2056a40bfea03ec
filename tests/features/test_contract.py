from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from features.contract import check_records, check_table, table_schema, table_violations
from features.errors import SchemaError
from features.records import DTYPES, empty_records, empty_table
from features.schema import BY_NAME, TABLES

DAY = date(2025, 1, 1)
DATES = {"valid_from": DAY, "available_at": DAY, "superseded_at": None}


def frame(table: str, *rows: dict) -> pl.DataFrame:
    columns = BY_NAME[table].all_columns
    schema = {column.name: DTYPES[column.kind] for column in columns}
    return pl.DataFrame([dict.fromkeys(schema) | DATES | row for row in rows], schema=schema)


def month(**values: object) -> dict:
    return {"employee_id": "e1", "workdays": 20, "unexcused_days": 0} | values


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_has_a_schema_that_takes_no_rows_and_no_other_columns(table):
    assert list(table_schema(table.name).columns) == [c.name for c in table.all_columns]
    check_table(empty_table(table), table)
    with pytest.raises(SchemaError, match="must not be there"):
        check_table(empty_table(table).with_columns(x=pl.lit(1)), table)


@pytest.mark.parametrize(
    ("row", "column", "rule", "value"),
    [
        (month(workdays=32), "workdays", "must be at most 31", "32"),
        (month(unexcused_days=-1), "unexcused_days", "must be at least 0", "-1"),
        (month(workdays=None), "workdays", "must not be empty", ""),
        (month(employee_id=None), "employee_id", "must not be empty", ""),
        (month(available_at=None), "available_at", "must not be empty", ""),
        (
            month(workdays=29, valid_from=date(2025, 2, 1)),
            "workdays + valid_from",
            "must be at most the days of the month",
            "29 and 2025-02-01",
        ),
    ],
)
def test_a_broken_rule_is_named_with_column_value_and_count(row, column, rule, value):
    rows = frame("attendance", month(), row, row)
    found = [one for one in table_violations(rows, BY_NAME["attendance"]) if one.column == column]
    assert [(one.rule, one.value, one.n_rows) for one in found] == [(rule, value, 2)]


def test_words_must_be_among_the_allowed():
    rows = frame("posts", {"post_id": "P", "title": "x", "post_level": "boss"})
    with pytest.raises(SchemaError, match=r"^posts\.post_level must be one of jpt.*got boss in 1"):
        check_table(rows, BY_NAME["posts"])


def test_columns_of_another_shape_are_named_alone():
    rows = frame("attendance", month(workdays=99)).drop("unexcused_days")
    rows = rows.with_columns(pl.col("workdays").cast(pl.String))
    found = table_violations(rows, BY_NAME["attendance"])
    assert [str(one) for one in found] == [
        "attendance.unexcused_days must be a column",
        "attendance.workdays must be Int64, got String",
    ]


def person(**values: object) -> dict:
    return {"employee_id": "e1", "employment_type": "PNS"} | values


def test_records_are_checked_whole_and_all_that_is_wrong_is_named(tiny_records):
    check_records(tiny_records)
    broken = replace(
        empty_records(),
        employees=frame("employees", person(), person()),
        attendance=frame("attendance", month(employee_id="e9"), month(workdays=1)),
        posts=frame("posts", {"post_id": "P", "title": None, "post_level": "mahir"}),
    )
    with pytest.raises(SchemaError) as caught:
        check_records(broken)
    assert str(caught.value).split("; ") == [
        "posts.title must not be empty in 1 row",
        "employees.employee_id must be a key of one row in 1 row",
        "attendance.employee_id must be known in employees in 1 row",
    ]


def test_records_of_pandas_frames_are_checked_too(tiny):
    check_records(tiny)
