"""Canonical tables of a few columns, written row by row."""

from __future__ import annotations

from typing import Any

import polars as pl

from features.records import DTYPES
from features.schema import BY_NAME, FROM_THE_START
from features.sources.checks import add_dates


def table_of(name: str, columns: str, *rows: tuple[Any, ...]) -> pl.DataFrame:
    """Build a canonical table of a few columns; the rest is null, lags are filled in."""
    table, names = BY_NAME[name], columns.split()
    schema = {n: DTYPES[next(c.kind for c in table.all_columns if c.name == n)] for n in names}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    if table.standing and "valid_from" not in names:
        frame = frame.with_columns(valid_from=pl.lit(FROM_THE_START))
    return add_dates(frame, table).select(c.name for c in table.all_columns)
