"""Logs of what was given to people: one Parquet file a batch, put in place whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from features.errors import ArtifactError


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


def read_log(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return these columns of a log file.

    Raises
    ------
    ArtifactError
        It is damaged or lacks a column.
    """
    try:
        return pd.read_parquet(path, columns=list(columns))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}") from error
