"""Read the sheets of an Excel workbook as text: titles above the header, merged cells, dates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from features.quarantine import mask_file_name
from features.sources.delimited import LINE, ROWS_AT_A_TIME, SourceTable, unique_names
from features.sources.place import Place, gather, unreadable
from features.sources.spelling import fold_name
from features.sources.typed import EXACT_DIGITS, rounded_note
from features.sources.workbook import (
    Merged,
    NotAWorkbookError,
    Sheet,
    first_day,
    list_sheets,
    merged_cells,
)

HEADER_WITHIN = 50
"""Rows in which a header is looked for."""
_DAY_NUMBER = r"^[1-9]\d{4}(\.\d+)?$"
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_PLAIN_NUMBER = re.compile(r"-?\d+([.,]\d+)?|\d{4}-\d{2}-\d{2}.*")


def excel_places(path: Path, date_columns: Collection[str]) -> list[Place]:
    """Return one place a sheet; the whole file's place alone where it is no workbook.

    Parameters
    ----------
    date_columns : collection of str
        Folded names of columns that hold dates; plain numbers in them are Excel's day numbers.
    """
    name = mask_file_name(path.name)
    try:
        sheets = list_sheets(path)
    except NotAWorkbookError as error:
        rule = str(error)
        return [Place(name, (path.name,), lambda: unreadable(name, rule))]
    return [_place(path, sheet, date_columns) for sheet in sheets]


def read_sheet(path: Path, sheet: Sheet, date_columns: Collection[str]) -> SourceTable:
    """Read one sheet; `LINE` is its row number.

    The header is the first row that fills at least half as many cells as the fullest of the first
    rows, with words. A vertically merged cell's value counts for each of its rows, a formula by the
    value it last had. Excel keeps 15 digits: longer numbers that it held as numbers are written
    with an exponent, so that nobody is found by them.
    """
    name = f"{mask_file_name(path.name)}/{mask_file_name(sheet.name)}"
    cells = _load(path, sheet.name)
    header_row = _header_row(cells)
    if header_row is None:
        return SourceTable(name, pl.DataFrame(schema={LINE: pl.Int64}), [], ["is empty"])
    names = [_one_line(cell) for cell in cells.row(header_row)]
    width = max(position for position, one in enumerate(names, start=1) if one)
    columns = unique_names(names[:width])
    notes = [f"has its header in row {header_row + 1}"] if header_row else []
    body = cells[header_row + 1 :, :width]
    body.columns = columns
    body, found = _repaired(body, _Body(path, sheet, header_row + 2), date_columns)
    lines = pl.int_range(header_row + 2, header_row + 2 + len(body), eager=True).alias(LINE)
    body = body.insert_column(0, lines)
    if len(body) and _numbers_the_columns(body.row(0)[1:]):
        body = body[1:]
    filled = body.filter(pl.any_horizontal(pl.col(columns).str.strip_chars() != ""))
    return gather(name, columns, lambda: _slices(filled), [], notes + found)


@dataclass(frozen=True)
class _Body:
    """Where the rows below the header stand."""

    path: Path
    sheet: Sheet
    first_row: int


def _place(path: Path, sheet: Sheet, date_columns: Collection[str]) -> Place:
    name, whole = mask_file_name(path.name), f"{path.name}/{sheet.name}"
    names = (whole, sheet.name) if sheet.hidden else (path.name, whole, sheet.name)
    return Place(
        f"{name}/{mask_file_name(sheet.name)}",
        names,
        lambda: read_sheet(path, sheet, date_columns),
        sheet.hidden,
    )


def _load(
    path: Path,
    sheet: str,
    kind: Literal["string", "boolean"] = "string",
    columns: list[int] | None = None,
) -> pl.DataFrame:
    """Return the cells from row 1 on, or only whether they are numbers (`kind` boolean)."""
    from fastexcel import read_excel

    loaded = read_excel(path).load_sheet(
        sheet, header_row=None, skip_rows=0, dtypes=kind, use_columns=columns
    )
    return loaded.to_polars()


def _header_row(cells: pl.DataFrame) -> int | None:
    """Return the header's position."""
    rows = [[_one_line(cell) for cell in row] for row in cells.head(HEADER_WITHIN).iter_rows()]
    filled = [sum(map(bool, row)) for row in rows]
    fullest = max(filled, default=0)
    if fullest == 0:
        return None
    candidates = (
        position
        for position, row in enumerate(rows)
        if filled[position] * 2 >= fullest and not any(map(_PLAIN_NUMBER.fullmatch, row))
    )
    first_filled = next(position for position, count in enumerate(filled) if count)
    return next(candidates, first_filled)


