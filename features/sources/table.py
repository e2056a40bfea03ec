"""One table of an export, whatever it is stored in: batches of rows whose cells are all text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import polars as pl

from features.quarantine import Problem

LINE = "__line"


class Read(Protocol):
    """Read a table from its start, as often as it is called.

    It yields frames (text columns and `LINE`) and, between them, lists of problems: one for each
    row that could not be read.
    """

    def __call__(self) -> Iterator[pl.DataFrame | list[Problem]]: ...  # noqa: D102


class SourceTable:
    """One table of an export as it stands, read in batches.

    Parameters
    ----------
    name : str
        The file's (sheet's, query's) name, long numbers masked.
    frame : DataFrame
        All rows, where they are in memory already: columns as text, and `LINE` (int, the line of
        the file on which the row begins).
    problems, notes : list, optional
        The reason why a file cannot be read at all; what had to be guessed or repaired.

    Attributes
    ----------
    columns : list of str
        Names of its columns, without `LINE`.
    problems : list of Problem
        Rows that could not be read. They are found by the first reading; see `take_problems`.

    See Also
    --------
    SourceTable.streamed : a table larger than memory.
    """

    def __init__(
        self,
        name: str,
        frame: pl.DataFrame,
        problems: list[Problem] | None = None,
        notes: list[str] | None = None,
    ) -> None:
        columns = [column for column in frame.columns if column != LINE]
        self._start(name, columns, lambda: iter([frame]), problems, notes)

    @classmethod
    def streamed(
        cls,
        name: str,
        columns: list[str],
        read: Read | Callable[[], Iterator[pl.DataFrame]],
        problems: list[Problem] | None = None,
        notes: list[str] | None = None,
    ) -> SourceTable:
        """Return a table that is read anew, batch by batch, for every rule that needs it."""
        table = cls.__new__(cls)
        table._start(name, columns, read, problems, notes)
        return table

    def _start(
        self,
        name: str,
        columns: list[str],
        read: Read | Callable[[], Iterator[pl.DataFrame]],
        problems: list[Problem] | None,
        notes: list[str] | None,
    ) -> None:
        self.name, self.columns, self._read = name, columns, read
        self.problems = [] if problems is None else problems
        self.notes = [] if notes is None else notes
        self._n_rows: int | None = None

    @property
    def n_rows(self) -> int:
        """Rows of the table, read or not; blank ones are none."""
        if self._n_rows is None:
            for _ in self.batches():
                pass
        return self._n_rows or 0

    @property
    def frame(self) -> pl.DataFrame:
        """All rows at once, for tables that fit into memory."""
        schema = {LINE: pl.Int64} | dict.fromkeys(self.columns, pl.String)
        batches = [batch.select(schema.keys()) for batch in self.batches()]
        return pl.concat([pl.DataFrame(schema=schema), *batches])

    def batches(self) -> Iterator[pl.DataFrame]:
        """Read the rows from the start; only the first whole reading finds problems and notes."""
        is_first, n_rows = self._n_rows is None, 0
        if is_first:  # an earlier reading that was broken off may have found some already
            self.problems = [p for p in self.problems if p.action != "row dropped"]
        for item in self._read():
            n_rows += len(item)
            if isinstance(item, pl.DataFrame):
                yield item.cast({name: pl.Int64 for name in item.columns if name == LINE})
            elif is_first:
                self.problems += item
        if is_first:
            self._n_rows = n_rows
            if n_rows == 0 and self.columns:
                self.notes.append("has a header but no rows")

    def take_problems(self) -> list[Problem]:
        """Return the problems found since the last call, so that they need not be held here."""
        taken, self.problems = self.problems, []
        return taken

    def part(self, frame: pl.DataFrame) -> SourceTable:
        """Return some rows of it under its name."""
        return SourceTable(self.name, frame)
