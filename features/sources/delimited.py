"""Read a CSV-like file as text, keeping the line of every row and losing none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from features.quarantine import Problem, mask_file_name
from features.sources.decoding import NotTextError, TextForm, find_form, text_blocks
from features.sources.lines import Lines, read_header
from features.sources.rows import Item, Layout, read_rows
from features.sources.spelling import fold_name
from features.sources.table import LINE, SourceTable

SEPARATORS = (";", ",", "\t", "|")
TITLE_LINES = 20
_SEPARATOR_HINT = re.compile(r'"?sep=([;,|:\t])"?')

__all__ = ["LINE", "SourceTable", "read_delimited"]


def read_delimited(path: Path, known: Collection[str] = ()) -> SourceTable:
    """Read a file with any of the usual separators and encodings.

    A row with fewer cells than the header, or with more that hold something, is a problem, never
    padded or cut. So is a row with a stray quotation mark; it does not swallow the rows after it.

    Parameters
    ----------
    path : Path
        Read now up to the header, and again whenever the table's batches are.
    known : collection of str
        Names of columns that the mapping reads, as `fold_name` writes them. If the first line holds
        none of them, or one beside empty cells, as a title may, and one of the next 20 holds
        several, that is the header, and what stands above it is left out with a note.
    """
    name = mask_file_name(path.name)
    try:
        form = _find_form(path)
        with path.open("rb") as stream:
            lines = Lines(text_blocks(stream, form.encoding))
            separator, n_titles = _start(lines, known)
            header = read_header(lines, separator)
            n_before = lines.position
    except (OSError, NotTextError) as error:
        rule = f"cannot be opened: {error.strerror}" if isinstance(error, OSError) else str(error)
        problem = Problem(name, 1, "", "", "", rule, "file skipped")
        return SourceTable(name, pl.DataFrame(schema={LINE: pl.Int64}), [problem])
    layout = _layout(name, separator, header)
    notes = [*form.notes, *_header_notes(header, n_titles)]

    def read() -> Iterator[Item]:
        with path.open("rb") as stream:
            lines = Lines(text_blocks(stream, form.encoding))
            for _ in range(n_before):
                next(lines)
            yield from read_rows(lines, layout)

    return SourceTable.streamed(name, layout.columns, read, notes=notes)


def _find_form(path: Path) -> TextForm:
    if not path.is_file():
        raise OSError(0, "it is not a regular file")
    with path.open("rb") as stream:
        return find_form(stream)


def _start(lines: Lines, known: Collection[str]) -> tuple[str, int]:
    """Go to the header; return the separator, and how many lines above the header hold a title."""
    first = _first_line(lines)
    hint = _SEPARATOR_HINT.fullmatch(first.strip("\r\n "))
    if hint:
        next(lines)
        return hint[1], 0
    separator = max(SEPARATORS, key=first.count)
    n_known = _n_known(first, separator, known)
    if n_known > 1 or (n_known and all(map(str.strip, first.split(separator)))):
        return separator, 0
    top = lines.first(TITLE_LINES)
    found = [
        (_n_known(line, one, known), -i, one) for i, line in enumerate(top) for one in SEPARATORS
    ]
    n_known, minus_at, best = max(found, default=(0, 0, separator), key=lambda one: one[:2])
    if n_known < 2:
        return separator, 0
    lines.go_to(lines.position - minus_at)
    return best, sum(bool(line.strip()) for line in top[:-minus_at])


def _first_line(lines: Lines) -> str:
    """Go to the first line that holds something and return it."""
    for line in lines:
        if line.strip():
            lines.go_to(lines.position - 1)
            return line
    return ""


def _n_known(line: str, separator: str, known: Collection[str]) -> int:
    cells = line.replace('"', "").split(separator)
    return sum(fold_name(cell) in known for cell in cells)


def _header_notes(header: list[str], n_titles: int) -> list[str]:
    notes = []
    if n_titles:
        lines = f"{n_titles} line{'s' if n_titles > 1 else ''}"
        notes.append(f"has {lines} above its header, which were left out")
    n_repeated = sum(name in header[:position] for position, name in enumerate(header) if name)
    if n_repeated:
        notes.append(f"repeats the names of {n_repeated} columns; the first of each name is read")
    return notes


def _layout(file: str, separator: str, header: list[str]) -> Layout:
    names = list(header)
    while not names[-1]:
        names.pop()
    return Layout(file, separator, unique_names(names), len(header) - len(names))


def unique_names(header: list[str]) -> list[str]:
    """Return a name for each column; no two are the same, and none is one of ours."""
    names: list[str] = []
    for position, name in enumerate(header, start=1):
        taken = not name or name in names or name.startswith("__")
        names.append(f"__{position}_{name}" if taken else name)
    return names
