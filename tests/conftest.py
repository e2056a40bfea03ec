"""What all tests share: a generator, a tiny set of records, the public data sets."""

from __future__ import annotations

import os

# Waiting threads spin by default, and small fits take many times the processor time where others
# need the processors too. OpenMP and OpenBLAS read these when they are loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import settings

from features.records import DTYPES, Records, empty_records
from features.schema import BY_NAME, FROM_THE_START
from features.sources.checks import add_dates

ROOT = Path(__file__).parent.parent

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Leave out what matters in a power cut alone: an import would wait 0.2 s for its files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20_250_101)


@pytest.fixture(scope="session")
def dataset() -> Callable[[str], Path]:
    """Find the folder of a public data set, or skip by its name."""

    def find(name: str) -> Path:
        folder = ROOT / os.environ.get("HUYULA_DATASETS", "../shared/datasets") / name
        if not folder.is_dir():
            pytest.skip(f"data set {name} is not in {folder.parent} (HUYULA_DATASETS)")
        return folder

    return find


def table_of(name: str, columns: str, *rows: tuple[Any, ...]) -> pl.DataFrame:
    """Build a canonical table of a few columns; the rest is null, lags are filled in."""
    table, names = BY_NAME[name], columns.split()
    schema = {n: DTYPES[next(c.kind for c in table.all_columns if c.name == n)] for n in names}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    if table.standing and "valid_from" not in names:
        frame = frame.with_columns(valid_from=pl.lit(FROM_THE_START))
    return add_dates(frame, table).select(c.name for c in table.all_columns)


def months(person: str, first: date, unexcused: list[int], excused: list[int | None]) -> list:
    """Build a person's attendance of consecutive months."""
    rows, month = [], first
    for without, with_reason in zip(unexcused, excused, strict=True):
        rows.append((person, 20, with_reason, without, month))
        month = (month + timedelta(days=31)).replace(day=1)
    return rows


