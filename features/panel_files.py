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

from features.engines import write_parquet
from features.panel import snapshot_rows
from features.records import load_records
from features.workspace import Workspace, replace_folder, replace_text

REQUEST = "panel.json"
LARGE_BYTES = 32 * 2**20
"""Records of about 100,000 people: from there on DuckDB is as fast as Polars, and bounded."""


def write_panel(
    workspace: Workspace,
    dates: Sequence[date],
    horizon_months: int,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """Write the snapshots of `dates` into the workspace's panel folder; return their rows.

    Large records stay on the disk: DuckDB works each snapshot out within its memory limit and
    writes it in pieces. The caller holds the workspace's lock.
    """
    folder = workspace.require(workspace.records, "huyula import")
    request = {
        "records": records_digest(folder),
        "dates": [day.isoformat() for day in dates],
        "horizon_months": horizon_months,
    }
    engine = "duckdb" if _is_large(folder) else "polars"
    aside = _aside(workspace, json.dumps(request, indent=1))
    n_rows = 0
    for day in dates:
        part = aside / f"{day}.parquet"
        if not part.exists():
            fresh = part.with_suffix(".part")
            # opened anew: a connection keeps what it has worked out for one snapshot
            records = load_records(folder, engine)
            write_parquet(snapshot_rows(records, day, horizon_months).to_native(), fresh)
            fresh.replace(part)
        n_rows += pl.scan_parquet(part).select(pl.len()).collect().item()
        progress(day.isoformat())
    with replace_folder(workspace.panel) as target:
        for part in aside.iterdir():
            shutil.copy2(part, target / part.name)
    shutil.rmtree(aside)
    return n_rows


def _is_large(folder: Path) -> bool:
    return sum(path.stat().st_size for path in folder.glob("*.parquet")) >= LARGE_BYTES


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
