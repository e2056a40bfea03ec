"""What an import adds to the records of the imports before it: versions of rows.

The key of a row says which thing it tells of. An import on a day compares each row with the version
that counts so far:

========================== ========================================================================
same key, same content     the version stays as it is, with its dates
same key, other content    the old version is superseded on the day, the new one known from then on
new key                    known from the date that the table's lag gives; but if an import before
                           this one must have held it by that date, it came *late*: known from the
                           day of this import
key gone (full export)     withdrawn: superseded on the day
========================== ========================================================================

A version that could never have been seen (superseded before it was known) is not kept. A table
without a key (360 feedback) is compared by whole rows, each as often as it stands.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date

import polars as pl

from features.schema import Table

OLD, NEW = "__old", "__new"


@dataclass(frozen=True)
class Moment:
    """The import that rows are compared for, and what is known of those before it.

    Attributes
    ----------
    day : date
        Day of the export.
    partial : bool
        Whether the export holds only a part, so that nothing is withdrawn.
    outdated : bool
        Whether a newer export was imported before this (partial) one: it then only adds what was
        never held.
    held_on : date or None
        Last full import before `day`, if the table had been held by then.
    touched_on : date or None
        Last import before `day`, partial or full, that held the table.
    """

    day: date
    partial: bool = False
    outdated: bool = False
    held_on: date | None = None
    touched_on: date | None = None


@dataclass(frozen=True)
class Changes:
    """How many rows of a table an import changed, and how.

    ``new`` and ``late`` rows have keys not held before; ``outdated`` ones are of an export older
    than what the records hold, and were left out.
    """

    new: int = 0
    late: int = 0
    corrected: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    outdated: int = 0

    def __add__(self, other: Changes) -> Changes:
        sums = (getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        return Changes(*sums)

    def any(self) -> bool:
        """Return whether the table is other than before."""
        return bool(self.new or self.late or self.corrected or self.withdrawn)

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


def merge_versions(
    held: pl.DataFrame, export: pl.DataFrame, table: Table, moment: Moment
) -> tuple[pl.DataFrame, Changes]:
    """Return the versions of a table's rows after an import, sorted by key, and what changed.

    Parameters
    ----------
    held : polars.DataFrame
        Every version held so far.
    export : polars.DataFrame
        The rows of the export, with lag-based ``available_at``; each key once.
    """
    ended = held.filter(pl.col("superseded_at").is_not_null())
    counting = _keyed(held.filter(pl.col("superseded_at").is_null()), table).with_row_index(OLD)
    rows = _keyed(export, table).with_row_index(NEW)
    pairs = _pairs(counting, rows, table)
    same, other = pairs.filter("same"), pairs.filter(~pl.col("same"))
    stays, leaves = _split(counting, same, other, moment)
    added = rows.join(pairs, on=NEW, how="anti")
    corrected = rows.join(other, on=NEW, how="semi")
    outdated = 0
    if moment.outdated:
        outdated, corrected = len(corrected), corrected.clear()
        known = added.join(ended, on=_key(table, added), how="anti", nulls_equal=True)
        outdated, added = outdated + len(added) - len(known), known
    late = _late(added, held, table, moment)
    parts = [
        ended,
        stays,
        leaves.with_columns(superseded_at=pl.lit(moment.day)).filter(
            pl.col("available_at") < moment.day
        ),
        _known_from(corrected, moment.day),
        _known_from(added.filter(late), moment.day),
        added.filter(~late),
    ]
    merged = pl.concat([part.select(held.columns) for part in parts])
    n_late = int(late.sum())
    changes = Changes(
        new=len(added) - n_late,
        late=n_late,
        corrected=len(corrected),
        withdrawn=len(leaves) - len(corrected),
        unchanged=len(same),
        outdated=outdated,
    )
    return merged.sort(*sort_columns(table), nulls_last=True), changes


def content_columns(table: Table) -> list[str]:
    """Return the columns that make a row what it says: all but when it was known."""
    return [*(column.name for column in table.columns), "valid_from"]


def sort_columns(table: Table) -> list[str]:
    """Return the order in which a table's versions are kept."""
    return [*(table.key or content_columns(table)), "available_at", "superseded_at"]


def _key(table: Table, frame: pl.DataFrame) -> list[str]:
    """Return the columns by which rows are compared."""
    copies = [name for name in ("__copy",) if name in frame.columns]
    return list(table.key) or [*content_columns(table), *copies]


def _keyed(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the rows with equal ones numbered where the table has no key."""
    if table.key:
        return frame
    copies = pl.int_range(pl.len()).over(content_columns(table))
    return frame.sort("available_at").with_columns(copies.alias("__copy"))


def _pairs(counting: pl.DataFrame, rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return `OLD`, `NEW` and ``same`` of the rows that are held and in the export."""
    key = _key(table, rows)
    values = [name for name in content_columns(table) if name not in key]
    pairs = rows.select(NEW, *key, *values).join(
        counting.select(OLD, *key, *values), on=key, nulls_equal=True, suffix="__held"
    )
    same = [pl.col(name).eq_missing(pl.col(f"{name}__held")) for name in values]
    return pairs.select(OLD, NEW, same=pl.all_horizontal(pl.lit(value=True), *same))


def _split(
    counting: pl.DataFrame, same: pl.DataFrame, other: pl.DataFrame, moment: Moment
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the versions that go on counting and those that do not."""
    if moment.outdated:
        return counting, counting.clear()
    if moment.partial:
        gone = counting.join(other, on=OLD, how="semi")
        return counting.join(other, on=OLD, how="anti"), gone
    return counting.join(same, on=OLD, how="semi"), counting.join(same, on=OLD, how="anti")


def _late(added: pl.DataFrame, held: pl.DataFrame, table: Table, moment: Moment) -> pl.Series:
    """Return which new rows an earlier import would have held, had they been known by then.

    A full import held all there was. A partial one is only taken to have held all of those people
    (units, courses ...) of whom it held anything.
    """
    owner, known = table.columns[0].name, pl.col("available_at")
    late = pl.lit(value=False)
    if moment.held_on:
        late |= known <= moment.held_on
    if moment.touched_on:
        owners = held[owner].unique()
        late |= (known <= moment.touched_on) & pl.col(owner).is_in(owners.implode())
    return added.with_columns(late=late)["late"]


def _known_from(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    return frame.with_columns(pl.max_horizontal("available_at", pl.lit(day)))
