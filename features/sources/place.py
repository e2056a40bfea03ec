"""A place that one table of an export is read from: a file, a sheet of it, or a database table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import polars as pl

from features.quarantine import Problem
from features.sources.delimited import LINE, SourceTable

ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".dat", ".xlsx", ".xlsm", ".parquet", ".pq")


@dataclass(frozen=True)
class Place:
    """Where a table can be read.

    Attributes
    ----------
    name : str
        What reports call it, long numbers masked.
    names : tuple of str
        What the patterns of a mapping may call it.
    read : callable
        Reads it, from its beginning.
    hidden : bool
        Whether only its whole name means it, as with a hidden sheet.
    """

    name: str
    names: tuple[str, ...]
    read: Callable[[], SourceTable]
    hidden: bool = False


def matching_places(places: Sequence[Place], patterns: Sequence[str]) -> list[Place]:
    """Return the places that any pattern means, in their order.

    The ending of a pattern counts only where a place bears it: ``pegawai*.csv`` also means the
    sheet or database table ``pegawai`` and the file ``pegawai.parquet`` of an export that holds no
    such CSV file, so that one mapping reads an export of any kind.
    """
    found: list[Place] = []
    for pattern in patterns:
        exact = [place for place in places if _matches(place, pattern.lower())]
        found += exact or [place for place in places if _matches_without_ending(place, pattern)]
    return [place for place in places if place in found]


def gather(
    name: str,
    columns: Sequence[str],
    read: Callable[[], Iterator[pl.DataFrame]],
    problems: list[Problem] | None = None,
    notes: list[str] | None = None,
) -> SourceTable:
    """Return a table of batches that can be read anew: all columns text, plus `LINE`.

    Notes may grow while the batches are read.
    """
    schema = {LINE: pl.Int64} | dict.fromkeys(columns, pl.String)
    frame = pl.concat([pl.DataFrame(schema=schema), *read()])
    table = SourceTable(name, frame, [] if problems is None else problems, notes or [])
    if table.n_rows == 0 and columns:
        table.notes.append("has a header but no rows")
    return table


def unreadable(name: str, rule: str) -> SourceTable:
    """Return the empty table of a place that cannot be read, with the reason."""
    problem = Problem(name, 1, "", "", "", rule, "file skipped")
    return SourceTable(name, pl.DataFrame(schema={LINE: pl.Int64}), [problem])


def strip_ending(name: str) -> str:
    """Return a file's name without the ending of a kind we read.

    >>> strip_ending("pegawai*.csv"), strip_ending("hr.pegawai")
    ('pegawai*', 'hr.pegawai')
    """
    ending = next((one for one in ENDINGS if name.lower().endswith(one)), "")
    return name[: len(name) - len(ending)]


def _matches(place: Place, pattern: str) -> bool:
    names = [name.lower() for name in place.names]
    if place.hidden:
        return pattern in names
    return any(fnmatchcase(name, pattern) for name in names)


def _matches_without_ending(place: Place, pattern: str) -> bool:
    bare = strip_ending(pattern.lower())
    return any(fnmatchcase(strip_ending(name.lower()), bare) for name in place.names) and (
        not place.hidden
    )
