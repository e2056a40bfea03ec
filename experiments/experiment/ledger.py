"""The ledger: how often each test period was looked at, and by which run.

Every look makes the best of many models more flattering than it is. The ledger is a file of JSON
lines in the workspace. Each line holds the SHA-256 of the line before it, so that a line changed or
taken out from between others is found; lines are appended under a lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from features.errors import ArtifactError, HuyulaError

LOOK, COMPARED, FINAL, PROMOTED, REFUSED = (
    "looked", "compared", "opened the final period", "promoted", "refused",
)  # fmt: skip
BEGIN = "0" * 64


class FinalPeriodError(HuyulaError):
    """The final period was opened already, and nothing was promoted since."""


class Ledger:
    """The looks at test periods of one workspace.

    Parameters
    ----------
    folder : Path
        Holds ``ledger.jsonl``; made when first written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.jsonl"

    def look(self, period: str, run: str, experiment: str) -> None:
        """Note that a run is judged on a period."""
        self._append({"action": LOOK, "period": period, "run": run, "experiment": experiment})

    def compared(self, periods: list[str], runs: list[str]) -> None:
        """Note that runs were compared on periods."""
        for period in periods:
            self._append({"action": COMPARED, "period": period, "run": " ".join(runs)})

    def open_final(self, period: str, run: str, reason: str = "") -> None:
        """Note that a run is judged on the final period, which opens once per promotion.

        Raises
        ------
        FinalPeriodError
            It was opened before, nothing was promoted on it since, and no reason is given.
        """
        with self._lock():
            opened = [one for one in self._read() if one["period"] == period]
            actions = [one["action"] for one in opened]
            since = actions[len(actions) - actions[::-1].index(PROMOTED):] \
                if PROMOTED in actions else actions  # fmt: skip
            if FINAL in since and not reason.strip():
                last = next(one for one in reversed(opened) if one["action"] == FINAL)
                raise FinalPeriodError(
                    f"the final period {period} opens once per promotion, and run "
                    f"{last['run'][:8]} opened it on {last['at'][:10]} without being promoted; "
                    "a second look needs --reason, which is logged"
                )
            self._write({"action": FINAL, "period": period, "run": run, "reason": reason.strip()})

    def promoted(self, period: str, run: str, alias: str, reason: str = "") -> None:
        """Note a promotion; a reason tells that it was forced."""
        self._append({
            "action": PROMOTED, "period": period, "run": run, "alias": alias,
            "forced": bool(reason), "reason": reason.strip(),
        })  # fmt: skip

    def refused(self, period: str, run: str, alias: str, gates: list[str]) -> None:
        """Note that the gates refused a promotion."""
        self._append({
            "action": REFUSED, "period": period, "run": run, "alias": alias, "gates": gates,
        })  # fmt: skip

    def entries(self) -> list[dict[str, Any]]:
        """Return every line, oldest first.

        Raises
        ------
        ArtifactError
            A line was changed, taken out, or cut.
        """
        with self._lock():
            return list(self._read())

    def looks(self) -> dict[str, Counter[str]]:
        """Return by period how often each run looked at it, on whatever occasion."""
        found: dict[str, Counter[str]] = {}
        for one in self.entries():
            if one["action"] in (LOOK, FINAL):
                found.setdefault(one["period"], Counter())[one["run"]] += 1
        return found

    def _lock(self) -> FileLock:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.path.with_suffix(".lock"))

    def _append(self, what: dict[str, Any]) -> None:
        with self._lock():
            self._write(what)

    def _write(self, what: dict[str, Any]) -> None:
        previous = BEGIN
        for one in self._read():
            previous = one["digest"]
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "by": _account(), **what,
                 "previous": previous}  # fmt: skip
        line = json.dumps(entry | {"digest": _digest(entry)}, ensure_ascii=False) + "\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _read(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        previous = BEGIN
        with self.path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    entry = json.loads(line)
                    digest = entry.pop("digest")
                except (ValueError, KeyError, TypeError, AttributeError):
                    digest, entry = None, {}
                if digest != _digest(entry) or entry.get("previous") != previous:
                    raise ArtifactError(
                        f"{self.path} line {number} must follow from the line before it, but was "
                        "changed, or one before it was taken out: restore the file"
                    )
                previous = digest
                yield entry | {"digest": digest}


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container without this user id
        return f"uid {os.getuid()}"
