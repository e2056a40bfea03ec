"""The parts of a job scored on a Spark session, through `mapInArrow`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from features.workspace import replace_folder
from serving.stream import SCHEMA, Job, PartScorer

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

ROOT = Path(__file__).parent.parent
TYPES = {"String": "string", "Int64": "bigint", "Float64": "double"}


def recommend_on_spark(job: Job, session: SparkSession) -> DataFrame:
    """Return the recommendations of everybody, lazily, with the columns of `serving.stream.SCHEMA`.

    Executors read the job's tables themselves: they have to see its folder. Every part is scored by
    one thread, so that a core is never asked twice.
    """
    context = session.sparkContext
    context.environment.setdefault("PYTHONPATH", f"{ROOT}")
    if "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable
    numbers = session.range(job.n_parts, numPartitions=min(job.n_parts, _slots(session)))
    schema = ", ".join(f"{name} {TYPES[str(kind)]}" for name, kind in SCHEMA.items())

    def scored(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return _scored(job, batches)

    return numbers.mapInArrow(scored, schema)


def write_on_spark(job: Job, session: SparkSession, target: Path) -> int:
    """Let the session write Parquet parts that take the place of `target`; return their rows."""
    import polars as pl

    with replace_folder(target) as fresh:
        recommend_on_spark(job, session).write.mode("overwrite").parquet(f"{fresh}")
    return pl.scan_parquet(target / "part-*.parquet").select(pl.len()).collect().item()


def _scored(job: Job, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Score the parts whose numbers arrive; runs on the executors."""
    import pyarrow as pa

    scorer = PartScorer(job)
    for batch in batches:
        for number in batch.column(0).to_pylist():
            table = scorer.part(number).to_arrow()
            kinds = [pa.field(n, _arrow(f"{kind}")) for n, kind in SCHEMA.items()]
            yield from table.cast(pa.schema(kinds)).to_batches()


def _arrow(kind: str) -> pa.DataType:
    import pyarrow as pa

    return {"String": pa.string(), "Int64": pa.int64(), "Float64": pa.float64()}[kind]


def _slots(session: SparkSession) -> int:
    return max(session.sparkContext.defaultParallelism, 1) * 2
