"""Several ids of one person, shown as one: an alias that is applied when records are read.

A contract employee gets a new NI PPPK at another agency and so, where nothing else links the two, a
second ``employee_id``. ``merges.json`` in the workspace says which id is shown under which. The
tables stay as they were imported: history is not rewritten, the next export is compared with what
the last one held, and taking a merge back is exact.

Where both ids hold a row of the same key (both are in ``employees``), the row of the id that is
kept counts from the day it was known; until then the other's does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from features.errors import SchemaError
from features.schema import Table
from features.workspace import replace_text

MERGES = "merges.json"
PERSON = "employee_id"


def read_merges(path: Path) -> dict[str, str]:
    """Return ``employee_id`` to the one it is shown under; none where there is no file."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_merges(path: Path, merges: Mapping[str, str]) -> None:
    """Write the merges whole or not at all."""
    replace_text(path, json.dumps(dict(merges), indent=1, sort_keys=True))


def canonical(merges: Mapping[str, str], employee_id: str) -> str:
    """Return the id that a person is shown under.

    >>> canonical({"a": "b", "b": "c"}, "a"), canonical({"a": "b"}, "x")
    ('c', 'x')
    """
    while employee_id in merges:
        employee_id = merges[employee_id]
    return employee_id


def shown_ids(merges: Mapping[str, str]) -> dict[str, str]:
    """Return each merged id with the one that is shown in the end.

    >>> shown_ids({"a": "b", "b": "c"})
    {'a': 'c', 'b': 'c'}
    """
    return {other: canonical(merges, other) for other in merges}


def with_merge(merges: Mapping[str, str], keep: str, other: str) -> dict[str, str]:
    """Return the merges and one more: `other` is shown under `keep`.

    Raises
    ------
    SchemaError
        One of them is merged already, or they are the same.
    """
    for name, employee_id in (("KEEP_ID", keep), ("OTHER_ID", other)):
        if employee_id in merges:
            rule = f"must not be merged itself; it is shown under {merges[employee_id]}"
            raise SchemaError(name, rule, employee_id)
    if keep == other:
        raise SchemaError("OTHER_ID", "must be another id than KEEP_ID", other)
    return {**merges, other: keep}


def without_merge(merges: Mapping[str, str], other: str) -> dict[str, str]:
    """Return the merges but that of `other`.

    Raises
    ------
    SchemaError
        It is not merged.
    """
    if other not in merges:
        raise SchemaError("OTHER_ID", "must have been merged into another", other)
    return {id_: kept for id_, kept in merges.items() if id_ != other}


def merge_people(frame: pl.DataFrame, table: Table, merges: Mapping[str, str]) -> pl.DataFrame:
    """Return a table's versions under the ids that people are shown under, sorted by key."""
    if not merges or not table.has_column(PERSON):
        return frame
    shown = shown_ids(merges)
    concerned = pl.col(PERSON).is_in([*shown, *shown.values()])
    theirs = frame.filter(concerned)
    if theirs.is_empty():
        return frame
    theirs = theirs.with_columns(
        pl.col(PERSON).replace(shown), __rank=pl.col(PERSON).replace_strict(_ranks(shown))
    )
    if table.key:
        theirs = _give_way(theirs, table.key)
    merged = pl.concat([frame.filter(~concerned), theirs.drop("__rank")])
    return merged.sort(*(table.key or merged.columns), "available_at", nulls_last=True)


def _ranks(shown: Mapping[str, str]) -> dict[str, int]:
    """Return 0 for ids that are kept and, in the order of the ids, more for those merged."""
    merged = {other: rank for rank, other in enumerate(sorted(shown), start=1)}
    return {**dict.fromkeys(shown.values(), 0), **merged}


def _give_way(theirs: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """End each version on the day that one of the same key but a lower rank is first known."""
    known = theirs.group_by(*key, "__rank").agg(first=pl.col("available_at").min())
    other = theirs.select(*key, "__rank").unique()
    first = (
        other.join(known, on=key, nulls_equal=True, suffix="_of")
        .filter(pl.col("__rank_of") < pl.col("__rank"))
        .group_by(*key, "__rank")
        .agg(pl.col("first").min())
    )
    ended = theirs.join(first, on=[*key, "__rank"], how="left", nulls_equal=True)
    ends = pl.min_horizontal("superseded_at", "first")
    visible = pl.col("superseded_at").is_null() | (pl.col("available_at") < pl.col("superseded_at"))
    return ended.with_columns(superseded_at=ends).drop("first").filter(visible)
