# pyright: strict
"""The log of who looked up which person's name, and why."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def log_lookup(log: Path, employee_ids: Sequence[str], reason: str) -> None:
    """Append one line: when, who (the account of the machine), whom, why; flushed to disk."""
    log.parent.mkdir(parents=True, exist_ok=True)
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": getpass.getuser(),
        "employee_ids": list(employee_ids),
        "reason": reason,
    }
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
