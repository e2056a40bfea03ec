"""The files a person decides in: one CSV a kind of proposal, kept across runs.

``yes`` takes a proposal over, ``no`` refuses it for good, an empty cell leaves it open (it changes
nothing). A decided row stays as the person left it, also where it was edited; an open row is
proposed anew by each run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.errors import HuyulaError
from features.workspace import replace_text

DECISIONS = {"yes": "yes", "ya": "yes", "y": "yes", "no": "no", "tidak": "no", "n": "no", "": ""}
FORMULA_SIGNS = ("=", "+", "-", "@")
SEPARATORS = ",;\t"
SHOWN = 20


@dataclass(frozen=True)
class Sheet:
    """One kind of file.

    Attributes
    ----------
    name : str
        The file's name.
    key : tuple of str
        Columns that say what a row is about.
    columns : tuple of str
        All columns, in order; the last is ``decision``.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]


MERGES = Sheet(
    "merges.csv",
    ("course_id",),
    ("course_id", "course", "enrolments", "into_course_id", "into_course", "confidence", "evidence",
     "decision"),
)  # fmt: skip
COURSE_COMPETENCIES = Sheet(
    "course_competencies.csv",
    ("course_id", "competency_id"),
    ("course_id", "course", "competency_id", "competency", "level", "confidence", "evidence",
     "decision"),
)  # fmt: skip
COURSE_DETAILS = Sheet(
    "course_details.csv",
    ("course_id", "field"),
    ("course_id", "course", "field", "value", "confidence", "evidence", "decision"),
)
POST_COMPETENCIES = Sheet(
    "post_competencies.csv",
    ("post_id", "competency_id"),
    ("post_id", "post", "competency_id", "competency", "level", "confidence", "evidence",
     "decision"),
)  # fmt: skip
SHEETS = (MERGES, COURSE_COMPETENCIES, COURSE_DETAILS, POST_COMPETENCIES)


@dataclass(frozen=True)
class Row:
    """One line of a sheet."""

    sheet: Sheet
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    @property
    def key(self) -> tuple[str, ...]:
        """What the row is about."""
        return tuple(self.values[column] for column in self.sheet.key)

    def problem(self, column: str, rule: str) -> str:
        """Return a problem of one cell, as it is shown."""
        value = self.values.get(column, "")
        return f"{self.sheet.name} line {self.line}, {column} {rule}, got {value or 'nothing'}"


class SheetError(HuyulaError, ValueError):
    """Cells that a person filled in break a rule; every one is named.

    Attributes
    ----------
    problems : list of str
        One a cell: file, line, column, rule and value.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        more = f"\n... and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        super().__init__("\n".join(problems[:SHOWN]) + more)
        self.problems = list(problems)


def read_sheet(sheet: Sheet, folder: Path) -> list[Row]:
    """Read a sheet as a spreadsheet left it: separated by ``,`` ``;`` or tab, UTF-8 or Windows.

    Returns an empty list where there is no file.

    Raises
    ------
    SheetError
        A column is missing, a decision is none of yes, no and empty, a key stands twice.
    """
    path = folder / sheet.name
    if not path.exists():
        return []
    lines = list(csv.reader(io.StringIO(text := _decode(path), newline=""), delimiter=_sign(text)))
    header = [name.strip().lower() for name in lines[0]] if lines else []
    missing = [name for name in sheet.columns if name in (*sheet.key, *_asked(sheet), "decision")
               and name not in header]  # fmt: skip
    if missing:
        raise SheetError([f"{sheet.name} line 1 must have the column {name}" for name in missing])
    rows = [
        Row(sheet, number, _cells(header, cells))
        for number, cells in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in cells)
    ]
    _check(rows)
    return rows


def write_sheet(sheet: Sheet, folder: Path, proposed: Iterable[dict[str, object]]) -> int:
    """Write proposals, with the decided rows of the file before as they were; return how many.

    The surest open proposals come first, the decided rows last.
    """
    decided = {row.key: row.values for row in read_sheet(sheet, folder) if row["decision"]}
    texts = [{column: _text(row.get(column, "")) for column in sheet.columns} for row in proposed]
    fresh = [row for row in texts if tuple(row[column] for column in sheet.key) not in decided]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(sheet.columns)
    for values in (*fresh, *decided.values()):
        writer.writerow([_safe(values.get(column, "")) for column in sheet.columns])
    replace_text(folder / sheet.name, "\ufeff" + stream.getvalue())  # Excel knows UTF-8 by the mark
    return len(fresh)


def _asked(sheet: Sheet) -> tuple[str, ...]:
    return tuple(c for c in ("into_course_id", "level", "value") if c in sheet.columns)


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _sign(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(SEPARATORS, key=first.count)


def _cells(header: list[str], cells: list[str]) -> dict[str, str]:
    values = [_unsafe(cell.strip()) for cell in cells]
    return dict(zip(header, values + [""] * (len(header) - len(values)), strict=False))


def _check(rows: list[Row]) -> None:
    problems: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        decision = DECISIONS.get(row["decision"].casefold())
        if decision is None:
            problems.append(row.problem("decision", "must be yes, no or empty"))
        else:
            row.values["decision"] = decision
        problems += [row.problem(c, "must not be empty") for c in row.sheet.key if not row[c]]
        first = seen.setdefault(row.key, row.line)
        if first != row.line:
            rule = f"must stand once (also on line {first})"
            problems.append(row.problem(row.sheet.key[-1], rule))
    if problems:
        raise SheetError(problems)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _unsafe(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_SIGNS) else text
