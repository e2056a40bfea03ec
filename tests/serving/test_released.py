import gc
import time

import pytest

from features.errors import ArtifactError
from features.workspace import replace_folder
from serving.errors import NotReleasedError
from serving.released import Releases, load_released


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch):
    monkeypatch.setattr("serving.released.CHECK_SECONDS", 0.0)


def test_an_empty_workspace_is_not_released(workspace, key_folder):
    releases = Releases(workspace, key_folder)
    assert not releases.is_ready
    with pytest.raises(NotReleasedError, match="huyula recommend"):
        releases.current()


def test_a_first_release_is_noticed(workspace, key_folder, releasing):
    releases = Releases(workspace, key_folder)
    digest = releasing()
    wait_for(lambda: releases.is_ready)
    assert releases.current().bundle.digest == digest
    assert releases.current().tokens is None


def test_a_new_release_takes_over(released_workspace, key_folder, releasing):
    releases = Releases(released_workspace, key_folder)
    before = releases.current()
    digest = releasing(support_kind="none")
    assert digest != before.bundle.digest
    wait_for(lambda: releases.current().bundle.digest == digest)
    assert releases.current().kind("support") == "none"
    assert before.kind("support") == "rule"  # who still answers from it is not disturbed


def test_a_bundle_without_its_snapshot_changes_nothing(
    released_workspace, key_folder, releasing, caplog
):
    releases = Releases(released_workspace, key_folder)
    before = releases.current()
    kept = released_workspace.snapshot.resolve()
    stale = kept.with_name("stale")
    kept.rename(stale)
    releasing(support_kind="none")
    released_workspace.snapshot.unlink()
    released_workspace.snapshot.symlink_to("stale")
    with pytest.raises(ArtifactError, match="made with another bundle"):
        load_released(released_workspace, key_folder)
    releases.refresh()
    assert releases.current() is before
    assert "not released" in caplog.text


def test_a_damaged_bundle_changes_nothing(released_workspace, key_folder):
    releases = Releases(released_workspace, key_folder)
    before = releases.current()
    with replace_folder(released_workspace.bundle) as folder:
        (folder / "manifest.json").write_text("{}")
    releases.refresh()
    assert releases.current() is before


def test_names_are_not_kept_in_memory(released):
    assert released.tokens.names == {}


def test_loading_settles_the_collector(released_workspace, key_folder):
    Releases(released_workspace, key_folder)
    assert gc.get_threshold() == (100_000, 50, 1_000)
    assert gc.get_freeze_count() > 0
