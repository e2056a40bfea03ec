"""Rows of a delimited text: clean blocks at once, all others with care and none lost.

All ways give the same rows for a block that is clean; a test compares them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from features.quarantine import Problem
from features.sources.lines import LONGEST_CELL, Lines, rows_of, rule_of, split_lines, stripped
from features.sources.table import LINE

ROWS_AT_A_TIME = 50_000
Item = pl.DataFrame | list[Problem]


@dataclass(frozen=True)
class Layout:
    """What the header says of the rows below it."""

    file: str
    separator: str
    columns: list[str]
    """Unique names; see `features.sources.delimited`."""
    n_trailing: int = 0
    """Cells of the header behind the last named one; rows may have them too, if they are empty."""


def read_rows(lines: Lines, layout: Layout) -> Iterator[Item]:
    """Yield the rows below the header as frames, and those that cannot be read as problems."""
    while (block := lines.take_block()) is not None:
        frame = plain_block(block, layout)
        if frame is None:
            frame = quoted_block(block, layout)
        if frame is None:
            lines.put_back(block)
            yield from careful_rows(lines, layout)
            continue
        start = lines.position + 1
        lines.position += len(frame)
        frame = frame.with_row_index(LINE, start).with_columns(pl.col(LINE).cast(pl.Int64))
        yield _without_blank_rows(frame, layout.columns)


def plain_block(block: bytes, layout: Layout) -> pl.DataFrame | None:
    """Return the lines of a block as rows, or none if it holds anything unusual.

    Without a quotation mark a line is a row and a separator is one. If none of the rows is longer
    than the header (Polars refuses those) and there are as many separators as rows need, none is
    shorter.
    """
    n_columns = len(layout.columns) + layout.n_trailing
    if b'"' in block or n_columns == 1:
        return None
    if b"\r" in block:
        if block.count(b"\r") != block.count(b"\r\n"):
            return None
        block = block.replace(b"\r\n", b"\n")
    n_rows = block.count(b"\n") + (not block.endswith(b"\n"))
    if block.count(layout.separator.encode()) != n_rows * (n_columns - 1):
        return None
    try:
        frame = pl.read_csv(
            block,
            separator=layout.separator,
            has_header=False,
            quote_char=None,
            infer_schema=False,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.shape != (n_rows, n_columns):
        return None
    longest = frame.select(pl.all().str.len_bytes().max()).row(0)
    if max(longest) > LONGEST_CELL:  # of bytes: a few cells are looked at once more
        return None
    return _named(frame, layout)


def quoted_block(block: bytes, layout: Layout) -> pl.DataFrame | None:
    """Return the lines of a block as rows, or none if a row is not one line of the usual width."""
    lines = split_lines(block.decode())
    try:
        rows = list(rows_of(lines, layout.separator))
    except csv.Error:
        return None
    n_columns = len(layout.columns) + layout.n_trailing
    if len(rows) != len(lines) or any(len(row) != n_columns for row in rows):
        return None
    cells = zip(*rows, strict=True)
    frame = pl.DataFrame([pl.Series(f"column_{i}", c, pl.String) for i, c in enumerate(cells)])
    return _named(frame, layout)


def careful_rows(lines: Lines, layout: Layout) -> Iterator[Item]:
    """Yield rows one by one up to the end of a block, whatever is wrong with them.

    A stray quotation mark may have swallowed the next rows: they are read again without it.
    """
    rows = _Rows(layout)
    reader = rows_of(lines, layout.separator)
    while True:
        start = lines.position
        try:
            row = next(reader, None)
        except csv.Error as error:
            rows.refuse(start + 1, rule_of(error))
            lines.go_to(start + 1)
            reader = rows_of(lines, layout.separator)
            row = []
        if row is None:
            break
        rows.take(row, start + 1, lines.position)
        if lines.at_block_end:
            break
        if rows.n_waiting >= ROWS_AT_A_TIME:
            yield from rows.pack()
    yield from rows.pack()


class _Rows:
    """Rows of the header's width, the lines they begin on, and what was wrong with the others."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._bad: list[Problem] = []
        self._cells: list[list[str]] = []
        self._starts: list[int] = []

    @property
    def n_waiting(self) -> int:
        return len(self._cells) + len(self._bad)

    def take(self, row: list[str], first: int, last: int) -> None:
        """Keep the row that these lines hold, or note why not; a blank one is none."""
        if not any(stripped(row)):
            return
        width = len(self._layout.columns)
        if any(stripped(row[width:])) or len(row) < width:
            rule = f"must have {width} cells as the header has, got {len(row)}"
            lines = f" in lines {first} to {last}" if last > first else ""
            self.refuse(first, rule + lines)
            return
        self._cells.append(row[:width])
        self._starts.append(first)

    def refuse(self, line: int, rule: str) -> None:
        self._bad.append(Problem(self._layout.file, line, "", "", "", rule))

    def pack(self) -> Iterator[Item]:
        """Hand over the rows so far as a frame, which takes a fraction of the memory."""
        columns = self._layout.columns
        if self._cells:
            cells = zip(*self._cells, strict=True)
            yield pl.DataFrame(
                {LINE: self._starts} | dict(zip(columns, cells, strict=True)),
                schema={LINE: pl.Int64} | dict.fromkeys(columns, pl.String),
            )
        if self._bad:
            yield self._bad
        self._cells, self._starts, self._bad = [], [], []


def _named(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame | None:
    """Return the named columns; none, if a cell behind them holds something."""
    width = len(layout.columns)
    behind = frame.select(frame.columns[width:])
    if behind.width and not behind.select(pl.all_horizontal(_is_blank(pl.all()).all())).item():
        return None
    named = frame.select(frame.columns[:width])
    named.columns = layout.columns
    return named


def _without_blank_rows(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    maybe = frame.filter(_is_blank(pl.col(columns[0])))
    if maybe.is_empty():
        return frame
    blank = maybe.filter(pl.all_horizontal(_is_blank(pl.col(columns))))[LINE]
    return frame.filter(~pl.col(LINE).is_in(blank.implode())) if len(blank) else frame


def _is_blank(cell: pl.Expr) -> pl.Expr:
    r"""Return whether a cell holds only spaces; ``\x1c`` to ``\x1f`` are spaces to Python alone."""
    return cell.str.contains(r"^[\s\x1c-\x1f]*$")
