from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from features.horizon import end_of_records
from features.records import Records, empty_records, empty_table, load_records
from features.schema import BY_NAME, TABLES


def without(records: Records, *names: str) -> Records:
    return Records(**{**vars(records), **{n: empty_table(BY_NAME[n]) for n in names}})


def test_the_end_of_records_follows_the_last_month_of_attendance(tiny_records):
    assert end_of_records(tiny_records) == date(2025, 5, 1)  # attendance ends with April


def test_the_end_of_records_without_attendance_follows_the_last_course_or_offer(tiny_records):
    assert end_of_records(without(tiny_records, "attendance")) == date(2025, 5, 2)  # e2's course
    assert end_of_records(without(tiny_records, "attendance", "enrolments")) == date(2025, 4, 2)


def test_the_end_of_records_is_not_moved_by_when_things_became_known(tiny_records):
    late = date(2025, 11, 24)
    moved = tiny_records.map(lambda frame: frame.with_columns(available_at=pl.lit(late)))
    assert end_of_records(moved) == date(2025, 5, 1)


def test_the_end_of_records_follows_rows_that_count(tiny_records):
    late = date(2025, 11, 24)
    april = pl.col("valid_from") == date(2025, 4, 1)
    withdrawn = tiny_records.attendance.with_columns(superseded_at=pl.when(april).then(late))
    records = Records(**{**vars(tiny_records), "attendance": withdrawn})
    assert end_of_records(records) == date(2025, 4, 1)


def test_the_end_of_records_of_nothing_is_today():
    assert end_of_records(empty_records()) == date.today()


def test_load_records_reads_every_table_but_the_protected_attributes(tiny_records, tmp_path):
    for name, frame in vars(tiny_records).items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    loaded = load_records(tmp_path)
    assert all(getattr(loaded, name).equals(frame) for name, frame in vars(tiny_records).items())
    assert {table.name for table in TABLES} - set(vars(loaded)) == {"protected_attributes"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_empty_tables_have_the_declared_columns_and_both_dates(table):
    frame = empty_table(table)
    assert frame.columns == [c.name for c in table.all_columns]
    assert frame.columns[-3:] == ["valid_from", "available_at", "superseded_at"]
    assert frame.schema["valid_from"] == pl.Date
