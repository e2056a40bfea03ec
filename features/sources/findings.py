"""What was found wrong or was repaired, row by row: however much it is, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from features.sources.spool import Scratch

ROWS_IN_MEMORY = 500_000
_ORDER = "__n"


class Findings:
    """A growing table with columns ``file``, ``line`` and ``table``, read in their order.

    Parameters
    ----------
    schema : mapping of str to data type
        Its columns.
    scratch : Scratch
        Where it goes when there is too much of it.
    """

    def __init__(self, schema: Mapping[str, pl.DataType | type], scratch: Scratch) -> None:
        self._schema, self._scratch = dict(schema), scratch
        self._frames: list[pl.DataFrame] = []
        self._n_waiting = 0
        self._n_rows = 0
        self._files: list[Path] = []
        self._sorted: Path | None = None

    def __len__(self) -> int:
        return self._n_rows

    def add(self, rows: pl.DataFrame) -> None:
        """Take some rows; those of one line stay in this order."""
        if rows.is_empty():
            return
        self._frames.append(rows.with_row_index(_ORDER, self._n_rows))
        self._n_rows += len(rows)
        self._n_waiting += len(rows)
        if self._n_waiting > ROWS_IN_MEMORY:
            self._spill()

    def parts(self) -> Iterator[pl.DataFrame]:
        """Yield all rows in the order of file, line and table; nothing may be added any more."""
        if not self._files:
            yield self._sorted_rows()
            return
        self._spill()
        if self._sorted is None:
            self._sorted = self._scratch.file("sorted")
            _sort_files(self._files, self._sorted)
        from pyarrow.parquet import ParquetFile

        with ParquetFile(self._sorted) as file:
            for batch in file.iter_batches(ROWS_IN_MEMORY):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a batch has columns
                yield frame.select(self._schema.keys())

    def frame(self) -> pl.DataFrame:
        """Return all rows at once."""
        return pl.concat(list(self.parts()))

    def _sorted_rows(self) -> pl.DataFrame:
        rows = pl.concat([pl.DataFrame(schema={_ORDER: pl.UInt32} | self._schema), *self._frames])
        return rows.sort("file", "line", "table", _ORDER).drop(_ORDER)

    def _spill(self) -> None:
        if not self._frames:
            return
        file = self._scratch.file("findings")
        pl.concat(self._frames).write_parquet(file, compression="lz4")
        self._files.append(file)
        self._frames, self._n_waiting = [], 0


def _sort_files(files: list[Path], target: Path) -> None:
    """Sort what is larger than memory: DuckDB writes to the disk what it cannot hold."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "512MB",
        "threads": "2",
        "preserve_insertion_order": "false",
        "temp_directory": str(target.parent / "sort"),
    }
    with duckdb.connect(config=settings) as connection:
        rows = connection.read_parquet([str(file) for file in files])
        rows.order(f'file, line, "table", {_ORDER}').write_parquet(str(target))
