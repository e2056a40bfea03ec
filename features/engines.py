"""The four engines that profiles run on: pandas, Polars, DuckDB and PySpark.

Eager frames (pandas, Polars) give eager frames; lazy ones (Polars lazy frames, DuckDB relations,
Spark frames) give lazy ones, which are worked out when they are read or written. Profiles say in
one place what is needed several times (`shared`), and an engine keeps it instead of working it out
again.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from features.errors import SchemaError, SystemPartError
from features.workspace import write_frame

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    from pyspark.sql import SparkSession

ENGINES = ("polars", "pandas", "duckdb", "pyspark")
MEMORY_LIMIT = "8GiB"
SLICE = 500_000
"""People whose rows DuckDB sorts at once: some 6 million rows, in memory."""
MANY_ROWS = 6_000_000
"""Some 115,000 people, where DuckDB overtakes Polars, which plans sooner but holds all rows."""


@dataclass(frozen=True)
class Engine:
    """How an engine opens Parquet files and takes over Polars frames."""

    scan: Callable[[Path], Any]
    hold: Callable[[pl.DataFrame], Any]


def open_engine(name: str) -> Engine:
    """Return what opens tables on an engine; DuckDB and Spark read no row of a file yet.

    Raises
    ------
    SchemaError
        `name` is none of `ENGINES`.
    SystemPartError
        The engine's package, or the Java that Spark needs, is missing.
    """
    import polars as pl

    if name == "polars":
        return Engine(pl.read_parquet, lambda frame: frame)
    if name == "pandas":  # whose own reader makes objects of dates
        return Engine(lambda path: pl.read_parquet(path).to_pandas(), lambda f: f.to_pandas())
    if name == "duckdb":
        return duckdb_engine(connect_duckdb())
    if name == "pyspark":
        spark = spark_session()
        return Engine(
            lambda path: spark.read.parquet(str(path)),
            lambda frame: spark.createDataFrame(frame.to_arrow()),
        )
    raise SchemaError("engine", f"must be one of {', '.join(ENGINES)}", name)


def suited_engine(folder: Path) -> str:
    """Return the engine that works out a folder's tables soonest on one machine.

    Polars for fewer than `MANY_ROWS` rows in all Parquet files, else DuckDB, which also spills.
    """
    n_rows = sum(_n_rows(path) for path in folder.glob("*.parquet"))
    return "polars" if n_rows < MANY_ROWS else "duckdb"


def duckdb_engine(connection: duckdb.DuckDBPyConnection) -> Engine:
    """Return an engine of one connection: DuckDB joins tables only within one."""
    return Engine(
        lambda path: connection.read_parquet(str(path)),
        lambda frame: connection.from_arrow(frame.to_arrow()),
    )


def connect_duckdb(
    memory_limit: str = MEMORY_LIMIT, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB of its own that spills to the system's folder for temporary files.

    Parameters
    ----------
    memory_limit : str
        What DuckDB may hold in memory, such as ``8GiB``; the process takes 1-2 GiB more.
    threads : int, optional
        Default: one a core.
    """
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"huyula_{secrets.token_hex(4)}"),
            **({"threads": threads} if threads else {}),
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def spark_session() -> SparkSession:
    """Return the session there is, or start one on this machine alone.

    Raises
    ------
    SystemPartError
        PySpark or Java is missing.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SystemPartError("PySpark is missing: install huyula[spark]") from error
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    builder = SparkSession.builder.master("local[*]").appName("huyula")
    for name, value in LOCAL_SPARK.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise SystemPartError("Spark needs Java 17 or 21: install a JRE") from error


LOCAL_SPARK = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
}


def shared(frame: nw.LazyFrame) -> nw.LazyFrame:
    """Keep a frame that several later ones read, where the engine would work it out each time.

    DuckDB writes it into a temporary table of the connection, Spark caches it when it is first
    read; pandas has it already. Polars works it out at once: left to find common parts itself, it
    takes half as long again for few people.
    """
    if frame.implementation.is_duckdb():
        native: Any = frame.to_native()
        name = _temporary_name()
        done = native.query("frame", f"CREATE TEMP TABLE {name} AS FROM frame")
        # asked of what the statement returned, not of the frame: whatever is asked of a relation
        # after a change of the catalogue binds every step of it again
        return nw.from_native(done.query("done", f"FROM {name}")).lazy()
    if frame.implementation.is_pyspark():
        return nw.from_native(frame.to_native().cache()).lazy()
    if frame.implementation.is_polars():
        worked_out: Any = frame.to_native().collect(engine="in-memory")
        return nw.from_native(worked_out).lazy()
    return frame


def kept_in_order(
    rows_of: Callable[[nw.LazyFrame], nw.LazyFrame],
    people: nw.LazyFrame,
    number: str,
    by: Sequence[str],
) -> nw.LazyFrame:
    """Keep the sorted rows of people, as `shared` does.

    DuckDB takes `SLICE` people at a time, in the order of their number, so that no sort has to go
    through the disk: time grows with people, not faster.

    Parameters
    ----------
    rows_of : callable
        Gives the rows of some of the people; each row belongs to one of them.
    people : LazyFrame
        Already kept; `number` counts from 0, see `numbered`.
    number : str
    by : sequence of str
        What rows are sorted by; `number` comes first.
    """
    if not people.implementation.is_duckdb():
        return shared(rows_of(people).sort(*by))
    native: Any = people.to_native()
    name = _temporary_name()
    for start in range(0, max(len(native), 1), SLICE):
        some = people.filter(nw.col(number) >= start, nw.col(number) < start + SLICE)
        rows: Any = rows_of(some).sort(*by).to_native()
        begin = f"CREATE TEMP TABLE {name} AS" if start == 0 else f"INSERT INTO {name}"
        native.query("frame", f"{begin} {rows.sql_query()}")
    return nw.from_native(native.query("frame", f"FROM {name}")).lazy()


def joined(
    frame: nw.LazyFrame,
    others: Sequence[nw.LazyFrame],
    on: str,
    columns: Sequence[str | nw.Expr],
) -> nw.LazyFrame:
    """Left join frames that hold each key at most once, select columns, and keep the result.

    On DuckDB each of the others becomes a temporary table first, one after the other, so that
    memory holds the work of one at a time; one statement joins them (a chain of joins would bind
    all columns once a join), and they are dropped.
    """
    if not frame.implementation.is_duckdb():
        for other in others:
            frame = frame.join(other, on=on, how="left")
        return shared(frame.select(columns))
    native: Any = frame.to_native()
    names = [_temporary_name() for _ in others]
    for name, other in zip(names, others, strict=True):
        native.query("frame", f"CREATE TEMP TABLE {name} AS {other.to_native().sql_query()}")
    theirs = ", ".join(f"{name}.* EXCLUDE ({on})" for name in names)
    joins = " ".join(f"LEFT JOIN {name} ON {name}.{on} = frame.{on}" for name in names)
    rows = native.query("frame", f"SELECT frame.*, {theirs} FROM frame {joins}")  # noqa: S608
    kept = shared(nw.from_native(rows).lazy().select(columns))
    for name in names:
        native.query("frame", f"DROP TABLE {name}")
    return kept


def numbered(frame: nw.LazyFrame, key: str, number: str) -> nw.LazyFrame:
    """Add a column that stands for a text key of a frame that holds each key once.

    It is equal and ordered where the key is: numbers are grouped, joined and sorted in half the
    time. Spark keeps the key, for it would number all rows on one machine.
    """
    if frame.implementation.is_pyspark():
        return frame.with_columns(nw.col(key).alias(number))
    return frame.with_row_index(number, order_by=key)


def _temporary_name() -> str:
    return f"shared_{secrets.token_hex(8)}"


def results(frames: Iterable[nw.LazyFrame], *, eager: bool) -> list[Any]:
    """Return native frames: worked out together if `eager`, else still lazy."""
    listed = list(frames)
    if not eager:
        return [frame.to_native() for frame in listed]
    if all(frame.implementation.is_polars() for frame in listed):
        import polars as pl

        return pl.collect_all([frame.to_native() for frame in listed])  # common parts once
    return [nw.maybe_reset_index(frame.collect()).to_native() for frame in listed]


def is_eager(frame: object) -> bool:
    """Return whether a native frame holds its rows (pandas, Polars) or a plan of them."""
    return isinstance(nw.from_native(frame), nw.DataFrame)  # type: ignore[call-overload]


def write_parquet(frame: Any, path: Path) -> int:  # noqa: ANN401
    """Write a native frame as one Parquet file and return its number of rows.

    Lazy frames of Polars and DuckDB are worked out and written in pieces, never held whole; a frame
    of Spark is fetched whole.

    Raises
    ------
    OSError
        The disk is full, or the folder cannot be written.
    """
    known = nw.from_native(frame)
    if known.implementation.is_duckdb():
        _copy(frame, path)
    elif isinstance(known, nw.LazyFrame) and known.implementation.is_polars():
        known.sink_parquet(path)
    else:
        write_frame(_fetched(known), path)
    return _n_rows(path)


def write_parquets(frames: Mapping[Path, Any]) -> list[int]:
    """Write several frames as `write_parquet` does; Polars works out common parts once."""
    import polars as pl

    if all(isinstance(frame, pl.LazyFrame) for frame in frames.values()):
        pl.collect_all([f.sink_parquet(path, lazy=True) for path, f in frames.items()])
        return [_n_rows(path) for path in frames]
    return [write_parquet(frame, path) for path, frame in frames.items()]


def _copy(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    import duckdb

    try:
        relation.write_parquet(str(path))
    except duckdb.IOException as error:
        raise OSError(None, str(error), str(path)) from error


def _fetched(frame: nw.DataFrame | nw.LazyFrame) -> pl.DataFrame:
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    return frame.to_polars()


def _n_rows(path: Path) -> int:
    import polars as pl

    return pl.scan_parquet(path).select(pl.len()).collect().item()  # from the file's footer
