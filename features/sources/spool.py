"""Rows on their way into a table: in memory while they are few, in Parquet files when they grow."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

MEMORY_BYTES = 96 * 2**20
ROWS_A_PART = 500_000
_GROUP_ROWS = 10_000
_SAMPLE_EVERY = 500


class Scratch:
    """A folder for what does not fit into memory; made when it is first needed.

    Parameters
    ----------
    folder : Path, optional
        Emptied first, for a killed import may have left something; default: a temporary one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._n_files = 0

    def file(self, name: str) -> Path:
        """Return a path for a new file."""
        if self._folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="huyula-")
            self._folder = Path(self._temporary.name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._n_files += 1
        return self._folder / f"{name}-{self._n_files}.parquet"

    def remove(self) -> None:
        """Remove the folder and all it holds."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


class _Run:
    """Sorted rows in one file, of which any range is read without the rest.

    PyArrow reads it: Polars maps the whole file, which counts as memory of the process.
    """

    def __init__(self, path: Path, rows: pl.DataFrame, by: str) -> None:
        rows.write_parquet(path, row_group_size=_GROUP_ROWS, compression="lz4")
        self.path, self._by = path, by
        starts = range(0, len(rows), _GROUP_ROWS)
        self._ranges = [
            (rows[by][i], rows[by][min(i + _GROUP_ROWS, len(rows)) - 1]) for i in starts
        ]

    def between(self, low: Any, high: Any) -> pl.DataFrame:  # noqa: ANN401
        """Return the rows from ``low`` on (none: the first) and below ``high`` (none: the last)."""
        from pyarrow.parquet import ParquetFile

        groups = [
            i
            for i, (first, last) in enumerate(self._ranges)
            if (low is None or last >= low) and (high is None or first < high)
        ]
        with ParquetFile(self.path) as file:
            rows = pl.from_arrow(file.read_row_groups(groups, use_threads=False))
        assert isinstance(rows, pl.DataFrame)  # noqa: S101 - a table has columns
        if low is not None:
            rows = rows.filter(pl.col(self._by) >= low)
        return rows if high is None else rows.filter(pl.col(self._by) < high)


class Spool:
    """Rows of one table, in any order, that come out in parts sorted by their first column.

    Parameters
    ----------
    scratch : Scratch
        Where rows go that do not fit into memory.
    by : str
        Column whose values decide in which part a row comes out; rows of equal value stay together.
    whole : bool
        Whether all rows must come out in one part, however many they are.
    """

    def __init__(self, scratch: Scratch, by: str, *, whole: bool = False) -> None:
        self._scratch, self._by, self._whole = scratch, by, whole
        self._frames: list[pl.DataFrame] = []
        self._n_bytes = 0
        self._runs: list[_Run] = []
        self._sample: list[Any] = []
        self.n_rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows; all frames have the same columns."""
        self._frames.append(frame)
        self.n_rows += len(frame)
        self._n_bytes += int(frame.estimated_size())
        if self._n_bytes > MEMORY_BYTES and not self._whole:
            self._spill()

    def parts(self) -> Iterator[pl.DataFrame]:
        """Yield all rows; every value of ``by`` is in one part, smaller ones in earlier parts."""
        if not self._runs:
            frames, self._frames = self._frames, []
            if frames:
                yield pl.concat(frames)
            return
        self._spill()
        bounds = self._bounds()
        for low, high in zip([None, *bounds], [*bounds, None], strict=True):
            yield pl.concat([run.between(low, high) for run in self._runs])
        for run in self._runs:
            run.path.unlink()

    def _spill(self) -> None:
        if not self._frames:
            return
        rows = pl.concat(self._frames).sort(self._by)
        self._frames, self._n_bytes = [], 0
        self._runs.append(_Run(self._scratch.file("rows"), rows, self._by))
        # as plain values: a Series of some texts keeps the memory of all
        self._sample += rows[self._by].gather_every(_SAMPLE_EVERY).to_list()

    def _bounds(self) -> list[Any]:
        """Return the values at which one part ends and the next begins."""
        sample = sorted(self._sample)
        n_parts = -(-self.n_rows // ROWS_A_PART)
        picked = [sample[len(sample) * part // n_parts] for part in range(1, n_parts)]
        return list(dict.fromkeys(picked))
