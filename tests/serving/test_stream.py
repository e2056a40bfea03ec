"""Recommendations streamed in parts: the same as at once, whole after a kill or a full disk."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from features.errors import ArtifactError
from models.recommender import Recommender
from serving import stream as streaming
from serving.bench_people import AS_OF, MadeUp
from serving.bench_recommend import learned, ranked
from serving.stream import SCHEMA, Job, PartScorer, stream

ROOT = Path(__file__).parent.parent.parent
N_PEOPLE = 95


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    options = {"learn": 300, "trees": 3, "leaves": 15, "candidates": 20}
    return Recommender("ranker", learned(MadeUp(), options))


@pytest.fixture(scope="module")
def job(recommender: Recommender, tmp_path_factory: pytest.TempPathFactory) -> Job:
    tables = tmp_path_factory.mktemp("tables")
    MadeUp().write(tables, 1_000, N_PEOPLE)
    return Job(tables, recommender.to_files(), AS_OF, k=4, people_a_part=20)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "unfinished", tmp_path / "recommendations"


def read(target: Path) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in sorted(target.glob("part-*.parquet")))


def test_parts_together_are_what_is_recommended_at_once(job, recommender, places) -> None:
    unfinished, target = places
    named: list[str] = []
    n_rows = stream(job, "key", unfinished, target, named.append)
    together = read(target)
    made_up = MadeUp()
    cases, _ = made_up.people(1_000, 1_000 + N_PEOPLE)
    once = ranked(made_up, recommender.model, cases, 4, 1, True)
    pd.testing.assert_frame_equal(together.to_pandas(), once, check_dtype=False)
    assert dict(together.schema) == SCHEMA
    assert named == [f"part-{number:05}.parquet" for number in range(5)]
    assert n_rows == len(together)
    assert not unfinished.exists()


def test_a_kill_loses_and_repeats_nobody_and_leaves_the_old_output(job, places) -> None:
    unfinished, target = places
    stream(replace(job, k=1), "key", unfinished, target)
    old = read(target)
    text = f"""
import os, signal
from datetime import date
from pathlib import Path
from serving.stream import Job, stream
n_parts = 0
def on_part(name):
    global n_parts
    n_parts += 1
    if n_parts == 3:
        (Path({str(unfinished)!r}) / ".part-00003.parquet").write_bytes(b"half a part")
        os.kill(os.getpid(), signal.SIGKILL)
import json
files = json.loads(Path({str(unfinished.parent)!r}, "files.json").read_text())
job = Job(Path({str(job.tables)!r}), files, date.fromisoformat({str(AS_OF)!r}), 4, 20)
stream(job, "key", Path({str(unfinished)!r}), Path({str(target)!r}), on_part)
"""
    (unfinished.parent / "files.json").write_text(json.dumps(job.files))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", text], check=False, cwd=ROOT, env=environment)
    assert done.returncode == -signal.SIGKILL
    assert read(target).equals(old)
    kept = {path.name: path.stat().st_ino for path in unfinished.glob("part-*.parquet")}
    assert sorted(kept) == [f"part-{number:05}.parquet" for number in range(3)]

    stream(job, "key", unfinished, target)
    assert {name: (target / name).stat().st_ino for name in kept} == kept
    whole = places[1].parent / "whole"
    stream(job, "key", unfinished, whole)
    assert read(target).equals(read(whole))
    assert not list(target.glob(".part*"))


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        pytest.param({"k": 2}, "key", id="another length"),
        pytest.param({}, "another bundle", id="another key"),
    ],
)
def test_parts_of_other_settings_are_not_used(job, places, monkeypatch, changed, key) -> None:
    unfinished, target = places
    write_whole = streaming._write_whole

    def full(frame: pl.DataFrame, path: Path) -> None:
        if path.name == "part-00002.parquet":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_whole(frame, path)

    monkeypatch.setattr(streaming, "_write_whole", full)
    with pytest.raises(OSError, match="No space left"):
        stream(job, "key", unfinished, target)
    monkeypatch.undo()
    first = (unfinished / "part-00000.parquet").stat().st_mtime_ns
    stream(replace(job, **changed), key, unfinished, target)
    assert (target / "part-00000.parquet").stat().st_mtime_ns != first


def test_a_full_disk_names_the_file_and_leaves_no_half_of_it(job, places, monkeypatch) -> None:
    unfinished, target = places

    def full(_path: Path, _content: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left") as caught:
        stream(job, "key", unfinished, target)
    assert "part-00000" in str(caught.value.filename)
    assert not list(unfinished.glob("*part*"))
    assert not target.exists()


def test_a_job_of_nobody_writes_one_empty_part(job, places, tmp_path) -> None:
    unfinished, target = places
    for path in job.tables.glob("*.parquet"):
        frame = pl.read_parquet(path)
        fixed = path.stem in ("courses", "course_competencies", "sessions")
        (frame if fixed else frame.clear()).write_parquet(tmp_path / path.name)
    assert stream(replace(job, tables=tmp_path), "key", unfinished, target) == 0
    assert dict(read(target).schema) == SCHEMA


def test_a_table_that_lacks_a_column_or_is_missing_is_named(job, tmp_path) -> None:
    with pytest.raises(ArtifactError, match=r"courses.parquet cannot be read"):
        PartScorer(replace(job, tables=tmp_path))
    pl.DataFrame({"title": ["K"]}).write_parquet(tmp_path / "courses.parquet")
    with pytest.raises(ArtifactError, match=r"must have the columns course_id"):
        PartScorer(replace(job, tables=tmp_path))
