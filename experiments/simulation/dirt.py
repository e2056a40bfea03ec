"""Spoils rows of an export the way real ones are spoiled, and writes down what it spoiled."""

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
    "nip with spaces": (kinds.spaced_number, "nips"),
    "nip with an apostrophe": (kinds.quoted_number, "nips"),
    "nip with a digit lost": (kinds.short_number, "nips"),
    "date as yyyy-mm-dd": (kinds.iso_date, "dates"),
    "date as d/m/Y": (kinds.slash_date, "dates"),
    "date in words": (kinds.date_in_words, "dates"),
    "date as a spreadsheet's number": (kinds.day_number, "dates"),
    "date with a year of two digits": (kinds.short_year, "dates"),
    "impossible date": (kinds.impossible_date, "dates"),
    "date in the future": (kinds.future_date, "dates"),
    "unknown code or title": (kinds.unknown_code, "codes"),
    "unknown person": (kinds.unknown_person, "people"),
    "blank in a required field": (kinds.blank, "required"),
    "word for nothing": (kinds.word_for_nothing, "required"),
    "untidy title": (kinds.untidy_text, "titles"),
    "misspelt title": (kinds.misspelt_text, "titles"),
    "negative number": (kinds.negative_number, "numbers"),
    "too large number": (kinds.too_large_number, "numbers"),
    "decimal comma": (kinds.decimal_comma, "numbers"),
    "number with a unit": (kinds.number_with_unit, "numbers"),
}
"""Each kind of dirt in a cell, and the list of columns (``lists/dirt.toml``) it may hit."""
REPEAT, CONFLICT = "exact duplicate", "conflicting duplicate"
COUNTS = {"file": pl.String, "kind": pl.String, "n_rows": pl.Int64}
ROWS = {
    "file": pl.String, "line": pl.Int64, "kind": pl.String, "column": pl.String,
    "was": pl.String, "now": pl.String,
}  # fmt: skip
HEADER_LINES = 1


@dataclass(frozen=True)
class Soiled:
    """Spoiled files and what was spoiled.

    Attributes
    ----------
    files : dict of DataFrame
        All columns text.
    rows : DataFrame
        One row a spoiled row: ``file``, ``line`` (the header is line 1), ``kind``, and for dirt in
        a cell ``column``, ``was`` and ``now``. A copy's line is that of the copy.
    counts : DataFrame
        ``n_rows`` by ``file`` and ``kind``.
    """

    files: dict[str, pl.DataFrame]
    rows: pl.DataFrame
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
    soiled, parts = {}, [pl.DataFrame(schema=ROWS)]
    for name, frame in files.items():
        soiled[name], rows = _soil_file(_targets_of(name, targets), frame, rate, rng)
        parts.append(rows.select(pl.lit(name).alias("file"), *list(ROWS)[1:]))
    rows = pl.concat(parts)
    counts = rows.group_by("file", "kind", maintain_order=True).agg(n_rows=pl.len().cast(pl.Int64))
    return Soiled(soiled, rows, counts.cast(COUNTS))  # type: ignore[arg-type]


def _targets_of(file: str, targets: dict[str, Targets]) -> Targets:
    """Return the columns of one file by list."""
    return {group: columns[file] for group, columns in targets.items() if file in columns}


def _soil_file(
    targets: Targets, frame: pl.DataFrame, rate: float, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    ways = [kind for kind, (_, group) in IN_CELLS.items() if group in targets]
    spoiled = [_note([], "", "", [], [])]
    if not ways:
        return frame, spoiled[0]
    ways += [REPEAT, *([CONFLICT] if "conflicts" in targets else [])]
    rows = rng.permutation(frame.height)[: round(rate * frame.height)]
    # Cut so that a small file does not give all of its few rows to the first kinds.
    parts = np.array_split(rows, len(ways))
    shares = {ways[way]: part for way, part in zip(rng.permutation(len(ways)), parts, strict=True)}
    for kind, (spoil, group) in IN_CELLS.items():
        if kind in shares:
            frame, notes = _spoil_cells(frame, kind, spoil, targets[group], shares[kind], rng)
            spoiled += notes
    conflicting = shares.get(CONFLICT, rows[:0])
    frame, line, copies = _duplicate(
        frame, shares[REPEAT], conflicting, targets.get("conflicts", []), rng
    )
    notes = pl.concat(spoiled)
    moved = notes.with_columns(pl.Series("line", line[notes["line"].to_numpy()], pl.Int64))
    return frame, pl.concat([moved, copies]).sort("line", maintain_order=True)


def _note(
    rows: np.ndarray | list[int], kind: str, column: str, was: list, now: list
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "line": pl.Series(rows, dtype=pl.Int64),
            "kind": pl.Series([kind] * len(rows), dtype=pl.String),
            "column": pl.Series([column or None] * len(rows), dtype=pl.String),
            "was": pl.Series(was, dtype=pl.String),
            "now": pl.Series(now, dtype=pl.String),
        }
    )


def _spoil_cells(
    frame: pl.DataFrame,
    kind: str,
    spoil: Spoil,
    columns: list[str],
    rows: np.ndarray,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Spoil one of the columns in each of the rows; return the frame and notes of what changed."""
    notes = []
    for column, part in zip(columns, np.array_split(rows, len(columns)), strict=True):
        before = frame[column].gather(part).to_list()
        after = [None if value is None else spoil(value, rng) for value in before]
        changed = [i for i in range(len(part)) if after[i] != before[i]]
        was, now = [before[i] for i in changed], [after[i] for i in changed]
        notes.append(_note(part[changed], kind, column, was, now))
        frame = frame.with_columns(frame[column].scatter(part, after))
    return frame, notes


def _duplicate(
    frame: pl.DataFrame,
    repeated: np.ndarray,
    conflicting: np.ndarray,
    columns: list[str],
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, np.ndarray, pl.DataFrame]:
    """Put a copy of some rows behind them; a conflicting copy has another value in one column.

    Returns the frame, the line of each of its former rows, and notes of the copies.
    """
    copies, column = frame[conflicting], ""
    was = now = [None] * len(conflicting)
    if columns:
        column = columns[rng.integers(len(columns))]
        was = copies[column].to_list()
        copies = copies.with_columns(_other_values(frame[column], copies[column], rng))
        now = copies[column].to_list()
    order = np.argsort(
        np.concatenate([np.arange(frame.height), repeated, conflicting]), kind="stable"
    )
    line = np.empty(len(order), int)
    line[order] = np.arange(len(order)) + HEADER_LINES + 1
    n, repeats = frame.height, frame.height + len(repeated)
    nothing = [None] * len(repeated)
    notes = pl.concat(
        [
            _note(line[n:repeats], REPEAT, "", nothing, nothing),
            _note(line[repeats:], CONFLICT, column, was, now),
        ]
    )
    return pl.concat([frame, frame[repeated], copies])[order], line[:n], notes


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
