"""A real PostgreSQL and SQLite: one snapshot, nothing written, no password shown."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from features.errors import SchemaError
from features.quarantine import Problem
from features.sources.database import ROWS_AT_A_TIME, Database
from features.sources.delimited import LINE, SourceTable
from features.sources.parquet import NOT_SINGLE

N_LONG = 2 * ROWS_AT_A_TIME + 1
SECRET = "rahasia-sekali"


@pytest.fixture(scope="module")
def server(postgresql) -> str:
    """Return a PostgreSQL in which the user ``budi`` needs a password and sees one table."""
    uri, folder = postgresql
    engine = engine_of(uri)
    with engine.begin() as connection:
        for statement in SETUP.split(";\n"):
            connection.execute(text(statement))
    rules = folder / "pg_hba.conf"
    rules.write_text("local all budi scram-sha-256\n" + rules.read_text())
    with engine.begin() as connection:
        connection.execute(text("select pg_reload_conf()"))
    engine.dispose()
    return uri


SETUP = """
create table pegawai (nip text primary key, tmt date, nilai numeric(10, 3), skor float8,
  aktif boolean, kunci uuid, rincian jsonb, waktu timestamptz, "Nama; Aneh" text);
insert into pegawai values
  ('2', '2020-01-02', 150.125, 1.5, true, '00000000-0000-0000-0000-00000000000a', '[]', null,
   'x'),
  ('1', null, 90.000, 199001012015031001, false, null, null, null, null);
