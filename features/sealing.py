# pyright: strict
"""Personal numbers sealed with AES-256-GCM, each bound to the keyed hash that it stands beside."""

from __future__ import annotations

import secrets

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
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, number.encode(), token.encode())

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
