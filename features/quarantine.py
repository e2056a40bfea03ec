# pyright: strict
"""What an import could not use: each value with its file, line, column and the rule it broke.

A value is shown only where it cannot tell who a person is. Cells slide into wrong columns, so what
a column should hold proves nothing: only what looks like a date, a short number or a code is shown,
and in a file that holds dates of birth nothing is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

Action = Literal["row dropped", "value dropped", "table skipped", "file skipped"]

SCHEMA = {
    "file": pl.String, "line": pl.Int64, "table": pl.String, "column": pl.String,
    "value": pl.String, "rule": pl.String, "action": pl.String,
}  # fmt: skip
KIND = ("file", "table", "column", "rule", "action")
_PLAIN = re.compile(
    r"""\d{1,4}([-/. ])\d{1,2}\1\d{1,4}   # a date
    |[-+]?\d{1,6}([.,]\d{1,3})?           # a short number
    |[A-Z]{1,6}[-.]?\d{1,6}               # a code such as KRS-001 or M.01
    """,
    re.VERBOSE,
)
_FORMULA = r"^([=+\-@\t\r])"


@dataclass(frozen=True)
class Problem:
    """One value, row, table or file that was not used."""

    file: str
    line: int
    table: str
    column: str
    value: str
    rule: str
    action: Action = "row dropped"


def quarantine_frame(problems: Iterable[Problem]) -> pl.DataFrame:
    """Return the problems as a frame in the order of file and line."""
    rows = [tuple(vars(problem).values()) for problem in problems]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(
        "file", "line", "table", maintain_order=True
    )


def write_quarantine(parts: Iterable[pl.DataFrame], path: Path) -> None:
    """Write the problems as CSV, part by part; no cell begins as a spreadsheet's formula does."""
    with path.open("wb") as stream:
        for position, part in enumerate(parts):
            safe = part.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'$1"))
            stream.write(safe.write_csv(include_header=position == 0).encode())


def count_problems(parts: Iterable[pl.DataFrame]) -> tuple[dict[str, int], pl.DataFrame]:
    """Count the rows lost of each file, and how often each kind of problem occurs.

    Parameters
    ----------
    parts : iterable of DataFrame
        The problems in the order of file and line.

    Returns
    -------
    tuple of dict and DataFrame
        Lines of "row dropped" by file, each once; ``file``, ``table``, ``column``, ``rule``,
        ``action`` and ``rows``, the most frequent first.
    """
    return _count(parts, KIND, pl.col("action") == "row dropped")


def count_repairs(parts: Iterable[pl.DataFrame]) -> tuple[dict[str, int], pl.DataFrame]:
    """Count the rows repaired of each file, and the values by kind of repair; see the other."""
    return _count(parts, KIND[:-1], pl.lit(value=True))


def _count(
    parts: Iterable[pl.DataFrame], kind: tuple[str, ...], counts: pl.Expr
) -> tuple[dict[str, int], pl.DataFrame]:
    n_lines: Counter[str] = Counter()
    schema = dict.fromkeys(kind, pl.String) | {"rows": pl.get_index_type()}
    kinds = [pl.DataFrame(schema=schema)]
    last: tuple[str, int] | None = None
    for part in parts:
        kinds.append(part.group_by(kind).len("rows"))
        lines = part.filter(counts).select("file", "line").unique().sort("file", "line")
        n_lines.update(dict(lines.group_by("file").len().iter_rows()))
        if last is not None and len(lines) and lines.row(0) == last:
            n_lines[last[0]] -= 1  # the part before ended within the problems of this line
        last = lines.row(-1) if len(lines) else last
    counted = pl.concat(kinds).group_by(kind).agg(pl.col("rows").sum())
    order = ["rows", "file", "table", "column", "rule"]
    return dict(n_lines), counted.sort(order, descending=[True, False, False, False, False])


def mask(value: str) -> str:
    """Hide all but the last three characters.

    >>> mask("199001012015031001")
    '***************001'
    >>> mask("abc")
    '***'
    """
    return "*" * len(value) if len(value) <= 6 else "*" * (len(value) - 3) + value[-3:]


def mask_number(value: str) -> str:
    """Hide a person's number as `mask` does, and wholly what does not look like one.

    >>> mask_number("199001012015031001"), mask_number("Siti Rahmawati"), mask_number("01-01-1990")
    ('***************001', '**************', '**********')
    """
    looks_like_one = len(value) >= 12 and sum(map(str.isdigit, value[:-3])) >= 5
    return mask(value) if looks_like_one else "*" * min(len(value), 20)


def mask_cell(value: str | None, *, private: bool) -> str:
    """Show a cell only where it cannot tell who a person is.

    Parameters
    ----------
    value : str or None
        The cell as it stands in the file.
    private : bool
        Whether the file holds dates of birth, which look like any other date.

    Examples
    --------
    >>> mask_cell("31-02-2024", private=False), mask_cell("Analis Gaib", private=False)
    ('31-02-2024', '(11 characters)')
    >>> mask_cell("31-02-2024", private=True), mask_cell("199001012015031001", private=False)
    ('(10 characters)', '(18 characters)')
    """
    if not value:
        return ""
    if not private and _PLAIN.fullmatch(value):
        return value
    return f"({len(value)} characters)"


def mask_file_name(name: str) -> str:
    """Hide long numbers in a file's name, for exports of one person are named after a NIP.

    >>> mask_file_name("skp22_199001012015031001.csv"), mask_file_name("presensi_202401.csv")
    ('skp22_***************001.csv', 'presensi_202401.csv')
    """
    return re.sub(r"\d{10,}", lambda found: mask(found[0]), name)
