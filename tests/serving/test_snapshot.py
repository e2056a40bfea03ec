import json
from dataclasses import replace
from datetime import date

import pytest

from features.errors import ArtifactError
from serving.snapshot import ABOUT, load_snapshot, save_snapshot


def test_a_snapshot_survives_disk(released, tmp_path):
    save_snapshot(tmp_path / "snapshot", released.snapshot)
    loaded = load_snapshot(tmp_path / "snapshot")
    assert (loaded.bundle, loaded.as_of) == (released.snapshot.bundle, released.snapshot.as_of)
    assert loaded.known_at == loaded.as_of  # no other date was given
    later = replace(released.snapshot, known_at=date(2026, 11, 25))
    save_snapshot(tmp_path / "later", later)
    assert load_snapshot(tmp_path / "later").known_at == date(2026, 11, 25)
    for name, frame in released.snapshot.frames.items():
        assert loaded[name].equals(frame), name


def test_a_snapshot_without_a_column_is_not_written(released, tmp_path):
    frames = released.snapshot.frames
    del frames["courses"], frames["people"]["post_level"]
    with pytest.raises(ArtifactError, match="lacks people.post_level, courses.course_id") as error:
        save_snapshot(tmp_path / "snapshot", released.snapshot)
    assert "courses.title" in str(error.value)
    assert not (tmp_path / "snapshot").exists()


@pytest.mark.parametrize(
    "about", ["", "{}", '{"format": 1}', '{"format": 3, "bundle": "x", "as_of": "yesterday"}']
)
def test_a_strange_manifest_is_refused(released_workspace, about):
    (released_workspace.snapshot / ABOUT).write_text(about)
    with pytest.raises(ArtifactError, match="snapshot"):
        load_snapshot(released_workspace.snapshot)


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"garbage" * 100])
def test_a_damaged_file_is_refused(released_workspace, damage):
    (released_workspace.snapshot / "people.parquet").write_bytes(damage)
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_snapshot(released_workspace.snapshot)


def test_a_missing_file_is_refused(released_workspace):
    (released_workspace.snapshot / "drivers.parquet").unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_snapshot(released_workspace.snapshot)


def test_the_manifest_tells_what_it_is(released_workspace, released):
    about = json.loads((released_workspace.snapshot / ABOUT).read_text())
    assert about["bundle"] == released.bundle.digest
    assert about["n_people"] == 20
