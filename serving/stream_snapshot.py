"""The snapshot of a streamed batch: the same as in memory, written part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
from polars import selectors as cs

from features.engines import write_parquet
from features.schema import DATE_NAMES
from features.standards.load import load_standard
from features.workspace import replace_folder
from models.bundle import Bundle
from serving.batch import assess_support, support_curves
from serving.snapshot import COLUMNS, write_about
from serving.stream import Job, PartScorer
from serving.support_help import beside_flags
from serving.support_lots import support_occasion

PEOPLE_AT_A_TIME = 200_000
FROM_TABLES = (
    "people", "levels", "history", "units", "posts", "post_requirements", "competencies", "courses",
    "course_competencies", "sessions", "past",
)  # fmt: skip

OF_SUPPORT = ("support", "drivers", "curves", "limits", "actions")


def write_streamed_snapshot(
    folder: Path,
    bundle: Bundle,
    job: Job,
    parts: Path,
    known_at: date,
    flagged_before: Collection[str] = (),
) -> pd.DataFrame:
    """Put the snapshot of a finished job in the place of `folder`; return its support needs.

    Support needs are worked out some units at a time: capacity, margin and lots are a unit's own.

    Parameters
    ----------
    folder : Path
        Link to the snapshot; leads to the old one until all is there.
    bundle : Bundle
        Whose recommender the job used.
    job : Job
        With the tables of `serving.stream_tables`.
    parts : Path
        Folder of the job's Parquet parts.
    known_at : date
        See `features.known.known_records`.
    flagged_before : collection of str
        See `serving.batch.assess_support`.

    Raises
    ------
    OSError
        The disk is full, or a folder cannot be written; the old snapshot stays.
    """
    ranking = pl.scan_parquet(parts / "part-*.parquet")
    with replace_folder(folder) as fresh:
        for name in FROM_TABLES:
            write_parquet(_columns(name, job.tables), fresh / f"{name}.parquet")
        write_parquet(ranking.select(COLUMNS["candidates"]), fresh / "candidates.parquet")
        demand = PartScorer(job).demand(_wanted(ranking))
        frames = {"demand": demand, **_assessed(bundle, job, ranking, flagged_before)}
        for name, frame in frames.items():
            frame[list(COLUMNS[name])].to_parquet(fresh / f"{name}.parquet", index=False)
        write_about(fresh, bundle.digest, job.as_of, known_at, job.n_people, job.k)
    return frames["support"]


def _columns(name: str, tables: Path) -> pl.LazyFrame:
    """Return what a snapshot keeps of a table; dates as pandas holds them."""
    scanned = pl.scan_parquet(tables / f"{name}.parquet")
    if name == "past":
        people = pl.scan_parquet(tables / "people.parquet").select("employee_id")
        scanned = people.join(scanned, on="employee_id", how="left", maintain_order="left")
    frame = scanned.with_columns(cs.date().cast(pl.Datetime("ms")))
    if name in ("people", "courses"):
        return frame.drop(DATE_NAMES, strict=False)
    return frame.select(COLUMNS[name])


def _wanted(ranking: pl.LazyFrame) -> pd.Series:
    """Return `serving.seats.wanted_by` of the parts."""
    first = int(load_standard("recommending")["seats"]["first"])
    counted = ranking.filter(pl.col("rank") <= first).group_by("course_id").len().collect()
    return pd.Series(dict(counted.iter_rows()), dtype=float)


def _assessed(
    bundle: Bundle, job: Job, ranking: pl.LazyFrame, flagged_before: Collection[str]
) -> dict[str, pd.DataFrame]:
    """Return `OF_SUPPORT`, worked out some units at a time, each in the order of people."""
    found = [
        _assessed_units(bundle, job, ranking, flagged_before, people)
        for people in _whole_units(job)
    ]
    whole = {
        name: _joined([frames[name] for frames in found], list(COLUMNS[name]))
        for name in OF_SUPPORT
    }
    return {
        name: frame.sort_values("employee_id", kind="stable", ignore_index=True)
        for name, frame in whole.items()
    }


def _joined(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    some = [frame for frame in frames if len(frame)]  # an empty one would turn numbers into objects
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame(columns=columns)


def _assessed_units(
    bundle: Bundle,
    job: Job,
    ranking: pl.LazyFrame,
    flagged_before: Collection[str],
    people: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Return the support needs of some units' people, and what stands beside a flag."""
    known = people.assign(as_of=pd.Timestamp(job.as_of))
    support, drivers = assess_support(bundle, known, support_occasion(job.as_of), flagged_before)
    flagged = support.loc[support["status"] == "support_need", "employee_id"].tolist()
    theirs = pl.col("employee_id").is_in(flagged)
    frames = {
        "people": known,
        "support": support,
        "drivers": drivers,
        "candidates": ranking.filter(theirs).collect().to_pandas(),
        "courses": pl.read_parquet(job.tables / "courses.parquet").to_pandas(),
    }
    details = pl.scan_parquet(job.tables / "details.parquet").filter(theirs).collect().to_pandas()
    limits, actions = beside_flags(bundle, frames, details)
    curves = support_curves(bundle, known, support)
    return {
        "support": support, "drivers": drivers, "curves": curves, "limits": limits,
        "actions": actions,
    }  # fmt: skip


def _whole_units(job: Job) -> Iterator[pd.DataFrame]:
    """Yield the people of some whole units at a time; nobody is one part."""
    past = pl.scan_parquet(job.tables / "past.parquet")
    people = pl.scan_parquet(job.tables / "people.parquet").join(
        past, on="employee_id", how="left", maintain_order="left"
    )
    unit = pl.col("unit_id").fill_null("")
    sizes = people.group_by(unit.alias("unit")).len().collect().sort("unit")
    chunk, waiting = [], 0
    for name, size in [*sizes.iter_rows(), (None, 0)]:
        if waiting and (name is None or waiting + size > PEOPLE_AT_A_TIME):
            yield people.filter(unit.is_in(chunk)).collect().to_pandas()
            chunk, waiting = [], 0
        chunk, waiting = [*chunk, name], waiting + size
    if sizes.is_empty():
        yield people.collect().to_pandas()
