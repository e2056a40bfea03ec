"""The log of lists as they were shown: positions, chances, and what else could have stood there.

One Parquet file a batch, never changed afterwards; from it a challenger can be judged without
showing it to anybody (`models.off_policy`).
"""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path

import pandas as pd

from features.errors import ArtifactError
from models.exploration import Exploration
from serving.snapshot import Snapshot

COLUMNS = ("as_of", "bundle", "employee_id", "rank", "course_id", "score", "propensity", "explored",
           "pool")  # fmt: skip


def occasion_of(bundle: str, as_of: date) -> str:
    """Return what the lots of a batch are drawn for: its models and its date."""
    return f"{as_of} {bundle}"


def write_slates(folder: Path, snapshot: Snapshot, explore: Exploration) -> Path:
    """Log the lists of a snapshot; the same batch again writes the same file.

    Returns
    -------
    Path
        Of the file: columns as `COLUMNS`, one row a place.
    """
    places = explore.places()[["employee_id", "rank", "pool"]]
    slates = snapshot["candidates"].merge(places, on=["employee_id", "rank"], how="left")
    slates["as_of"], slates["bundle"] = pd.Timestamp(snapshot.as_of), snapshot.bundle
    content = io.BytesIO()
    slates[list(COLUMNS)].to_parquet(content, index=False)
    digest = hashlib.sha256(content.getbuffer()).hexdigest()[:8]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{snapshot.as_of}-{snapshot.bundle[:12]}-{digest}.parquet"
    aside = path.with_name(f".{path.name}")
    try:
        aside.write_bytes(content.getbuffer())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def read_slates(folder: Path) -> list[pd.DataFrame]:
    """Return the logged batches, oldest first.

    Raises
    ------
    ArtifactError
        A file is damaged or lacks a column.
    """
    found = []
    for path in sorted(folder.glob("*.parquet")):
        try:
            found.append(pd.read_parquet(path, columns=list(COLUMNS)))
        except (OSError, ValueError) as error:
            raise ArtifactError(f"{path} cannot be read: {error}") from error
    return found
