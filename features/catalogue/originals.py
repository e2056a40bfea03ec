"""Records as they were imported, beside those that a person's decisions have changed.

`huyula import` writes the tables of an export into the records folder. Decisions change some of
them; what these held before is kept in the folder ``original`` inside it, so that decisions can be
applied again, changed or undone without another import, and nothing imported is ever lost.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import polars as pl

from features.records import Records, load_records
from features.workspace import write_frame

ORIGINAL = "original"


def original_folder(records: Path) -> Path:
    """Return the folder that holds changed tables as imported; it may not exist."""
    return records / ORIGINAL


def original_path(records: Path, table: str) -> Path:
    """Return the file of a table as imported."""
    kept = original_folder(records) / f"{table}.parquet"
    return kept if kept.exists() else records / f"{table}.parquet"


def load_original_tables(records: Path) -> dict[str, pl.DataFrame]:
    """Read the canonical tables as imported, whatever has been decided since."""
    return {
        name: pl.read_parquet(original_path(records, name))
        for name in (f.name for f in fields(Records))
    }


def load_original_records(records: Path) -> Records:
    """Read the records as imported (`features.records.Records`)."""
    if not original_folder(records).exists():
        return load_records(records)
    return Records(**load_original_tables(records))


def save_changed(
    originals: dict[str, pl.DataFrame], changed: dict[str, pl.DataFrame], folder: Path
) -> list[str]:
    """Write changed tables into a records folder and keep what they were; return their names.

    Tables that equal the imported ones are put back and their copy is removed.
    """
    kept = original_folder(folder)
    names: list[str] = []
    for name, table in changed.items():
        copy = kept / f"{name}.parquet"
        if table is originals[name] and not copy.exists():
            continue
        same = table.equals(originals[name])
        copy.unlink(missing_ok=True)
        write_frame(table, folder / f"{name}.parquet")
        if not same:
            kept.mkdir(exist_ok=True)
            write_frame(originals[name], copy)
            names.append(name)
    if kept.exists() and not any(kept.iterdir()):
        kept.rmdir()
    return names
