# pyright: strict
"""Who asks for support: an append-only file of requests, each by whom, about whom and when.

A person may ask for support, and take that back. Notes stand in this file alone, which only its
owner may read. They take none of the places that flags have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from features.errors import ArtifactError, SchemaError
from features.lookups import log_request
from features.merges import canonical
from features.workspace import replace_text

ASK, WITHDRAW = "ask", "withdraw"


def ask_support(path: Path, employee_id: str, note: str, merges: Mapping[str, str]) -> None:
    """Note that a person asks for support; the caller holds the workspace's lock.

    Raises
    ------
    SchemaError
        The person asks already.
    """
    since = asked_now(path, merges).get(canonical(merges, employee_id))
    if since is not None:
        raise SchemaError("EMPLOYEE_ID", f"must not ask already; asks since {since}", employee_id)
    log_request(path, ASK, employee_id, note)


def withdraw_request(path: Path, employee_id: str, merges: Mapping[str, str]) -> None:
    """Note that a person asks no longer; the caller holds the workspace's lock.

    Raises
    ------
    SchemaError
        The person does not ask.
    """
    if canonical(merges, employee_id) not in asked_now(path, merges):
        raise SchemaError("EMPLOYEE_ID", "must have asked for support", employee_id)
    log_request(path, WITHDRAW, employee_id, "")


def read_requests(path: Path) -> list[dict[str, Any]]:
    """Return the lines of the file, oldest first; none where there is none.

    Each holds ``at``, ``by``, ``action`` (`ASK` or `WITHDRAW`), ``employee_id`` and, where one was
    given, ``note``.

    Raises
    ------
    ArtifactError
        A line is damaged.
    """
    if not path.exists():
        return []
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for line in lines:
            date.fromisoformat(line["at"][:10])
            if line["action"] not in (ASK, WITHDRAW) or not isinstance(line["employee_id"], str):
                raise ValueError("an action or an employee_id is missing")
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}") from error
    return lines


def asked_now(path: Path, merges: Mapping[str, str]) -> dict[str, str]:
    """Return who asks at present, under the id that they are shown under, and since which day."""
    return {who: line["at"][:10] for who, line in standing_requests(path, merges).items()}


def standing_requests(path: Path, merges: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the request of whoever asks at present, by the id that they are shown under."""
    asking: dict[str, dict[str, Any]] = {}
    for line in read_requests(path):
        who = canonical(merges, line["employee_id"])
        if line["action"] == ASK:
            asking.setdefault(who, line)
        else:
            asking.pop(who, None)
    return asking


def delete_requests_before(path: Path, before: date) -> None:
    """Take out the lines of earlier days, whole or not at all."""
    _keep(path, lambda line: date.fromisoformat(line["at"][:10]) >= before)


def erase_requests(path: Path, employee_ids: frozenset[str]) -> None:
    """Take out every line on these people, whole or not at all."""
    _keep(path, lambda line: line["employee_id"] not in employee_ids)


def _keep(path: Path, holds: Callable[[dict[str, Any]], bool]) -> None:
    lines = read_requests(path)
    kept = [json.dumps(line, ensure_ascii=False) + "\n" for line in lines if holds(line)]
    if len(kept) < len(lines):
        replace_text(path, "".join(kept), mode=0o600)
