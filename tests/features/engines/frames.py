"""Records on each engine, and profiles of any engine as Polars frames that can be compared."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import duckdb
import polars as pl
from polars.testing import assert_frame_equal

from features.profiles import Profiles, build_profiles
from features.records import Records

RELATIVE, ABSOLUTE = 1e-9, 1e-9
"""Engines add in another order; levels, days and points have a magnitude of one or more."""


def on_engine(records: Records, engine: str, session: Any = None) -> Records:
    """Move Polars records to an engine."""
    if engine == "pandas":
        return records.map(lambda frame: frame.to_pandas())
    if engine == "duckdb":
        connection = duckdb.connect()
        return records.map(lambda frame: connection.from_arrow(frame.to_arrow()))
    if engine == "pyspark":
        return records.map(lambda frame: session.createDataFrame(frame.to_arrow()))
    return records.map(lambda frame: frame.lazy()) if engine == "lazy" else records


def to_polars(frame: Any) -> pl.DataFrame:
    """Read a native frame of any engine; pandas' NaN is its way to say null."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return frame.pl()
    if hasattr(frame, "toArrow"):
        return pl.DataFrame(pl.from_arrow(frame.toArrow()))
    return frame if isinstance(frame, pl.DataFrame) else pl.from_pandas(frame)


def profiles_on(
    records: Records, engine: str, as_of: date, known_at: date | None = None, session: Any = None
) -> dict[str, pl.DataFrame]:
    """Build profiles on an engine; every frame that `Profiles` holds, by name."""
    return read(build_profiles(on_engine(records, engine, session), as_of, known_at))


def read(profiles: Profiles) -> dict[str, pl.DataFrame]:
    return {f.name: to_polars(getattr(profiles, f.name)) for f in fields(profiles)}


def assert_same(left: dict[str, pl.DataFrame], right: dict[str, pl.DataFrame]) -> None:
    """Same rows in the same order; text and nulls exactly, numbers within the tolerance; no NaN."""
    assert list(left) == list(right)
    for name, ours in left.items():
        for frame in (ours, right[name]):
            numbers = frame.select(pl.selectors.float().is_nan().any())
            assert not any(numbers.row(0) if numbers.width else ()), f"NaN in {name}"
        assert_frame_equal(
            ours, right[name], check_dtypes=False, rel_tol=RELATIVE, abs_tol=ABSOLUTE
        )
