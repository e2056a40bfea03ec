"""Read a personnel database by its URL: one snapshot, read only, in chunks, no password shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from features.errors import SchemaError
from features.quarantine import Problem
from features.sources.delimited import LINE, SourceTable
from features.sources.parquet import NOT_SINGLE
from features.sources.place import Place, gather, unreadable
from features.sources.typed import add_rounded_notes, as_text, count_rounded, tidy_number

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Inspector, Select

ROWS_AT_A_TIME = 10_000
DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
}
SYSTEM_SCHEMAS = {"information_schema", "mysql", "performance_schema", "sys"}
_CAUSES = (  # what the servers say, and what is meant
    (r"password authentication|access denied for user|1045|no password|role .* does not exist",
     "must accept the user and password"),
    (r"database .* does not exist|unknown database|1049|unable to open database file",
     "must name a database that exists and may be read"),
    (r"not a database|file is encrypted", "must be a database of its kind"),
    (r"could not translate host|name or service not known|failed to resolve|no such file|no route",
     "must name a server that can be found"),
    (r"refused|could not connect|can't connect|2003|timed? ?out",
     "must name a server that answers"),
    (r"permission denied|denied to user|1142|1044", "must allow the user to read"),
)  # fmt: skip
_TYPES = {bool: pl.Boolean, float: pl.Float64, date: pl.Date, datetime: pl.Datetime("us")}


def is_url(path: Path | str) -> bool:
    """Return whether an export is a database's URL and no path.

    >>> is_url("sqlite:///hr.db"), is_url(Path("export")), is_url("C:/export")
    (True, False, False)
    """
    return isinstance(path, str) and bool(re.match(r"[A-Za-z][\w+]+://", path))


class Database:
    """A database, read in one read-only transaction that sees one moment.

    PostgreSQL and MySQL are read with REPEATABLE READ and a cursor of the server, SQLite in one
    transaction; nothing is ever written.

    Raises
    ------
    SchemaError
        The URL is none, its driver is not installed, or the database cannot be reached. The
        password is never told.
    """

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self.shown = shown_url(self._url)
        self._connection = self._connect()

    def close(self) -> None:
        """End the transaction and the connection."""
        if self._connection:
            engine = self._connection.engine
            self._connection.close()
            engine.dispose()

    def places(self) -> list[Place]:
        """Return every table and view by name; those outside the default schema with theirs."""
        from sqlalchemy import inspect
        from sqlalchemy.exc import SQLAlchemyError

        try:
            inspector = inspect(self._connection)
            default = inspector.default_schema_name
            return [
                self._place(table, schema, default)
                for schema in _schemas(inspector)
                for table in _tables(inspector, schema)
            ]
        except SQLAlchemyError as error:
            raise self._refused(error) from None

    def read(self, name: str, table: str, schema: str | None) -> SourceTable:
        """Read one table; `LINE` is the row's position, in the order of the primary key."""
        from sqlalchemy.exc import SQLAlchemyError

        problems: list[Problem] = []
        notes: list[str] = []
        try:
            query = self._select(name, table, schema, problems, notes)
            columns = list(query.selected_columns.keys())
            with self._connection.begin_nested():  # one table that is refused spoils no other
                self._connection.execute(query.limit(0)).close()
        except SQLAlchemyError as error:
            return unreadable(name, f"cannot be read: the database {_cause(error)}")
        return gather(name, columns, lambda: self._batches(query, notes), problems, notes)

    def _place(self, table: str, schema: str | None, default: str | None) -> Place:
        whole = f"{schema}.{table}" if schema else table
        plain = schema in (None, default)
        name = table if plain else whole
        names = (table, whole) if plain else (whole,)
        return Place(name, names, lambda: self.read(name, table, schema))

    def _select(
        self,
        name: str,
        table: str,
        schema: str | None,
        problems: list[Problem],
        notes: list[str],
    ) -> Select[Any]:
        from sqlalchemy import column, inspect, select
        from sqlalchemy import table as sql_table

        inspector = inspect(self._connection)
        columns: list[str] = []
        for one in inspector.get_columns(table, schema):
            if getattr(one["type"], "timezone", False):
                notes.append(f"column {one['name']} holds times of the session's time zone")
            if _is_single(one["type"]):
                columns.append(one["name"])
            else:
                problem = Problem(name, 1, "", one["name"], "", NOT_SINGLE, "value dropped")
                problems.append(problem)
        source = sql_table(table, *(column(one) for one in columns), schema=schema)
        key = inspector.get_pk_constraint(table, schema)["constrained_columns"]
        return select(*source.columns).order_by(*(column(one) for one in key if one in columns))

    def _batches(self, query: Select[Any], notes: list[str]) -> Iterator[pl.DataFrame]:
        from sqlalchemy.exc import SQLAlchemyError

        options = {"stream_results": True, "yield_per": ROWS_AT_A_TIME}
        names = list(query.selected_columns.keys())
        first, rounded = 1, dict.fromkeys(names, 0)
        try:
            result = self._connection.execute(query, execution_options=options)
            for rows in result.partitions():
                values = dict(zip(names, zip(*rows, strict=True), strict=True))
                texts = [_text_column(name, list(column)) for name, column in values.items()]
                for name, column in values.items():
                    if any(isinstance(value, float) for value in column):
                        rounded[name] += count_rounded(texts[names.index(name)])
                lines = pl.int_range(first, first + len(rows), eager=True).alias(LINE)
                first += len(rows)
                yield pl.DataFrame([lines, *texts])
        except SQLAlchemyError as error:
            raise self._refused(error) from None
        add_rounded_notes(notes, rounded)

    def _connect(self) -> Connection:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.pool import NullPool

        options = {} if self._is("sqlite") else {"isolation_level": "REPEATABLE READ"}
        try:
            engine = create_engine(
                _read_only(self._url), poolclass=NullPool, hide_parameters=True, **options
            )
            connection = engine.connect()
        except ModuleNotFoundError:
            extra = "mysql" if self._is("mysql", "mariadb") else "postgresql"
            rule = f"needs a driver that is not installed: pip install 'huyula[{extra}]'"
            raise SchemaError("DATABASE URL", rule, self.shown) from None
        except SQLAlchemyError as error:
            raise self._refused(error) from None
        try:
            self._begin(connection)
        except SQLAlchemyError as error:
            connection.close()
            raise self._refused(error) from None
        return connection

    def _begin(self, connection: Connection) -> None:
        if self._is("postgresql"):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        elif self._is("mysql", "mariadb"):
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        else:
            connection.exec_driver_sql("PRAGMA query_only = ON")
            connection.exec_driver_sql("BEGIN")

    def _is(self, *kinds: str) -> bool:
        return self._url.get_backend_name() in kinds

    def _refused(self, error: Exception) -> SchemaError:
        return SchemaError("DATABASE URL", _cause(error), self.shown)


