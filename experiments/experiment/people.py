"""Pseudonyms of the people in tracked runs: keyed hashes, so that nobody is named in MLflow."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

import numpy as np

DIGITS = 24


class Pseudonyms:
    """Hashes employee ids (or the ids of a panel) with a key that lies outside the tracking.

    Runs can be compared person by person only where they share the key (`fingerprint`).
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.fingerprint = hashlib.sha256(b"huyula experiment key:" + key).hexdigest()[:16]

    def of(self, people: Iterable[object]) -> np.ndarray:
        """Return HMAC-SHA256 of each id, its first 24 hexadecimal digits (96 bits)."""
        known: dict[str, str] = {}
        return np.array([self._one(str(person), known) for person in people], dtype=object)

    def _one(self, person: str, known: dict[str, str]) -> str:
        if person not in known:
            digest = hmac.new(self._key, person.encode(), hashlib.sha256)
            known[person] = digest.hexdigest()[:DIGITS]
        return known[person]
