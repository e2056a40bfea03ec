"""What an Excel workbook says beside its cells: hidden sheets, merged cells, its first day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from zipfile import BadZipFile, ZipFile

_CHUNK = 1 << 20
_TAIL = 200
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_MERGED = re.compile(r'<(?:\w+:)?mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_EPOCH_1904 = re.compile(r'date1904="(?:1|true)"')


class NotAWorkbookError(ValueError):
    """The file is no readable Excel workbook; the message is a rule for the import report."""


@dataclass(frozen=True)
class Sheet:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool
    part: str
    """The file inside the workbook that holds its cells."""


@dataclass(frozen=True)
class Merged:
    """A vertical run of merged cells: column from 0, first and last row from 1."""

    column: int
    first: int
    last: int


def list_sheets(path: Path) -> list[Sheet]:
    """Return the worksheets in their order.

    Raises
    ------
    NotAWorkbookError
        The file is damaged, protected by a password, or of another kind.
    """
    try:
        with ZipFile(path) as archive:
            workbook = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
            relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    except (OSError, BadZipFile, KeyError, RuntimeError, NotImplementedError) as error:
        rule = (
            "must be an Excel workbook (.xlsx) without a password; it is damaged or of another kind"
        )
        raise NotAWorkbookError(rule) from error
    targets = {one["Id"]: one["Target"] for one in _attributes(_RELATION, relations)}
    return [
        Sheet(one["name"], one.get("state", "visible") != "visible", _part(targets[one["r:id"]]))
        for one in _attributes(_SHEET, workbook)
        if "worksheets/" in targets.get(one.get("r:id", ""), "")
    ]


def first_day(path: Path) -> date:
    """Return the day that Excel's day numbers of this workbook count from."""
    with ZipFile(path) as archive:
        workbook = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    return date(1904, 1, 1) if _EPOCH_1904.search(workbook) else date(1899, 12, 30)


def merged_cells(path: Path, sheet: Sheet) -> list[Merged]:
    """Return the merged cells that span several rows."""
    found = {
        (first, int(top), int(bottom))
        for text in _chunks(path, sheet.part)
        for first, top, _last, bottom in _MERGED.findall(text)
        if top != bottom
    }
    return [Merged(_column(letters), top, bottom) for letters, top, bottom in sorted(found)]


def _chunks(path: Path, part: str) -> Iterator[str]:
    """Return a part's text in pieces that overlap by more than one merged cell's length."""
    tail = ""
    with ZipFile(path) as archive, archive.open(part) as stream:
        while content := stream.read(_CHUNK):
            text = tail + content.decode("latin-1")
            yield text
            tail = text[-_TAIL:]


def _attributes(element: re.Pattern[str], text: str) -> list[dict[str, str]]:
    found = (dict(_ATTRIBUTE.findall(one)) for one in element.findall(text))
    return [{name: unescape(value) for name, value in one.items()} for one in found]


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
