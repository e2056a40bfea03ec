"""Rows past keeping go, in every version; what still holds stays; half-done work leaves all."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from click.testing import CliRunner

import features.retention
import features.retention_commands
from features.catalogue.originals import original_path, save_changed
from features.errors import HuyulaError
from features.history import undo_import
from features.records import load_records
from features.retention import delete_expired, expired_rows, needs_deleting
from features.retention_commands import retention
from features.schema import TABLES
from tests.conftest import table_of

TODAY = date(2026, 11, 24)
FIVE, TEN = date(2021, 11, 24), date(2016, 11, 24)  # rows about earlier dates are past keeping
OLD, NEW = date(2014, 6, 1), date(2025, 6, 1)


def attendance(*rows: tuple[str, int, date]) -> pl.DataFrame:
    return table_of("attendance", "employee_id unexcused_days valid_from", *rows).with_columns(
        workdays=pl.lit(20, pl.Int64)
    )


def export(days: int = 1) -> dict[str, pl.DataFrame]:
    """Return a few rows of each kind, half of them old; `days` absent in January 2020."""
    return {
        "courses": table_of(
            "courses", "course_id title form mandatory prerequisite_course_id",
            ("C1", "PKA", "structural", None, None), ("C2", "Excel", "technical", None, None),
            ("C3", "Makro", "technical", None, "C2"), ("C4", "Arsip", "technical", False, None),
            ("C5", "Antikorupsi", "e-learning", True, None),
        ),
        "enrolments": table_of(
            "enrolments", "employee_id course_id status valid_from",
            ("e1", "C1", "completed", OLD),  # a certificate
            ("e1", "C2", "completed", OLD),  # a prerequisite
            ("e1", "C3", "completed", OLD),
            ("e1", "C4", "completed", NEW),
            ("e2", "C1", "dropped", OLD),
            ("e2", "C5", "completed", OLD),  # assigned by a rule
        ),
        "attendance": attendance(
            ("e1", 0, date(2019, 12, 1)), ("e1", days, date(2020, 1, 1)),
            ("e1", 0, date(2021, 12, 1)), ("e2", 0, date(2021, 11, 1)),
        ),
        "discipline": table_of(
            "discipline", "employee_id level ends_on valid_from",
            ("e1", "moderate", date(2015, 6, 1), OLD), ("e2", "severe", None, OLD),
            ("e3", "severe", TODAY, OLD), ("e4", "moderate", date(2026, 11, 23), OLD),
        ),
        "sessions": table_of(
            "sessions", "session_id course_id starts_on ends_on valid_from",
            ("S1", "C1", OLD, OLD, OLD), ("S2", "C1", TODAY, None, OLD),
        ),
        "assessments": table_of(
            "assessments", "employee_id competency_id level valid_from",
            ("e1", "M.01", 2.0, TEN), ("e1", "M.01", 2.0, date(2016, 11, 23)),
        ),
        "employments": table_of("employments", "employee_id unit_id post_id valid_from",
                                ("e1", "U1", "P1", date(1995, 1, 1))),
    }  # fmt: skip


def rows(workspace, table: str, *columns: str) -> list[tuple]:
    frame = pl.read_parquet(workspace.records / f"{table}.parquet")
    return frame.select(columns or frame.columns).rows()


def contents(workspace) -> dict[str, bytes]:
    files = (path for path in workspace.records.rglob("*") if path.is_file())
    return {str(path.relative_to(workspace.records)): path.read_bytes() for path in files}


@pytest.fixture
def imported(import_tables, workspace):
    import_tables(export(), date(2026, 1, 20), group=2)
    return workspace


def test_what_would_go_is_counted_by_table(imported):
    found = {one.table: one for one in expired_rows(imported.records, TODAY)}
    told = {name: (one.before, one.rows, one.oldest, one.in_force) for name, one in found.items()}
    kept_for_good = {table.name for table in TABLES if table.keep_years is None}
    assert set(told) == {table.name for table in TABLES} - kept_for_good
    assert told["attendance"] == (FIVE, 3, date(2019, 12, 1), 0)
    assert told["enrolments"] == (TEN, 2, OLD, 3)
    assert told["discipline"] == (FIVE, 2, OLD, 2)
    assert told["sessions"] == (TEN, 1, OLD, 1)
    assert told["assessments"] == (TEN, 1, date(2016, 11, 23), 0)
    assert told["surveys"] == (FIVE, 0, None, 0)


def test_old_rows_go_and_what_still_holds_stays(imported):
    before = {name: rows(imported, name) for name in ("employments", "courses")}
    delete_expired(imported.records, TODAY)
    assert rows(imported, "attendance", "valid_from") == [(date(2021, 12, 1),)]
    assert rows(imported, "enrolments", "employee_id", "course_id") == [
        ("e1", "C1"), ("e1", "C2"), ("e1", "C4"), ("e2", "C5"),
    ]  # fmt: skip
    assert rows(imported, "discipline", "employee_id") == [("e2",), ("e3",)]
    assert rows(imported, "sessions", "session_id") == [("S2",)]
    assert rows(imported, "assessments", "valid_from") == [(TEN,)]
    assert {name: rows(imported, name) for name in before} == before
    assert len(load_records(imported.records).attendance) == 1


def test_an_assessment_that_is_still_valid_stays(imported, monkeypatch):
    standard = features.retention.load_standard
    longer = {"assessment_validity": {"years": 11}}
    monkeypatch.setattr(features.retention, "load_standard", lambda n: longer.get(n) or standard(n))
    delete_expired(imported.records, TODAY)
    assert len(rows(imported, "assessments")) == 2


def test_a_second_time_there_is_nothing_to_do(imported):
    assert needs_deleting(imported.records, TODAY)
    delete_expired(imported.records, TODAY)
    assert not needs_deleting(imported.records, TODAY)
    before = contents(imported)
    delete_expired(imported.records, TODAY)
    assert contents(imported) == before


def test_corrected_and_withdrawn_versions_go_too(imported, import_tables):
    later = export(days=2)
    later["enrolments"] = later["enrolments"].filter(pl.col("course_id") != "C1")
    import_tables(later, date(2026, 2, 20))
    assert len(rows(imported, "attendance")) == 5  # one of them corrected
    delete_expired(imported.records, TODAY)
    assert len(rows(imported, "attendance")) == 1
    ids = {course for (course,) in rows(imported, "enrolments", "course_id")}
    assert ids == {"C2", "C4", "C5"}  # a withdrawn certificate is none


def test_the_import_before_goes_where_it_holds_such_rows(imported, import_tables):
    import_tables(export(days=2), date(2026, 2, 20))
    delete_expired(imported.records, TODAY)
    with pytest.raises(HuyulaError, match="nothing is kept from before the import of 2026-02-20"):
        undo_import(imported.records)
    assert len(list(imported.root.glob(".records.*"))) == 1


def test_the_import_before_stays_where_it_holds_none(workspace, import_tables):
    import_tables({"attendance": attendance(("e1", 0, NEW))}, date(2026, 1, 20))
    import_tables({"attendance": attendance(("e1", 0, NEW), ("e1", 0, OLD))}, date(2026, 2, 20))
    delete_expired(workspace.records, TODAY)
    assert len(rows(workspace, "attendance")) == 1
    assert undo_import(workspace.records).day == date(2026, 2, 20)
    assert len(rows(workspace, "attendance")) == 1


def test_old_rows_from_before_the_last_import_are_found_there_alone(workspace, import_tables):
    import_tables({"attendance": attendance(("e1", 0, OLD))}, date(2014, 5, 20))
    import_tables({}, date(2014, 5, 20), partial=True)
    delete_expired(workspace.records, date(2014, 6, 1))
    assert not needs_deleting(workspace.records, date(2014, 6, 1))
    assert needs_deleting(workspace.records, TODAY)


def test_tables_as_imported_are_cleared_beside_those_that_decisions_changed(imported):
    original = {"enrolments": pl.read_parquet(imported.records / "enrolments.parquet")}
    decided = {"enrolments": original["enrolments"].with_columns(course_id=pl.lit("C4"))}
    save_changed(original, decided, imported.records.resolve())
    delete_expired(imported.records, TODAY)
    kept = original_path(imported.records, "enrolments")
    assert kept.parent.name == "original"
    assert len(pl.read_parquet(kept)) == 4
    assert rows(imported, "enrolments", "course_id", "valid_from") == [("C4", NEW)]


@pytest.mark.parametrize("stop_at", [1, 8, len(TABLES)])
def test_interrupted_work_leaves_the_records_whole(imported, monkeypatch, stop_at):
    before, keep, calls = contents(imported), features.retention._keep, []

    def stopping(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == stop_at:
            raise KeyboardInterrupt
        keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(features.retention, "_keep", stopping)
    with pytest.raises(KeyboardInterrupt):
        delete_expired(imported.records, TODAY)
    assert contents(imported) == before
    assert len(list(imported.root.glob(".records.*"))) == 1


@pytest.fixture
def call(imported, monkeypatch):
    class Today(date):
        @classmethod
        def today(cls) -> date:
            return TODAY

    monkeypatch.setattr(features.retention_commands, "date", Today)

    def run(*options: str, answer: str = "") -> str:
        arguments = [*options, "--workspace", str(imported.root)]
        return CliRunner().invoke(retention, arguments, input=answer).output

    return run


def test_a_dry_run_shows_what_would_go_and_deletes_nothing(call, imported):
    before = contents(imported)
    lines = call("--dry-run").splitlines()
    assert "attendance       2021-11-24                    3  2019-12-01" in lines
    assert "enrolments       2016-11-24                    2  2014-06-01  3" in lines
    assert lines[-1] == "nothing was deleted: this is a dry run"
    assert contents(imported) == before
    assert not imported.logs.exists()


def test_nothing_is_deleted_unless_somebody_says_yes(call, imported):
    before = contents(imported)
    assert "delete these rows? They cannot be brought back [y/N]: n" in call(answer="n\n")
    assert contents(imported) == before
    assert not imported.logs.exists()


def test_the_command_deletes_and_logs_counts_without_ids(call, imported):
    imported.panel.mkdir()
    output = call(answer="y\n")
    assert "deleted 9 rows" in output
    assert output.splitlines()[-1].endswith("make them again: panel")
    (line,) = (imported.logs / "retention.jsonl").read_text().splitlines()
    entry = json.loads(line)
    assert entry["rows"] == {
        "assessments": 1, "sessions": 1, "enrolments": 2, "attendance": 3, "discipline": 2,
    }  # fmt: skip
    assert set(entry) == {"at", "by", "action", "rows"}
    assert call("--yes").splitlines()[-1] == "nothing is past keeping"
    assert len((imported.logs / "retention.jsonl").read_text().splitlines()) == 1
