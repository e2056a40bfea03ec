"""A killed, starved or second `huyula import` leaves the workspace as it was."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from features.commands import COMMANDS_BY_NAME
from features.workspace import Workspace

ROOT = Path(__file__).parent.parent.parent
BASE = Path(__file__).parent / "exports" / "base"

IMPORT = """
import sys
import huyula
sys.argv = ["huyula", "import", {export!r}, "--workspace", {workspace!r}]
"""
KILLED = """
import os, signal
import polars as pl
from pathlib import Path
import features.workspace
target, n_calls = {point!r}, 0
def killed_at(original, name):
    def run(*arguments, **options):
        global n_calls
        if name == target[0]:
            n_calls += 1
            if n_calls == target[1]:
                os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **options)
    return run
pl.DataFrame.write_parquet = killed_at(pl.DataFrame.write_parquet, "parquet")
features.workspace._swap_link = killed_at(features.workspace._swap_link, "swap")
Path.replace = killed_at(Path.replace, "replace")
"""
POINTS = [
    ("parquet", 1), ("parquet", 10), ("swap", 1), ("replace", 1), ("replace", 2),
]  # fmt: skip


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Write an export of four people: one more than the base has."""
    folder = tmp_path / "export"
    folder.mkdir()
    for path in BASE.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    fourth = "A5EB03E241D4F6A0E040640A04020004;;Abdul;;;;;;PNS;;;Arsiparis;01-01-2024;UNOR-2;\n"
    with (folder / "pegawai.csv").open("a") as stream:
        stream.write(fourth)
    return folder


@pytest.fixture
def python(workspace: Workspace):
    """Run a text in a Python of its own; keys and settings are those of the test."""

    def run(text: str, export: Path, **options) -> subprocess.CompletedProcess[str]:
        text = IMPORT.format(export=str(export), workspace=str(workspace.root)) + text
        return subprocess.run(
            [sys.executable, "-c", text + "\nhuyula.main()"],
            cwd=ROOT,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            check=False,
            **options,
        )

    return run


@pytest.fixture
def run_import(workspace: Workspace):
    """Run `huyula import` in this process and return what it wrote to its two outputs."""

    def run(*words: str | Path) -> tuple[str, str]:
        arguments = [*map(str, words), "--workspace", str(workspace.root)]
        result = CliRunner().invoke(COMMANDS_BY_NAME["import"], arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout, result.stderr

    return run


def contents(workspace: Workspace) -> dict[str, bytes]:
    folders = (workspace.records, workspace.identity)
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()]
    return {str(path): path.read_bytes() for path in files}


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point[0]} {point[1]}")
def test_a_killed_import_leaves_the_old_result_and_the_next_one_works(
    workspace, export, python, run_import, point
):
    run_import(BASE)
    before = contents(workspace)
    killed = python(KILLED.format(point=point), export)
    assert killed.returncode == -signal.SIGKILL
    after = contents(workspace)
    records = {path: raw for path, raw in before.items() if "/records/" in path}
    assert records == {path: raw for path, raw in after.items() if "/records/" in path}
    if point in POINTS[:4]:  # before the new identities are in place
        assert before == after
    printed, progress = run_import(export)
    assert progress == "Importing: done\n"
    assert "employees 4" in printed
    visible = {path.name for path in workspace.root.iterdir() if not path.name.startswith(".")}
    assert visible == {"records", "identity"}
    assert len(list(workspace.root.iterdir())) == 5  # two links, what they lead to, the lock


UNDO = """
sys.argv = ["huyula", "import", "--undo", "--workspace", {workspace!r}]
"""


@pytest.mark.slow
@pytest.mark.parametrize("point", [("swap", 1), ("parquet", 1), ("swap", 2)], ids=str)
def test_a_killed_undo_leaves_the_new_result_or_the_old_one(
    workspace, export, python, run_import, point
):
    run_import(BASE, "--exported-on", "2025-06-30")
    before = contents(workspace)
    run_import(export, "--exported-on", "2025-07-31")
    after = contents(workspace)
    undo = UNDO.format(workspace=str(workspace.root))
    assert python(undo + KILLED.format(point=point), export).returncode == -signal.SIGKILL
    left = after if point == ("swap", 1) else before
    records = {path: raw for path, raw in contents(workspace).items() if "/records/" in path}
    assert records == {path: raw for path, raw in left.items() if "/records/" in path}
    run_import(export, "--exported-on", "2025-07-31")
    run_import("--undo")
    assert {path: raw for path, raw in contents(workspace).items() if "/records/" in path} == {
        path: raw for path, raw in before.items() if "/records/" in path
    }


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_result(workspace, export, python, run_import):
    run_import(BASE)
    before = contents(workspace)
    left = sorted(path.name for path in workspace.root.iterdir())
    largest = max(len(raw) for raw in before.values())

    def allow_small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 200, largest - 200))

    starved = python("", export, preexec_fn=allow_small_files_only)
    assert starved.returncode == 2
    assert starved.stderr.startswith("Importing: done\nerror: File too large: ")
    assert starved.stderr.endswith(".parquet\n")
    assert contents(workspace) == before
    assert sorted(path.name for path in workspace.root.iterdir()) == left


@pytest.mark.slow
def test_a_second_import_is_told_that_the_workspace_is_in_use(workspace, python):
    with workspace.lock():
        second = python("", BASE)
    assert second.returncode == 2
    assert second.stderr == (
        f"error: workspace {workspace.root} is in use by another huyula command; "
        "wait until it ends\n"
    )
    assert not workspace.records.exists()