def shown_url(url: URL) -> str:
    """Return a URL as it may be shown: neither its password nor its options."""
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{user}{url.host or ''}{port}/{url.database or ''}"


def _parse(text: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    kind = re.split(r"[+:]", text)[0].lower()
    if kind not in DRIVERS:
        must = "must begin with postgresql://, mysql://, mariadb:// or sqlite:///"
        raise SchemaError("DATABASE URL", must, f"{kind}://")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        must = f"must be {kind}://user:password@host:port/database, signs in the password as %XX"
        raise SchemaError("DATABASE URL", must) from None
    return url.set(drivername=DRIVERS[kind])


def _read_only(url: URL) -> URL:
    """Return the URL that opens an existing SQLite file and never makes one."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    file = Path(url.database).absolute().as_uri()
    return url.set(database=file, query={"mode": "ro", "uri": "true"})


def _schemas(inspector: Inspector) -> list[str | None]:
    if inspector.dialect.name == "sqlite":
        return [None]
    names = inspector.get_schema_names()
    if inspector.dialect.name in ("mysql", "mariadb"):
        return [inspector.default_schema_name]
    return [n for n in names if n not in SYSTEM_SCHEMAS and not n.startswith("pg_")]


def _tables(inspector: Inspector, schema: str | None) -> list[str]:
    views = inspector.get_view_names(schema)
    if inspector.dialect.name == "postgresql":
        views += inspector.get_materialized_view_names(schema)
    return sorted({*inspector.get_table_names(schema), *views})


def _is_single(kind: Any) -> bool:  # noqa: ANN401 (SQLAlchemy's types have no common face)
    from sqlalchemy import types

    return not isinstance(kind, (types.JSON, types.ARRAY, types.LargeBinary, types.BINARY))


def _text_column(name: str, values: list[Any]) -> pl.Series:
    """Return values of Python types as text."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds <= {str}:
        return pl.Series(name, values, pl.String)
    only = next(iter(kinds)) if len(kinds) == 1 else None
    if only in _TYPES:
        zoned = only is datetime and any(value is not None and value.tzinfo for value in values)
        plain = [value and value.replace(tzinfo=None) for value in values] if zoned else values
        return as_text(pl.Series(name, plain, _TYPES[only]))
    text = pl.Series(name, [None if v is None else _one_text(v) for v in values], pl.String)
    return tidy_number(text) if only is Decimal else text


def _one_text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return as_text(pl.Series([value]))[0] or ""
    return str(value)


def _cause(error: Exception) -> str:
    """Return what an error of a driver means; its own text may hold the password."""
    text = str(getattr(error, "orig", None) or error).lower()
    known = (rule for pattern, rule in _CAUSES if re.search(pattern, text))
    kind = type(getattr(error, "orig", None) or error).__name__
    return next(known, f"must be readable ({kind})")
