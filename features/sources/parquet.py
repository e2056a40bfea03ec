"""Read a Parquet file in batches, each column as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from features.quarantine import Problem, mask_file_name
from features.sources.delimited import LINE, ROWS_AT_A_TIME, SourceTable
from features.sources.place import Place, gather, unreadable
from features.sources.typed import add_rounded_notes, as_text, count_rounded, is_single

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

NOT_SINGLE = "must hold single values, not lists, structures or bytes"


def parquet_place(path: Path) -> Place:
    """Return the place of a Parquet file."""
    return Place(mask_file_name(path.name), (path.name,), lambda: read_parquet(path))


def read_parquet(path: Path) -> SourceTable:
    """Read a Parquet file; `LINE` is the row's position, from 1.

    A column of lists, structures or bytes is left out and is a problem.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    name = mask_file_name(path.name)
    try:
        file = ParquetFile(path)
        schema = pl.from_arrow(file.schema_arrow.empty_table())
    except (OSError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return unreadable(name, "must be Parquet; it is damaged or of another kind")
    assert isinstance(schema, pl.DataFrame)  # noqa: S101
    columns = [c for c, kind in schema.schema.items() if is_single(kind)]
    problems = [
        Problem(name, 1, "", column, "", NOT_SINGLE, "value dropped")
        for column in schema.columns
        if column not in columns
    ]
    notes = [
        f"column {column} holds times of the zone {kind.time_zone}; its dates are that zone's"
        for column, kind in schema.schema.items()
        if isinstance(kind, pl.Datetime) and kind.time_zone
    ]
    return gather(name, columns, lambda: _batches(file, columns, notes), problems, notes)


def _batches(file: ParquetFile, columns: list[str], notes: list[str]) -> Iterator[pl.DataFrame]:
    first, rounded = 1, dict.fromkeys(columns, 0)
    for batch in file.iter_batches(batch_size=ROWS_AT_A_TIME, columns=columns):
        typed = pl.DataFrame(batch)
        text = typed.select(as_text(column) for column in typed.iter_columns())
        for column in (c for c in columns if typed.schema[c].is_float()):
            rounded[column] += count_rounded(text[column])
        lines = pl.int_range(first, first + batch.num_rows, eager=True).alias(LINE)
        first += batch.num_rows
        yield text.insert_column(0, lines)
    add_rounded_notes(notes, rounded)
