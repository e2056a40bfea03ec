"""What the engines read and write: records from a folder, profiles into a file."""

from __future__ import annotations

import shutil

import duckdb
import narwhals as nw
import polars as pl
import pytest
from click.testing import CliRunner

from features import engines
from features.commands import profiles
from features.competency import LONG
from features.engines import (
    ENGINES,
    MANY_ROWS,
    connect_duckdb,
    is_eager,
    kept_in_order,
    numbered,
    open_engine,
    spark_session,
    suited_engine,
    write_parquet,
)
from features.errors import SchemaError
from features.horizon import end_of_records
from features.merges import write_merges
from features.profiles import build_profiles
from features.records import load_records
from features.workspace import replace_folder
from tests.features.engines.cases import AS_OF, draw_records
from tests.features.engines.frames import assert_same, read, to_polars

LOCAL = ("polars", "pandas", "duckdb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder of records, to be read only."""
    folder = tmp_path_factory.mktemp("records")
    for name, frame in vars(draw_records(3)).items():
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def built(folder):
    """Return the profiles of these records on every engine that starts at once."""
    return {engine: build_profiles(load_records(folder, engine), AS_OF) for engine in LOCAL}


def test_profiles_of_loaded_records_are_the_same_on_every_engine(built, tmp_path):
    expected = read(built["polars"])
    for engine in LOCAL:
        assert_same(read(built[engine]), expected)
        n_rows = write_parquet(built[engine].people, tmp_path / f"{engine}.pq")
        assert n_rows == len(expected["people"]) > 0
        assert_same({"people": pl.read_parquet(tmp_path / f"{engine}.pq")},
                    {"people": expected["people"]})  # fmt: skip


def test_merged_people_are_one_on_every_engine(folder, tmp_path):
    inner = tmp_path / "records"
    shutil.copytree(folder, inner)
    write_merges(tmp_path / "merges.json", {"e2": "e1"})
    expected = tables_of(load_records(inner))
    for frame in (f for f in expected.values() if "employee_id" in f):
        assert "e2" not in frame["employee_id"]
    assert "e2" in load_records(folder).feedback360["employee_id"]
    assert "e1" in expected["feedback360"]["employee_id"]
    for engine in LOCAL:
        assert_same(tables_of(load_records(inner, engine)), expected)


def tables_of(records):
    """Return every table as a Polars frame, its rows in an order that no engine chooses."""
    frames = {name: to_polars(frame) for name, frame in vars(records).items()}
    return {name: frame.sort(frame.columns) for name, frame in frames.items()}


def test_competencies_stand_in_the_order_of_their_keys_on_every_engine(built, tmp_path):
    for engine in LOCAL:
        write_parquet(built[engine].competencies, tmp_path / f"{engine}.pq")
        written = pl.read_parquet(tmp_path / f"{engine}.pq")
        keys = written.select("employee_id", "competency_id").rows()
        assert keys == sorted(set(keys)) != []
        assert tuple(written.columns) == LONG


def test_people_worked_out_one_at_a_time_are_the_same(folder, built, monkeypatch):
    monkeypatch.setattr(engines, "SLICE", 1)
    expected = read(built["duckdb"])
    assert len(expected["people"]) > 2
    assert_same(read(build_profiles(load_records(folder, "duckdb"), AS_OF)), expected)


def test_duckdb_writes_rows_kept_in_slices_in_their_order(monkeypatch, tmp_path):
    monkeypatch.setattr(engines, "SLICE", 150_000)
    people = connect_duckdb(threads=2).sql("SELECT hash(range) AS h, range AS n FROM range(700000)")
    kept = kept_in_order(lambda some: some, nw.from_native(people).lazy(), "n", ["n"])
    assert write_parquet(kept.to_native(), tmp_path / "kept.parquet") == 700_000
    assert pl.read_parquet(tmp_path / "kept.parquet")["n"].to_list() == list(range(700_000))


@pytest.mark.parametrize("engine", LOCAL)
def test_numbers_stand_for_keys_in_their_order(engine):
    keys = open_engine(engine).hold(pl.DataFrame({"key": ["b", "B", "a1", "a", "é", "z"]}))
    found = numbered(nw.from_native(keys).lazy(), "key", "n").sort("n").select("key", "n").collect()
    assert found["key"].to_list() == ["B", "a", "a1", "b", "z", "é"]
    assert found["n"].to_list() == sorted(set(found["n"].to_list()))


@pytest.mark.slow
def test_spark_keeps_the_key_in_place_of_a_number(spark):
    keys = nw.from_native(spark.createDataFrame([("b",), ("a",)], ["key"]))
    rows = numbered(keys, "key", "n").to_native().collect()
    assert sorted(tuple(row) for row in rows) == [("a", "a"), ("b", "b")]


@pytest.mark.slow
def test_spark_loads_and_writes_what_polars_does(folder, tmp_path, spark):
    assert spark_session() is spark  # the one there is
    records = load_records(folder, "pyspark")
    assert end_of_records(records) == end_of_records(load_records(folder))
    assert write_parquet(records.reviews, tmp_path / "reviews.pq") == records.reviews.count()
    assert pl.read_parquet(tmp_path / "reviews.pq").equals(load_records(folder).reviews)


def test_the_end_of_records_is_the_same_on_every_engine(folder):
    assert len({end_of_records(load_records(folder, engine)) for engine in LOCAL}) == 1


def test_duckdb_reads_nothing_and_keeps_shared_parts_until_profiles_are_read(built):
    people = built["duckdb"].people
    assert isinstance(people, duckdb.DuckDBPyRelation)
    assert not is_eager(people)
    kept = people.query("people", "SELECT count(*) FROM duckdb_tables() WHERE temporary")
    assert kept.fetchall() == [(3,)]  # posts, competencies, the whole rows


def test_duckdb_keeps_to_its_memory_and_spills_outside_the_working_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    connection = connect_duckdb("64MiB", threads=1)
    rows = connection.sql("SELECT hash(range) AS h FROM range(8_000_000) ORDER BY h")
    assert write_parquet(rows, tmp_path / "sorted.parquet") == 8_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["sorted.parquet"]
    assert pl.read_parquet(tmp_path / "sorted.parquet")["h"].is_sorted()


def test_a_file_that_cannot_be_written_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        write_parquet(duckdb.sql("SELECT 1 AS a"), tmp_path / "nowhere" / "a.parquet")


def test_few_rows_suit_polars_and_many_suit_duckdb(folder):
    held = sum(len(pl.read_parquet(path)) for path in folder.glob("*.parquet"))
    assert suited_engine(folder) == "polars"
    for lacking, engine in ((1, "polars"), (0, "duckdb")):
        rows = pl.select(x=pl.repeat(True, MANY_ROWS - held - lacking))
        rows.write_parquet(folder / "more.parquet")
        assert suited_engine(folder) == engine


def test_an_unknown_engine_is_refused(folder):
    with pytest.raises(SchemaError, match="engine must be one of polars, pandas, duckdb, pyspark"):
        load_records(folder, "dask")


def test_the_command_offers_every_engine_and_writes_the_same_profiles(workspace):
    with replace_folder(workspace.records) as records:
        for name, frame in vars(draw_records(3)).items():
            frame.write_parquet(records / f"{name}.parquet")
    written = {}
    for engine in LOCAL:
        run = ["--engine", engine, "--as-of", str(AS_OF), "--workspace", str(workspace.root)]
        result = CliRunner().invoke(profiles, run, catch_exceptions=False)
        assert f"as of {AS_OF}" in result.output
        paths = sorted(workspace.profiles.glob("*.parquet"))
        written[engine] = {path.name: pl.read_parquet(path) for path in paths}
    assert_same(written["duckdb"], written["polars"])
    assert_same(written["pandas"], written["polars"])
    option = next(p for p in profiles.params if p.name == "engine")
    assert tuple(option.type.choices) == ("auto", *ENGINES)
