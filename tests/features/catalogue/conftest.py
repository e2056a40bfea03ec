"""Records of a small employer whose courses have free names and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from features.records import DTYPES, Records, empty_records
from features.schema import BY_NAME, FROM_THE_START
from features.sources.checks import add_dates
from features.workspace import replace_folder, write_frame


def table(name: str, columns: str, *rows: tuple[Any, ...]) -> pl.DataFrame:
    """Build a canonical table of a few columns; the rest is null, lags are filled in."""
    rule, names = BY_NAME[name], columns.split()
    schema = {n: DTYPES[next(c.kind for c in rule.all_columns if c.name == n)] for n in names}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    if rule.standing and "valid_from" not in names:
        frame = frame.with_columns(valid_from=pl.lit(FROM_THE_START))
    return add_dates(frame, rule).select(c.name for c in rule.all_columns)


@pytest.fixture
def table_of():
    return table


@pytest.fixture
def free_names() -> Records:
    """Return records of an export without a catalogue.

    C1-C3 are one course, C4 another, C5 a seminar on the first's subject; e1 took C1 and C2 on the
    same day.
    """
    return replace(
        empty_records(),
        units=table("units", "unit_id name", ("U1", "BKPSDM")),
        posts=table(
            "posts",
            "post_id title post_level",
            ("P1", "Arsiparis Ahli Muda", "other"),
            ("P2", "Kepala Bidang Mutasi", "administrator"),
        ),
        courses=table(
            "courses",
            "course_id title form jp prerequisite_course_id",
            ("C1", "Bimtek PBJ", "other", None, None),
            ("C2", "Diklat Pengadaan Barang/Jasa Angk. II", "other", 40.0, None),
            ("C3", "PELATIHAN PENGADAN BARANG DAN JASA 2017", "technical", None, "C1"),
            ("C4", "Pelatihan Kearsipan 30 JP", "other", None, None),
            ("C5", "Seminar PBJ", "seminar", None, None),
        ),
        employees=table(
            "employees", "employee_id employment_type", ("e1", "PNS"), ("e2", "PNS"), ("e3", "PNS")
        ),
        enrolments=table(
            "enrolments",
            "employee_id course_id status jp valid_from",
            ("e1", "C1", "dropped", None, date(2020, 1, 1)),
            ("e1", "C2", "completed", 40.0, date(2020, 1, 1)),
            ("e2", "C1", "completed", 40.0, date(2020, 1, 1)),
            ("e3", "C3", "completed", 30.0, date(2021, 1, 1)),
            ("e3", "C4", "completed", None, date(2021, 5, 1)),
        ),
    )


@pytest.fixture
def imported(free_names, workspace):
    """Return a workspace that holds these records as an import would have written them."""
    with replace_folder(workspace.records) as folder:
        for name, frame in vars(free_names).items():
            write_frame(frame, folder / f"{name}.parquet")
        (folder / "import_report.json").write_text("{}")
    return workspace
