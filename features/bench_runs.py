"""One measured run: a family, or whole profiles, from Parquet to Parquet in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from features.errors import HuyulaError

BY_HAND = ("sql by hand", "polars by hand")
WHOLE = "whole profiles"


@dataclass(frozen=True)
class Run:
    """What to run: ``way`` is an engine (ours) or one of `BY_HAND`; results go into ``output``."""

    way: str
    subject: str
    records: str
    output: str
    as_of: str
    memory_limit: str
    threads: int


@dataclass(frozen=True)
class Measured:
    """What a run took: time on the clock, time of all cores, highest resident set in bytes."""

    seconds: float
    cpu_seconds: float
    memory: int


def measure(run: Run) -> Measured:
    """Run in a process of its own, so that no run sees another's memory or caches."""
    command = [sys.executable, "-m", "features.bench_runs", json.dumps(asdict(run))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or [f"signal {-done.returncode}"]
        raise HuyulaError(f"{run.way}, {run.subject}: {reason[0]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def best_of(run: Run, n_runs: int, *, apart: bool = True) -> Measured:
    """Return the fastest of several runs: what else the machine does only ever adds time.

    Each is a process of its own if `apart`, else this one, whose memory includes all before.
    """
    once = measure if apart else execute
    return min((once(run) for _ in range(n_runs)), key=lambda measured: measured.seconds)


def execute(run: Run) -> Measured:
    """Run in this process; what every way imports is imported before the clock starts."""
    Path(run.output).mkdir(parents=True, exist_ok=True)
    work = WAYS.get(run.way, _ours)
    import duckdb  # noqa: F401
    import polars as pl  # noqa: F401

    import features.bench_by_hand.families  # noqa: F401

    started, cpu_started = time.perf_counter(), time.process_time()
    work(run, date.fromisoformat(run.as_of))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    return Measured(seconds, cpu_seconds, _peak_memory())


def _peak_memory() -> int:
    """Return the high-water mark of this process alone (getrusage would tell the parent's too)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _ours(run: Run, as_of: date) -> None:
    from features.bench_by_hand.families import ours_of
    from features.career import present_posts
    from features.engines import shared, write_parquets
    from features.known import known_records
    from features.profiles import build_profiles

    records = _records(run)
    if run.subject == WHOLE:
        frames = vars(build_profiles(records, as_of))
    else:
        known = known_records(records, as_of)
        posts = shared(present_posts(known, as_of))
        frames = {"people": ours_of(run.subject, known, posts, as_of)}
    write_parquets({Path(run.output) / f"{name}.parquet": f for name, f in frames.items()})


def _records(run: Run) -> Any:  # noqa: ANN401
    """Open the records, lazily where the engine can."""
    import polars as pl

    from features.engines import connect_duckdb, duckdb_engine, open_engine
    from features.records import Records

    open_file: Callable[[Path], Any] = pl.scan_parquet
    if run.way == "duckdb":
        open_file = duckdb_engine(connect_duckdb(run.memory_limit, run.threads)).scan
    elif run.way != "polars":
        open_file = open_engine(run.way).scan
    names = Records.__dataclass_fields__
    return Records(**{name: open_file(Path(run.records) / f"{name}.parquet") for name in names})


def _sql(run: Run, as_of: date) -> None:
    from features.bench_by_hand import families
    from features.engines import connect_duckdb
    from features.records import Records

    connection = connect_duckdb(run.memory_limit, run.threads)
    for name in Records.__dataclass_fields__:
        path = Path(run.records) / f"{name}.parquet"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT * FROM '{path}' WHERE valid_from < DATE '{as_of}'"  # noqa: S608
            f" AND available_at < DATE '{as_of}'"
            f" AND (superseded_at IS NULL OR superseded_at >= DATE '{as_of}')"
        )
    for name in families.shared_tables(run.subject):
        text = families.with_dates(families.SHARED[name], as_of)
        connection.execute(f"CREATE TEMP TABLE {name} AS {text}")
    if run.subject == WHOLE:
        connection.execute(f"CREATE TEMP TABLE whole AS {families.whole_table(as_of)}")
    texts = families.sql_of(run.subject, as_of)
    for name, text in texts.items():
        target = Path(run.output) / f"{name}.parquet"
        connection.execute(f"COPY ({text}) TO '{target}' (FORMAT parquet)")


def _polars(run: Run, as_of: date) -> None:
    import polars as pl

    from features.bench_by_hand import families
    from features.engines import write_parquets
    from features.records import Records

    def only_known(path: Path) -> pl.LazyFrame:
        ends = pl.col("superseded_at")
        return pl.scan_parquet(path).filter(
            pl.col("valid_from") < as_of,
            pl.col("available_at") < as_of,
            ends.is_null() | (ends >= as_of),
        )

    names = Records.__dataclass_fields__
    known = Records(**{n: only_known(Path(run.records) / f"{n}.parquet") for n in names})
    frames = families.polars_of(run.subject, known, as_of)
    write_parquets({Path(run.output) / f"{name}.parquet": f for name, f in frames.items()})


WAYS: dict[str, Callable[[Run, date], None]] = {"sql by hand": _sql, "polars by hand": _polars}


if __name__ == "__main__":
    measured = execute(Run(**json.loads(sys.argv[1])))
    print(json.dumps(asdict(measured)))  # noqa: T201
