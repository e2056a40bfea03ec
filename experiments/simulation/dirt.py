"""Spoils rows of an export the way real ones are spoiled, and counts what it spoiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.simulation import dirt_kinds as kinds
from experiments.simulation.dirt_kinds import Spoil
from experiments.simulation.lists import read_list

Targets = dict[str, list[str]]

IN_CELLS: dict[str, tuple[Spoil, str]] = {
    "nip ruined by a spreadsheet": (kinds.spreadsheet_number, "nips"),
    "date as yyyy-mm-dd": (kinds.iso_date, "dates"),
    "date as d/m/Y": (kinds.slash_date, "dates"),
    "impossible date": (kinds.impossible_date, "dates"),
    "date in the future": (kinds.future_date, "dates"),
    "unknown code or title": (kinds.unknown_code, "codes"),
    "blank in a required field": (kinds.blank, "required"),
    "untidy title": (kinds.untidy_text, "titles"),
    "negative number": (kinds.negative_number, "numbers"),
    "too large number": (kinds.too_large_number, "numbers"),
    "decimal comma": (kinds.decimal_comma, "numbers"),
}
"""Each kind of dirt in a cell, and the list of columns (``lists/dirt.toml``) it may hit."""
REPEAT, CONFLICT = "exact duplicate", "conflicting duplicate"


@dataclass(frozen=True)
class Soiled:
    """Spoiled files, and ``counts`` of rows by ``file`` and ``kind``."""

    files: dict[str, pl.DataFrame]
    counts: pl.DataFrame


def soil(files: dict[str, pl.DataFrame], rate: float, rng: np.random.Generator) -> Soiled:
    """Spoil a share of the rows of each file, each row in one way, all ways about equally often.

    Parameters
    ----------
    files : dict of DataFrame
        All columns text; not modified.
    rate : float
        Share of rows, from 0 to 1.
    """
    targets = read_list("dirt")
    soiled, counts = {}, []
    for name, frame in files.items():
        soiled[name], spoiled = _soil_file(_targets_of(name, targets), frame, rate, rng)
        counts += [{"file": name, "kind": kind, "n_rows": n} for kind, n in spoiled.items() if n]
    schema = {"file": pl.String, "kind": pl.String, "n_rows": pl.Int64}
    return Soiled(soiled, pl.DataFrame(counts, schema=schema))


def _targets_of(file: str, targets: dict[str, Targets]) -> Targets:
    """Return the columns of one file by list."""
    return {group: columns[file] for group, columns in targets.items() if file in columns}


def _soil_file(
    targets: Targets, frame: pl.DataFrame, rate: float, rng: np.random.Generator
) -> tuple[pl.DataFrame, dict[str, int]]:
    ways = [kind for kind, (_, group) in IN_CELLS.items() if group in targets]
    if not ways:
        return frame, {}
    ways += [REPEAT, *([CONFLICT] if "conflicts" in targets else [])]
    rows = rng.permutation(frame.height)[: round(rate * frame.height)]
    # Cut so that a small file does not give all of its few rows to the first kinds.
    parts = np.array_split(rows, len(ways))
    shares = {ways[way]: part for way, part in zip(rng.permutation(len(ways)), parts, strict=True)}
    counts = {}
    for kind, (spoil, group) in IN_CELLS.items():
        if kind in shares:
            frame, counts[kind] = _spoil_cells(frame, spoil, targets[group], shares[kind], rng)
    counts |= {kind: len(shares[kind]) for kind in (REPEAT, CONFLICT) if kind in shares}
    conflicting = shares.get(CONFLICT, rows[:0])
    return _duplicate(frame, shares[REPEAT], conflicting, targets.get("conflicts", []), rng), counts


def _spoil_cells(
    frame: pl.DataFrame,
    spoil: Spoil,
    columns: list[str],
    rows: np.ndarray,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, int]:
    """Spoil one of the columns in each of the rows; return the frame and how many changed."""
    changed = 0
    for column, part in zip(columns, np.array_split(rows, len(columns)), strict=True):
        before = frame[column].gather(part).to_list()
        after = [None if value is None else spoil(value, rng) for value in before]
        changed += sum(a != b for a, b in zip(after, before, strict=True))
        frame = frame.with_columns(frame[column].scatter(part, after))
    return frame, changed


def _duplicate(
    frame: pl.DataFrame,
    repeated: np.ndarray,
    conflicting: np.ndarray,
    columns: list[str],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Put a copy of some rows behind them; a conflicting copy has another value in one column."""
    copies = frame[conflicting]
    if columns:
        column = columns[rng.integers(len(columns))]
        copies = copies.with_columns(_other_values(frame[column], copies[column], rng))
    order = np.argsort(
        np.concatenate([np.arange(frame.height), repeated, conflicting]), kind="stable"
    )
    return pl.concat([frame, frame[repeated], copies])[order]


def _other_values(values: pl.Series, current: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Return for each current value another one of the column (the same if it has no other)."""
    options = values.drop_nulls().unique().sort().to_list()
    place = {value: i for i, value in enumerate(options)}
    steps = rng.integers(1, max(len(options), 2), len(current))
    return pl.Series(
        current.name,
        [
            options[(place.get(value, 0) + step) % len(options)]
            for value, step in zip(current, steps, strict=True)
        ],
        dtype=pl.String,
    )
