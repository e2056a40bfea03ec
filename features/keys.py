"""The secret keys: kept in files of mode 600, outside any repository, made when first needed.

``identity.key`` is the identity key of new workspaces. A key that was changed stays beside it as
``identity.FINGERPRINT.key``, for workspaces and back-ups that were made with it. Key files are
written whole and, but for ``identity.key``, never changed, so that an interruption loses none.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from features.errors import ArtifactError

IDENTITY, SIGNING, VERIFYING = "identity.key", "signing.key", "signing.pub"
EXPERIMENTS = "experiments.key"
SHADOW = "shadow.key"
LENGTH = 32


def load_identity_key(folder: Path, *, create: bool) -> bytes:
    """Return the 32 bytes that key the hashes of NIP, NIK and the like.

    Raises
    ------
    ArtifactError
        The key is missing and `create` is false: hashes made with it could never be matched again.
        Or it is damaged.
    """
    path = folder / IDENTITY
    if not path.exists():
        if not create:
            raise ArtifactError(
                f"identity key {path} is missing, yet this workspace holds people hashed with it; "
                "restore the file, or set HUYULA_KEY_FOLDER to the folder that holds it"
            )
        _write_whole(path, secrets.token_bytes(LENGTH))
    return _read_key(path)


def find_identity_key(folder: Path, fits: Callable[[bytes], bool]) -> bytes:
    """Return the key that `fits`, or ``identity.key`` if none does.

    Raises
    ------
    ArtifactError
        See `load_identity_key`.
    """
    for path in sorted(folder.glob("identity.*.key")):
        if fits(key := _read_key(path)):
            return key
    return load_identity_key(folder, create=False)


def change_identity_key(folder: Path, key: bytes) -> None:
    """Make `key`, one of those kept, the identity key of new workspaces; the former one stays."""
    path = folder / IDENTITY
    if path.exists():
        keep_identity_key(folder, _read_key(path))
    keep_identity_key(folder, key)
    fresh = _write_aside(path, key)
    os.replace(fresh, path)  # noqa: PTH105


def keep_identity_key(folder: Path, key: bytes) -> Path:
    """Keep a key under its fingerprint and return the file."""
    path = _kept(folder, key)
    _write_whole(path, key)
    return path


def forget_identity_key(folder: Path, key: bytes) -> None:
    """Delete a kept key: what was made with it can never be read again."""
    _kept(folder, key).unlink(missing_ok=True)


def load_shadow_key(folder: Path, *, create: bool) -> bytes:
    """Return the 32 bytes that key the digests of people in the shadow's log.

    A key of its own: deleted, the log can never again be joined to anybody.

    Raises
    ------
    ArtifactError
        The key is missing and `create` is false, cannot be written, or is damaged.
    """
    path = folder / SHADOW
    if not path.exists():
        if not create:
            raise ArtifactError(
                f"shadow key {path} is missing, so the shadow's log cannot be joined to outcomes; "
                "restore the file, or set HUYULA_KEY_FOLDER to the folder that holds it"
            )
        try:
            _write_whole(path, secrets.token_bytes(LENGTH))
        except OSError as error:
            raise ArtifactError(f"shadow key {path} cannot be written: {error.strerror}") from error
    return _read_key(path)


def load_signing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key that signs bundles; the first call makes it and its public half."""
    path = folder / SIGNING
    if not path.exists():
        _write_whole(path, Ed25519PrivateKey.generate().private_bytes_raw())
    key = Ed25519PrivateKey.from_private_bytes(_read_key(path))
    if not (folder / VERIFYING).exists():
        _write_whole(folder / VERIFYING, key.public_key().public_bytes_raw())
    return key


def load_experiment_key(folder: Path) -> bytes:
    """Return the key of the pseudonyms in tracked experiments; the first call makes it.

    It is apart from the identity key: who compares experiments needs no access to identities.
    """
    path = folder / EXPERIMENTS
    if not path.exists():
        _write_whole(path, secrets.token_bytes(LENGTH))
    return _read_key(path)


def load_verifying_key(folder: Path) -> Ed25519PublicKey:
    """Return the public key that bundles are checked with; it never comes from a bundle."""
    path = folder / VERIFYING
    if not path.exists():
        raise ArtifactError(f"public key {path} is missing: run `huyula release` first")
    return Ed25519PublicKey.from_public_bytes(_read_key(path))


def _kept(folder: Path, key: bytes) -> Path:
    fingerprint = hashlib.sha256(b"huyula identity key:" + key).hexdigest()[:16]
    return folder / f"identity.{fingerprint}.key"


def _read_key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != LENGTH:
        raise ArtifactError(f"key {path} must hold {LENGTH} bytes, got {len(key)}: restore it")
    return key


def _write_whole(path: Path, content: bytes) -> None:
    """Write a key whole, unless another process was faster: then that key stays."""
    fresh = _write_aside(path, content)
    try:
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _write_aside(path: Path, content: bytes) -> Path:
    """Write a key into a file beside its place and return that."""
    if any((parent / ".git").exists() for parent in path.resolve().parents):
        raise ArtifactError(
            f"key {path} must not lie in a Git repository: set HUYULA_KEY_FOLDER to another folder"
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        fresh.unlink()
        raise
    return fresh
