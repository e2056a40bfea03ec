"""How SIASN exports write things: everything is text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
BEHAVIOURS = np.array(
    [
        "Berorientasi Pelayanan", "Akuntabel", "Kompeten", "Harmonis", "Loyal", "Adaptif",
        "Kolaboratif", "",
    ]
)  # fmt: skip
"""BerAKHLAK; the last, where all is asked in one, is blank."""
MOVES = np.array(["Pengangkatan Pertama", "Promosi", "Mutasi", "Penyetaraan", ""])
UNIT_GRADES = np.array(["Butuh Perbaikan", "Baik", "Sangat Baik"])
SANCTIONS = np.array(["Ringan", "Sedang", "Berat"])
TRIGGERS = {"entry": "Pengangkatan CPNS", "appointment": "Pengangkatan jabatan", "": ""}
TYPES = np.array(["PNS", "CPNS", "PPPK"])


def days(values: np.ndarray) -> pl.Series:
    """Write days as dd-mm-yyyy; not-a-time becomes null."""
    return pl.Series(values.astype("datetime64[D]")).dt.strftime("%d-%m-%Y")


def as_text(columns: dict[str, Any]) -> pl.DataFrame:
    """Make a frame whose columns are all text; empty text is null, which is written as a blank."""
    text = pl.DataFrame(columns, strict=False).select(pl.all().cast(pl.String))
    return text.with_columns(pl.when(pl.all() != "").then(pl.all()))


def at(values: Sequence[str], index: np.ndarray) -> np.ndarray:
    """Return the values at these positions."""
    return np.asarray(values, dtype=object)[index]
