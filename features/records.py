"""All canonical tables of one employer, as frames."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from features.merges import MERGES, merge_people, read_merges
from features.schema import BY_NAME, Table

DTYPES = {
    "text": pl.String, "int": pl.Int64, "float": pl.Float64, "date": pl.Date, "bool": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Records:
    """One frame a canonical table (`features.schema`), of any kind that Narwhals knows."""

    units: Any
    posts: Any
    competencies: Any
    post_requirements: Any
    employees: Any
    employments: Any
    grades: Any
    assessments: Any
    reviews: Any
    unit_reviews: Any
    feedback360: Any
    courses: Any
    course_competencies: Any
    sessions: Any
    offers: Any
    enrolments: Any
    attendance: Any
    surveys: Any
    service_targets: Any
    awards: Any
    discipline: Any
    regulations: Any

    def map(self, change: Any) -> Records:  # noqa: ANN401
        """Return records with ``change(frame)`` in place of each frame."""
        return Records(**{f.name: change(getattr(self, f.name)) for f in fields(self)})


def empty_table(table: Table) -> pl.DataFrame:
    """Return a frame of no rows with the table's columns and types."""
    return pl.DataFrame(schema={c.name: DTYPES[c.kind] for c in table.all_columns})


def load_records(folder: Path) -> Records:
    """Read the tables of `huyula import`; the protected attributes are not among them.

    People that `huyula identity merge` found to be one are shown under one id.
    """
    merges = read_merges(folder.parent / MERGES)
    frames = {f.name: pl.read_parquet(folder / f"{f.name}.parquet") for f in fields(Records)}
    return Records(**{n: merge_people(frame, BY_NAME[n], merges) for n, frame in frames.items()})


def held_rows(folder: Path, table: str) -> pl.DataFrame:
    """Return the rows of one table that count today, neither corrected nor withdrawn."""
    frame = pl.scan_parquet(folder / f"{table}.parquet")
    return frame.filter(pl.col("superseded_at").is_null()).collect()


def empty_records() -> Records:
    """Return records that hold nothing, as a start for tests and partial exports."""
    return Records(**{f.name: empty_table(BY_NAME[f.name]) for f in fields(Records)})


def next_day(records: Records) -> date:
    """Return the day after the newest thing that happened: the natural ``as_of`` of these records.

    Attendance decides where it is recorded, for it is complete up to a month's end; else courses
    and offers do. It never lies before what an import corrected or withdrew, nor before people who
    came with a later import were known.
    """
    newest = [
        frame[column].max()
        for frame, column in (
            (records.attendance, "available_at"),
            (records.enrolments, "valid_from"),
            (records.offers, "valid_from"),
            (records.employments, "valid_from"),
        )
        if len(frame)
    ]
    if not newest:
        return date.today()
    superseded = [getattr(records, f.name)["superseded_at"].max() for f in fields(Records)]
    learned = [records.employees["available_at"].max(), *superseded]
    return max([newest[0], *(day for day in learned if day)]) + timedelta(days=1)