def _repaired(
    body: pl.DataFrame, where: _Body, date_columns: Collection[str]
) -> tuple[pl.DataFrame, list[str]]:
    """Return the rows with dates, merged cells and long numbers as they are meant."""
    notes: list[str] = []
    body = body.with_columns(pl.all().str.replace(_MIDNIGHT, "$1"))
    merged = merged_cells(where.path, where.sheet)
    body, n_filled = _fill_merged(body, merged, where.first_row)
    if n_filled:
        notes.append(f"has merged cells; {n_filled} cells got the value of the one they belong to")
    body, found = _mark_rounded(body, where)
    notes += found
    start = first_day(where.path)
    for column in body.columns:
        if fold_name(column) in date_columns:
            body, n_days = _read_day_numbers(body, column, start)
            if n_days:
                notes.append(f"column {column} holds {n_days} dates as day numbers of Excel")
    return body, notes


def _fill_merged(
    body: pl.DataFrame, merged: list[Merged], first_row: int
) -> tuple[pl.DataFrame, int]:
    n_filled = 0
    for column in {one.column for one in merged if one.column < body.width}:
        values = body.to_series(column)
        for run in merged:
            start = run.first - first_row
            if run.column != column or start < 0 or start >= len(values):
                continue
            rows = [i for i in range(start + 1, run.last - first_row + 1) if i < len(values)]
            values = values.scatter(rows, values[start])
            n_filled += len(rows)
        body = body.with_columns(values)
    return body, n_filled


def _mark_rounded(body: pl.DataFrame, where: _Body) -> tuple[pl.DataFrame, list[str]]:
    """Write with an exponent what Excel held as a number and has more digits than it keeps."""
    long = rf"^\d{{{EXACT_DIGITS + 1},}}$"
    suspects = [c for c in body.columns if body[c].str.contains(long).any()]
    if not suspects:
        return body, []
    positions = [body.columns.index(column) for column in suspects]
    is_number = _load(where.path, where.sheet.name, "boolean", positions)
    is_number = is_number[where.first_row - 1 :].select(pl.all().is_not_null())
    is_number.columns = suspects
    notes: list[str] = []
    for column in suspects:
        rounded = body[column].str.contains(long).fill_null(value=False) & is_number[column]
        if rounded.any():
            notes.append(rounded_note(column, int(rounded.sum())))
            digits = pl.col(column)
            exponent = pl.format("{}.{}E+{}", digits.str.slice(0, 1), digits.str.slice(1, 14),
                                 digits.str.len_chars() - 1)  # fmt: skip
            body = body.with_columns(
                pl.when(rounded).then(exponent).otherwise(digits).alias(column)
            )
    return body, notes


def _read_day_numbers(body: pl.DataFrame, column: str, start: date) -> tuple[pl.DataFrame, int]:
    is_day = body[column].str.contains(_DAY_NUMBER).fill_null(value=False)
    days = pl.col(column).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    day = (pl.lit(start) + pl.duration(days=days)).dt.to_string("%Y-%m-%d")
    read = pl.when(is_day).then(day).otherwise(pl.col(column)).alias(column)
    return body.with_columns(read), int(is_day.sum())


def _numbers_the_columns(row: tuple[str | None, ...]) -> bool:
    """Return whether a row says 1, 2, 3 ... below the header, as printed tables do."""
    digits = [re.sub(r"\D", "", cell or "") for cell in row]
    return len(digits) > 2 and digits == [str(n) for n in range(1, len(digits) + 1)]


def _slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield from frame.iter_slices(ROWS_AT_A_TIME)


def _one_line(cell: str | None) -> str:
    return " ".join((cell or "").split())
