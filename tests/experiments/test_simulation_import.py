"""The simulated export walks the same road as a real one: `huyula import` reads it."""

import polars as pl
import pytest
from click.testing import CliRunner

from experiments.simulate_command import simulate
from features.commands import COMMANDS_BY_NAME
from features.schema import TABLES


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
    for table, file in (
        ("grades", "golongan"), ("surveys", "survei"), ("unit_reviews", "kinerja_unit"),
        ("service_targets", "target_layanan"), ("awards", "penghargaan"), ("discipline", "hukdis"),
        ("regulations", "peraturan"), ("feedback360", "umpan_balik_360"), ("reviews", "skp22"),
    ):  # fmt: skip
        assert n_rows(workspace, table) == source[file], table
    required = source["standar_kompetensi"] + source["perubahan_standar"]
    assert n_rows(workspace, "post_requirements") == required
    enrolled = source["kursus"] + source["diklat"] + source["peserta_kursus"]
    assert n_rows(workspace, "enrolments") == enrolled


def test_a_dirty_export_is_imported_and_loses_little(imported):
    workspace = imported(0.05)
    assert pl.read_csv(workspace / "records" / "quarantine.csv").height > 20
    assert 130 <= n_rows(workspace, "employees") <= 150
    assert n_rows(workspace, "attendance") > 0.85 * 150 * 13


def test_every_canonical_column_is_filled_from_the_export(imported):
    """All but what the simulation has nothing to say about."""
    workspace = imported(0)
    empty = {
        f"{table.name}.{column.name}"
        for table in TABLES
        for frame in [pl.read_parquet(workspace / "records" / f"{table.name}.parquet")]
        for column in table.columns
        if frame.height and frame[column.name].null_count() == frame.height
    }
    assert empty == {
        "courses.certificate_years", "courses.language", "employees.languages", "employees.reach",
        "reviews.score", "service_targets.post_id",
    }  # fmt: skip


def test_numeric_appraisals_of_earlier_years_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(tmp_path / "keys"))
    workspace = tmp_path / "workspace"
    options = ["--workspace", str(workspace)]
    size = ["--people", "150", "--months", "30", "--start", "2020-07", "--dirt", "0"]
    source = str(workspace / "source")
    for command, arguments in (
        (simulate, size),
        (COMMANDS_BY_NAME["import"], [source, "--mapping", "siasn"]),
    ):
        result = CliRunner().invoke(command, [*arguments, *options], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    reviews = pl.read_parquet(workspace / "records" / "reviews.parquet")
    scales = dict(reviews.group_by("scale").agg(pl.col("year").unique().sort()).rows())
    assert scales == {"numeric": [2019, 2020, 2021]}
    numeric = reviews.filter(pl.col("scale") == "numeric")
    assert numeric["score"].is_between(40, 100).all()
    assert numeric["predicate"].null_count() == numeric.height
    moves = pl.read_parquet(workspace / "records" / "employments.parquet")
    equated = moves.filter(pl.col("move") == "penyetaraan")
    assert equated.height >= 1
    assert {(day.year, day.month) for day in equated["valid_from"]} == {(2021, 12)}
    posts = pl.read_parquet(workspace / "records" / "posts.parquet")
    assert set(equated.join(posts, on="post_id")["post_level"]) == {"ahli_muda"}
