"""All canonical tables of one employer, as frames."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from features.engines import scanner
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


def load_records(folder: Path, engine: str = "polars") -> Records:
    """Open the tables of `huyula import`; the protected attributes are not among them.

    Parameters
    ----------
    folder : Path
        Holds one Parquet file a table.
    engine : str
        One of `features.engines.ENGINES`: pandas and Polars read the tables, DuckDB and PySpark
        leave them on the disk until profiles are read or written.
    """
    scan = scanner(engine)
    return Records(**{f.name: scan(folder / f"{f.name}.parquet") for f in fields(Records)})


def empty_records() -> Records:
    """Return records that hold nothing, as a start for tests and partial exports."""
    return Records(**{f.name: empty_table(BY_NAME[f.name]) for f in fields(Records)})


def next_day(records: Records) -> date:
    """Return the day after the newest thing that happened: the natural ``as_of`` of these records.

    Attendance decides where it is recorded, for it is complete up to a month's end; else courses
    and offers do.
    """
    for frame, column in (
        (records.attendance, "available_at"),
        (records.enrolments, "valid_from"),
        (records.offers, "valid_from"),
        (records.employments, "valid_from"),
    ):
        newest = _newest(frame, column)
        if newest is not None:
            return newest + timedelta(days=1)
    return date.today()


def _newest(frame: Any, column: str) -> date | None:  # noqa: ANN401
    known = nw.from_native(frame).lazy().select(nw.col(column).max())
    newest = known.collect().to_polars().item()
    return newest.date() if isinstance(newest, datetime) else newest
