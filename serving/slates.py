"""The log of lists as they were shown: positions, chances, and what else could have stood there.

One Parquet file a batch, never changed afterwards; from it a challenger can be judged without
showing it to anybody (`models.off_policy`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from models.exploration import Exploration
from serving.log_files import parquet_bytes, read_log, write_log
from serving.snapshot import Snapshot

COLUMNS = ("as_of", "bundle", "employee_id", "rank", "course_id", "score", "propensity", "explored",
           "pool")  # fmt: skip


def occasion_of(bundle: str, as_of: date) -> str:
    """Return what the lots of a batch are drawn for: its models and its date."""
    return f"{as_of} {bundle}"


def write_slates(folder: Path, snapshot: Snapshot, explore: Exploration) -> Path | None:
    """Log the lists of a snapshot, or return None if it looks back.

    The same batch again writes the same file. A date before the newest logged one is a look back:
    its lists were shown to nobody.

    Returns
    -------
    Path or None
        Of the file: columns as `COLUMNS`, one row a place.
    """
    if any(path.name[:10] > f"{snapshot.as_of}" for path in folder.glob("[0-9]*.parquet")):
        return None
    places = explore.places()[["employee_id", "rank", "pool"]]
    slates = snapshot["candidates"].merge(places, on=["employee_id", "rank"], how="left")
    slates["as_of"], slates["bundle"] = pd.Timestamp(snapshot.as_of), snapshot.bundle
    content = parquet_bytes(slates, COLUMNS)
    digest = hashlib.sha256(content).hexdigest()[:8]
    return write_log(folder / f"{snapshot.as_of}-{snapshot.bundle[:12]}-{digest}.parquet", content)


def read_slates(folder: Path, merges: Mapping[str, str] | None = None) -> list[pd.DataFrame]:
    """Return the logged batches, oldest first, merged ids as one person (`read_log`).

    Raises
    ------
    ArtifactError
        A file is damaged or lacks a column.
    """
    return [read_log(path, COLUMNS, merges) for path in sorted(folder.glob("[0-9]*.parquet"))]
