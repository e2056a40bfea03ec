# pyright: strict
"""Personal numbers sealed with AES-256-GCM, each bound to the keyed hash that it stands beside."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from features.errors import ArtifactError

NONCE = 12


class Seal:
    """Seals and opens numbers with a key derived (HKDF-SHA256) from the identity key."""

    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"huyula sealed numbers").derive(key)
        self._cipher = AESGCM(derived)

    def close(self, token: str, number: str) -> bytes:
        """Return the sealed number; a random nonce makes it other each time."""
        return self.close_all([token], [number])[0]

    def close_all(self, tokens: Iterable[str], numbers: Sequence[str]) -> list[bytes]:
        """Return each of many numbers sealed; all nonces are drawn at once."""
        nonces = memoryview(secrets.token_bytes(NONCE * len(numbers)))
        return [
            (nonce := bytes(nonces[NONCE * at : NONCE * (at + 1)]))
            + self._cipher.encrypt(nonce, number.encode(), token.encode())
            for at, (token, number) in enumerate(zip(tokens, numbers, strict=True))
        ]

    def open(self, token: str, sealed: bytes) -> str:
        """Return the number.

        Raises
        ------
        ArtifactError
            It was changed, moved to another token, or sealed with another key.
        """
        try:
            number = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], token.encode())
        except InvalidTag:
            raise ArtifactError(
                "the token table is damaged: a sealed number cannot be opened"
            ) from None
        return number.decode()
