"""The whole road on a small simulated employer, as `make demo` walks it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

import huyula  # noqa: TID251 - the test of the front door
from serving.snapshot import load_snapshot

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
PEOPLE = 300


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demo; return its workspace and what it printed on both outputs."""
    folder = tmp_path_factory.mktemp("demo")
    arguments = ["demo", "--people", str(PEOPLE), "--workspace", str(folder / "workspace")]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("HUYULA_KEY_FOLDER", str(folder / "keys"))
        run = CliRunner().invoke(huyula.huyula, arguments, catch_exceptions=False)
    assert run.exit_code == 0, run.output[-3000:]
    return folder / "workspace", run.output


def source_column(workspace: Path, file: str, column: str) -> list[str]:
    with (workspace / "source" / file).open(encoding="utf-8-sig", newline="") as stream:
        return [row[column].strip() for row in csv.DictReader(stream, delimiter=";")]


def written_files(workspace: Path) -> list[Path]:
    """Return every file but the source, the truth behind it and the token table."""
    apart = tuple(f".{name}." for name in ("source", "truth", "identity"))
    return [
        path
        for path in workspace.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not path.relative_to(workspace)
        .parts[0]
        .startswith((*apart, "source", "truth", "identity"))
    ]


def text_of(path: Path) -> str:
    """Return a file's text; Parquet is compressed, so its cells are read."""
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        for name, kind in frame.schema.items():
            frame = frame.explode(name) if kind == pl.List else frame
        return "\n".join(
            str(value) for column in frame for value in column.cast(pl.String).unique()
        )
    return path.read_bytes().decode("utf-8", errors="replace")


def test_demo_leaves_every_result_and_says_where(demo):
    workspace, printed = demo
    for name in ("recommendations.csv", "support_needs.csv", "report.html"):
        assert (workspace / "output" / name).stat().st_size > 0
        assert f"output/{name}" in printed
    assert "HUYULA_API_KEYS=" in printed
    for step in ("simulate", "import", "profiles", "train", "evaluate", "release", "recommend"):
        assert f"== huyula {step}" in printed


def test_demo_recommends_courses_to_everyone_in_service(demo):
    workspace, _ = demo
    people = set(pl.read_parquet(workspace / "profiles" / "people.parquet")["employee_id"])
    rows = pl.read_csv(workspace / "output" / "recommendations.csv")
    assert set(rows["employee_id"]) <= people
    assert len(set(rows["employee_id"])) > 0.95 * len(people)
    assert rows["rank"].min() == 1


def test_a_stream_recommends_what_the_snapshot_holds(demo):
    workspace, _ = demo
    before = load_snapshot(workspace / "snapshot")
    arguments = ["recommend", "--engine", "stream", "--workspace", str(workspace)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(workspace.parent / "keys"))
        for _ in range(2):  # a second run replaces the first one's
            run = CliRunner().invoke(huyula.huyula, arguments, catch_exceptions=False)
            assert run.exit_code == 0, run.output
    streamed = pl.read_parquet(workspace / "output" / "recommendations" / "part-*.parquet")
    stored = pl.from_pandas(before["candidates"])
    order = ["employee_id", "rank"]
    assert_frame_equal(streamed.sort(order), stored.sort(order), check_dtypes=False)
    after = load_snapshot(workspace / "snapshot")
    assert (after.as_of, after.known_at, after.bundle) == (
        before.as_of,
        before.known_at,
        before.bundle,
    )
    for name in ("people", "support", "demand", "candidates", "sessions", "courses"):
        pd.testing.assert_frame_equal(
            after[name][list(before[name])], before[name], check_dtype=False, obj=name
        )
    assert sorted(after["levels"].dropna()["employee_id"]) == sorted(
        before["levels"].dropna()["employee_id"]
    )
    assert f"{len(streamed):,} recommendations for" in run.output
    left = [path.name for path in (workspace / "output").iterdir() if path.name.startswith(".")]
    assert len(left) == 1, "only the folder that the link leads to"


def test_nothing_that_the_demo_writes_names_anybody(demo):
    workspace, printed = demo
    numbers = {
        value
        for column in ("nip_baru", "nik", "pns_id", "email")
        for value in source_column(workspace, "pegawai.csv", column)
        if len(value) >= 8 and "E+" not in value
    }
    names = {name for name in source_column(workspace, "pegawai.csv", "nama") if " " in name}
    assert len(numbers) > 3 * PEOPLE
    assert len(names) > 0.8 * PEOPLE
    files = written_files(workspace)
    assert len(files) > 30
    for path in files:
        text = text_of(path)
        found = [secret for secret in numbers | names if secret in text]
        assert found == [], f"{path.relative_to(workspace)} holds {found[:3]}"
    assert [secret for secret in numbers | names if secret in printed] == []


def test_source_and_token_table_are_where_the_names_are(demo):
    """The search above can find something: it does where names are meant to stand."""
    workspace, _ = demo
    name = source_column(workspace, "pegawai.csv", "nama")[0]
    assert name in text_of(workspace / "source" / "pegawai.csv")
    assert any(name in text_of(path) for path in (workspace / "identity").glob("*.parquet"))


def test_demo_keys_lie_outside_the_workspace_and_are_private(demo):
    workspace, _ = demo
    keys = workspace.parent / "keys"
    assert {path.name for path in keys.iterdir()} == {"identity.key", "signing.key", "signing.pub"}
    assert (keys / "identity.key").stat().st_mode & 0o777 == 0o600
    assert (keys / "signing.key").stat().st_mode & 0o777 == 0o600


def test_bundle_holds_no_pickle(demo):
    workspace, _ = demo
    for path in (workspace / "bundle").rglob("*"):
        assert path.is_dir() or path.suffix in {".txt", ".json", ".sig"}, path
    manifest = json.loads((workspace / "bundle" / "manifest.json").read_text())
    assert set(manifest["about"]) >= {"recommender", "support", "gates", "metrics"}


ROAD = """
import huyula, sys
data, workspace = sys.argv[1:]
steps = "profiles train evaluate release recommend support report".split()
for step in (["import", data, "--mapping", "employee_export"], *([name] for name in steps)):
    huyula.huyula.main([*step, "--workspace", workspace], standalone_mode=False)
"""


def test_the_whole_road_runs_on_an_export_without_competencies_offers_or_attendance(
    dataset, tmp_path
):
    environment = os.environ | {"HUYULA_KEY_FOLDER": str(tmp_path / "k"), "PYTHONPATH": str(ROOT)}
    arguments = [str(dataset("employee_export")), str(tmp_path / "workspace")]
    run = subprocess.run(
        [sys.executable, "-c", ROAD, *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    output = tmp_path / "workspace" / "output"
    assert pl.read_csv(output / "recommendations.csv").height > 1000
    assert pl.read_csv(output / "support_needs.csv").height == 0
    assert "nothing tells courses apart" in run.stdout
    assert "support: NOT JUDGED" in run.stdout
    assert (output / "report.html").exists()
