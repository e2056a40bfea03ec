"""Logs of what was given to people: one Parquet file a batch, put in place whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from features.errors import ArtifactError
from features.merges import shown_ids


def parquet_bytes(frame: pd.DataFrame, columns: Sequence[str]) -> bytes:
    """Return these columns as a Parquet file; the same rows give the same bytes."""
    content = io.BytesIO()
    frame[list(columns)].to_parquet(content, index=False)
    return content.getvalue()


def write_log(path: Path, content: bytes) -> Path:
    """Write a log file by one rename, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def read_log(
    path: Path, columns: Sequence[str], merges: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return these columns of a log file, merged ids (`features.merges`) as one person.

    The file stays as it was written, so that a merge can be taken back. Where several ids of a
    person stand in it, the rows of the one that is kept count, else those of the first.

    Raises
    ------
    ArtifactError
        It is damaged or lacks a column.
    """
    try:
        frame = pd.read_parquet(path, columns=list(columns))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}") from error
    return _as_one(frame, shown_ids(merges)) if merges else frame


def _as_one(frame: pd.DataFrame, shown: Mapping[str, str]) -> pd.DataFrame:
    ids = frame["employee_id"]
    concerned = sorted(set(ids) & shown.keys())
    first = {shown[other]: other for other in reversed(concerned)}
    first |= {kept: kept for kept in set(ids) & set(shown.values())}
    given_up = {other for other in concerned if first[shown[other]] != other}
    return frame[~ids.isin(given_up)].assign(employee_id=ids.replace(dict(shown)))
