"""The shadow's log: what a challenger would have answered, one JSON line a person and request.

One file a day (UTC), mode 600. Several workers append to the same file: each writes its lines by
one call under a lock, so that lines never mix. People stand in it by a keyed digest alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from features.errors import ArtifactError

RECOMMENDATIONS, SUPPORT = "recommendations", "support_needs"
COLUMNS = (
    "at", "kind", "request", "person", "as_of", "served_bundle", "shadow_bundle", "k", "special",
    "served", "served_scores", "shadow", "shadow_scores", "served_flag", "shadow_flag",
    "served_score", "shadow_score", "served_ms", "shadow_ms",
)  # fmt: skip
NUMBERS = ("k", "served_score", "shadow_score", "served_ms", "shadow_ms")


def person_digest(key: bytes, employee_id: str) -> str:
    """Return the name of a person in the log: HMAC-SHA-256 of the id, 32 hexadecimal digits."""
    return hmac.new(key, employee_id.encode(), hashlib.sha256).hexdigest()[:32]


class ShadowLog:
    """Appends rows to the file of the day, and deletes files that are past keeping.

    Parameters
    ----------
    folder : Path
        Made with mode 700 when first written to.
    keep_days : int
        A file older than so many days is deleted when a worker writes its first line of a day.
    """

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder = folder
        self._keep_days = keep_days
        self._day: date | None = None

    def append(self, rows: Iterable[Mapping[str, Any]], at: datetime | None = None) -> None:
        """Append rows (`COLUMNS` without ``at``) whole or not at all.

        Raises
        ------
        OSError
            The disk is full, or the folder cannot be written.
        """
        at = at or datetime.now(UTC)
        stamp = {"at": at.isoformat(timespec="milliseconds")}
        text = "".join(
            json.dumps(stamp | dict(row), separators=(",", ":"), allow_nan=False) + "\n"
            for row in rows
        )
        if at.date() != self._day:
            self._begin(at.date())
        _append_whole(self._folder / f"{at.date()}.jsonl", text.encode())

    def _begin(self, day: date) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        oldest = day - timedelta(days=self._keep_days)
        for path in self._folder.glob("[0-9]*.jsonl"):
            if path.stem < f"{oldest}":
                path.unlink(missing_ok=True)
        self._day = day


def _append_whole(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            content = b"\n" + content  # a power cut left half a line, which is to stand alone
        try:
            written = os.write(descriptor, content)
            if written != len(content):
                raise OSError(f"{path}: {written} of {len(content)} bytes were written")
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def read_shadow(folder: Path) -> pd.DataFrame:
    """Return everything in the shadow's log.

    Parameters
    ----------
    folder : Path
        The workspace's `shadow`.

    Returns
    -------
    DataFrame
        One row a person and request, in the order of the files and lines:

        ``at`` datetime64[us, UTC], when the shadow had scored; ``kind`` str, ``recommendations`` or
        ``support_needs``; ``request`` str, the same for all people of a request; ``person`` str,
        keyed digest; ``as_of`` str, date of the profiles; ``served_bundle``, ``shadow_bundle`` str,
        SHA-256.

        Of recommendations: ``k`` float, length asked for; ``special`` bool, whether a target post
        or a filter was asked for; ``served``, ``shadow`` list of course ids, best first;
        ``served_scores``, ``shadow_scores`` list of float beside them.

        Of support needs: ``served_flag``, ``shadow_flag`` bool, None where a model abstains;
        ``served_score``, ``shadow_score`` float in the model's own unit, NaN where unknown.

        ``served_ms``, ``shadow_ms`` float: milliseconds for the whole request.

        What does not apply to the kind is null. ``attrs["n_damaged"]`` counts lines that a power
        cut has cut short, which are left out.

    Raises
    ------
    ArtifactError
        A file cannot be read, or a row lacks a column.
    """
    rows, n_damaged = [], 0
    for path in sorted(folder.glob("[0-9]*.jsonl")):
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise ArtifactError(f"{path} cannot be read: {error.strerror}") from error
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                n_damaged += 1
                continue
            if missing := [name for name in COLUMNS if name not in row]:
                raise ArtifactError(f"{path} has a row without {', '.join(missing)}")
            rows.append(row)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["at"] = pd.to_datetime(frame["at"], utc=True, format="ISO8601")
    frame = frame.astype(dict.fromkeys(NUMBERS, "float64"))
    frame.attrs["n_damaged"] = n_damaged
    return frame
