"""The log of support needs that were listed: who was flagged, and among whom a lot decided.

One Parquet file a date, so that the last list of a date is the one that counts; what the same
inputs give again is the same file. It holds whoever had a chance, and nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from features.errors import ArtifactError
from features.merges import read_merges
from features.workspace import Workspace
from serving.log_files import parquet_bytes, read_log, write_log
from serving.snapshot import Snapshot, load_snapshot

COLUMNS = (
    "as_of", "bundle", "employee_id", "unit_id", "score", "flagged", "by_lot", "propensity",
)  # fmt: skip


def support_occasion(as_of: date) -> str:
    """Return what the lots of a date are drawn for: the date alone, so no release draws anew."""
    return f"support {as_of}"


def flagged_before(workspace: Workspace, as_of: date) -> frozenset[str]:
    """Return who was flagged the last time before a date.

    The previous snapshot is noted in the log first, should it lack there (it was made before there
    was a log): a second batch of one date has to see the same past as the first.
    """
    if workspace.snapshot.exists() and not _logged_dates(workspace.support_lots):
        try:
            previous = load_snapshot(workspace.snapshot)
        except ArtifactError:  # of an older format: nobody is known to have been flagged
            return frozenset()
        if previous.as_of < as_of:
            write_support_lots(workspace.support_lots, previous)
    earlier = [day for day in _logged_dates(workspace.support_lots) if day < as_of]
    if not earlier:
        return frozenset()
    log = read_log(
        _path(workspace.support_lots, max(earlier)), COLUMNS, read_merges(workspace.merges)
    )
    return frozenset(log.loc[log["flagged"], "employee_id"])


def write_support_lots(folder: Path, snapshot: Snapshot) -> Path | None:
    """Log the support needs of a snapshot, or return None if it looks back.

    A date before the newest logged one is a look back: nobody was offered anything by it, and what
    was offered then stays as it is.
    """
    if any(day > snapshot.as_of for day in _logged_dates(folder)):
        return None
    support = snapshot["support"]
    log = support[support["propensity"] > 0].assign(
        as_of=pd.Timestamp(snapshot.as_of),
        bundle=snapshot.bundle,
        flagged=support["status"] == "support_need",
    )
    content = parquet_bytes(log.sort_values("employee_id"), COLUMNS)
    return write_log(_path(folder, snapshot.as_of), content)


def read_support_lots(folder: Path, merges: Mapping[str, str] | None = None) -> list[pd.DataFrame]:
    """Return the logged lists, oldest first, merged ids as one person (`read_log`).

    Raises
    ------
    ArtifactError
        A file is damaged or lacks a column.
    """
    return [read_log(_path(folder, day), COLUMNS, merges) for day in _logged_dates(folder)]


def _path(folder: Path, as_of: date) -> Path:
    return folder / f"{as_of}.parquet"


def _logged_dates(folder: Path) -> list[date]:
    return sorted(date.fromisoformat(path.stem) for path in folder.glob("[0-9]*.parquet"))
