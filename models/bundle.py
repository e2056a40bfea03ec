"""The released models as a signed folder of text files: written by training, read by the service.

The manifest lists the SHA-256 of every file and is itself signed (Ed25519). Reading checks
signature, then digests, then that no other file lies there, and only then hands out any content.
No file is a pickle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from features.errors import ArtifactError

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"


@dataclass(frozen=True)
class Bundle:
    """A verified bundle.

    Attributes
    ----------
    digest : str
        SHA-256 of the manifest: the version that every answer names.
    about : dict
        What the manifest says besides the files: kinds and versions of the models, gates, metrics.
    files : dict of str to str
        Relative path to text.
    """

    digest: str
    about: dict[str, Any]
    files: dict[str, str]


def write_bundle(
    folder: Path, files: Mapping[str, str], about: Mapping[str, Any], key: Ed25519PrivateKey
) -> str:
    """Write and sign a bundle into an empty folder; return its digest."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    manifest = {
        "format": FORMAT,
        "files": {name: _sha256(text.encode()) for name, text in sorted(files.items())},
        "about": dict(about),
    }
    content = json.dumps(manifest, indent=1, sort_keys=True, allow_nan=False).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(key.sign(content))
    return _sha256(content)


def open_bundle(folder: Path, key: Ed25519PublicKey) -> Bundle:
    """Read a bundle after checking everything that can be checked without parsing it.

    Raises
    ------
    ArtifactError
        Not a bundle, a wrong signature, another format, or a missing, changed or unlisted file.
    """
    content = _read(folder / MANIFEST)
    try:
        key.verify(_read(folder / SIGNATURE), content)
    except InvalidSignature as error:
        raise ArtifactError(f"bundle {folder}: the manifest's signature does not verify") from error
    manifest = json.loads(content)
    if manifest.get("format") != FORMAT:
        raise ArtifactError(
            f"bundle {folder}: format must be {FORMAT}, got {manifest.get('format')}"
        )
    files = {name: _checked(folder, name, sha256) for name, sha256 in manifest["files"].items()}
    _check_nothing_else(folder, set(files))
    return Bundle(digest=_sha256(content), about=manifest["about"], files=files)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(f"bundle file {path} cannot be read: {error.strerror}") from error


def _checked(folder: Path, name: str, sha256: str) -> str:
    content = _read(folder / name)
    if _sha256(content) != sha256:
        raise ArtifactError(f"bundle file {name} does not match its digest in the manifest")
    return content.decode()


def _check_nothing_else(folder: Path, listed: set[str]) -> None:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    unlisted = found - listed - {MANIFEST, SIGNATURE}
    if unlisted:
        raise ArtifactError(
            f"bundle {folder} holds files its manifest does not list: {sorted(unlisted)}"
        )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
