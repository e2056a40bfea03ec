# pyright: strict
"""What an import could not use: each value with its file, line, column and the rule it broke.

Values are masked: digits and short codes are shown, anything that could be a name or a number of a
person is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

Action = Literal["row dropped", "value dropped", "table skipped"]

SCHEMA = {
    "file": pl.String, "line": pl.Int64, "table": pl.String, "column": pl.String,
    "value": pl.String, "rule": pl.String, "action": pl.String,
}  # fmt: skip
_PLAIN = re.compile(r"[\d\-/.,: ]{0,12}|-?\d{1,9}|[A-Z]{1,6}[-.]?\d{1,6}")


@dataclass(frozen=True)
class Problem:
    """One value, row or table that was not used."""

    file: str
    line: int
    table: str
    column: str
    value: str
    rule: str
    action: Action = "row dropped"


def quarantine_frame(problems: Iterable[Problem]) -> pl.DataFrame:
    """Return the problems as a frame in the order of file and line."""
    rows = [vars(problem) for problem in problems]
    return pl.DataFrame(rows, schema=SCHEMA).sort("file", "line", maintain_order=True)


def mask(value: str) -> str:
    """Hide all but the last three characters.

    >>> mask("199001012015031001")
    '***************001'
    >>> mask("abc")
    '***'
    """
    return "*" * len(value) if len(value) <= 6 else "*" * (len(value) - 3) + value[-3:]


def mask_cell(value: str | None, *, private: bool) -> str:
    """Show a cell only where it cannot name a person.

    >>> mask_cell("31-02-2024", private=False), mask_cell("Analis Gaib", private=False)
    ('31-02-2024', 'A... (11 characters)')
    >>> mask_cell("1990-01-01", private=True)
    '*******-01'
    """
    if not value:
        return ""
    if private:
        return mask(value)
    if _PLAIN.fullmatch(value):
        return value
    return f"{value[0]}... ({len(value)} characters)"
