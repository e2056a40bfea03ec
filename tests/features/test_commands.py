from __future__ import annotations

import json
import stat
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from features.commands import COMMANDS_BY_NAME
from features.errors import ArtifactError, HuyulaError, MissingStepError, SchemaError
from features.profiles import FEATURES, KEYS
from features.schema import TABLES

BASE = Path(__file__).parent / "exports" / "base"


@pytest.fixture
def call(workspace):
    def run(name: str, *arguments: str | Path) -> Result:
        texts = [*map(str, arguments), "--workspace", str(workspace.root)]
        return CliRunner().invoke(COMMANDS_BY_NAME[name], texts, catch_exceptions=False)

    return run


@pytest.fixture
def imported(call) -> Result:
    result = call("import", BASE, "--exported-on", "2025-06-30")
    assert result.exit_code == 0
    return result


def test_import_writes_records_quarantine_report_and_identities(imported, workspace):
    assert len(pl.read_parquet(workspace.records / "employees.parquet")) == 3
    assert json.loads((workspace.records / "import_report.json").read_text())["mapping"] == "siasn"
    assert (workspace.records / "quarantine.csv").exists()
    assert stat.S_IMODE(workspace.identity.stat().st_mode) == 0o700


def test_import_says_what_it_did(imported, workspace):
    lines = imported.stdout.splitlines()
    assert lines[0].split() == ["file", "rows", "kept", "quarantined"]
    assert "nothing was quarantined" in lines
    assert lines[-1] == f"records: {workspace.records}"
    assert imported.stderr == "Importing: done\n"


def test_import_again_keeps_every_person(imported, call, workspace):
    before = {path.name: path.read_bytes() for path in workspace.records.glob("*.parquet")}
    again = call("import", BASE, "--exported-on", "2025-06-30")
    tables = {path.name: path.read_bytes() for path in workspace.records.glob("*.parquet")}
    assert (tables, len(tables)) == (before, len(TABLES))
    assert any(line.startswith("nothing changed") for line in again.stdout.splitlines())


def test_import_refuses_dates_after_the_export(call, workspace):
    call("import", BASE, "--exported-on", "2024-12-31")
    rules = pl.read_csv(workspace.records / "quarantine.csv")
    assert rules.select("file", "rule").unique().rows() == [
        ("presensi.csv", "must not lie after 2024-12-31")
    ]


def test_import_of_nothing_leaves_the_workspace_empty(call, workspace, tmp_path):
    with pytest.raises(SchemaError, match="^PATH must be a folder or file that exists, got "):
        call("import", tmp_path / "nowhere")
    assert [path.name for path in workspace.root.iterdir()] == [".lock"]


def test_import_refuses_a_workspace_whose_identity_key_is_lost(
    imported, call, workspace, key_folder
):
    before = [path.readlink() for path in (workspace.records, workspace.identity)]
    (key_folder / "identity.key").unlink()
    with pytest.raises(ArtifactError, match="HUYULA_KEY_FOLDER"):
        call("import", BASE)
    assert [path.readlink() for path in (workspace.records, workspace.identity)] == before
    assert not (key_folder / "identity.key").exists()


def test_import_refuses_a_workspace_of_another_identity_key(imported, call, key_folder):
    (key_folder / "identity.key").write_bytes(b"x" * 32)
    with pytest.raises(ArtifactError, match="hashed with another identity key"):
        call("import", BASE)


def test_import_is_told_when_the_workspace_is_in_use(call, workspace):
    with workspace.lock(), pytest.raises(HuyulaError, match="is in use by another huyula command"):
        call("import", BASE)


def test_profiles_are_written_for_one_date(imported, call, workspace):
    result = call("profiles", "--as-of", "2025-06-01")
    assert result.stdout == f"profiles of 3 people as of 2025-06-01: {workspace.profiles}\n"
    people = pl.read_parquet(workspace.profiles / "people.parquet")
    assert people.columns == [*KEYS, *FEATURES]
    assert people["n_attendance_months"].to_list() == [1, 1, 1]
    assert pl.read_parquet(workspace.profiles / "competencies.parquet").is_empty()


def test_profiles_look_back_from_the_newest_record(imported, call):
    assert "as of 2025-02-01" in call("profiles").stdout  # attendance ends with January


def test_profiles_need_an_import(call):
    with pytest.raises(MissingStepError, match=r"records is missing: run `huyula import` first"):
        call("profiles")


def test_resolve_shows_names_and_logs_the_reason(imported, call, workspace):
    ids = pl.read_parquet(workspace.records / "employees.parquet")["employee_id"].to_list()
    result = call("resolve", *ids, "nobody", "--reason", "rapat talenta")
    *shown, last = result.stdout.splitlines()
    names = dict(line.split("\t") for line in shown)
    assert sorted(names.values()) == [
        "(unknown)", "Dr. Ridwan Napu", "Siti Rahmawati Hulopi S.E.", "Yulia Mantali A.Md.",
    ]  # fmt: skip
    assert names["nobody"] == "(unknown)"
    log = workspace.logs / "resolve.jsonl"
    assert last == f"This look-up was logged in {log}."
    entry = json.loads(log.read_text())
    assert (entry["employee_ids"], entry["reason"]) == ([*ids, "nobody"], "rapat talenta")
    assert not any(name in log.read_text() for name in names.values() if name != "(unknown)")


def test_resolve_needs_a_reason(imported, call, workspace):
    assert call("resolve", "e1").exit_code == 2
    with pytest.raises(SchemaError, match="reason must say why the names are needed"):
        call("resolve", "e1", "--reason", " ")
    assert not workspace.logs.exists()


def test_resolve_needs_an_import(call):
    with pytest.raises(MissingStepError, match=r"identity is missing: run `huyula import` first"):
        call("resolve", "e1", "--reason", "x")


def test_the_workspace_may_come_from_the_environment(workspace, monkeypatch):
    monkeypatch.setenv("HUYULA_WORKSPACE", str(workspace.root))
    with pytest.raises(MissingStepError, match=str(workspace.records)):
        CliRunner().invoke(COMMANDS_BY_NAME["profiles"], [], catch_exceptions=False)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("import", ["Read an HR export", "quarantine.csv", "--mapping", "siasn", "--exported-on"]),
        ("profiles", ["competency and performance profile", "--as-of", "YYYY-MM-DD"]),
        ("resolve", ["Show the names behind employee ids", "--reason", "is logged"]),
    ],
)
def test_help_says_what_a_command_is_for(name, texts):
    shown = CliRunner().invoke(COMMANDS_BY_NAME[name], ["--help"]).output
    assert all(text in " ".join(shown.split()) for text in [*texts, "--workspace FOLDER"])
