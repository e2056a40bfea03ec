"""How names of columns and texts of cells are cleaned and compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import polars as pl

EMPTY_WORDS = ("NULL", "null", "None", "NaN", "nan", "N/A", "#N/A", "-", "--", "–", "—")


class HasColumns(Protocol):
    """A frame, or a table of an export."""

    @property
    def columns(self) -> list[str]:
        """Names of its columns."""
        ...


def find_column(table: HasColumns, names: Sequence[str]) -> str | None:
    """Return the first of these columns the file has, whatever its case, spaces or underscores.

    >>> find_column(pl.DataFrame({"Tanggal Lahir": [], "nipBaru": []}), ["nip", "nip_baru"])
    'nipBaru'
    """
    columns = {fold_name(column): column for column in reversed(table.columns)}
    return next((columns[fold_name(name)] for name in names if fold_name(name) in columns), None)


def fold_name(name: str) -> str:
    """Return a column's name as it is compared."""
    return re.sub(r"[\W_]+", "", name).casefold()


def clean(name: str) -> pl.Expr:
    """Return a text column without outer and repeated spaces; what stands for nothing is null."""
    tidy = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(~tidy.is_in(["", *EMPTY_WORDS])).then(tidy)


def fold(expression: pl.Expr) -> pl.Expr:
    """Return texts as they are compared: lower case, words joined by one space, signs left out."""
    words = expression.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return pl.when(words != "").then(words)


def fold_text(text: str) -> str:
    """Return one text as `fold` does."""
    return pl.select(fold(pl.lit(text))).item() or ""
