"""All canonical tables of one employer, as frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from features.engines import Engine, open_engine
from features.merges import MERGES, PERSON, merge_people, read_merges
from features.schema import BY_NAME, Table

DTYPES = {
    "text": pl.String, "int": pl.Int64, "float": pl.Float64, "date": pl.Date, "bool": pl.Boolean,
}  # fmt: skip

YOUNG = ("advice",)
"""Tables that an import from before they were known lacks; they are empty then."""


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
    advice: Any
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

    People that `huyula identity merge` found to be one are shown under one id.

    Parameters
    ----------
    folder : Path
        Holds one Parquet file a table.
    engine : str
        One of `features.engines.ENGINES`: pandas and Polars read the tables, DuckDB and PySpark
        leave them on the disk until profiles are read or written.
    """
    merges, opened = read_merges(folder.parent / MERGES), open_engine(engine)
    return Records(
        **{
            f.name: _load(folder / f"{f.name}.parquet", BY_NAME[f.name], merges, opened)
            for f in fields(Records)
        }
    )


def _load(path: Path, table: Table, merges: dict[str, str], engine: Engine) -> Any:  # noqa: ANN401
    """Open one table; only rows of merged people are read where the engine reads none yet."""
    if table.name in YOUNG and not path.exists():
        return engine.hold(empty_table(table))
    if not merges or not table.has_column(PERSON):
        return engine.scan(path)
    ids = [*merges, *merges.values()]
    theirs = pl.scan_parquet(path).filter(pl.col(PERSON).is_in(ids)).collect()
    merged = engine.hold(merge_people(theirs, table, merges))
    others = nw.from_native(engine.scan(path)).filter(~nw.col(PERSON).is_in(ids))
    both = nw.concat([others, nw.from_native(merged)])
    if isinstance(both, nw.DataFrame):
        both = nw.maybe_reset_index(both.sort(*(table.key or both.columns)))
    return both.to_native()


def held_rows(folder: Path, table: str, columns: Sequence[str]) -> pl.DataFrame:
    """Return columns of the rows that count today, neither corrected nor withdrawn."""
    frame = pl.scan_parquet(folder / f"{table}.parquet")
    return frame.filter(pl.col("superseded_at").is_null()).select(columns).collect()


def empty_records() -> Records:
    """Return records that hold nothing, as a start for tests and partial exports."""
    return Records(**{f.name: empty_table(BY_NAME[f.name]) for f in fields(Records)})
