"""Exports broken in one way each: what is reported, what is kept, and that nothing is lost.

Every folder of ``exports/`` replaces files of ``exports/base``, an export of three people without
fault; ``broken_exports.toml`` says what is expected of each. A problem reads ``file line, column
[value shown]: rule (action)``.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.errors import SchemaError
from features.importing import Imported

EXPORTS = Path(__file__).parent / "exports"
KEPT = {
    "units": 3, "posts": 2, "employees": 3, "employments": 3, "reviews": 3, "courses": 2,
    "enrolments": 2, "attendance": 3, "protected_attributes": 3,
}  # fmt: skip
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (EXPORTS.parent / "broken_exports.toml").read_text(encoding="utf-8")
)
ABSENT = (
    "tingkat_pendidikan, agama_nama or agama, jenis_kawin_nama or jenis_kawin",
    "has no column pemicu, hari, internasional",
    "has no column cuti, gangguan_jaringan",
)


@pytest.fixture(scope="module")
def imported_once() -> dict[str, Imported]:
    return {}


@pytest.fixture
def import_case(import_files, imported_once):
    """Import a folder of `EXPORTS`, once for all tests unless a file is left out."""

    def run(case: str, *, leave_out: str = "") -> Imported:
        if case in imported_once and not leave_out:
            return imported_once[case]
        files = {path.name: path for path in (EXPORTS / "base").iterdir()}
        files |= {path.name: path for path in (EXPORTS / case).iterdir()}
        done = import_files({n: p.read_bytes() for n, p in files.items() if n != leave_out})
        return done if leave_out else imported_once.setdefault(case, done)

    return run


def shown(quarantine: pl.DataFrame) -> list[str]:
    return [
        f"{row['file']} {row['line']}"
        + (f", {row['column']}" if row["column"] else "")
        + (f" [{row['value']}]" if row["value"] else "")
        + f": {row['rule']} ({row['action']})"
        for row in quarantine.iter_rows(named=True)
    ]


def assert_rows_are_kept_or_in_the_quarantine(imported: Imported) -> None:
    dropped = imported.quarantine.filter(pl.col("action") == "row dropped")
    skipped = imported.quarantine.filter(pl.col("action") == "table skipped")["file"].to_list()
    for name, rows in imported.report["files"].items():
        lines = dropped.filter(pl.col("file") == name)["line"].n_unique()
        assert rows["quarantined"] == (rows["read"] if name in skipped else lines)
        assert rows["read"] == rows["kept"] + rows["quarantined"]


def kept(imported: Imported) -> dict[str, int]:
    return {name: len(frame) for name, frame in imported.tables.items() if name in KEPT}


def test_every_broken_export_has_its_expectation():
    assert {path.name for path in EXPORTS.iterdir()} == {*EXPECTED}


@pytest.mark.parametrize("case", EXPECTED)
def test_an_export_is_reported_exactly_and_loses_nothing_silently(import_case, case):
    expected = EXPECTED[case]
    imported = import_case(case)
    assert sorted(shown(imported.quarantine)) == expected.get("problems", [])
    repairs = imported.repaired.frame().select("file", "line", "column", "rule").iter_rows()
    assert [f"{f} {n}, {c}: {rule}" for f, n, c, rule in repairs] == expected.get("repairs", [])
    notes = [note for note in imported.report["notes"] if not note.endswith(ABSENT)]
    assert notes == expected.get("notes", [])
    assert {n: len(f) for n, f in imported.tables.items() if len(f) or n in KEPT} == (
        KEPT | expected["kept"]
    )
    assert_rows_are_kept_or_in_the_quarantine(imported)


def test_repairs_are_counted_by_row_and_by_value(import_case):
    report = import_case("apostrophes").report
    assert report["files"]["presensi.csv"]["repaired"] == 1
    assert [(r["file"], r["column"], r["rows"]) for r in report["repairs"]] == [
        ("presensi.csv", column, 1) for column in ("bulan", "hadir", "hari_kerja")
    ]


def test_what_repaired_cells_mean(import_case):
    def column(case: str, table: str, name: str) -> list[Any]:
        return sorted(import_case(case).tables[table][name].drop_nulls().to_list())

    january = date(2025, 1, 1)
    for case in ("serial_dates", "months_without_day", "apostrophes", "dates_with_time"):
        assert column(case, "attendance", "valid_from") == [january] * 3
    days = [date(2010, 1, 1), date(2019, 3, 1), date(2021, 1, 1)]
    assert column("month_names", "employees", "joined_on") == days
    for case in ("rupiah", "grouped_numbers"):
        assert column(case, "courses", "cost_rupiah") == [750_000, 1_500_000]
    assert column("numbers_with_unit", "enrolments", "jp") == [20, 20]
    assert column("words_for_zero", "attendance", "excused_days") == [0, 0, 2]
    assert "Dinas Kesehatán “Sehat”" in column("garbled_text", "units", "name")
    assert column("circle_of_units", "units", "parent_unit_id") == []
    assert column("own_parent", "units", "parent_unit_id") == ["UNOR-0"]


def test_a_gigantic_cell_costs_its_row_alone(import_files):
    files = {path.name: path.read_bytes() for path in (EXPORTS / "base").iterdir()}
    files["presensi.csv"] += b"x;01-01-2025;22;22;0;" + b"9" * 200_000 + b"\n"
    imported = import_files(files)
    assert shown(imported.quarantine) == [
        "presensi.csv 5: must have cells of at most 131,072 characters (row dropped)"
    ]
    assert kept(imported) == KEPT


def test_what_odd_cells_mean(import_case):
    quoted = import_case("quoted_cells")
    assert quoted.tables["employments"]["post_id"].value_counts().sort("post_id").rows() == [
        ("JAB-1", 1),
        ("JAB-2", 2),
    ]
    dates = import_case("mixed_dates").tables["attendance"]["valid_from"]
    assert dates.cast(pl.String).to_list() == ["2025-01-01"] * 3
    costs = import_case("thousands_with_dots").tables["courses"]["cost_rupiah"]
    assert costs.to_list() == [1_500_000, 750_000]
    leaving = import_case("foreseen_retirement").tables["employees"]["left_on"]
    assert sorted(leaving.drop_nulls().cast(pl.String)) == ["2043-12-31"]


def test_of_two_rows_with_a_key_the_smaller_values_stay(import_case):
    attendance = import_case("conflicting_rows").tables["attendance"]
    assert sorted(attendance["present_days"]) == [19, 20, 22]  # 19 and 21 had the same key


def test_the_persons_who_share_a_nip_stay_two_persons_without_it(import_case):
    imported = import_case("shared_nip")
    assert imported.tables["employees"]["employee_id"].n_unique() == 3
    assert imported.tables["attendance"]["employee_id"].n_unique() == 3


def test_a_missing_peoples_file_is_an_error_that_names_it(import_case):
    with pytest.raises(SchemaError, match=r"^pegawai\*\.csv must be among the files of the export"):
        import_case("base", leave_out="pegawai.csv")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"pns_id;jenis_pegawai_nama\n", "it has no rows", id="header only"),
        pytest.param(b"nama\nSiti\n", "must be a column of this file", id="no number"),
        pytest.param(b"PK\x03\x04", "it is an Excel file", id="Excel"),
        pytest.param(
            b"pns_id;jenis_pegawai_nama\nx;PNS\n", "must be a key of 16 or more", id="no key"
        ),
    ],
)
def test_a_peoples_file_without_people_is_an_error_that_says_why(import_files, content, why):
    with pytest.raises(SchemaError, match=rf"^pegawai\.csv must name at least one.*{why}"):
        import_files({"pegawai.csv": content})


def test_a_folder_in_place_of_a_file_is_reported(import_files, tmp_path):
    (tmp_path / "export_0").mkdir()
    (tmp_path / "export_0" / "presensi.csv").mkdir()
    base = {path.name: path.read_bytes() for path in (EXPORTS / "base").iterdir()}
    del base["presensi.csv"]
    imported = import_files(base)
    assert shown(imported.quarantine) == [
        "presensi.csv 1: cannot be opened: it is not a regular file (file skipped)"
    ]


def test_files_that_the_mapping_does_not_read_are_named(import_files):
    base = {path.name: path.read_bytes() for path in (EXPORTS / "base").iterdir()}
    imported = import_files(
        {**base, "gaji.csv": b"a", "presensi_2025.xlsx": b"PK", ".DS_Store": b""}
    )
    assert imported.unused_files == ["gaji.csv", "presensi_2025.xlsx"]
    assert imported.report["unused_files"] == 2  # a file may bear a person's name


def test_a_path_without_a_single_readable_name_hints_at_the_mapping_that_fits(import_files):
    with pytest.raises(SchemaError, match="--mapping employee_export reads files of these names"):
        import_files({"employee_data.csv": b""})
    with pytest.raises(SchemaError, match=r"must hold files that the mapping.*nothing$"):
        import_files({})
