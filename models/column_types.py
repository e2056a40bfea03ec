"""What a column of any table holds: numbers, dates, categories, text, or nothing to learn from.

A table comes as it was read, often as text alone. A type is found once, on the rows a model learns
from, and then reads any other rows in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "nat", "?", "-", "."})
YES = frozenset({"yes", "y", "true", "t", "ya"})
NO = frozenset({"no", "n", "false", "f", "tidak"})
DATE_FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d", "%d-%m-%Y", "%d/%m/%Y",
    "%m/%d/%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y-%m", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y",
    "%b-%y", "%m/%d/%y", "%d/%m/%y",
)  # fmt: skip
ENOUGH = 0.97
"""Share of the filled cells that must read as a number (date) for a column to be one."""
FEW = 50
"""A column with fewer distinct texts is a category, whatever their length."""
_NUMBER = r"[<>]?=?\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*\+?"
_THOUSANDS = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_CURRENCY = r"(?i)^(?:rp\.?|idr|usd|\$|€|£)\s*|\s*%$"
_IDENTITY_NAME = re.compile(
    r"(?i:(^|[_\s.])(id|no|nr|num|number|uuid|guid|key|index|row|nip|nik)$|^unnamed)"
    r"|[a-z](ID|Id|Number|No)$"
)


@dataclass(frozen=True)
class ColumnType:
    """How one column is read.

    Attributes
    ----------
    kind : str
        ``number``, ``date`` (days since 1970-01-01), ``category``, ``text`` or ``left_out``.
    form : str
        Of a date its format, of what is left out the reason.
    """

    kind: str
    form: str = ""


def infer_type(column: pd.Series) -> ColumnType:
    """Return what a column holds.

    Left out are a constant without gaps, an empty column and what tells rows apart and nothing
    else: texts that hardly ever repeat, whole numbers that never repeat and count the rows or are
    named as an identity.
    """
    filled = _filled(column)
    if len(filled) < min(5, len(column)) or not len(column):
        return ColumnType("left_out", "empty")
    if (filled == filled.iloc[0]).all() and len(filled) > len(column) - 5:
        return ColumnType("left_out", "constant")
    if pd.api.types.is_datetime64_any_dtype(filled):
        return ColumnType("date")
    numbers = _numbers(filled)
    if np.isfinite(numbers).mean() >= ENOUGH:
        counts = _counts_rows(numbers, str(column.name))
        return ColumnType("left_out", "identifies rows") if counts else ColumnType("number")
    form = _date_form(filled)
    return ColumnType("date", form) if form else _text_type(filled)


def read_numbers(column: pd.Series, found: ColumnType) -> np.ndarray:
    """Return a number or date column as float64, shape (n,); NaN where nothing is known."""
    out = np.full(len(column), np.nan)
    filled = _filled(column)
    at = column.index.get_indexer(filled.index) if column.index.is_unique else _positions(column)
    if found.kind == "date":
        out[at] = _days(filled, found.form)
    else:
        out[at] = _numbers(filled)
    out[~np.isfinite(out)] = np.nan
    return out


def read_texts(column: pd.Series) -> np.ndarray:
    """Return a category or text column as lower-case text, shape (n,); "" where it is missing."""
    texts = column.astype("str").str.strip().str.lower()
    return np.where(column.isna() | texts.isin(MISSING), "", texts).astype(object)


def looks_like_identity(name: Hashable) -> bool:
    """Return whether a column is named as a number that identifies people or rows."""
    return _IDENTITY_NAME.search(str(name)) is not None


def _positions(column: pd.Series) -> np.ndarray:
    return np.flatnonzero(~_is_missing(column).to_numpy())


def _is_missing(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column.isna()
    return column.isna() | column.astype("str").str.strip().str.lower().isin(MISSING)


def _filled(column: pd.Series) -> pd.Series:
    kept = column[~_is_missing(column)]
    typed = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
    return kept if typed else kept.astype("str").str.strip()


def _numbers(filled: pd.Series) -> np.ndarray:
    """Read numbers, yes and no, bounds such as ``>20`` and ``10+``, currencies and per cent."""
    if pd.api.types.is_numeric_dtype(filled):
        return filled.to_numpy(dtype=np.float64, na_value=np.nan)
    lower = filled.str.lower()
    values = set(lower.unique())
    if values <= YES | NO:
        return lower.isin(YES).to_numpy(dtype=np.float64)
    plain = pd.to_numeric(filled, errors="coerce").to_numpy(dtype=np.float64)
    if np.isfinite(plain).all():
        return plain
    bare = lower.str.replace(_CURRENCY, "", regex=True).str.strip()
    grouped = bare.str.fullmatch(_THOUSANDS)
    bare = bare.where(~grouped, bare.str.replace(",", ""))
    bare = bare.str.replace(r"^(-?\d+),(\d+)$", r"\1.\2", regex=True)
    found = bare.str.extract(f"^{_NUMBER}$")[0]
    return pd.to_numeric(found, errors="coerce").to_numpy(dtype=np.float64)


def _date_form(filled: pd.Series) -> str | None:
    """Return the format that reads most of the cells; None if none reads nearly all."""
    some = pd.Series(filled.unique()[:2000])
    if not some.str.contains(r"\d").mean() >= ENOUGH:
        return None
    shares = [np.isfinite(_days(some, form)).mean() for form in DATE_FORMATS]
    best = int(np.argmax(shares))
    return DATE_FORMATS[best] if shares[best] >= ENOUGH else None


def _days(filled: pd.Series, form: str) -> np.ndarray:
    if not pd.api.types.is_datetime64_any_dtype(filled):
        filled = pd.to_datetime(filled, format=form, errors="coerce")
    if filled.dt.tz is not None:
        filled = filled.dt.tz_localize(None)
    days = (filled - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return days.to_numpy(dtype=np.float64)


def _counts_rows(numbers: np.ndarray, name: str) -> bool:
    """Return whether whole numbers that never repeat only tell rows apart."""
    finite = numbers[np.isfinite(numbers)]
    whole = len(finite) > 20 and np.all(finite == np.floor(finite))
    if not whole or len(np.unique(finite)) < len(finite):
        return False
    steps = np.diff(finite)
    return looks_like_identity(name) or bool((steps > 0).all() or (steps < 0).all())


def _text_type(filled: pd.Series) -> ColumnType:
    n_distinct = filled.str.lower().nunique()
    if n_distinct <= FEW:
        if n_distinct == len(filled) > 20:
            return ColumnType("left_out", "identifies rows")
        return ColumnType("category")
    if filled.str.count(r"\s+").mean() >= 2:
        return ColumnType("text")
    rare = n_distinct > 0.5 * len(filled)
    return ColumnType("left_out", "identifies rows") if rare else ColumnType("category")