@pytest.fixture
def tiny_records() -> Records:
    """Five people countable by hand (Polars); the tests look at them on 1 January 2025.

    e1 and e2 hold post P1 in unit U1, e3 holds P2 in U2, e4 has left, e5 has not begun. Reviews are
    known from February on, assessments and enrolments after 30 days, feedback and offers after 14.
    """
    tables = {
        "units": table_of("units", "unit_id name", ("U1", "Dinas Satu"), ("U2", "Dinas Dua")),
        "posts": table_of(
            "posts",
            "post_id title post_level",
            ("P1", "Analis", "ahli_muda"),
            ("P2", "Kepala Bidang", "administrator"),
        ),
        "competencies": table_of(
            "competencies",
            "competency_id name competency_group",
            ("M.01", "Integritas", "Manajerial"),
            ("T.01", "Analisis", "Teknis"),
        ),
        "post_requirements": table_of(
            "post_requirements",
            "post_id competency_id required_level",
            ("P1", "M.01", 3),
            ("P1", "T.01", 2),
            ("P2", "M.01", 4),
        ),
        "employees": table_of(
            "employees",
            "employee_id employment_type left_on",
            ("e1", "PNS", None),
            ("e2", "PNS", None),
            ("e3", "PPPK", None),
            ("e4", "PNS", date(2024, 6, 30)),
            ("e5", "CPNS", None),
        ),
        "employments": table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            ("e1", "U1", "P1", date(2023, 1, 1)),
            ("e2", "U2", "P2", date(2020, 1, 1)),
            ("e2", "U1", "P1", date(2024, 7, 1)),
            ("e3", "U2", "P2", date(2022, 1, 1)),
            ("e4", "U1", "P1", date(2020, 1, 1)),
            ("e5", "U1", "P1", date(2025, 2, 1)),
        ),
        "assessments": table_of(
            "assessments",
            "employee_id competency_id level valid_from",
            ("e1", "M.01", 2.0, date(2023, 3, 1)),
            ("e1", "M.01", 2.5, date(2024, 3, 1)),
            ("e1", "T.01", 2.5, date(2024, 3, 1)),
            ("e2", "M.01", 3.0, date(2024, 12, 15)),  # known from 14 January
            ("e3", "T.01", 1.0, date(2024, 1, 1)),  # P2 does not require it
        ),
        "reviews": table_of(
            "reviews",
            "employee_id year predicate valid_from",
            ("e1", 2022, 4, date(2022, 12, 31)),
            ("e1", 2023, 5, date(2023, 12, 31)),
            ("e1", 2024, 3, date(2024, 12, 31)),  # known from 1 February
            ("e2", 2023, 4, date(2023, 12, 31)),
            ("e3", 2021, 4, date(2021, 12, 31)),
            ("e3", 2023, 2, date(2023, 12, 31)),
            ("e4", 2023, 1, date(2023, 12, 31)),
        ),
        "feedback360": table_of(
            "feedback360",
            "employee_id rater_role score valid_from",
            ("e1", "superior", 80.0, date(2023, 6, 1)),
            ("e1", "superior", 90.0, date(2024, 6, 1)),
            ("e1", "peer", 70.0, date(2024, 6, 1)),
            ("e1", "peer", 80.0, date(2024, 6, 1)),
            ("e1", "self", 100.0, date(2024, 6, 1)),
            ("e2", "peer", 70.0, date(2024, 6, 1)),
            ("e3", "self", 95.0, date(2024, 6, 1)),
            ("e3", "superior", 60.0, date(2024, 12, 25)),  # known from 8 January
        ),
        "courses": table_of(
            "courses",
            "course_id title form jp prerequisite_course_id",
            ("C1", "Dasar", "technical", 20.0, None),
            ("C2", "Lanjutan", "technical", 10.0, "C1"),
            ("C3", "Seminar", "seminar", 4.0, None),
        ),
        "course_competencies": table_of(
            "course_competencies",
            "course_id competency_id level",
            ("C1", "T.01", 2.0),
            ("C2", "M.01", 3.0),
        ),
        "sessions": table_of(
            "sessions",
            "session_id course_id starts_on valid_from",
            ("S1", "C1", date(2024, 3, 10), date(2024, 1, 15)),
            ("S2", "C2", date(2025, 5, 1), date(2024, 12, 1)),
        ),
        "offers": table_of(
            "offers",
            "employee_id course_id response valid_from",
            ("e1", "C1", "accepted", date(2024, 2, 1)),
            ("e1", "C2", "declined", date(2024, 9, 1)),
            ("e1", "C3", "none", date(2024, 12, 20)),  # known from 3 January
            ("e2", "C1", "accepted", date(2023, 11, 1)),
            ("e1", "C2", "none", date(2025, 2, 1)),
            ("e1", "C3", "declined", date(2025, 3, 1)),
            ("e2", "C2", "accepted", date(2025, 2, 1)),
            ("e2", "C3", "none", date(2025, 4, 1)),
            ("e3", "C1", "none", date(2025, 2, 1)),
        ),
        "enrolments": table_of(
            "enrolments",
            "employee_id course_id status jp valid_from available_at",
            ("e1", "C3", "completed", 4.0, date(2023, 12, 31), date(2024, 1, 15)),
            ("e1", "C1", "completed", 20.0, date(2024, 3, 10), date(2024, 3, 20)),
            ("e1", "C2", "dropped", None, date(2024, 10, 1), None),
            ("e2", "C1", "completed", 20.0, date(2024, 12, 10), None),  # known from 9 January
            ("e3", "C3", "enrolled", None, date(2024, 11, 1), None),
            ("e2", "C2", "enrolled", None, date(2025, 5, 1), None),
        ),
        "attendance": table_of(
            "attendance",
            "employee_id workdays excused_days unexcused_days valid_from",
            *months("e1", date(2024, 1, 1), [0, 1, 0, 0, 1, 0, 0, 0, 1, 2, 3, 1], [4, *[1] * 11]),
            *months("e2", date(2024, 11, 1), [0, 2], [None, None]),
            *months("e3", date(2024, 7, 1), [0] * 6, [0] * 6),
            *months("e1", date(2025, 1, 1), [2, 2, 1, 2], [0] * 4),
            *months("e2", date(2025, 1, 1), [5, 5, 5, 5], [0] * 4),
            *months("e3", date(2025, 1, 1), [1, 0, 0, 1], [0] * 4),
        ),
    }
    return Records(**{**vars(empty_records()), **tables})
