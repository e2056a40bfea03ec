"""Spoils rows of an export the way real ones are spoiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Dirt:
    """Spoiled files and a count by kind and file."""

    files: dict[str, pl.DataFrame]
    counts: pl.DataFrame


def soil(files: dict[str, pl.DataFrame], rate: float, rng: np.random.Generator) -> Dirt:
    """Spoil a share of the rows of each file."""
    return Dirt(files, pl.DataFrame(schema={"file": pl.String, "kind": pl.String, "n_rows": pl.Int64}))
