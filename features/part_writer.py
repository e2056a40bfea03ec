"""One Parquet file, written a part at a time, for tables that need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

ROWS_A_GROUP = 250_000


class PartWriter:
    """A file that grows by frames of one schema; a full disk raises `OSError` with its name."""

    def __init__(self, path: Path, empty: pl.DataFrame) -> None:
        from pyarrow.parquet import ParquetWriter

        self._path = path
        self._stream = path.open("wb")
        self._writer = ParquetWriter(self._stream, empty.to_arrow().schema, compression="zstd")

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows."""
        try:
            self._writer.write_table(frame.to_arrow(), row_group_size=ROWS_A_GROUP)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._path)) from error

    def close(self) -> None:
        """Write the end of the file."""
        self._writer.close()
        self._stream.close()


def write_parts(parts: Iterable[pl.DataFrame], empty: pl.DataFrame, path: Path) -> None:
    """Write frames of the schema of `empty` one after the other into one file.

    Raises
    ------
    OSError
        The disk is full, or the folder cannot be written.
    """
    writer = PartWriter(path, empty)
    for part in parts:
        writer.write(part)
    writer.close()
