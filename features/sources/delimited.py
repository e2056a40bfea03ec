"""Read a CSV-like file as text, keeping the line of every row and losing none."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.quarantine import Problem

LINE = "__line"
SEPARATORS = (";", ",", "\t", "|")
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class SourceTable:
    """One file as it stands.

    Attributes
    ----------
    frame : polars.DataFrame
        All columns as text, plus `LINE` (int, the file's line on which the row ends).
    problems : list of Problem
        Rows that could not be read at all.
    notes : list of str
        What had to be guessed or repaired, for the report.
    """

    path: Path
    frame: pl.DataFrame
    problems: list[Problem]
    notes: list[str]


def read_delimited(path: Path) -> SourceTable:
    """Read a file with any of the usual separators and encodings.

    A row with more or fewer cells than the header is a problem, never cut or padded.
    """
    text, encoding = _decode(path.read_bytes())
    notes = [] if encoding == "utf-8-sig" else [f"{path.name}: read as {encoding}"]
    if not text.strip():
        return SourceTable(
            path, pl.DataFrame({LINE: []}), [_unreadable(path, 1, "is empty")], notes
        )
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [name.strip() for name in next(reader)]
    rows, lines, problems = _rows(path, reader, len(header))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    frame = pl.DataFrame(
        {name: list(column) for name, column in zip(_unique(header), columns, strict=True)}
        | {LINE: lines},
        schema_overrides={LINE: pl.Int64},
        strict=False,
    )
    return SourceTable(path, frame, problems, notes)


def _decode(content: bytes) -> tuple[str, str]:
    if content[:2] in _BYTE_ORDER_MARKS:
        encoding = _BYTE_ORDER_MARKS[content[:2]]
        return content.decode(encoding, errors="replace"), encoding
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes any bytes")


def _separator(text: str) -> str:
    header = text.lstrip().splitlines()[0]
    return max(SEPARATORS, key=header.count)


def _rows(
    path: Path, reader: csv._reader, width: int
) -> tuple[list[list[str]], list[int], list[Problem]]:
    rows: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return rows, lines, problems
        except csv.Error as error:
            problems.append(_unreadable(path, reader.line_num, f"cannot be read: {error}"))
            continue
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != width:
            rule = f"must have {width} cells as the header has, got {len(row)}"
            problems.append(_unreadable(path, reader.line_num, rule))
            continue
        rows.append(row)
        lines.append(reader.line_num)


def _unique(header: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for position, name in enumerate(header):
        seen[name] = seen.get(name, 0) + 1
        clean = name or f"unnamed_{position + 1}"
        names.append(clean if seen[name] == 1 else f"{clean}__{seen[name]}")
    return names


def _unreadable(path: Path, line: int, rule: str) -> Problem:
    return Problem(file=path.name, line=line, table="", column="", value="", rule=rule)