create schema arsip;
create view arsip.lama as select nip from pegawai;
create table rahasia (a int);
create table panjang as select n from generate_series(1, 20001) as n;
create role budi login password 'rahasia-sekali';
grant select on pegawai to budi
"""


def engine_of(uri: str) -> Engine:
    return create_engine(make_url(uri).set(drivername="postgresql+psycopg"))


def with_user(uri: str, **parts: str) -> str:
    return make_url(uri).set(username="budi", **parts).render_as_string(hide_password=False)


def whole(table: SourceTable) -> SourceTable:
    """Read a table to its end, for what is not known before."""
    frame = table.frame
    return SourceTable(table.name, frame, table.problems, table.notes)


def read_all(url: str) -> dict[str, SourceTable]:
    database = Database(url)
    try:
        return {place.name: whole(place.read()) for place in database.places()}
    finally:
        database.close()


def test_tables_and_views_are_named_with_their_schema_where_it_is_not_the_default(server):
    tables = read_all(server)
    assert sorted(tables) == ["arsip.lama", "panjang", "pegawai", "rahasia"]
    assert sorted(tables["arsip.lama"].frame["nip"]) == ["1", "2"]
    assert tables["rahasia"].notes == ["has a header but no rows"]


def test_every_type_is_text_in_the_order_of_the_key(server):
    table = read_all(server)["pegawai"]
    assert table.frame.rows() == [
        (1, "1", None, "90", "1.9900101201503101e17", "false", None, None, None),
        (2, "2", "2020-01-02", "150.1250", "1.5", "true",
         "00000000-0000-0000-0000-00000000000a", None, "x"),
    ]  # fmt: skip
    (problem,) = table.problems
    assert (problem.column, problem.rule) == ("rincian", NOT_SINGLE)
    assert [note.split()[1] for note in table.notes] == ["waktu", "skor"]


def test_long_tables_come_in_chunks_and_lose_no_row(server):
    frame = read_all(server)["panjang"].frame
    assert sorted(frame[LINE]) == list(range(1, N_LONG + 1))
    assert sorted(map(int, frame["n"])) == list(range(1, N_LONG + 1))


def test_what_others_write_meanwhile_is_not_seen(server):
    database = Database(server)
    places = {place.name: place for place in database.places()}
    engine = engine_of(server)
    with engine.begin() as connection:
        connection.execute(text("insert into rahasia values (1)"))
    assert places["rahasia"].read().frame.is_empty()
    database.close()
    assert len(read_all(server)["rahasia"].frame) == 1
    with engine.begin() as connection:
        connection.execute(text("delete from rahasia"))
    engine.dispose()


def test_nothing_can_be_written(server):
    from sqlalchemy.exc import InternalError

    database = Database(server)
    with pytest.raises(InternalError, match="read-only transaction"):
        database._connection.execute(text("delete from pegawai"))
    database.close()


def test_a_table_that_the_user_may_not_read_is_a_problem_and_the_others_are_read(server):
    tables = read_all(with_user(server, password=SECRET))
    assert len(tables["pegawai"].frame) == 2
    (problem,) = tables["rahasia"].problems
    assert problem.rule == "cannot be read: the database must allow the user to read"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"password": SECRET + "x"}, "must accept the user and password"),
        ({"password": SECRET, "database": "nix"}, "must name a database that exists"),
        ({"password": SECRET, "host": "127.0.0.1", "port": 1, "query": {}}, "that answers"),
        ({"password": SECRET, "host": "x.invalid", "query": {}}, "that can be found"),
    ],
)
def test_refusals_say_why_and_never_the_password(server, change, rule):
    with pytest.raises(SchemaError, match=rule) as refusal:
        Database(with_user(server, **change))
    assert "postgresql://budi@" in str(refusal.value)
    assert_no_secret(refusal.value)


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        (f"oracle://u:{SECRET}@h/d", r"must begin with postgresql://.*, got oracle://$"),
        (f"postgresql://u:{SECRET}@h:port/d", "must be postgresql://user:password@host"),
        (f"mysql://u:{SECRET}@127.0.0.1:1/d", "that answers, got mysql://u@127.0.0.1:1/d"),
        (f"mariadb://u:{SECRET}@127.0.0.1:1/d", "that answers, got mariadb://u@127.0.0.1:1/d"),
        (f"postgresql://127.0.0.1:1/d?user=u&password={SECRET}", "that answers"),
    ],
)
def test_urls_that_lead_nowhere(url, rule):
    with pytest.raises(SchemaError, match=rule) as refusal:
        Database(url)
    assert_no_secret(refusal.value)


@pytest.mark.parametrize(
    ("url", "driver", "extra"),
    [
        ("postgresql://u@h/d", "psycopg", "postgresql"),
        ("mysql://u@h/d", "pymysql", "mysql"),
        ("mariadb+pymysql://u@h/d", "pymysql", "mysql"),
    ],
)
def test_a_missing_driver_names_its_extra(monkeypatch, url, driver, extra):
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(SchemaError, match=rf"pip install 'huyula\[{extra}\]'"):
        Database(url)


def test_sqlite_is_read_and_neither_made_nor_changed(tmp_path):
    with sqlite3.connect(tmp_path / "hr.db") as connection:
        connection.execute("create table pegawai (nip, nilai)")
        connection.execute("insert into pegawai values ('a', 1), ('b', 2.5), (3, 'x')")
        connection.execute("create view semua as select * from pegawai")
    connection.close()
    before = (tmp_path / "hr.db").read_bytes()
    tables = read_all(f"sqlite:///{tmp_path}/hr.db")
    assert tables["pegawai"].frame.rows() == [(1, "a", "1"), (2, "b", "2.5"), (3, "3", "x")]
    assert len(tables["semua"].frame) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["hr.db"]
    assert (tmp_path / "hr.db").read_bytes() == before


def test_sqlite_files_that_are_none(tmp_path):
    with pytest.raises(SchemaError, match="must name a database that exists"):
        Database(f"sqlite:///{tmp_path}/nowhere.db")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "hr.db").write_bytes(b"no database at all, but long enough to look at" * 20)
    with pytest.raises(SchemaError, match="must be a database of its kind"):
        read_all(f"sqlite:///{tmp_path}/hr.db")


@pytest.mark.parametrize("kind", ["mysql", "mariadb"])
def test_what_would_be_sent_to_mysql_is_its_own_sql(tmp_path, kind):
    """No MySQL server is at hand: the query of real tables, compiled by the driver's dialect."""
    with sqlite3.connect(tmp_path / "hr.db") as connection:
        connection.execute('create table pegawai ("Nama; Aneh`" text, nip text primary key)')
        connection.execute('create table "order" ("select" integer, foto blob)')
    connection.close()
    database = Database(f"sqlite:///{tmp_path}/hr.db")
    engine = create_engine(f"{kind}+pymysql://u@h/d", isolation_level="REPEATABLE READ")
    problems: list[Problem] = []

    def sent(table: str, schema: str | None = None, limit: int | None = None) -> str:
        query = database._select(table, table, schema, problems, [])
        return " ".join(str(query.limit(limit).compile(dialect=engine.dialect)).split())

    assert sent("pegawai") == (
        "SELECT pegawai.`Nama; Aneh```, pegawai.nip FROM pegawai ORDER BY nip"
    )
    assert sent("order") == "SELECT `order`.`select` FROM `order`"
    assert [problem.column for problem in problems] == ["foto"]
    assert sent("order", limit=0).startswith("SELECT `order`.`select` FROM `order` LIMIT ")
    assert engine.dialect.supports_server_side_cursors  # which read in chunks
    levels = engine.dialect.get_isolation_level_values(None)
    assert "REPEATABLE READ" in levels
    database.close()


@pytest.mark.parametrize(
    ("kind", "statements"),
    [
        ("mysql", ["START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"]),
        ("mariadb", ["START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"]),
        ("postgresql", ["SET TRANSACTION READ ONLY"]),
    ],
)
def test_a_transaction_begins_read_only_on_every_server(kind, statements):
    class Sent(list):
        exec_driver_sql = list.append

    database = Database.__new__(Database)
    database._url = make_url(f"{kind}://u@h/d")
    sent = Sent()
    database._begin(sent)  # pyright: ignore[reportArgumentType]
    assert sent == statements


def assert_no_secret(error: BaseException) -> None:
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    assert all(SECRET not in repr(one) + str(one) for one in chain)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_paths_of_this_machine_are_no_urls():
    from features.sources.database import is_url

    assert not is_url(Path("sqlite:/x"))
