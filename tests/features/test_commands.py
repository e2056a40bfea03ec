from __future__ import annotations

import json
import stat
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from features.commands import COMMANDS_BY_NAME
from features.errors import ArtifactError, HuyulaError, MissingStepError, SchemaError
from features.identity import open_people
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


def export_of(folder: Path, **replaced: tuple[str, str]) -> Path:
    """Write the base export with a text replaced in some of its files."""
    folder.mkdir()
    for path in BASE.iterdir():
        old, new = replaced.get(path.stem, ("", ""))
        assert old in path.read_text()
        (folder / path.name).write_text(path.read_text().replace(old, new, 1 if old else 0))
    return folder


def test_an_import_says_what_changed_since_the_one_before(imported, call, tmp_path, workspace):
    later = export_of(
        tmp_path / "later", skp22=("Baik", "Sangat Baik"), presensi=(";22;20;2;0", "")
    )
    lines = call("import", later, "--exported-on", "2025-07-31").stdout.splitlines()
    start = lines.index("since the import of 2025-06-30:")
    assert lines[start + 1 : -2] == [
        "  units                 3 unchanged",
        "  posts                 2 unchanged",
        "  employees             3 unchanged",
        "  employments           3 unchanged",
        "  reviews               1 corrected, 2 unchanged",
        "  courses               2 unchanged",
        "  enrolments            2 unchanged",
        "  attendance            1 withdrawn, 2 unchanged",
        "  protected_attributes  3 unchanged",
    ]
    report = json.loads((workspace.records / "import_report.json").read_text())
    assert report["changes"]["tables"]["reviews"]["corrected"] == 1
    assert "as of 2025-02-01, known before 2025-08-01" in call("profiles").stdout


def test_a_full_export_that_lacks_a_table_is_warned_of(imported, call, tmp_path):
    later = export_of(tmp_path / "later")
    (later / "presensi.csv").unlink()
    shown = call("import", later, "--exported-on", "2025-07-31").stdout
    assert "warning: this export holds no attendance: all 3 rows were withdrawn; if it" in shown


def test_a_partial_export_of_one_file_adds_to_the_records(imported, call, tmp_path, workspace):
    folder = tmp_path / "months"
    folder.mkdir()
    text = (BASE / "presensi.csv").read_text().replace("01-01-2025", "01-07-2025")
    (folder / "presensi.csv").write_text(text)
    shown = call("import", folder, "--exported-on", "2025-07-31", "--partial").stdout
    assert "nothing was quarantined" in shown
    assert "  attendance            3 new" in shown.splitlines()
    assert len(pl.read_parquet(workspace.records / "attendance.parquet")) == 6
    assert len(pl.read_parquet(workspace.records / "employees.parquet")) == 3


def test_what_a_partial_export_merely_mentions_corrects_nothing(
    imported, call, tmp_path, workspace
):
    folder = tmp_path / "people"
    folder.mkdir()
    text = (BASE / "pegawai.csv").read_text().replace("Dinas Pendidikan", "Dinas Lain")
    (folder / "pegawai.csv").write_text(text)  # no list of units: they are those it names
    shown = call("import", folder, "--exported-on", "2025-07-31", "--partial").stdout
    assert "nothing changed" in shown
    units = pl.read_parquet(workspace.records / "units.parquet")
    assert units.filter(unit_id="UNOR-1")["name"].to_list() == ["Dinas Pendidikan"]


def test_undo_puts_records_and_people_back(imported, call, tmp_path, workspace, key_folder):
    new = export_of(tmp_path / "new", pegawai=("198501012010012001", "198501012010012009"))
    before = {p.name: p.read_bytes() for p in workspace.records.iterdir() if p.is_file()}
    people = open_people(workspace, key_folder)
    call("import", new, "--exported-on", "2025-07-31")
    assert open_people(workspace, key_folder).find("nip", "198501012010012009")
    result = call("import", "--undo")
    assert result.stdout.startswith("the import of 2025-07-31 (mapping siasn) is undone: ")
    assert {p.name: p.read_bytes() for p in workspace.records.iterdir() if p.is_file()} == before
    again = open_people(workspace, key_folder)
    assert (again.tokens, again.names) == (people.tokens, people.names)
    with pytest.raises(HuyulaError, match="nothing is kept from before the import of 2025-06-30"):
        call("import", "--undo")


@pytest.mark.parametrize("arguments", [[], [BASE, "--undo"]])
def test_import_takes_a_path_or_undo(call, arguments):
    result = call("import", *arguments)
    assert (result.exit_code, "give either PATH or --undo" in result.output) == (2, True)


def test_profiles_can_be_built_from_what_was_known_later(imported, call, workspace, tmp_path):
    later = export_of(tmp_path / "later", skp22=("Baik", "Sangat Baik"))
    call("import", later, "--exported-on", "2025-07-31")

    def predicates(*options: str) -> list[float]:
        call("profiles", "--as-of", "2025-06-01", *options)
        people = pl.read_parquet(workspace.profiles / "people.parquet")
        return sorted(people["predicate"].to_list())

    then = predicates()
    assert predicates("--known-at", "2025-07-31") == then
    now = predicates("--known-at", "2025-08-01")
    assert now == sorted([*then[:-1], 5.0]) != then
    assert (
        "known before 2025-08-01"
        in call("profiles", "--as-of", "2025-06-01", "--known-at", "2025-08-01").stdout
    )


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            "import",
            [
                "Read an HR export",
                "quarantine.csv",
                "--mapping",
                "siasn",
                "--exported-on",
                "--partial",
                "--undo",
            ],
        ),
        ("profiles", ["competency and performance profile", "--as-of", "YYYY-MM-DD", "--known-at"]),
        ("resolve", ["Show the names behind employee ids", "--reason", "is logged"]),
    ],
)
def test_help_says_what_a_command_is_for(name, texts):
    shown = CliRunner().invoke(COMMANDS_BY_NAME[name], ["--help"]).output
    assert all(text in " ".join(shown.split()) for text in [*texts, "--workspace FOLDER"])
