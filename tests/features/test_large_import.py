"""An import that does not fit into memory gives what one that does gives."""

from __future__ import annotations

import json
import runpy
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

from features.bench_import import (
    ImportBenchmark,
    Measured,
    bench_import,
    run_benchmark,
    write_export,
)
from features.identity import TokenTable
from features.importing import Imported, import_export, save_import
from features.sources.mapping import load_mapping

TODAY = date(2026, 1, 31)
DIRT = (
    "x;01-01-2025;22;22;0;0;0;0\n"  # nobody
    "A5EB03E241D4F6A0E010000000000003;31-02-2025;22;22;0;0;0;0\n"  # no date
    "A5EB03E241D4F6A0E010000000000004;01-01-1990;20;1;1;0;0;0\n"  # conflicts with an earlier row
    "A5EB03E241D4F6A0E010000000000005;45658;22;22;0;0;0;0\n"  # repaired
    "A5EB03E241D4F6A0E010000000000006;01-01-2025;22\n"  # too short
    "JUMLAH;;1;1;1;1;1;1\n"
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    assert write_export(folder, rows=1500, people=50) == 1550
    with (folder / "presensi.csv").open("a") as stream:
        stream.write(DIRT * 30)
    return folder


@pytest.fixture
def run(export: Path):
    people = TokenTable(b"k" * 32)

    def run(scratch: Path | None = None) -> Imported:
        return import_export(
            export, load_mapping("siasn"), people, today=TODAY, progress=lambda _: None,
            scratch=scratch,
        )  # fmt: skip

    return run


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("features.sources.decoding.BLOCK_BYTES", 4096)
    monkeypatch.setattr("features.sources.spool.MEMORY_BYTES", 20_000)
    monkeypatch.setattr("features.sources.spool.ROWS_A_PART", 200)
    monkeypatch.setattr("features.sources.spool._GROUP_ROWS", 50)
    monkeypatch.setattr("features.sources.spool._SAMPLE_EVERY", 10)
    monkeypatch.setattr("features.sources.findings.ROWS_IN_MEMORY", 40)
    monkeypatch.setattr("features.table_store.MEMORY_BYTES", 10_000)


def test_an_import_through_the_disk_gives_the_same(run, no_memory, monkeypatch, tmp_path):
    large = run(tmp_path / "scratch")
    spilled = {path.name.split("-")[0] for path in (tmp_path / "scratch").iterdir()}
    assert {"attendance", "findings", "sorted"} <= spilled
    monkeypatch.undo()
    small = run()
    assert large.report == small.report
    assert_frame_equal(large.quarantine, small.quarantine)
    assert_frame_equal(large.repaired.frame(), small.repaired.frame())
    for name, frame in small.tables.items():
        assert_frame_equal(large.tables[name], frame)
        assert_frame_equal(large.tables.scan(name).collect(), frame)
    assert small.report["files"]["presensi.csv"] == {
        "read": 1500 + 6 * 30, "kept": 1501, "quarantined": 179, "repaired": 30,
    }  # fmt: skip


def test_large_tables_move_into_place_and_the_scratch_folder_goes(run, no_memory, tmp_path):
    target = tmp_path / "records"
    target.mkdir()
    with run(tmp_path / "scratch") as large:
        expected, problems = large.tables["attendance"], large.quarantine
        save_import(large, target)
    assert not (tmp_path / "scratch").exists()
    assert_frame_equal(pl.read_parquet(target / "attendance.parquet"), expected)
    assert_frame_equal(large.tables["attendance"], expected)
    assert pl.read_csv(target / "repairs.csv").height == 30
    quarantine = pl.read_csv(target / "quarantine.csv", infer_schema=False)
    shown = problems.with_columns(pl.col(pl.String).fill_null(""))
    assert_frame_equal(quarantine.cast({"line": pl.Int64}), shown)
    lines = quarantine["line"].cast(pl.Int64).to_list()
    assert lines == sorted(lines)


def test_an_import_that_fails_removes_its_scratch_folder(run, no_memory, export, tmp_path):
    (export / "pegawai.csv").write_text("pns_id;jenis_pegawai_nama\n")
    from features.errors import SchemaError

    with pytest.raises(SchemaError, match="must name at least one person"):
        run(tmp_path / "scratch")
    assert not (tmp_path / "scratch").exists()


@pytest.mark.slow
def test_the_benchmark_counts_its_rows_and_prints_json(tmp_path):
    arguments = ["--rows", "300", "--people", "100", "--folder", str(tmp_path), "--json"]
    done = CliRunner().invoke(bench_import, arguments)
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert found["rows"] == 400
    assert found["ratio"] > 0
    assert found["imported"]["peak_mib"] > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("way", ["import", "copy"])
def test_each_way_of_the_benchmark_writes_every_row_and_measures_itself(
    tmp_path, monkeypatch, capsys, way
):
    export, target = tmp_path / "export", tmp_path / "target"
    export.mkdir()
    target.mkdir()
    write_export(export, rows=300, people=100)
    monkeypatch.setattr(sys, "argv", ["bench_import", way, str(export), str(target)])
    monkeypatch.delitem(sys.modules, "features.bench_import")
    runpy.run_module("features.bench_import", run_name="__main__")
    measured = json.loads(capsys.readouterr().out)
    assert all(measured[name] > 0 for name in ("seconds", "cpu_seconds", "peak_mib"))
    attendance = "attendance" if way == "import" else "presensi"
    assert pl.read_parquet(target / f"{attendance}.parquet").height == 300


def test_the_benchmark_prints_speed_and_memory_beside_a_plain_copy(monkeypatch):
    found = ImportBenchmark(
        rows=3_000, people=100, file_mib=2.4, rows_per_second=1500.0, ratio=4.0,
        imported=Measured(2.0, 3.0, 300.0), copied=Measured(0.5, 0.25, 100.0),
    )  # fmt: skip
    monkeypatch.setattr("features.bench_import.run_benchmark", lambda *_: found)
    done = CliRunner().invoke(bench_import, [], catch_exceptions=False)
    assert [line.split() for line in done.output.splitlines()] == [
        ["3,000", "rows", "of", "100", "people,", "2", "MiB", "of", "CSV"],
        ["seconds", "CPU", "s", "rows/s", "peak", "MiB"],
        ["huyula", "import", "2.00", "3.00", "1,500", "300"],
        ["Polars,", "no", "check", "0.50", "0.25", "6,000", "100"],
        ["ratio", "4.0"],
    ]


def test_the_benchmark_refuses_what_it_cannot_write(tmp_path):
    with pytest.raises(ValueError, match="rows must be at least people"):
        run_benchmark(5, 10)
    with pytest.raises(ValueError, match="rows must fit into months since 1990"):
        write_export(tmp_path, rows=1000, people=1)
