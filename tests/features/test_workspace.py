from __future__ import annotations

import pytest

from features.errors import HuyulaError, MissingStepError
from features.workspace import Workspace, replace_folder, replace_text


def write(workspace: Workspace, text: str) -> None:
    with replace_folder(workspace.records) as folder:
        (folder / "file").write_text(text)


def read(workspace: Workspace) -> str:
    return (workspace.records / "file").read_text()


def hidden(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.root.iterdir() if path.name != "records")


def test_a_result_takes_the_place_of_the_old_one(workspace):
    write(workspace, "old")
    write(workspace, "new")
    assert read(workspace) == "new"
    assert len(hidden(workspace)) == 1  # the folder that `records` leads to


def test_a_failure_leaves_the_old_result_and_nothing_else(workspace):
    write(workspace, "old")
    before = hidden(workspace)

    def fail():
        with replace_folder(workspace.records) as folder:
            (folder / "file").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (read(workspace), hidden(workspace)) == ("old", before)


def test_what_a_killed_process_left_is_removed_by_the_next(workspace):
    write(workspace, "old")
    (workspace.root / ".records.0000").mkdir()
    (workspace.root / ".records.link").symlink_to(".records.0000")  # killed before the swap
    write(workspace, "new")
    assert read(workspace) == "new"
    assert len(hidden(workspace)) == 1


def test_a_folder_that_was_not_made_here_is_not_replaced(workspace):
    workspace.records.mkdir(parents=True)
    with pytest.raises(HuyulaError, match="must be a link that huyula made"):
        write(workspace, "new")
    assert hidden(workspace) == []


def test_a_workspace_can_be_moved(workspace, tmp_path):
    write(workspace, "old")
    workspace.root.rename(tmp_path / "moved")
    assert read(Workspace(tmp_path / "moved")) == "old"


def test_a_second_command_is_told_that_the_workspace_is_in_use(workspace):
    with workspace.lock():
        message = "is in use by another huyula command; wait until it ends"
        with pytest.raises(HuyulaError, match=message), Workspace(workspace.root).lock():
            pass
    with workspace.lock():
        pass  # free again


def test_a_missing_step_names_its_command(workspace):
    with pytest.raises(MissingStepError, match=r"records is missing: run `huyula import` first"):
        workspace.require(workspace.records, "huyula import")


def test_every_step_has_a_place_of_its_own(workspace):
    places = [
        getattr(workspace, name)
        for name, value in vars(Workspace).items()
        if isinstance(value, property)
    ]
    assert len(set(places)) == len(places) == 18
    assert {place.parent for place in places} == {workspace.root}


def test_a_text_is_replaced_whole(tmp_path):
    replace_text(tmp_path / "folder" / "a.txt", "old")
    replace_text(tmp_path / "folder" / "a.txt", "new", mode=0o600)
    assert (tmp_path / "folder" / "a.txt").read_text() == "new"
    assert (tmp_path / "folder" / "a.txt").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UnicodeEncodeError):
        replace_text(tmp_path / "folder" / "a.txt", "\ud800")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["a.txt"]
