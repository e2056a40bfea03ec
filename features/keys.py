"""The secret keys: kept in files of mode 600, outside any repository, made when first needed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from features.errors import ArtifactError

IDENTITY, SIGNING, VERIFYING = "identity.key", "signing.key", "signing.pub"


def load_identity_key(folder: Path, *, create: bool) -> bytes:
    """Return the 32 bytes that key the hashes of NIP, NIK and the like.

    Raises
    ------
    ArtifactError
        The key is missing and `create` is false: hashes made with it could never be matched again.
    """
    path = folder / IDENTITY
    if not path.exists():
        if not create:
            raise ArtifactError(
                f"identity key {path} is missing, yet this workspace holds people hashed with it; "
                "restore the file, or set HUYULA_KEY_FOLDER to the folder that holds it"
            )
        _write_secret(path, secrets.token_bytes(32))
    return path.read_bytes()


def load_signing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key that signs bundles; the first call makes it and its public half."""
    path = folder / SIGNING
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        _write_secret(path, fresh.private_bytes_raw())
        (folder / VERIFYING).write_bytes(fresh.public_key().public_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def load_verifying_key(folder: Path) -> Ed25519PublicKey:
    """Return the public key that bundles are checked with; it never comes from a bundle."""
    path = folder / VERIFYING
    if not path.exists():
        raise ArtifactError(f"public key {path} is missing: run `huyula release` first")
    return Ed25519PublicKey.from_public_bytes(path.read_bytes())


def _write_secret(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
