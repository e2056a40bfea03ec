"""Read a CSV-like file as text, keeping the line of every row and losing none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from features.quarantine import Problem, mask_file_name
from features.sources.decoding import NotTextError, decode

LINE = "__line"
SEPARATORS = (";", ",", "\t", "|")
ROWS_AT_A_TIME = 50_000
_SEPARATOR_HINT = re.compile(r'"?sep=([;,|:\t])"?')
_RULES = {
    "unexpected end of data": "must close the quotation mark that it opens",
    "expected after": "must have quotation marks only around whole cells",
    "field larger": "must have cells of at most 131,072 characters",
}


@dataclass(frozen=True)
class SourceTable:
    """One file as it stands.

    Attributes
    ----------
    name : str
        The file's name, long numbers masked.
    frame : polars.DataFrame
        All columns as text, plus `LINE` (int, the file's line on which the row begins).
    problems : list of Problem
        Rows that could not be read, or the one reason why the file could not.
    notes : list of str
        What had to be guessed or repaired, for the report.
    """

    name: str
    frame: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        """Rows of the file, read or not; blank ones are none."""
        return len(self.frame) + sum(p.action == "row dropped" for p in self.problems)


def read_delimited(path: Path) -> SourceTable:
    """Read a file with any of the usual separators and encodings.

    A row with fewer cells than the header, or with more that hold something, is a problem, never
    padded or cut. So is a row with a stray quotation mark; it does not swallow the rows after it.
    """
    name = mask_file_name(path.name)
    try:
        text, notes = _read_text(path)
        lines = _Lines(text)
        separator = lines.separator()
        header = _header(lines, separator)
    except (OSError, NotTextError) as error:
        rule = f"cannot be opened: {error.strerror}" if isinstance(error, OSError) else str(error)
        problem = Problem(name, 1, "", "", "", rule, "file skipped")
        return SourceTable(name, pl.DataFrame(schema={LINE: pl.Int64}), [problem])
    rows = _read_rows(lines, separator, unique_names(header))
    n_repeated = sum(name in header[:position] for position, name in enumerate(header) if name)
    if n_repeated:
        notes.append(f"repeats the names of {n_repeated} columns; the first of each name is read")
    problems = [Problem(name, line, "", "", "", rule) for line, rule in rows.bad]
    source = SourceTable(name, rows.frame(), problems, notes)
    if source.n_rows == 0:
        source.notes.append("has a header but no rows")
    return source


class _Lines:
    """The lines of a text; `position` may be set back to read some of them again."""

    def __init__(self, text: str) -> None:
        self._lines = list(io.StringIO(text, newline=""))
        self.position = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.position == len(self._lines):
            raise StopIteration
        self.position += 1
        return self._lines[self.position - 1]

    def separator(self) -> str:
        """Return the separator that the first line names (as Excel does) or uses most."""
        first = next((line for line in self._lines if line.strip()), "")
        hint = _SEPARATOR_HINT.fullmatch(first.strip("\r\n "))
        if hint:
            self.position = self._lines.index(first) + 1
            return hint[1]
        return max(SEPARATORS, key=first.count)


class _Rows:
    """Rows of the header's width, the lines they begin on, and what was wrong with the others."""

    def __init__(self, columns: list[str]) -> None:
        self.bad: list[tuple[int, str]] = []
        self._columns = columns
        self._cells: list[list[str]] = []
        self._starts: list[int] = []
        self._frames: list[pl.DataFrame] = []

    def take(self, row: list[str], first: int, last: int) -> None:
        """Keep the row that these lines hold, or note why not; a blank one is none."""
        if not any(_stripped(row)):
            return
        width = len(self._columns)
        if any(_stripped(row[width:])) or len(row) < width:
            rule = f"must have {width} cells as the header has, got {len(row)}"
            lines = f" in lines {first} to {last}" if last > first else ""
            self.bad.append((first, rule + lines))
            return
        self._cells.append(row[:width])
        self._starts.append(first)
        if len(self._cells) == ROWS_AT_A_TIME:
            self._pack()

    def frame(self) -> pl.DataFrame:
        """Return the rows as text columns with `LINE`."""
        self._pack()
        return pl.concat(self._frames)

    def _pack(self) -> None:
        """Turn the rows so far into a frame, which takes a fraction of the memory."""
        columns = self._columns
        cells = zip(*self._cells, strict=True) if self._cells else [()] * len(columns)
        frame = pl.DataFrame(
            {LINE: self._starts} | dict(zip(columns, cells, strict=True)),
            schema={LINE: pl.Int64} | dict.fromkeys(columns, pl.String),
        )
        self._frames.append(frame)
        self._cells, self._starts = [], []


def _read_text(path: Path) -> tuple[str, list[str]]:
    if not path.is_file():
        raise OSError(0, "it is not a regular file")
    return decode(path.read_bytes())


def _header(lines: _Lines, separator: str) -> list[str]:
    """Return the first row that holds something, up to its last named column."""
    try:
        header = next((row for row in _reader(lines, separator) if any(_stripped(row))), None)
    except csv.Error as error:
        raise NotTextError(f"must have a header: it {_rule(error)}") from error
    if header is None:
        raise NotTextError("is empty")
    names = _stripped(header)
    while not names[-1]:
        names.pop()
    return names


def _read_rows(lines: _Lines, separator: str, columns: list[str]) -> _Rows:
    rows = _Rows(columns)
    reader = _reader(lines, separator)
    while True:
        start = lines.position
        try:
            row = next(reader, None)
        except csv.Error as error:
            rows.bad.append((start + 1, _rule(error)))
            lines.position = start + 1  # a stray quotation mark may have swallowed the next rows
            reader = _reader(lines, separator)
            continue
        if row is None:
            return rows
        rows.take(row, start + 1, lines.position)


def _reader(lines: _Lines, separator: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=separator, strict=True)


def _rule(error: csv.Error) -> str:
    rules = (rule for sign, rule in _RULES.items() if sign in str(error))
    return next(rules, f"must be CSV: {error}")


def _stripped(row: list[str]) -> list[str]:
    return [cell.strip() for cell in row]


def unique_names(header: list[str]) -> list[str]:
    """Return a name for each column; no two are the same, and none is one of ours."""
    names: list[str] = []
    for position, name in enumerate(header, start=1):
        taken = not name or name in names or name.startswith("__")
        names.append(f"__{position}_{name}" if taken else name)
    return names
