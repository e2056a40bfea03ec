"""The simulated export walks the same road as a real one: `huyula import` reads it."""

import polars as pl
import pytest
from click.testing import CliRunner

from experiments.simulate_command import simulate
from features.commands import COMMANDS_BY_NAME


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """Return a function that simulates with some dirt, imports, and returns the workspace."""
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(tmp_path / "keys"))

    def run(dirt):
        workspace = tmp_path / "workspace"
        options = ["--workspace", str(workspace)]
        size = ["--people", "150", "--months", "14", "--dirt", str(dirt)]
        source = str(workspace / "source")
        for command, arguments in (
            (simulate, size),
            (COMMANDS_BY_NAME["import"], [source, "--mapping", "siasn"]),
        ):
            result = CliRunner().invoke(command, [*arguments, *options], catch_exceptions=False)
            assert result.exit_code == 0, result.output
        return workspace

    return run


def n_rows(workspace, table):
    return pl.read_parquet(workspace / "records" / f"{table}.parquet").height


def test_every_row_of_a_clean_export_is_kept(imported):
    workspace = imported(0)
    assert pl.read_csv(workspace / "records" / "quarantine.csv").height == 0
    source = {
        path.stem: pl.read_csv(path, separator=";", infer_schema=False).height
        for path in (workspace / "source").iterdir()
    }
    assert n_rows(workspace, "employees") == source["pegawai"] == 150
    assert n_rows(workspace, "attendance") == source["presensi"]
    assert n_rows(workspace, "assessments") == source["asesmen"]
    assert n_rows(workspace, "offers") == source["penawaran"]
    assert n_rows(workspace, "sessions") == source["jadwal_kursus"]
    enrolled = source["kursus"] + source["diklat"] + source["peserta_kursus"]
    assert n_rows(workspace, "enrolments") == enrolled


def test_a_dirty_export_is_imported_and_loses_little(imported):
    workspace = imported(0.05)
    assert pl.read_csv(workspace / "records" / "quarantine.csv").height > 20
    assert 130 <= n_rows(workspace, "employees") <= 150
    assert n_rows(workspace, "attendance") > 0.85 * 150 * 13
