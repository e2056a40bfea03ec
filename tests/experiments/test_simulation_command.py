"""`huyula simulate`: files on disk, byte for byte, and its refusals."""

import hashlib

import polars as pl
import pytest
from click.testing import CliRunner

from experiments.simulate_command import simulate
from features.workspace import Workspace


def run(workspace, *arguments):
    options = ["--people", "60", "--months", "15", "--workspace", str(workspace)]
    return CliRunner().invoke(simulate, [*options, *arguments], catch_exceptions=False)


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/*"))
        if not path.parts[-2].startswith(".")
    }


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("one", "5"), ("two", "5"), ("three", "6")):
        assert run(tmp_path / name, "--seed", seed).exit_code == 0
    one, two, three = (digests(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one.keys() == three.keys()
    people = "source/pegawai.csv"
    assert one[people] != three[people]


def test_writes_the_export_into_source_and_the_truth_apart(tmp_path):
    result = run(tmp_path, "--dirt", "0.05")
    assert "60 people over 15 months from 2023-01" in result.output
    source = {path.name for path in (tmp_path / "source").iterdir()}
    assert len(source) == 25
    assert all(name.endswith(".csv") for name in source)
    assert {path.name for path in (tmp_path / "truth").iterdir()} == {
        f"{name}.parquet"
        for name in (
            "people", "months", "levels", "courses", "offers", "enrolments", "gains", "units",
            "world", "dirt", "soiled", "marginals",
        )
    }  # fmt: skip
    assert pl.read_parquet(tmp_path / "truth" / "dirt.parquet")["n_rows"].sum() > 50
    words = (tmp_path / "source" / "pegawai.csv").read_text(encoding="utf-8")
    assert "engagement" not in words


def test_files_are_semicolon_separated_with_blanks_for_nothing(tmp_path):
    run(tmp_path, "--dirt", "0")
    header, first, *_ = (
        (tmp_path / "source" / "ref_unor.csv").read_text(encoding="utf-8").splitlines()
    )
    assert header == "Id;InstansiId;DiatasanId;EselonId;NamaUnor;NamaJabatan"
    assert first.split(";")[2:4] == ["", ""]


def test_clean_export_has_nothing_spoiled(tmp_path):
    assert " 0 of them spoiled" in run(tmp_path, "--dirt", "0").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--people", "5"], "5 is not in the range", id="people"),
        pytest.param(["--months", "many"], "'many' is not a valid integer", id="months"),
        pytest.param(["--seed", "-1"], "-1 is not in the range", id="seed"),
        pytest.param(["--start", "2023-13"], "does not match the format", id="start"),
        pytest.param(["--dirt", "2"], "2.0 is not in the range", id="dirt"),
    ],
)
def test_refuses_bad_arguments(tmp_path, arguments, message):
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "source").exists()


def test_failure_leaves_the_earlier_export_as_it_was(tmp_path, monkeypatch):
    run(tmp_path)
    before = digests(tmp_path)

    def fail(*_arguments, **_options):
        raise OSError("disk full")

    monkeypatch.setattr(pl.DataFrame, "write_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        run(tmp_path, "--seed", "9")
    monkeypatch.undo()
    assert digests(tmp_path) == before
    with Workspace(tmp_path).lock():
        pass
