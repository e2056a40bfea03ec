"""Rows of a frame, found by a key without a search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd


class Rows:
    """Finds the rows of one person (or post, or course) at once, and keeps texts only once.

    Parameters
    ----------
    frame : DataFrame
        Not modified; rows of one key keep their order, rows without one are left out.
    key : str
        Column to find rows by.
    """

    def __init__(self, frame: pd.DataFrame, key: str) -> None:
        frame = frame.dropna(subset=[key]).sort_values(key, kind="stable", ignore_index=True)
        codes, keys = pd.factorize(frame[key])
        starts = np.searchsorted(codes, np.arange(len(keys) + 1)).tolist()
        self.spans = dict(zip(keys, pairwise(starts), strict=True))
        self._columns = {str(name): _Column(frame[name]) for name in frame.columns}

    def __contains__(self, key: object) -> bool:
        return key in self.spans

    def of(self, key: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Return the rows of a key as dicts of plain values, null as None; none if unknown."""
        start, end = self.spans.get(key, (0, 0))
        if limit is not None:
            end = min(end, start + limit)
        columns = [column.values(start, end) for column in self._columns.values()]
        return [dict(zip(self._columns, row, strict=True)) for row in zip(*columns, strict=True)]

    def one(self, key: str) -> dict[str, Any] | None:
        """Return the only row of a key, or None if unknown."""
        rows = self.of(key, 1)
        return rows[0] if rows else None

    def frame(self, keys: Sequence[str]) -> pd.DataFrame:
        """Return the rows of several keys, in their order."""
        spans = [np.arange(*self.spans.get(key, (0, 0))) for key in keys]
        positions = np.concatenate(spans) if spans else np.arange(0)
        return pd.DataFrame(
            {name: column.array(positions) for name, column in self._columns.items()}
        )


def by_key(frame: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    """Return the first row of each key of a small frame."""
    rows = Rows(frame, key)
    return {each: rows.of(each, 1)[0] for each in rows.spans}


class _Column:
    """Values of one column: texts as positions in a list, since most are repeated."""

    def __init__(self, column: pd.Series) -> None:
        self._texts: np.ndarray | None = None
        if pd.api.types.is_datetime64_dtype(column):
            self._array = column.to_numpy().astype("datetime64[D]")
        elif pd.api.types.is_numeric_dtype(column):
            self._array = _numbers(column)
        else:
            codes, uniques = pd.factorize(column)
            self._array = codes.astype(np.int32)
            self._texts = np.array([*uniques, None], dtype=object)

    def array(self, positions: np.ndarray | slice) -> np.ndarray:
        values = self._array[positions]
        return values if self._texts is None else self._texts[values]

    def values(self, start: int, end: int) -> list[Any]:
        """Return plain values; NaN, which JSON does not know, becomes None."""
        array = self.array(slice(start, end))
        if array.dtype.kind == "f" and np.isnan(array).any():
            return [None if math.isnan(value) else value for value in array.tolist()]
        return array.tolist()


def _numbers(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    return column.to_numpy(dtype=np.float64, na_value=np.nan)
