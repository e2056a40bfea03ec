"""The tables that recommendations are streamed from, worked out by an engine that spills."""

from __future__ import annotations

from pathlib import Path

import narwhals as nw

from features.engines import write_parquet, write_parquets
from features.horizon import Horizon
from features.known import known_records, latest
from features.labels import lagged_labels
from features.own_conditions import stated_conditions
from features.profiles import build_profiles
from features.records import Records
from features.standards.load import load_standard


def write_stream_tables(folder: Path, records: Records, horizon: Horizon) -> None:
    """Write `serving.stream.TABLES` of everybody in service, and what else a snapshot cites.

    Parameters
    ----------
    folder : Path
        Exists; files in it are replaced.
    records : Records
        Of any engine; with DuckDB a nation fits into memory.
    horizon : Horizon

    Raises
    ------
    OSError
        The disk is full, or the folder cannot be written.
    """
    profiles = build_profiles(records, horizon.as_of, horizon.known_at)
    known = known_records(records, horizon.as_of, horizon.known_at)
    kept = nw.col("status").is_null() | (nw.col("status") != "dropped")
    history = (
        known.enrolments.filter(kept)
        .select(
            "employee_id",
            "course_id",
            happened_on=nw.col("valid_from"),
            completed=nw.col("status") == "completed",
        )
        .sort("employee_id", "course_id", "happened_on")
    )
    people = (
        nw.from_native(profiles.people)
        .lazy()
        .join(stated_conditions(known), on="employee_id", how="left")
        .sort("employee_id")
    )
    write_parquets(
        {
            folder / "people.parquet": people.to_native(),
            folder / "levels.parquet": profiles.competencies,
            folder / "details.parquet": profiles.details,
        }
    )
    months = int(load_standard("disengagement")["horizon_months"])
    past = lagged_labels(records, horizon.as_of, months, horizon.known_at)
    write_parquet(past, folder / "past.parquet")
    write_parquet(history.to_native(), folder / "history.parquet")
    required = latest(known.post_requirements, "post_id", "competency_id")
    write_parquet(required.to_native(), folder / "post_requirements.parquet")
    for name in ("courses", "course_competencies", "units", "posts", "competencies"):
        write_parquet(getattr(records, name), folder / f"{name}.parquet")
    write_parquet(known.sessions.to_native(), folder / "sessions.parquet")
