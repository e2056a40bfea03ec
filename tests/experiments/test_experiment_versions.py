"""What tells two versions of code, packages and machine apart."""

from __future__ import annotations

import subprocess

import pytest

from experiments.experiment.people import Pseudonyms
from experiments.experiment.versions import code_digest, file_digest, lock_digest, versions_now
from features.errors import ArtifactError
from features.keys import EXPERIMENTS, load_experiment_key


@pytest.fixture
def root(tmp_path):
    for name in ("features/a.py", "models/rules.toml", "models/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


def test_the_codes_digest_follows_source_and_rules_alone(root):
    before = code_digest(root)
    (root / "models/notes.txt").write_text("two")
    assert code_digest(root) == before
    (root / "models/rules.toml").write_text("two")
    changed = code_digest(root)
    (root / "models/rules.toml").rename(root / "models/other.toml")
    assert len({before, changed, code_digest(root)}) == 3


def test_without_a_lock_file_the_installed_versions_count(root):
    installed = lock_digest(root)
    assert installed == lock_digest(root)
    (root / "uv.lock").write_text("locked")
    assert lock_digest(root) == file_digest(root / "uv.lock") != installed


def test_commit_and_changes_are_told_where_there_is_a_repository(root):
    outside = versions_now(root)
    assert (outside.commit, outside.dirty) == ("unknown", False)

    def git(*words):
        subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-m", "one")
    clean = versions_now(root)
    assert (len(clean.commit), clean.dirty) == (40, False)
    (root / "features/a.py").write_text("two")
    dirty = versions_now(root)
    assert (dirty.commit, dirty.dirty) == (clean.commit, True)
    assert dirty.code_digest != clean.code_digest
    assert dirty.machine == clean.machine == outside.machine


def test_pseudonyms_hang_on_a_key_that_is_made_once(tmp_path):
    folder = tmp_path / "keys"
    key = load_experiment_key(folder)
    assert load_experiment_key(folder) == key
    assert (folder / EXPERIMENTS).stat().st_mode & 0o777 == 0o600
    one, other = Pseudonyms(key), Pseudonyms(b"k" * 32)
    assert one.of(["ani", "budi", "ani"])[0] == one.of(["ani"])[0]
    assert len({*one.of(["ani", "budi"]), *other.of(["ani", "budi"])}) == 4
    assert one.fingerprint != other.fingerprint
    (folder / EXPERIMENTS).write_bytes(b"short")
    with pytest.raises(ArtifactError, match="must hold 32 bytes"):
        load_experiment_key(folder)
