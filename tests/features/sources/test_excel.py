"""Workbooks as people really make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from features.sources.delimited import LINE, SourceTable
from features.sources.excel import excel_places
from features.sources.place import matching_places

DATES = {"tmt", "tgllahir"}


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., list[SourceTable]]:
    """Write a workbook by a function and read its sheets that a pattern means."""

    def make(write, pattern: str = "book.xlsx", **options) -> list[SourceTable]:
        workbook = xlsxwriter.Workbook(tmp_path / "book.xlsx", options)
        write(workbook)
        workbook.close()
        places = excel_places(tmp_path / "book.xlsx", DATES)
        return [place.read() for place in matching_places(places, [pattern])]

    return make


def rows(table: SourceTable) -> list[tuple]:
    return table.frame.rows()


def test_each_sheet_is_a_table_named_after_the_file_and_the_sheet(book):
    def write(workbook):
        for name in ("pegawai", "presensi"):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["nip", "nama"])
            sheet.write_row(1, 0, [name, "x"])

    both = book(write)
    assert [table.name for table in both] == ["book.xlsx/pegawai", "book.xlsx/presensi"]
    assert rows(both[1]) == [(2, "presensi", "x")]
    for pattern in ("presensi", "book.xlsx/presensi", "PRES*.csv", "book.xlsx/p*i"):
        assert book(write, pattern)[-1].name == "book.xlsx/presensi"
    assert len(book(write, "presensi.xlsx")) == 1


def test_titles_and_a_row_that_numbers_the_columns_are_not_rows(book):
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "DAFTAR PEGAWAI")
        sheet.write(1, 0, "Dinas Pendidikan")
        sheet.write_row(3, 0, ["No", "NIP", "Nama\nLengkap", "TMT"])
        sheet.write_row(4, 0, ["(1)", "(2)", "(3)", "(4)"])
        sheet.write_row(5, 0, [1, "a", "b", "01-02-2020"])
        sheet.write_row(7, 0, [2, "c", "d", "  "])

    (table,) = book(write)
    assert table.frame.columns == [LINE, "No", "NIP", "Nama Lengkap", "TMT"]
    assert rows(table) == [(6, "1", "a", "b", "01-02-2020"), (8, "2", "c", "d", "  ")]
    assert table.notes == ["has its header in row 4"]


def test_dates_real_and_as_day_numbers(book):
    def write(workbook):
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["TMT", "tgl_lahir", "jumlah"])
        sheet.write_datetime(1, 0, datetime(2020, 1, 15), day)
        sheet.write_row(1, 1, [43845, 43845])
        sheet.write_datetime(2, 0, datetime(2020, 1, 16, 7, 30), day)
        sheet.write_row(2, 1, ["17-01-2020", 3])

    (table,) = book(write)
    assert rows(table) == [
        (2, "2020-01-15", "2020-01-15", "43845"),
        (3, "2020-01-16 07:30:00", "17-01-2020", "3"),
    ]
    assert table.notes == ["column tgl_lahir holds 1 dates as day numbers of Excel"]


def test_day_numbers_of_a_workbook_that_counts_from_1904(book):
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["TMT", "nip"])
        sheet.write_row(1, 0, [42383, "a"])

    (table,) = book(write, date_1904=True)
    assert table.frame["TMT"][0] == str(date(2020, 1, 15))


def test_long_numbers_kept_as_numbers_are_said_to_be_rounded_and_those_kept_as_text_are_not(book):
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["nip", "nik"])
        sheet.write_string(1, 0, "199001012015031001")
        sheet.write_number(2, 0, 199001012015031001)
        sheet.write_string(1, 1, "7571014101850001")
        sheet.write_string(2, 1, "7571014101850002")

    (table,) = book(write)
    assert table.frame["nip"].to_list() == ["199001012015031001", "1.99001012015031E+17"]
    assert table.frame["nik"].to_list() == ["7571014101850001", "7571014101850002"]
    (note,) = table.notes
    assert note.startswith("column nip holds 1 numbers of more than 15 digits")


def test_merged_cells_hold_for_each_of_their_rows(book):
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(1, 0, ["nama", "unit"])
        for row, name in enumerate("abcd", start=2):
            sheet.write(row, 0, name)
        sheet.merge_range(2, 1, 4, 1, "Dinas & Kantor")
        sheet.write(5, 1, "Badan")

    (table,) = book(write)
    assert table.frame["unit"].to_list() == ["Dinas & Kantor"] * 3 + ["Badan"]
    assert "has merged cells; 2 cells got the value of the one they belong to" in table.notes


def test_formulas_count_by_their_last_value_and_errors_are_empty(book):
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["nama", "nilai", "sah"])
        sheet.write(1, 0, "a")
        sheet.write_formula(1, 1, "=40+2", None, 42)
        sheet.write_boolean(1, 2, True)
        sheet.write(2, 0, "b")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")

    (table,) = book(write)
    assert rows(table) == [(2, "a", "42", "true"), (3, "b", None, None)]


def test_hidden_sheets_are_read_only_by_their_whole_name_and_empty_ones_say_so(book):
    def write(workbook):
        workbook.add_worksheet("utama").write_row(0, 0, ["a", "b"])
        hidden = workbook.add_worksheet("lama")
        hidden.hide()
        hidden.write_row(0, 0, ["a", "b"])
        workbook.add_worksheet("kosong")

    tables = book(write)
    assert [(table.name, table.notes) for table in tables] == [
        ("book.xlsx/utama", ["has a header but no rows"]),
        ("book.xlsx/kosong", ["is empty"]),
    ]
    assert book(write, "lam*") == []
    assert [table.name for table in book(write, "lama")] == ["book.xlsx/lama"]


def test_repeated_and_missing_names_of_columns_get_names_of_their_own(book):
    def write(workbook):
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["nama", "nama", "", "nip"])
        sheet.write_row(1, 0, ["a", "b", "c", "d"])

    (table,) = book(write)
    assert table.frame.columns == [LINE, "nama", "__2_nama", "__3_", "nip"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"nip;nama\n1;2\n"])
def test_what_is_no_workbook_is_one_problem(tmp_path, content):
    (tmp_path / "book.xlsx").write_bytes(content)
    (place,) = excel_places(tmp_path / "book.xlsx", DATES)
    (problem,) = place.read().problems
    assert problem.action == "file skipped"
    assert problem.rule.startswith("must be an Excel workbook")
