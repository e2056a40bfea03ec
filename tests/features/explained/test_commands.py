"""The command: whom it finds, what it logs, and what it refuses."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import click
import polars as pl
import pytest
from click.testing import CliRunner, Result

from features.commands import COMMANDS_BY_NAME as FEATURE_COMMANDS
from features.errors import SchemaError, UnknownEmployeeError
from features.explained.commands import COMMANDS_BY_NAME
from features.identity import open_people
from features.indices import Indices
from features.merges import with_merge, write_merges

BASE = Path(__file__).parent.parent / "exports" / "base"
COMMANDS = {**FEATURE_COMMANDS, **COMMANDS_BY_NAME}


@pytest.fixture
def call(workspace):
    def run(name: str, *arguments: str | Path, typed: str | None = None) -> Result:
        texts = [*map(str, arguments), "--workspace", str(workspace.root)]
        return CliRunner().invoke(COMMANDS[name], texts, catch_exceptions=False, input=typed)

    return run


@pytest.fixture
def people(call, workspace, key_folder) -> dict[str, str]:
    """Import the base export; return ids by NIP."""
    call("import", BASE, "--exported-on", "2025-06-30")
    table = open_people(workspace, key_folder)
    return {number: row["employee_id"] for row, kind, number in table.numbers() if kind == "nip"}


def log_of(workspace) -> list[dict]:
    path = workspace.logs / "resolve.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_look_up_by_number_is_logged_and_shows_neither_number_nor_name(people, call, workspace):
    nip, person = next(iter(people.items()))
    result = call("profile", "--number", nip, "--as", "planner", "--reason", "rencana 2026")
    entry = log_of(workspace)[0]
    assert (entry["action"], entry["as"], entry["employee_ids"], entry["reason"]) == (
        "profile", "planner", [person], "rencana 2026",
    )  # fmt: skip
    assert result.stdout.startswith(f"Profil {person} per ")
    assert nip not in result.output
    assert nip not in json.dumps(entry)
    names = pl.read_parquet(workspace.identity / "names.parquet")["name"]
    assert not [name for name in names if name in result.output]


def test_a_number_can_be_asked_for_and_is_not_echoed(people, call, workspace):
    nip, person = next(iter(people.items()))
    result = call(
        "profile", "--number", "-", "--as", "employee", "--reason", "permohonan", "--json",
        typed=f"{nip}\n",
    )  # fmt: skip
    assert json.loads(result.stdout)["employee_id"] == person
    assert nip not in result.output


def test_a_profile_by_id_is_logged_where_a_reason_is_given(people, call, workspace):
    person = next(iter(people.values()))
    call("profile", person, "--as", "employee")
    assert log_of(workspace) == []
    call("profile", person, "--as", "employee", "--reason", "permohonan")
    assert [entry["employee_ids"] for entry in log_of(workspace)] == [[person]]


def test_a_merged_id_shows_the_person_it_means(people, call, workspace):
    keep, other = list(people.values())[:2]
    write_merges(workspace.merges, with_merge({}, keep, other))
    result = call("profile", other, "--as", "employee", "--json", "--language", "en")
    document = json.loads(result.stdout)
    assert (document["employee_id"], document["language"]) == (keep, "en")


def test_an_unknown_number_is_masked_and_not_logged(people, call, workspace):
    with pytest.raises(UnknownEmployeeError, match=r"number=\*+001$"):
        call("profile", "--number", "199912312020011001", "--as", "planner", "--reason", "x")
    assert log_of(workspace) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--number", "1", "--as", "data_scientist", "--reason", "x"], "--number is for the roles"),
        (["--number", "1", "--as", "planner"], "--reason must say why the person is looked up"),
        (["--number", "1", "--as", "planner", "--reason", " "], "--reason must say why"),
    ],
)
def test_a_number_is_for_those_who_know_people_and_say_why(people, call, arguments, message):
    with pytest.raises(SchemaError, match=f"^{message}"):
        call("profile", *arguments)


def test_an_empty_reason_is_refused(people, call):
    with pytest.raises(SchemaError, match="^reason must say why the profile is needed"):
        call("profile", next(iter(people.values())), "--as", "employee", "--reason", "")


@pytest.mark.parametrize("whom", [[], ["e1", "--number", "1"]])
def test_either_an_id_or_a_number_is_given(call, whom):
    result = call("profile", *whom, "--as", "planner")
    assert result.exit_code == click.UsageError.exit_code
    assert "give either EMPLOYEE_ID or --number" in result.output


def test_indices_are_written_for_their_owner_alone(people, call, workspace):
    result = call("profiles", "--indices", "--as-of", "2025-03-01")
    assert result.stdout.splitlines()[1].endswith(f"may see sanctions: {workspace.indices}")
    assert stat.S_IMODE(workspace.indices.resolve().stat().st_mode) == 0o700
    written = {path.stem for path in workspace.indices.glob("*.parquet")}
    assert written == set(Indices.__dataclass_fields__)
    index = pl.read_parquet(workspace.indices / "ip_asn.parquet")
    profiles = pl.read_parquet(workspace.profiles / "people.parquet")
    assert index["employee_id"].to_list() == profiles["employee_id"].to_list()


def test_profiles_alone_write_no_index(people, call, workspace):
    call("profiles", "--as-of", "2025-03-01")
    assert not workspace.indices.exists()
