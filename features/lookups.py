# pyright: strict
"""The logs of who looked up or changed which person's identity, and why; and of deletions."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from features.errors import SchemaError


def log_lookup(log: Path, employee_ids: Sequence[str], reason: str) -> None:
    """Append one line: when, who (the account of the machine), whom, why; flushed to disk.

    Raises
    ------
    SchemaError
        `reason` says nothing.
    """
    if not reason.strip():
        raise SchemaError("reason", "must say why the names are needed")
    _append(log, {"employee_ids": list(employee_ids), "reason": reason.strip()})


def log_profile(log: Path, employee_id: str, role: str, reason: str) -> None:
    """Append one line on a profile that is shown, and as which role sees it.

    Raises
    ------
    SchemaError
        `reason` says nothing.
    """
    if not reason.strip():
        raise SchemaError("reason", "must say why the profile is needed")
    whom = {"employee_ids": [employee_id], "as": role, "reason": reason.strip()}
    _append(log, {"action": "profile", **whom})


def log_change(log: Path, action: str, employee_ids: Sequence[str], reason: str) -> None:
    """Append one line on something that is done to the identities, as `log_lookup` does.

    Raises
    ------
    SchemaError
        `reason` says nothing.
    """
    if not reason.strip():
        raise SchemaError("reason", "must say why this is done")
    whom = {"employee_ids": list(employee_ids), "reason": reason.strip()}
    _append(log, {"action": action, **whom})


def log_deletion(log: Path, rows: Mapping[str, int]) -> None:
    """Append how many rows of each table are deleted as past keeping: of whom is not told."""
    _append(log, {"action": "delete what is past keeping", "rows": dict(rows)})


def log_erasure(log: Path, rows: Mapping[str, int], reason: str) -> None:
    """Append how many rows of a person are erased by place, and why: of whom is not told.

    Raises
    ------
    SchemaError
        `reason` says nothing.
    """
    if not reason.strip():
        raise SchemaError("reason", "must say why the person is erased")
    _append(log, {"action": "erase a person", "rows": dict(rows), "reason": reason.strip()})


def log_request(log: Path, action: str, employee_id: str, note: str) -> None:
    """Append one line on what a person asks for, or no longer asks for."""
    said = {"note": note.strip()} if note.strip() else {}
    _append(log, {"action": action, "employee_id": employee_id, **said})


def _append(log: Path, what: Mapping[str, object]) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": _account(),
        **what,
    }
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode())  # in one go, so that two lines never mix
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _account() -> str:
    """Return who runs this, from the operating system: an environment variable could be faked."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
