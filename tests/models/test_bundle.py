import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from features.errors import ArtifactError
from models.bundle import MANIFEST, SIGNATURE, open_bundle, write_bundle

FILES = {"recommender/recommender.json": "{}", "support/rule.json": '{"kind": "rule"}'}


@pytest.fixture
def key():
    return Ed25519PrivateKey.generate()


@pytest.fixture
def folder(tmp_path, key):
    write_bundle(tmp_path, FILES, {"trained_as_of": "2026-01-01"}, key)
    return tmp_path


def test_bundle_reads_back_as_written(folder, key):
    bundle = open_bundle(folder, key.public_key())
    assert bundle.files == FILES
    assert bundle.about == {"trained_as_of": "2026-01-01"}
    assert len(bundle.digest) == 64


def test_same_content_has_the_same_digest(tmp_path, key):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    reordered = dict(reversed(FILES.items()))
    assert write_bundle(tmp_path / "a", FILES, {}, key) == write_bundle(
        tmp_path / "b", reordered, {}, Ed25519PrivateKey.generate()
    )


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(lambda f: flip(f / MANIFEST), "signature does not verify", id="manifest"),
        pytest.param(lambda f: flip(f / SIGNATURE), "signature does not verify", id="signature"),
        pytest.param(
            lambda f: flip(f / "support/rule.json"), "does not match its digest", id="file"
        ),
        pytest.param(lambda f: (f / MANIFEST).unlink(), "cannot be read", id="no manifest"),
        pytest.param(lambda f: (f / SIGNATURE).unlink(), "cannot be read", id="no signature"),
        pytest.param(lambda f: (f / "support/rule.json").unlink(), "cannot be read", id="no file"),
        pytest.param(
            lambda f: (f / "model.pkl").write_bytes(b"x"), "does not list", id="extra file"
        ),
    ],
)
def test_damaged_bundle_is_refused(folder, key, damage, message):
    damage(folder)
    with pytest.raises(ArtifactError, match=message):
        open_bundle(folder, key.public_key())


def test_bundle_of_another_signer_is_refused(folder):
    with pytest.raises(ArtifactError, match="signature does not verify"):
        open_bundle(folder, Ed25519PrivateKey.generate().public_key())


def test_bundle_of_another_format_is_refused(folder, key):
    manifest = json.loads((folder / MANIFEST).read_bytes()) | {"format": 99}
    content = json.dumps(manifest).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(key.sign(content))
    with pytest.raises(ArtifactError, match="format must be 1, got 99"):
        open_bundle(folder, key.public_key())


def test_listed_file_outside_the_folder_is_refused(folder, key):
    manifest = json.loads((folder / MANIFEST).read_bytes())
    (folder.parent / "outside.txt").write_text("x")
    manifest["files"]["../outside.txt"] = "0" * 64
    content = json.dumps(manifest).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / SIGNATURE).write_bytes(key.sign(content))
    with pytest.raises(ArtifactError, match="digest|outside"):
        open_bundle(folder, key.public_key())
