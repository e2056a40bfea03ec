"""One person goes from every place, everybody else stays, and half-done work can be repeated."""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

import features.erasure
from features.commands import COMMANDS_BY_NAME
from features.erasure import count_rows, erase_person, ids_of
from features.erasure_commands import erase
from features.errors import HuyulaError, SchemaError, UnknownEmployeeError
from features.history import undo_import
from features.identity import open_people
from features.merges import read_merges, write_merges
from features.records import load_records
from features.workspace import Workspace, replace_folder

BASE = Path(__file__).parent / "exports" / "base"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Import people twice, profile them and log something about each; return where."""
    root = tmp_path_factory.mktemp("made")
    workspace = Workspace(root / "workspace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(root / "keys"))
        for name, *rest in (
            ["import", str(BASE), "--exported-on", "2025-06-30"],
            ["import", str(BASE), "--exported-on", "2025-07-31"],
            ["profiles"],
        ):
            texts = [*rest, "--workspace", str(workspace.root)]
            CliRunner().invoke(COMMANDS_BY_NAME[name], texts, catch_exceptions=False)
    frame = pl.read_parquet(workspace.records / "employees.parquet").select("employee_id")
    for folder in (workspace.slates, workspace.support_lots, workspace.output):
        folder.mkdir(parents=True)
        frame.write_parquet(folder / "2025-07-01.parquet", row_group_size=1)
    frame.write_csv(workspace.output / "recommendations.csv")
    (workspace.output / "report.html").write_text("<p>3 people</p>")
    with replace_folder(workspace.output / "recommendations") as fresh:
        frame.write_parquet(fresh / "part-0.parquet")
    with replace_folder(workspace.snapshot) as fresh:
        frame.write_parquet(fresh / "people.parquet")
        (fresh / "units.csv").write_text("unit_id\nu1\n")
    about = {"at": "2025-07-01", "by": "x", "action": "ask"}
    lines = [json.dumps(about | {"employee_id": one}) for one in frame["employee_id"]]
    workspace.support_asked.write_text("\n".join([*lines, ""]))
    return root


@pytest.fixture
def workspace(made, tmp_path) -> Workspace:
    shutil.copytree(made / "workspace", tmp_path / "workspace", symlinks=True)
    shutil.copytree(made / "keys", tmp_path / "keys")
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def ids(workspace) -> list[str]:
    return pl.read_parquet(workspace.records / "employees.parquet")["employee_id"].to_list()


def places_of(workspace: Workspace, employee_id: str) -> list[str]:
    """Return every file that holds an id in whatever way; Parquet is read."""
    found = []
    for path in workspace.root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            text = path.read_bytes()
            if path.suffix == ".parquet":
                text = str(pl.read_parquet(path).rows()).encode()
            if employee_id.encode() in text or employee_id in path.name:
                found.append(str(path.relative_to(workspace.root)))
    return found


def run(workspace, *words, **how):
    texts = [*words, "--workspace", str(workspace.root)]
    return CliRunner().invoke(erase, texts, catch_exceptions=False, **how)


def test_nothing_of_the_person_is_left_and_all_of_the_others(ids, workspace, key_folder):
    gone, other, _ = ids
    (workspace.output / f"profile-{gone}.html").write_text("a page")
    before = {name: count_rows(workspace, frozenset({name})) for name in ids}
    mode = workspace.identity.resolve().stat().st_mode & 0o777
    said = run(workspace, gone, "--reason", "permohonan 12/2026", "--yes").output
    assert f"slates{'':<11}{1:>8} rows" in said
    assert places_of(workspace, gone) == []
    assert count_rows(workspace, frozenset({gone})) == {}
    # the records from before the last import held the person; nobody else lost a row
    assert count_rows(workspace, frozenset({other})) | {"records": 0} == (
        before[other] | {"records": 0}
    )
    people = open_people(workspace, key_folder)
    assert (people.knows(gone), people.knows(other), people.name(gone)) == (False, True, None)
    assert workspace.identity.resolve().stat().st_mode & 0o777 == mode == 0o700
    assert (workspace.output / "report.html").exists()
    with pytest.raises(HuyulaError, match="nothing is kept from before the import of 2025-07-31"):
        undo_import(workspace.records)
    assert gone not in set(load_records(workspace.records).employees["employee_id"])


def test_the_log_says_who_when_and_why_but_not_whom(ids, workspace):
    run(workspace, ids[0], "--reason", "permohonan 12/2026", "--yes")
    (line,) = (workspace.logs / "erasure.jsonl").read_text().splitlines()
    entry = json.loads(line)
    assert entry.keys() == {"at", "by", "action", "rows", "reason"}
    assert (entry["reason"], entry["rows"]["requests"]) == ("permohonan 12/2026", 1)
    assert entry["rows"]["identity"] >= 2  # numbers and a name


def test_it_asks_before_and_needs_a_reason(ids, workspace):
    everything = places_of(workspace, ids[0])
    result = run(workspace, ids[0], "--reason", "x", input="n\n")
    assert result.exit_code == 1
    with pytest.raises(SchemaError, match="reason must say why the person is erased"):
        run(workspace, ids[0], "--reason", " ", "--yes")
    with pytest.raises(UnknownEmployeeError, match="no employee with employee_id=nobody"):
        run(workspace, "nobody", "--reason", "x", "--yes")
    assert places_of(workspace, ids[0]) == everything
    assert not (workspace.logs / "erasure.jsonl").exists()


def test_merged_ids_go_together(ids, workspace):
    keep, other, third = ids
    write_merges(workspace.merges, {other: keep})
    assert ids_of(workspace, other) == ids_of(workspace, keep) == {keep, other}
    assert ids_of(workspace, third) == {third}
    erase_person(workspace, ids_of(workspace, other))
    assert places_of(workspace, keep) == places_of(workspace, other) == []
    assert read_merges(workspace.merges) == {}
    assert places_of(workspace, third) != []


def test_merges_of_others_stand(ids, workspace):
    write_merges(workspace.merges, {ids[1]: ids[2]})
    erase_person(workspace, frozenset({ids[0]}))
    assert read_merges(workspace.merges) == {ids[1]: ids[2]}


def test_an_interrupted_erasure_can_be_repeated(ids, workspace, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(features.erasure, "erase_requests", interrupt)
        with pytest.raises(KeyboardInterrupt):
            erase_person(workspace, frozenset({ids[0]}))
    assert places_of(workspace, ids[0]) != []  # the token table is last: the id is still known
    assert run(workspace, ids[0], "--reason", "x", "--yes").exit_code == 0
    assert places_of(workspace, ids[0]) == []


def test_a_damaged_file_is_named_and_nothing_is_done(ids, workspace):
    (workspace.slates / "2025-08-01.parquet").write_bytes(b"damaged")
    with pytest.raises(HuyulaError, match=r"2025-08-01.parquet cannot be read, so nobody"):
        run(workspace, ids[0], "--reason", "x", "--yes")
    assert ids[0] in set(load_records(workspace.records).employees["employee_id"])


def test_sound_folders_are_not_written_anew(ids, workspace):
    with replace_folder(workspace.panel) as fresh:
        pl.DataFrame({"employee_id": ["e9"]}).write_parquet(fresh / f"{date(2025, 1, 1)}.parquet")
    panel, profiles = workspace.panel.readlink(), workspace.profiles.readlink()
    erase_person(workspace, frozenset({ids[0]}))
    assert workspace.panel.readlink() == panel
    assert workspace.profiles.readlink() != profiles
