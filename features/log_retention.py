"""Logs of what was given to people that are kept no longer: lists, flags, requests for support.

``standards/log_retention.toml`` says for how many years. A list or a flag goes with its whole file,
which holds one date; a request with its line.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from features.asked import delete_requests_before, read_requests
from features.known import months_before
from features.retention import Expired
from features.standards.load import load_standard
from features.workspace import Workspace

DATED = ("slates", "support_lots")
"""Folders of Parquet files whose names begin with the date that they are about."""
ASKED = "support_asked"


def old_logs(workspace: Workspace, day: date) -> list[Expired]:
    """Return what of each log is past keeping on a day; rows are places, flags or requests."""
    found = []
    for name in DATED:
        files = _old_files(workspace, name, day)
        rows = sum(pq.read_metadata(path).num_rows for path in files)
        oldest = min(map(_date_of, files), default=None)
        found.append(Expired(name, _before(name, day), rows, oldest, 0))
    before = _before(ASKED, day)
    lines = (line["at"][:10] for line in read_requests(workspace.support_asked))
    days = [asked for asked in map(date.fromisoformat, lines) if asked < before]
    return [*found, Expired(ASKED, before, len(days), min(days, default=None), 0)]


def delete_old_logs(workspace: Workspace, day: date) -> None:
    """Delete what is past keeping; interrupted, what is left goes with the next call."""
    for name in DATED:
        for path in _old_files(workspace, name, day):
            path.unlink()
    delete_requests_before(workspace.support_asked, _before(ASKED, day))


def _old_files(workspace: Workspace, name: str, day: date) -> list[Path]:
    before, folder = _before(name, day), getattr(workspace, name)
    return [path for path in sorted(folder.glob("[0-9]*.parquet")) if _date_of(path) < before]


def _date_of(path: Path) -> date:
    return date.fromisoformat(path.name[:10])


def _before(name: str, day: date) -> date:
    return months_before(day, 12 * int(load_standard("log_retention")[name]["keep_years"]))
