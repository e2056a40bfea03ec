"""A panel on disk: one Parquet file a snapshot, so that memory holds one at a time.

A run that was interrupted goes on where it stopped, as long as it asks the same of the same
records; the finished panel takes the place of the old one in one go.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from features.panel import build_snapshot
from features.records import load_records
from features.workspace import Workspace, replace_folder, replace_text, write_frame

REQUEST = "panel.json"


def write_panel(
    workspace: Workspace,
    dates: Sequence[date],
    horizon_months: int,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """Write the snapshots of `dates` into the workspace's panel folder; return their rows.

    The caller holds the workspace's lock.
    """
    folder = workspace.require(workspace.records, "huyula import")
    records = load_records(folder)
    request = {
        "records": records_digest(folder),
        "dates": [day.isoformat() for day in dates],
        "horizon_months": horizon_months,
    }
    aside = _aside(workspace, json.dumps(request, indent=1))
    n_rows = 0
    for day in dates:
        part = aside / f"{day}.parquet"
        if not part.exists():
            fresh = part.with_suffix(".part")
            write_frame(pl.from_pandas(build_snapshot(records, day, horizon_months)), fresh)
            fresh.replace(part)
        n_rows += pl.scan_parquet(part).select(pl.len()).collect().item()
        progress(day.isoformat())
    with replace_folder(workspace.panel) as target:
        for part in aside.iterdir():
            shutil.copy2(part, target / part.name)
    shutil.rmtree(aside)
    return n_rows


def records_digest(folder: Path) -> str:
    """Return the SHA-256 digest (hex) of all tables of an import."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.parquet")):
        digest.update(path.name.encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _aside(workspace: Workspace, request: str) -> Path:
    """Return the folder of an unfinished run that asked the same, or an empty one."""
    aside = workspace.root / ".panel-unfinished"
    said = aside / REQUEST
    if not said.exists() or said.read_text(encoding="utf-8") != request:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        replace_text(said, request)
    for leftover in aside.glob("*.part"):
        leftover.unlink()
    return aside
