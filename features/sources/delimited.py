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
_SEPARATOR_HINT = re.compile(r'"?sep=(.)"?')
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
    except (OSError, NotTextError) as error:
        rule = f"cannot be opened: {error.strerror}" if isinstance(error, OSError) else str(error)
        return _skipped(name, rule)
    lines = _Lines(text)
    separator = lines.separator()
    header = next((row for row in _reader(lines, separator) if any(_stripped(row))), None)
    if header is None:
        return _skipped(name, "is empty")
    names = _unique(_stripped(header))
    twice = sorted({n for n in _stripped(header) if n and _stripped(header).count(n) > 1})
    notes += [f"has the column {n} more than once; the first is read" for n in twice]
    rows, starts, bad = _rows(lines, separator, len(names))
    if not rows and not bad:
        notes.append("has a header but no rows")
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    frame = pl.DataFrame(
        {LINE: starts} | dict(zip(names, columns, strict=True)),
        schema={LINE: pl.Int64} | dict.fromkeys(names, pl.String),
    )
    problems = [Problem(name, line, "", "", "", rule) for line, rule in bad]
    return SourceTable(name, frame, problems, notes)


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
        hint = _SEPARATOR_HINT.fullmatch(first.strip())
        if hint:
            self.position = self._lines.index(first) + 1
            return hint[1]
        return max(SEPARATORS, key=first.count)

    def n_cells(self, position: int, separator: str) -> int:
        """Return how many cells a line has if quotation marks mean nothing."""
        return self._lines[position].count(separator) + 1


def _read_text(path: Path) -> tuple[str, list[str]]:
    if not path.is_file():
        raise OSError(0, "it is not a regular file")
    return decode(path.read_bytes())


def _skipped(name: str, rule: str) -> SourceTable:
    problem = Problem(name, 1, "", "", "", rule, "file skipped")
    return SourceTable(name, pl.DataFrame(schema={LINE: pl.Int64}), [problem])


def _reader(lines: _Lines, separator: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=separator, strict=True)


def _rows(
    lines: _Lines, separator: str, width: int
) -> tuple[list[list[str]], list[int], list[tuple[int, str]]]:
    """Return the rows of this width, the lines they begin on, and the other rows' problems."""
    rows: list[list[str]] = []
    starts: list[int] = []
    bad: list[tuple[int, str]] = []
    reader = _reader(lines, separator)
    while True:
        start = lines.position
        try:
            row = next(reader)
        except StopIteration:
            return rows, starts, bad
        except csv.Error as error:
            bad.append((start + 1, _rule(error)))
            lines.position = start + 1
            reader = _reader(lines, separator)
            continue
        if len(row) > width and not any(_stripped(row[width:])):
            row = row[:width]
        if len(row) == width:
            if any(_stripped(row)):
                rows.append(row)
                starts.append(start + 1)
        elif any(_stripped(row)):
            bad.append((start + 1, f"must have {width} cells as the header has, got {len(row)}"))
            if lines.position > start + 1 and lines.n_cells(start + 1, separator) == width:
                lines.position = start + 1  # a quotation mark has swallowed the next row
                reader = _reader(lines, separator)


def _rule(error: csv.Error) -> str:
    return next((rule for sign, rule in _RULES.items() if sign in str(error)), f"is no CSV: {error}")


def _stripped(row: list[str]) -> list[str]:
    return [cell.strip() for cell in row]


def _unique(header: list[str]) -> list[str]:
    """Return a name for each column up to the last named one; no two are the same."""
    while header and not header[-1]:
        header = header[:-1]
    names: list[str] = []
    for position, name in enumerate(header, start=1):
        taken = not name or name in names or name.startswith("__")
        names.append(f"__{position}_{name}" if taken else name)
    return names
