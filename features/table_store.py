"""Canonical tables as an import makes them: small ones in memory, large ones as Parquet files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl

from features.contract import check_table
from features.part_writer import PartWriter
from features.records import empty_table
from features.schema import Table
from features.sources.spool import Scratch
from features.workspace import write_frame

MEMORY_BYTES = 64 * 2**20


class TableStore(Mapping[str, pl.DataFrame]):
    """Frames by table name; `scan` reads a large one without holding it."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._frames: dict[str, pl.DataFrame] = {}
        self._files: dict[str, Path] = {}
        self._names: list[str] = []

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self._frames[name] if name in self._frames else pl.read_parquet(self._files[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def scan(self, name: str) -> pl.LazyFrame:
        """Return a table to be read in parts."""
        if name in self._frames:
            return self._frames[name].lazy()
        return pl.scan_parquet(self._files[name])

    def add(self, table: Table, parts: Iterable[pl.DataFrame]) -> int:
        """Keep a table that comes in sorted parts and return its rows.

        Raises
        ------
        SchemaError
            A part breaks the table's contract (`features.contract`): the import itself is wrong.
        """
        self._names.append(table.name)
        waiting, n_rows = [empty_table(table)], 0
        writer = None
        for part in parts:
            check_table(part, table)
            waiting.append(part)
            n_rows += len(part)
            if writer is None and sum(frame.estimated_size() for frame in waiting) > MEMORY_BYTES:
                self._files[table.name] = self._scratch.file(table.name)
                writer = PartWriter(self._files[table.name], waiting[0])
            if writer is not None:
                for frame in waiting:
                    writer.write(frame)
                waiting = []
        if writer is None:
            self._frames[table.name] = pl.concat(waiting)
        else:
            writer.close()
        return n_rows

    def save(self, folder: Path) -> None:
        """Write every table into a folder; files of large ones move there."""
        for name in self._names:
            path = folder / f"{name}.parquet"
            if name in self._frames:
                write_frame(self._frames[name], path)
            elif self._files[name].parent != folder:
                self._files[name] = Path(shutil.move(self._files[name], path))

    def remove_scratch(self) -> None:
        """Remove the scratch folder and the tables that have not been saved elsewhere."""
        self._scratch.remove()
