"""Two Spark executors, each a process of its own, recommend what one machine does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from models.recommender import Recommender
from serving.bench_people import AS_OF, MadeUp
from serving.bench_recommend import learned
from serving.stream import SCHEMA, Job, stream

ROOT = Path(__file__).parent.parent.parent
ON_SPARK = """
import json, sys, warnings
warnings.filterwarnings("ignore")
from datetime import date
from pathlib import Path
from features import engines
from serving.spark_batch import write_on_spark
from serving.stream import Job
folder = Path(sys.argv[1])
engines.LOCAL_SPARK |= {
    "spark.master": "local-cluster[2,1,1024]",
    "spark.executor.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
session = engines.spark_session()
files = json.loads((folder / "files.json").read_text())
job = Job(folder / "tables", files, date.fromisoformat(sys.argv[2]), 4, 20)
n_rows = write_on_spark(job, session, folder / "on_spark")
executors = session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()
print(json.dumps([n_rows, len(executors) - 1]))
session.stop()
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17 or 21")
def test_two_executors_recommend_what_one_machine_does(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="install the extra: huyula[spark]")
    tables = tmp_path / "tables"
    tables.mkdir()
    MadeUp().write(tables, 2_000, 70)
    options = {"learn": 300, "trees": 3, "leaves": 15, "candidates": 20}
    recommender = Recommender("ranker", learned(MadeUp(), options))
    job = Job(tables, recommender.to_files(), AS_OF, 4, 20)
    (tmp_path / "files.json").write_text(json.dumps(job.files))
    done = subprocess.run(
        [sys.executable, "-c", ON_SPARK, str(tmp_path), f"{AS_OF}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    n_rows, n_executors = json.loads(done.stdout.splitlines()[-1])
    assert n_executors == 2
    stream(job, "key", tmp_path / "unfinished", tmp_path / "here")
    here, there = (
        pl.read_parquet(tmp_path / name / "part-*.parquet").sort("employee_id", "rank")
        for name in ("here", "on_spark")
    )
    assert there.select(list(SCHEMA)).equals(here)
    assert n_rows == len(here) > 70
