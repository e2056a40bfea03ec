from __future__ import annotations

import stat

import pytest

from features.errors import ArtifactError
from features.keys import load_identity_key, load_signing_key, load_verifying_key


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_only_their_owner_may_read_them(key_folder):
    key = load_identity_key(key_folder, create=True)
    signing = load_signing_key(key_folder)
    assert len(key) == 32
    assert load_identity_key(key_folder, create=True) == key
    assert load_signing_key(key_folder).private_bytes_raw() == signing.private_bytes_raw()
    assert mode(key_folder) == 0o700
    assert {mode(path) for path in key_folder.glob("*.key")} == {0o600}
    assert {path.name for path in key_folder.iterdir()} == {
        "identity.key", "signing.key", "signing.pub",
    }  # fmt: skip


def test_a_missing_identity_key_is_not_made_anew_for_people_hashed_with_it(key_folder):
    with pytest.raises(ArtifactError, match=r"identity\.key is missing, yet this workspace holds"):
        load_identity_key(key_folder, create=False)
    assert not key_folder.exists()


def test_a_key_is_not_made_in_a_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(ArtifactError, match="must not lie in a Git repository"):
        load_identity_key(tmp_path / "deep" / "keys", create=True)
    assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_refused(key_folder, content):
    load_identity_key(key_folder, create=True)
    (key_folder / "identity.key").write_bytes(content)
    with pytest.raises(ArtifactError, match=rf"must hold 32 bytes, got {len(content)}"):
        load_identity_key(key_folder, create=True)


def test_a_lost_public_key_is_derived_again(key_folder):
    signing = load_signing_key(key_folder)
    (key_folder / "signing.pub").unlink()
    with pytest.raises(ArtifactError, match="run `huyula release` first"):
        load_verifying_key(key_folder)
    load_signing_key(key_folder)
    load_verifying_key(key_folder).verify(signing.sign(b"text"), b"text")


def test_a_key_that_another_process_made_meanwhile_stays(key_folder, monkeypatch):
    from pathlib import Path

    first = load_identity_key(key_folder, create=True)
    exists = Path.exists
    looks = iter([False])  # the other process writes between the look and the writing
    monkeypatch.setattr(Path, "exists", lambda path: next(looks, exists(path)))
    assert load_identity_key(key_folder, create=True) == first
    assert len(list(key_folder.iterdir())) == 1
