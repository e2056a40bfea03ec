"""How SIASN exports write things: everything is text."""

from __future__ import annotations

import numpy as np
import polars as pl

RESULTS = np.array(["Di Bawah Ekspektasi", "Sesuai Ekspektasi", "Di Atas Ekspektasi"])
QUADRANTS = np.array(
    [
        ["Sangat Kurang", "Butuh Perbaikan", "Butuh Perbaikan"],
        ["Kurang", "Baik", "Baik"],
        ["Kurang", "Baik", "Sangat Baik"],
    ]
)
"""Predicate by results (rows) and behaviour (columns), below, as expected, above."""
ROLES = np.array(["atasan", "rekan", "bawahan", "diri"])
ANSWERS = np.array(["diterima", "ditolak", "tidak dijawab"])
TYPES = np.array(["PNS", "CPNS", "PPPK"])


def days(values: np.ndarray) -> pl.Series:
    """Write days as dd-mm-yyyy; not-a-time becomes blank."""
    return pl.Series(values.astype("datetime64[D]")).dt.strftime("%d-%m-%Y").fill_null("")


def as_text(columns: dict[str, object]) -> pl.DataFrame:
    """Make a frame whose columns are all text; blanks for nulls."""
    frame = pl.DataFrame(columns, strict=False)
    return frame.select(pl.all().cast(pl.String).fill_null(""))


def at(values: list[str] | np.ndarray, index: np.ndarray) -> np.ndarray:
    """Return the values at these positions."""
    return np.asarray(values, dtype=object)[index]
