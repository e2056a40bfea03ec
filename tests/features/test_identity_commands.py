from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from features.commands import COMMANDS_BY_NAME
from features.errors import ArtifactError, SchemaError, UnknownEmployeeError
from features.identity import TokenTable, open_people
from features.records import load_records
from features.same_person import find_candidates
from features.workspace import Workspace, replace_folder
from tests.conftest import table_of

ROOT = Path(__file__).parent.parent.parent
BASE = Path(__file__).parent / "exports" / "base"
NIP = "198501012010012001"


@pytest.fixture
def call(workspace):
    def run(*words: str | Path) -> Result:
        name, *rest = map(str, words)
        texts = [*rest, "--workspace", str(workspace.root)]
        return CliRunner().invoke(COMMANDS_BY_NAME[name], texts, catch_exceptions=False)

    return run


@pytest.fixture
def ids(call, workspace) -> list[str]:
    """Import three people and return their ids, in the order of their NIP."""
    assert call("import", BASE, "--exported-on", "2025-06-30").exit_code == 0
    return pl.read_parquet(workspace.records / "employees.parquet")["employee_id"].to_list()


def log_of(workspace: Workspace) -> list[dict]:
    text = (workspace.logs / "identity.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def kept_keys(key_folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in key_folder.glob("identity*.key")}


def test_a_new_key_changes_no_employee_id(ids, call, workspace, key_folder):
    old = (key_folder / "identity.key").read_bytes()
    before = {p.name: p.read_bytes() for p in workspace.records.iterdir() if p.is_file()}
    people = open_people(workspace, key_folder)
    result = call("identity", "rotate-key", "--reason", "pegawai TI keluar")
    assert result.stdout.startswith("9 numbers are under a new key; no employee id has changed\n")
    assert {p.name: p.read_bytes() for p in workspace.records.iterdir() if p.is_file()} == before
    new = (key_folder / "identity.key").read_bytes()
    again = open_people(workspace, key_folder)
    assert (again.key, again.names) == (new, people.names)
    assert new != old
    assert again.find("nip", NIP) == people.find("nip", NIP) in ids
    assert kept_keys(key_folder) == {old, new}
    assert {stat.S_IMODE(p.stat().st_mode) for p in key_folder.glob("*.key")} == {0o600}
    with pytest.raises(ArtifactError, match="hashed with another identity key"):
        TokenTable.load(workspace.identity, old)
    assert call("import", BASE, "--exported-on", "2025-06-30").exit_code == 0
    assert pl.read_parquet(workspace.records / "employees.parquet")["employee_id"].to_list() == ids
    (entry,) = log_of(workspace)
    assert (entry["action"], entry["reason"]) == ("rotate-key", "pegawai TI keluar")
    assert entry["by"]


def test_an_old_key_can_be_forgotten(ids, call, workspace, key_folder):
    call("identity", "rotate-key", "--reason", "x", "--forget-old-key")
    assert kept_keys(key_folder) == {open_people(workspace, key_folder).key}


def test_another_workspace_of_the_same_key_is_still_read(ids, call, tmp_path, key_folder):
    other = Workspace(tmp_path / "other")
    arguments = [str(BASE), "--exported-on", "2025-06-30", "--workspace", str(other.root)]
    CliRunner().invoke(COMMANDS_BY_NAME["import"], arguments, catch_exceptions=False)
    person = open_people(other, key_folder).find("nip", NIP)
    for _ in range(2):
        call("identity", "rotate-key", "--reason", "x")
    assert open_people(other, key_folder).find("nip", NIP) == person is not None


ROTATE = """
import os, signal, sys
import huyula
import features.keys, features.workspace, features.rotation
point, n_calls = {point!r}, {{}}
def killed_at(module, name):
    original = getattr(module, name)
    def run(*arguments, **options):
        n_calls[name] = n_calls.get(name, 0) + 1
        if (name, n_calls[name]) == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **options)
    setattr(module, name, run)
killed_at(features.keys, "_write_aside")
killed_at(features.rotation, "change_identity_key")
killed_at(features.workspace, "_swap_link")
killed_at(features.workspace, "write_frame")
killed_at(os, "link"), killed_at(os, "replace")
sys.argv = ["huyula", "identity", "rotate-key", "--reason", "x", "--workspace", {workspace!r}]
huyula.main()
"""
POINTS = [
    ("_write_aside", 2), ("os.link", 2), ("_swap_link", 1), ("change_identity_key", 1),
    ("replace", 1),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point[0]} {point[1]}")
def test_a_change_of_key_killed_anywhere_leaves_a_working_pair(
    ids, call, workspace, key_folder, point
):
    person = open_people(workspace, key_folder).find("nip", NIP)
    text = ROTATE.format(
        point=(point[0].removeprefix("os."), point[1]), workspace=str(workspace.root)
    )
    killed = subprocess.run(
        [sys.executable, "-c", text],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert open_people(workspace, key_folder).find("nip", NIP) == person in ids
    assert call("import", BASE, "--exported-on", "2025-06-30").exit_code == 0
    assert call("identity", "rotate-key", "--reason", "x").exit_code == 0
    people = open_people(workspace, key_folder)
    assert people.find("nip", NIP) == person
    assert people.key == (key_folder / "identity.key").read_bytes()


def test_merged_people_are_one_until_the_merge_is_taken_back(ids, call, workspace, key_folder):
    keep, other, _ = ids
    before = load_records(workspace.records)
    raw = {p.name: p.read_bytes() for p in workspace.records.glob("*.parquet")}
    result = call("identity", "merge", keep, other, "--reason", "NI PPPK baru")
    assert result.stdout.startswith(f"{other} is shown under {keep}; run `huyula profiles`")
    assert load_records(workspace.records).employees["employee_id"].to_list() == sorted(
        {*ids} - {other}
    )
    shown = call("resolve", keep, other, "--reason", "x").stdout.splitlines()[:2]
    assert len({line.split("\t")[1] for line in shown}) == 1
    call("import", BASE, "--exported-on", "2025-06-30")  # compares with what was imported
    assert {p.name: p.read_bytes() for p in workspace.records.glob("*.parquet")} == raw
    call("identity", "unmerge", other, "--reason", "keliru")
    after = load_records(workspace.records)
    assert all(frame.equals(getattr(after, name)) for name, frame in vars(before).items())
    assert [(e["action"], e["employee_ids"]) for e in log_of(workspace)] == [
        ("merge", [keep, other]), ("unmerge", [keep, other]),
    ]  # fmt: skip


def test_only_people_whom_an_import_made_are_merged(ids, call, workspace):
    with pytest.raises(UnknownEmployeeError, match="no employee with employee_id=nobody"):
        call("identity", "merge", ids[0], "nobody", "--reason", "x")
    with pytest.raises(SchemaError, match="reason must say why this is done"):
        call("identity", "merge", ids[0], ids[1], "--reason", " ")
    assert not workspace.merges.exists()
    assert not workspace.logs.exists()


SITI = ("199001012021211001", "199001012024211002", "198812122024212003")


@pytest.fixture
def people() -> TokenTable:
    """Return four people called Siti Rahmawati, three of whom have an NI PPPK."""
    table = TokenTable(b"k" * 32)
    for who, number in zip(("old", "new", "elder"), SITI, strict=True):
        table.give("nip", number, who)
    table.give("nik", "7571014101850001", "unknown")
    table.names |= {
        "old": "Siti Rahmawati", "new": "Siti RAHMAWATI, S.Pd.", "elder": "Dr. Siti Rahmawati",
        "unknown": "SITI  Rahmawati", "other": "Siti Hulopi",
    }  # fmt: skip
    return table


@pytest.fixture
def records(tmp_path) -> Path:
    started = {"old": date(2021, 1, 1), "new": date(2024, 2, 1), "elder": date(2024, 2, 1)}
    employees = table_of(
        "employees", "employee_id employment_type joined_on left_on",
        ("old", "PPPK", started["old"], date(2023, 12, 31)),
        ("new", "PPPK", started["new"], None),
        ("elder", "PPPK", started["elder"], None),
        ("unknown", "PPPK", None, None),
        ("other", "PPPK", date(2024, 2, 1), None),
    )  # fmt: skip
    posts = table_of("employments", "employee_id unit_id post_id valid_from",
                     ("unknown", "U1", "P1", date(2024, 3, 1)))  # fmt: skip
    employees.write_parquet(tmp_path / "employees.parquet")
    posts.write_parquet(tmp_path / "employments.parquet")
    return tmp_path


def test_candidates_have_one_name_no_other_birth_and_follow_each_other(people, records):
    assert find_candidates(people, records).rows() == [
        ("new", "old", date(2023, 12, 31), date(2024, 2, 1), True),
        ("unknown", "old", date(2023, 12, 31), date(2024, 3, 1), None),
    ]
    people.merges = {"old": "new"}
    assert find_candidates(people, records).is_empty() is False  # unknown may be them too
    people.merges |= {"unknown": "new"}
    assert find_candidates(people, records).is_empty()


def test_people_employed_at_the_same_time_are_two(people, records):
    employees = pl.read_parquet(records / "employees.parquet")
    longer = employees.with_columns(left_on=pl.lit(date(2024, 12, 31)))
    longer.write_parquet(records / "employees.parquet")
    assert find_candidates(people, records).is_empty()


def test_an_employee_whom_the_export_no_longer_holds_has_ended(people, records):
    employees = pl.read_parquet(records / "employees.parquet")
    gone = pl.when(employee_id="old").then(pl.lit(date(2024, 1, 15)))
    gone = employees.with_columns(left_on=None, superseded_at=gone)
    gone.cast(dict(employees.schema)).write_parquet(records / "employees.parquet")
    assert find_candidates(people, records)["ended"].unique().to_list() == [date(2024, 1, 15)]


def test_candidates_are_shown_by_their_ids_alone(people, records, call, workspace, key_folder):
    key_folder.mkdir()
    (key_folder / "identity.key").write_bytes(people.key)
    (key_folder / "identity.key").chmod(0o600)
    with replace_folder(workspace.identity) as folder:
        people.save(folder)
    with replace_folder(workspace.records) as folder:
        for path in records.glob("*.parquet"):
            shutil.copy(path, folder)
    shown = call("identity", "candidates", "--reason", "pembersihan").stdout
    rows = [line.split() for line in shown.splitlines()]
    assert rows[0] == ["KEEP_ID", "OTHER_ID", "other", "ended", "began", "birth", "date"]
    assert rows[1] == ["new", "old", "2023-12-31", "2024-02-01", "the", "same"]
    assert rows[2] == ["unknown", "old", "2023-12-31", "2024-03-01", "unknown"]
    assert rows[3][:4] == ["names:", "huyula", "resolve", "ID...;"]
    assert "rahmawati" not in shown.lower()


def test_candidates_are_listed_without_names_and_logged(ids, call, workspace):
    result = call("identity", "candidates", "--reason", "pembersihan")
    assert result.stdout == "no two ids look like one person\n"
    assert log_of(workspace)[0]["action"] == "candidates"
