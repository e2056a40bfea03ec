"""Rows that are no rows of a table: its header once more, and sums over the others."""

from __future__ import annotations

import re

import polars as pl

from features.quarantine import Problem
from features.sources.spelling import fold
from features.sources.table import LINE

HEADER_AGAIN = "must be a row; it repeats the header"
SUM = "must be a row; it sums up others"
_SUMS = (
    "total", "grand total", "sub total", "subtotal", "jumlah", "jumlah total", "total keseluruhan",
    "jumlah keseluruhan", "jumlah seluruhnya", "total jumlah",
)  # fmt: skip


def screen(frame: pl.DataFrame, file: str) -> tuple[pl.DataFrame, list[Problem]]:
    """Take such rows out of a batch.

    A header again is a row whose every named cell is its column's name; a sum is a row of which
    the first cell that holds something says so.
    """
    columns = [name for name in frame.columns if name != LINE]
    if not columns:
        return frame, []
    words = "|".join(re.escape(one) for one in (columns[0].strip(), *_SUMS))
    first = pl.col(columns[0])
    suspects = frame.filter(first.is_null() | first.str.contains(rf"^\W*((?i:{words})\W*)?$"))
    if suspects.is_empty():
        return frame, []
    named = [name for name in columns if not name.startswith("__")]
    again = pl.all_horizontal(pl.col(name).str.strip_chars() == name for name in named)
    begins = pl.coalesce(fold(pl.col(name)) for name in columns)
    found = suspects.select(LINE, again=again, sums=begins.is_in(_SUMS).fill_null(value=False))
    bad = found.filter(pl.col("again") | pl.col("sums"))
    problems = [
        Problem(file, line, "", "", "", HEADER_AGAIN if again else SUM)
        for line, again, _ in bad.iter_rows()
    ]
    kept = frame.filter(~pl.col(LINE).is_in(bad[LINE].implode())) if problems else frame
    return kept, problems
