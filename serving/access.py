# pyright: strict
"""The bearer keys that the service accepts."""

from __future__ import annotations

import hashlib
import hmac

from features.errors import SchemaError

SHORTEST = 20
HOW_TO_MAKE_ONE = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'


class ApiKeys:
    """Keeps digests of the keys, so that comparing takes the same time whatever is offered.

    Parameters
    ----------
    text : str
        Keys separated by commas, as in ``HUYULA_API_KEYS``; empty accepts nobody.
    """

    def __init__(self, text: str) -> None:
        keys = [key.strip() for key in text.split(",") if key.strip()]
        if any(len(key) < SHORTEST for key in keys):
            raise SchemaError(
                "HUYULA_API_KEYS",
                f"must hold keys of at least {SHORTEST} characters (make one: {HOW_TO_MAKE_ONE})",
            )
        self._digests = [_digest(key.encode()) for key in keys]

    def __bool__(self) -> bool:
        return bool(self._digests)

    def accept(self, authorization: str) -> bool:
        """Return whether an ``Authorization`` header holds one of the keys."""
        scheme, _, offered = authorization.partition(" ")
        digest = _digest(offered.strip().encode("latin-1", "replace"))
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return any(matches) and scheme.lower() == "bearer"


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
